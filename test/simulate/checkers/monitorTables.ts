/**
 * At rest, what a watcher knows of its monitors and what the watched know of their watchers is the same.
 *
 * One exception: a monitor by a name of another node ends by that name too, so if the name was taken away meanwhile,
 * the watched process keeps an entry that means nothing any more, till it ends or the connection does.
 */
import { Monitoring } from "../../../runtime/process/monitoring.js";
import type { Process } from "../../../runtime/process/process.js";
import { Pid, type Ref } from "../../../runtime/term/pid.js";
import type { MakeChecker } from "../checker.js";
import { keyOf, nodeIn, refKey } from "../events.js";

export const monitorTables: MakeChecker = (fail) => {
  const byRemoteName = new Set<string>();
  return {
    on(event) {
      if (event.type !== "monitored" || !event.target.includes("@@")) return;
      if (!event.target.endsWith(`@@${nodeIn(event.by)}`)) byRemoteName.add(`${event.ref} of ${event.by}`);
    },
    atRest(view) {
      const processes = view.processes();
      const watched = new Map<string, string>();
      for (const process of processes) {
        for (const [ref, watcher] of watchersOf(process))
          watched.set(`${refKey(ref)} of ${keyOf(watcher)}`, keyOf(process.pid));
      }
      for (const process of processes) {
        const { pid } = process;
        for (const { ref, target } of Monitoring.heldBy(process)) {
          const key = `${refKey(ref)} of ${keyOf(pid)}`;
          const by = watched.get(key);
          watched.delete(key);
          if (by === undefined) fail(`${key}: its target does not know of it`);
          else if (target instanceof Pid && by !== keyOf(target))
            fail(`${key}: ${by} has it, not its target`);
        }
      }
      for (const [key, pid] of watched) if (!byRemoteName.has(key)) fail(`${key} is known to ${pid} only`);
    },
  };
};

function watchersOf(process: Process): [Ref, Pid][] {
  const neighbours = Monitoring.watching(process).map(({ ref, watcher }): [Ref, Pid] => [ref, watcher.pid]);
  return [...neighbours, ...(process.monitoredBy ?? [])];
}
