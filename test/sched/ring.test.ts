/** The ring: every frame arrives once, whole and in order, whatever the two sides do in between. */
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createRing, MIN_RING_BYTES, RingReader, RingWriter } from "../../runtime/sched/ring.js";
import { mustReachItsEnd, randomFrom } from "../native/support.js";
import { bodyOf, checksum } from "./ringFrames.js";

const test = suite("sched/ring");

const KIND = 3;
const NUMBER = 1;

/** Both ends of one ring in one thread; what is sent is compared with what arrives. */
class Loop {
  readonly sent: { key: number; body: Uint8Array | number }[] = [];
  received = 0;
  /** Rung and not answered, as the doorbell of each side would say. */
  published = false;
  room = false;
  readonly writer: RingWriter;
  readonly reader: RingReader;

  constructor(memory: SharedArrayBuffer) {
    this.writer = new RingWriter(memory, () => {
      this.published = true;
    });
    this.reader = new RingReader(memory, () => {
      this.room = true;
    });
  }

  send(size: number): void {
    const key = this.sent.length;
    const body = bodyOf(key, size);
    this.sent.push({ key, body });
    this.writer.write(KIND, key, body);
  }

  sendNumber(value: number): void {
    this.sent.push({ key: this.sent.length, body: value });
    this.writer.writeNumber(NUMBER, this.sent.length - 1, value);
  }

  drain(): void {
    this.published = false;
    this.reader.drain((kind, key, body, size) => {
      const { key: expectedKey, body: expected } = this.sent[this.received++]!;
      assert.is(key, expectedKey);
      assert.is(kind, typeof expected === "number" ? NUMBER : KIND);
      if (typeof expected === "number") assert.ok(Object.is(body.readDoubleLE(0), expected));
      else assert.ok(Buffer.compare(body.subarray(0, size), expected) === 0, `frame ${key} of ${size} bytes`);
    });
  }

  flush(): void {
    this.room = false;
    this.writer.flush();
  }

  /** Only what the doorbells ask for: ends with all delivered, or a wake-up was missing. */
  settle(): void {
    while (this.published || this.room) {
      if (this.published) this.drain();
      if (this.room) this.flush();
    }
    assert.is(this.received, this.sent.length, "nobody is told, and frames are left");
    assert.is(this.writer.spilled, 0);
    assert.ok(this.reader.empty);
  }
}

/** A ring whose head and tail stand at `start`, as after that many bytes. */
function ringAt(capacity: number, start: number): SharedArrayBuffer {
  const memory = createRing(capacity);
  const words = new Int32Array(memory);
  words[0] = start | 0;
  words[16] = start | 0;
  return memory;
}

const act = fc.oneof(
  { weight: 4, arbitrary: fc.nat(150).map((size) => ({ op: "send" as const, size })) },
  { weight: 1, arbitrary: fc.nat(3000).map((size) => ({ op: "send" as const, size })) },
  { weight: 3, arbitrary: fc.double().map((value) => ({ op: "number" as const, value })) },
  { weight: 3, arbitrary: fc.constant({ op: "drain" as const }) },
  { weight: 2, arbitrary: fc.constant({ op: "flush" as const }) },
);

for (const [name, start] of Object.entries({
  zero: 0,
  "the sign change": 2 ** 31 - 512,
  "the wrap at 2^32": 2 ** 32 - 512,
})) {
  test(`random frames in random steps from ${name}: 256 to 4096 bytes, bodies to 3000, 300 schedules`, () => {
    fc.assert(
      fc.property(fc.constantFrom(256, 512, 4096), fc.array(act, { maxLength: 80 }), (capacity, acts) => {
        const loop = new Loop(ringAt(capacity, start));
        for (const step of acts) {
          if (step.op === "send") loop.send(step.size);
          else if (step.op === "number") loop.sendNumber(step.value);
          else if (step.op === "drain") loop.drain();
          else loop.flush();
        }
        loop.published = true;
        loop.settle();
      }),
      { numRuns: 300 },
    );
  });
}

test("every body size around the limits of the smallest ring passes from every offset", () => {
  for (let offset = 0; offset < MIN_RING_BYTES; offset += 8) {
    for (let size = 0; size <= 2 * MIN_RING_BYTES; size++) {
      const loop = new Loop(ringAt(MIN_RING_BYTES, offset));
      loop.send(size);
      loop.sendNumber(size);
      loop.send(size);
      loop.settle();
    }
  }
});

test("a body of 8 MiB passes a ring of 256 bytes, and what was sent after it comes after it", () => {
  const loop = new Loop(createRing(256));
  loop.send(8 * 1024 * 1024);
  for (let i = 0; i < 10; i++) loop.sendNumber(i);
  loop.settle();
});

test("the consumer's view of a frame is its own: the producer cannot change it any more", () => {
  const memory = createRing(256);
  const writer = new RingWriter(memory, () => {});
  const reader = new RingReader(memory, () => {});
  writer.write(KIND, 0, Uint8Array.of(1, 2, 3));
  reader.drain((_kind, _key, body) => {
    new Uint8Array(memory).fill(9, 192);
    assert.equal([...body.subarray(0, 3)], [1, 2, 3]);
  });
});

test("a million frames between two threads arrive complete, in order, with their content", async () => {
  const frames = 1_000_000;
  const memory = createRing(16_384);
  const doorbell = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL("./ringProducer.js", import.meta.url), {
    workerData: { memory, doorbell, frames, seed: 7 },
  });
  const ended = new Promise<number>((resolve, reject) => worker.once("exit", resolve).once("error", reject));
  const random = randomFrom(7);
  let n = 0;
  const reader = new RingReader(memory, () => {
    Atomics.add(doorbell, 1, 1);
    Atomics.notify(doorbell, 1);
  });
  while (n < frames) {
    const rung = Atomics.load(doorbell, 0);
    reader.drain((_kind, key, body, size) => {
      const expected = Math.floor(random() * 64);
      if (
        key !== n ||
        size !== expected ||
        checksum(body, size) !== checksum(bodyOf(n, expected), expected)
      ) {
        assert.unreachable(`frame ${n}: key ${key}, ${size} bytes`);
      }
      n++;
    });
    // A wake-up that is lost shows as a wait that ends by time.
    if (n < frames && Atomics.wait(doorbell, 0, rung, 5000) === "timed-out")
      assert.unreachable(`stuck at frame ${n}`);
  }
  assert.is(await ended, 0);
  assert.ok(reader.empty);
});

mustReachItsEnd(test);
test.run();
