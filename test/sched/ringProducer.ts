/** The producing thread of the test with two threads: waits whenever the ring is full. */
import { workerData } from "node:worker_threads";
import { RingWriter } from "../../runtime/sched/ring.js";
import { randomFrom } from "../native/support.js";
import { bodyOf } from "./ringFrames.js";

const { memory, doorbell, frames, seed } = workerData as {
  memory: SharedArrayBuffer;
  doorbell: Int32Array;
  frames: number;
  seed: number;
};

const random = randomFrom(seed);
const writer = new RingWriter(memory, () => {
  Atomics.add(doorbell, 0, 1);
  Atomics.notify(doorbell, 0);
});

for (let n = 0; n < frames; n++) {
  writer.write(3, n, bodyOf(n, Math.floor(random() * 64)));
  if (writer.spilled > 4096 || n === frames - 1) waitForRoom();
}

function waitForRoom(): void {
  while (writer.spilled > 0) {
    const rung = Atomics.load(doorbell, 1);
    writer.flush();
    if (writer.spilled > 0 && Atomics.wait(doorbell, 1, rung, 5000) === "timed-out") {
      throw new Error("the producer was never told of room");
    }
  }
}
