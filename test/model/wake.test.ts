/**
 * No wake-up is lost: doorbell.ts and ring.ts themselves, in every interleaving within the bounds that the names of
 * the tests give; and canaries, planted bugs that must be found.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { action, asCoroutines, type Plant, type Step } from "./coroutines.js";
import { type Explored, explore, type Machine, type System } from "./explore.js";

const test = suite("model/wake");

interface Bells {
  ring(scheduler: number): Step<void>;
  answer(scheduler: number): Step<void>;
  park(scheduler: number): Step<boolean>;
}

interface DoorbellBounds {
  readonly senders: number;
  /** Messages of each sender. */
  readonly messages: number;
  /** Times that the owner comes back from its event loop though nobody woke it. */
  readonly timers?: number;
  readonly plant?: Plant;
  /** The owner answers after it read: a bug. */
  readonly answersLate?: boolean;
}

/** Senders that publish and ring; an owner that answers, reads, parks. */
function doorbell({ senders, messages, timers = 0, plant, answersLate = false }: DoorbellBounds): Explored {
  const code = asCoroutines("doorbell", ["Doorbells"], plant);
  return explore((observer): System => {
    let wakes = 0;
    let parked = false;
    const read = new Array<number>(senders).fill(0);
    const words = new Int32Array(new SharedArrayBuffer(64));
    const published = new Int32Array(senders);
    const { Doorbells } = code(observer.observe) as unknown as {
      Doorbells: new (memory: SharedArrayBuffer, wake: (scheduler: number) => Step<void>) => Bells;
    };
    const bells = new Doorbells(
      words.buffer as SharedArrayBuffer,
      action(() => {
        wakes++;
      }),
    );
    function* send(sender: number): Step<void> {
      for (let n = 1; n <= messages; n++) {
        observer.forget(`at ${n}`);
        yield;
        published[sender] = n;
        yield* bells.ring(0);
      }
    }
    function* readAll(): Step<void> {
      for (let s = 0; s < senders; s++) {
        yield;
        read[s] = published[s]!;
      }
    }
    function* own(): Step<void> {
      for (;;) {
        observer.forget(`read ${read}`);
        if (answersLate) yield* readAll();
        yield* bells.answer(0);
        if (!answersLate) yield* readAll();
        parked = yield* bells.park(0);
        if (!parked) continue;
        observer.forget(`parked, read ${read}`);
        yield;
        parked = false;
        wakes = 0;
      }
    }
    function* tick(): Step<void> {
      for (let i = 0; i < timers; i++) {
        yield;
        wakes++;
      }
    }
    const always = () => false;
    const machines: Machine[] = [...published.keys()].map((s) => ({ run: send(s), blocked: always }));
    machines.push({ run: own(), blocked: () => parked && wakes === 0 });
    if (timers > 0) machines.push({ run: tick(), blocked: always });
    return {
      machines,
      shared: () => `${words[0]} ${published} ${parked} ${wakes} ${read}`,
      verdict: () =>
        `${read}` === `${published}` ? undefined : `parked with ${published} published and ${read} read`,
    };
  });
}

function proves(bounds: string, run: () => Explored): void {
  test(bounds, () => {
    const { states, ends, wrong } = run();
    console.log(`(${bounds}: ${states} states, ${ends} ends)`);
    assert.is(wrong, undefined, wrong && `${wrong.verdict} after ${wrong.path}`);
    assert.ok(states > 30 && ends > 0);
  });
}

function finds(bug: string, run: () => Explored): void {
  test(`canary: ${bug} is found`, () => {
    assert.ok(run().wrong !== undefined);
  });
}

proves("doorbell: 1 sender, 4 messages", () => doorbell({ senders: 1, messages: 4 }));
proves("doorbell: 2 senders, 2 messages each", () => doorbell({ senders: 2, messages: 2 }));
proves("doorbell: 2 senders, 2 messages each, 1 return by timer", () =>
  doorbell({ senders: 2, messages: 2, timers: 1 }),
);
proves("doorbell: 3 senders, 1 message each", () => doorbell({ senders: 3, messages: 1 }));

finds("park without the compare-exchange", () =>
  doorbell({
    senders: 1,
    messages: 1,
    plant: [
      "return compareExchange(this.#words, scheduler * STRIDE, AWAKE, PARKED) === AWAKE;",
      "if (load(this.#words, scheduler * STRIDE) !== AWAKE) return false;\nstore(this.#words, scheduler * STRIDE, PARKED);\nreturn true;",
    ],
  }),
);
finds("an answer after the rings were read", () => doorbell({ senders: 1, messages: 1, answersLate: true }));
finds("a ring that does not wake", () =>
  doorbell({ senders: 1, messages: 1, plant: ["=== PARKED", "=== AWAKE"] }),
);

interface Writer {
  readonly spilled: number;
  write(kind: number, key: number, body: Uint8Array): Step<void>;
  flush(): Step<void>;
}
interface Reader {
  drain(handle: (kind: number, key: number, body: Buffer, size: number) => void): Step<number>;
}

/** A producer that sends bodies of these sizes over 256 bytes, a consumer that drains; each is only rung, never polls. */
function ring(sizes: readonly number[], plant?: Plant): Explored {
  const code = asCoroutines("ring", ["RingWriter", "RingReader", "createRing"], plant);
  return explore((observer): System => {
    // What the doorbells say, and who has come back to its event loop.
    let [news, room] = [false, false];
    let [consumerWaits, producerWaits] = [false, false];
    const received: number[] = [];
    const { RingWriter, RingReader, createRing } = code(observer.observe) as unknown as {
      createRing(bytes: number): SharedArrayBuffer;
      RingWriter: new (memory: SharedArrayBuffer, published: () => Step<void>) => Writer;
      RingReader: new (memory: SharedArrayBuffer, madeRoom: () => Step<void>) => Reader;
    };
    const memory = createRing(256);
    const writer = new RingWriter(
      memory,
      action(() => {
        news = true;
      }),
    );
    const reader = new RingReader(
      memory,
      action(() => {
        room = true;
      }),
    );
    function* produce(): Step<void> {
      for (const [key, size] of sizes.entries()) yield* writer.write(1, key, new Uint8Array(size).fill(key));
      while (writer.spilled > 0) {
        producerWaits = true;
        yield;
        room = producerWaits = false;
        yield* writer.flush();
      }
    }
    function* consume(): Step<void> {
      for (;;) {
        // Its head is in the ring by now, and says what it holds of a body in pieces.
        observer.forget(`received ${received}`);
        consumerWaits = true;
        yield;
        news = consumerWaits = false;
        yield* reader.drain((_kind, key, body, size) => {
          const whole = size === sizes[key] && body.subarray(0, size).every((byte) => byte === key);
          received.push(whole ? key : -1);
        });
      }
    }
    return {
      machines: [
        { run: produce(), blocked: () => producerWaits && !room },
        { run: consume(), blocked: () => consumerWaits && !news },
      ],
      shared: () => `${Buffer.from(memory).toString("latin1")} ${[news, room, consumerWaits, producerWaits]}`,
      verdict: () =>
        received.join() === [...sizes.keys()].join() && writer.spilled === 0
          ? undefined
          : `received ${received} of ${sizes.length}, ${writer.spilled} bytes spilled, nobody told`,
    };
  });
}

// A ring of 256 bytes holds two frames of 100 bytes; a body of more than 112 goes in pieces.
proves("ring of 256 bytes: 4 frames of 100 bytes", () => ring([100, 100, 100, 100]));
proves("ring of 256 bytes: bodies of 0, 300, 40 and 8 bytes", () => ring([0, 300, 40, 8]));
proves("ring of 256 bytes: a body of 700 bytes, then one of 1", () => ring([700, 1]));

finds("a flag for room set after the second look", () =>
  ring(
    [100, 100, 100],
    [
      "store(this.#ring.words, WAITING, 1);\n            this.#putSpilled();",
      "this.#putSpilled();\n            store(this.#ring.words, WAITING, 1);",
    ],
  ),
);
finds("no second look after the flag", () =>
  ring([100, 100, 100], ["WAITING, 1);\n            this.#putSpilled();", "WAITING, 1);"]),
);
finds("a consumer that looks at the flag before it moves its head", () =>
  ring(
    // Room that is given back only at the end of the batch decides whether the third one fits.
    [100, 0, 112],
    [
      "store(words, HEAD, this.#head);\n        if (load(words, WAITING) !== 0 && exchange(words, WAITING, 0) !== 0)\n            this.#madeRoom();",
      "if (load(words, WAITING) !== 0 && exchange(words, WAITING, 0) !== 0)\n            this.#madeRoom();\n        store(words, HEAD, this.#head);",
    ],
  ),
);
finds("a tail published before its frame", () =>
  ring(
    [100, 100],
    [
      "const at = this.#header(kind, key, body.length);\n        this.#ring.bytes.set(body, at);",
      "const at = this.#header(kind, key, body.length);\n        store(this.#ring.words, TAIL, (this.#tail + frameBytes(body.length)) | 0);\n        this.#published();\n        load(this.#ring.words, TAIL);\n        this.#ring.bytes.set(body, at);",
    ],
  ),
);

test.run();
