/**
 * A worker counts the words of one file at a time. It joins the coordinator as it starts, so one that was
 * started again by its supervisor needs nobody to find it.
 *
 *     worker -> coordinator   call join(pid)     cast result(pid, id, counts)
 *     coordinator -> worker   cast count(id, file)
 *     the demo -> worker      cast crash, hang
 */
import { readFileSync } from "node:fs";
import { type Address, call, cast, genServer, type Pid, type ServerMessage } from "ringbeam";
import { countWords } from "./words.js";

export type Worker = Pid<ServerMessage<typeof worker>>;

export const worker = genServer(import.meta.url, "worker", {
  async init(self, coordinator: Address | string) {
    await call(self, coordinator, ["join", self.pid]);
    return coordinator;
  },
  handleCast: {
    count({ self, state: coordinator }, id: number, file: string) {
      cast(self, coordinator, ["result", self.pid, id, countWords(readFileSync(file, "utf8"))]);
    },
    crash() {
      throw new Error("the demo made this worker crash");
    },
    hang() {
      for (;;);
    },
  },
});
