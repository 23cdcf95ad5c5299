/** A thread that attaches and then ends in the way it is told to, or is ended by the main thread. */

import { parentPort, workerData } from "node:worker_threads";
import { native, type Slot } from "../../native/index.js";

export type Ending =
  | "detach"
  | "exit"
  | "exitInSlice"
  | "throw"
  | "throwInSlice"
  | "parked"
  | "looping"
  | "killed";

const { slot, ending } = workerData as { slot: Slot; ending: Ending };
const SERIAL = 1;

const attachment = native.attach(slot, onWake, slice);
parentPort?.postMessage("attached");
let woken = false;

function onWake(): void {
  if (woken) return;
  woken = true;
  if (ending === "detach") attachment.detach();
  else if (ending === "exit") process.exit(3);
  else if (ending === "throw") throw new Error("planned");
  else if (ending === "parked") parentPort?.postMessage("ready");
  else if (ending === "killed") runKilledSlices();
  else attachment.run(SERIAL);
}

/** Endless slices, each killed: the end of the thread may come at any point of that. */
function runKilledSlices(): void {
  parentPort?.postMessage("ready");
  for (;;) attachment.run(SERIAL);
}

function slice(): void {
  if (ending === "exitInSlice") process.exit(3);
  if (ending === "throwInSlice") throw new Error("planned");
  if (ending === "looping") parentPort?.postMessage("ready");
  if (ending === "killed") native.requestKill(slot, SERIAL, 0);
  for (;;);
}
