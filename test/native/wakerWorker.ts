/** A thread that wakes the slots it is told of, all the time, until it is told to stop. */

import { parentPort } from "node:worker_threads";
import { native, type Slot } from "../../native/index.js";

const slots: Slot[] = [];

parentPort?.on("message", (message: Slot | "stop") => {
  if (message === "stop") parentPort?.close();
  else slots.push(message);
});

function hammer(): void {
  for (let n = 0; n < 100; n++) for (const slot of slots.slice(-8)) native.wake(slot);
  setImmediate(hammer).unref();
}

// The port keeps the thread alive, the immediates need a loop that turns.
setInterval(hammer, 1).unref();
