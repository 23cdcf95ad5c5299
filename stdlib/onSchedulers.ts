/**
 * Two questions to the schedulers that the runtime has no word for yet: how many are there, and is a process
 * alive (OTP: `erlang:system_info(schedulers_online)`, `is_process_alive/1`).
 */
import { type AnyPid, type Down, proc, type Self } from "../runtime/index.js";
import type { AnySelf } from "./procLib.js";

/** Ends at once. */
export const nothing = proc(import.meta.url, function nothing() {});

/** By node: a program may start one node after another. */
const counts = new WeakMap<object, number>();

/** Worker schedulers of this node; 1 where the main thread does all. */
export function schedulersOnline(self: AnySelf): number {
  const { node } = (self as Self<unknown>).pid;
  let count = counts.get(node);
  if (count === undefined) {
    count = 1;
    while (hasScheduler(self, count + 1)) count++;
    counts.set(node, count);
  }
  return count;
}

/** The runtime tells by refusing to start anything on a scheduler that is not there. */
function hasScheduler(self: AnySelf, scheduler: number): boolean {
  try {
    self.spawn(nothing, [], { scheduler });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * Whether a process of this node is alive. The answer of a process that starts and ends on the same scheduler
 * comes behind every signal that the process in question sent before: if it has ended, its DOWN is here then.
 */
export async function isAlive(self: Self<unknown>, pid: AnyPid): Promise<boolean> {
  const watch = self.monitor(pid);
  const { ref } = self.spawnMonitor(nothing, [], { scheduler: pid.scheduler });
  await self.receive(
    (m): m is Down => (m as Partial<Down> | null)?.tag === "DOWN" && (m as Down).ref === ref,
    {
      after: Number.POSITIVE_INFINITY,
      since: ref,
    },
  );
  if (self.demonitor(watch)) return true;
  self.demonitor(watch, { flush: true });
  return false;
}
