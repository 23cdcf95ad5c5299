/** Chat: `app.ts USER` holds the rooms and one terminal; `app.ts USER NODE` is a terminal for the rooms on NODE. */
import { type Address, application, child, supervisor } from "ringbeam";
import { lobby, rooms } from "./lobby.js";
import { terminal } from "./terminal.js";

export const root = supervisor(import.meta.url, "root", (user: string, at: string | undefined) => {
  const where: Address | string = at === undefined ? "lobby" : { name: "lobby", node: at };
  const screen = child(terminal, [user, where], { scheduler: 0 });
  if (at !== undefined) return { children: [screen] };
  return {
    // Later children rely on earlier ones: if the rooms fail for good, the lobby starts anew with them.
    strategy: "restForOne",
    children: [child(rooms, [], { name: "rooms" }), child(lobby, [], { name: "lobby" }), screen],
  };
});

export default application({
  name: "chat",
  start([user, at]) {
    if (user === undefined) throw new Error("usage: app.ts USER [NODE]");
    return child(root, [user, at]);
  },
});
