/** What an OS process does while nobody asks it anything, seen from outside (Linux: /proc). */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

interface Sample {
  readonly wakeUps: number;
  /** ns on a core. */
  readonly cpu: number;
}

/** Each time that a thread goes to sleep by itself it was awake before. */
function sample(pid: number): Sample {
  let [wakeUps, cpu] = [0, 0];
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const folder = `/proc/${pid}/task/${thread}`;
    wakeUps += Number(
      /^voluntary_ctxt_switches:\s+(\d+)/m.exec(readFileSync(`${folder}/status`, "utf8"))![1],
    );
    cpu += Number(readFileSync(`${folder}/schedstat`, "utf8").split(" ")[0]);
  }
  return { wakeUps, cpu };
}

/** Wake-ups a second, and % of a core, of all its threads together, for so many ms. */
export async function watch(pid: number, ms: number): Promise<readonly number[]> {
  const before = sample(pid);
  const start = performance.now();
  await delay(ms);
  const seconds = (performance.now() - start) / 1000;
  const after = sample(pid);
  return [(after.wakeUps - before.wakeUps) / seconds, ((after.cpu - before.cpu) / 1e9 / seconds) * 100];
}
