/**
 * A thread that answers every wake-up by waking its peer, `rounds` times, then ends.
 * Tells the main thread "attached" once it may be woken, "done" after the last round.
 */

import { parentPort, workerData } from "node:worker_threads";
import { native, type Slot } from "../../native/index.js";

const { own, peer, rounds } = workerData as { own: Slot; peer: Slot; rounds: number };
let left = rounds;

const attachment = native.attach(own, answer, () => {});
parentPort?.postMessage("attached");

function answer(): void {
  native.wake(peer);
  if (--left > 0) return;
  parentPort?.postMessage("done");
  attachment.detach();
}
