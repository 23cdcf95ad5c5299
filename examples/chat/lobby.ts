/** The lobby knows the rooms: it starts one when somebody asks for it, under the supervisor of all rooms. */
import {
  child,
  genServer,
  type Pid,
  type ServerMessage,
  startChild,
  supervisor,
  whichChildren,
} from "ringbeam";
import { room } from "./room.js";

export type Room = Pid<ServerMessage<typeof room>>;

export const rooms = supervisor(import.meta.url, "rooms", () => ({ intensity: 10, children: [] }));

export const lobby = genServer(import.meta.url, "lobby", {
  init: () => null,
  handleCall: {
    /** The room of this name, which is opened if it is not there yet. */
    async open({ self }, name: string): Promise<Room> {
      const children = await whichChildren(self, "rooms");
      const open = children.find(({ id, pid }) => id === name && pid !== undefined);
      return (open?.pid as Room | undefined) ?? startChild(self, "rooms", child(room, [name], { id: name }));
    },
  },
});
