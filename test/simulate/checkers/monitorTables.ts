/** At rest, what a watcher knows of its monitors and what the watched know of their watchers is the same. */
import { Pid } from "../../../runtime/term/pid.js";
import type { MakeChecker } from "../checker.js";
import { keyOf, refKey } from "../events.js";

export const monitorTables: MakeChecker = (fail) => ({
  atRest(view) {
    const processes = view.processes();
    const watched = new Map<string, string>();
    for (const { pid, monitoredBy } of processes) {
      for (const [ref, watcher] of monitoredBy ?? [])
        watched.set(`${refKey(ref)} of ${keyOf(watcher)}`, keyOf(pid));
    }
    for (const { pid, monitors } of processes) {
      for (const [ref, { target }] of monitors ?? []) {
        const key = `${refKey(ref)} of ${keyOf(pid)}`;
        const by = watched.get(key);
        watched.delete(key);
        if (by === undefined) fail(`${key}: its target does not know of it`);
        else if (target instanceof Pid && by !== keyOf(target)) fail(`${key}: ${by} has it, not its target`);
      }
    }
    for (const [key, pid] of watched) fail(`${key} is known to ${pid} only`);
  },
});
