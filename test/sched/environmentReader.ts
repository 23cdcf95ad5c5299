/** The reading thread of sharedEnvironments.test.ts: reads till it sees `last`, and says what was torn. */
import { parentPort, workerData } from "node:worker_threads";
import { SharedEnvironments } from "../../runtime/sched/sharedEnvironments.js";
import { NodeId } from "../../runtime/term/pid.js";
import { TermSpace } from "../../runtime/term/space.js";

const { memory, last } = workerData as { memory: SharedArrayBuffer; last: number };
const environments = new SharedEnvironments(memory, new TermSpace(new NodeId("n@h", 1), 1));
parentPort!.postMessage("ready");

let latest = -1;
let changes = 0;
while (latest < last) {
  const { n, copies } = environments.of("app") as { n?: number; copies?: Uint8Array };
  if (n === undefined || copies === undefined) continue;
  if (n < latest) throw new Error(`${n} was seen after ${latest}`);
  const torn = n === latest ? undefined : copies.find((copy) => copy !== n % 256);
  if (torn !== undefined) throw new Error(`torn: ${n} with ${torn}`);
  if (n !== latest) changes++;
  latest = n;
}
parentPort!.postMessage(changes);
