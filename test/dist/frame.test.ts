import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Assembler, Cutter } from "../../runtime/dist/fragment.js";
import {
  encodeFrame,
  FrameError,
  FrameParser,
  HEADER_BYTES,
  MAX_FRAME_UNPROVEN,
} from "../../runtime/dist/frame.js";
import { FRAME, type FrameType, IS_FRAME } from "../../runtime/dist/ops.js";

const test = suite("dist/frame");

interface Frame {
  type: FrameType;
  payload: Buffer;
}

const types = Object.values(FRAME);
const aFrame = fc
  .tuple(fc.constantFrom(...types), fc.uint8Array({ maxLength: 300 }))
  .map(([type, bytes]): Frame => ({ type, payload: Buffer.from(bytes) }));
const someFrames = fc.array(aFrame, { minLength: 1, maxLength: 8 });

function encode(frames: readonly Frame[]): Buffer {
  return Buffer.concat(frames.flatMap(({ type, payload }) => encodeFrame(type, payload)));
}

/** Parses the pieces; a piece is wiped after its push, as a transport that uses its buffer again would. */
function parse(pieces: readonly Buffer[], maxFrame = 1 << 20): { frames: Frame[]; error: unknown } {
  const frames: Frame[] = [];
  const parser = new FrameParser(maxFrame, (type, payload) =>
    frames.push({ type, payload: Buffer.from(payload) }),
  );
  try {
    for (const piece of pieces) {
      const own = Buffer.from(piece);
      parser.push(own);
      own.fill(0);
    }
  } catch (error) {
    return { frames, error };
  }
  return { frames, error: undefined };
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const cuts = [0, ...at.map((n) => n % (bytes.length + 1)).sort((x, y) => x - y), bytes.length];
  return cuts.slice(1).map((to, i) => bytes.subarray(cuts[i], to));
}

test("goldenBytes", () => {
  assert.is(
    Buffer.concat(encodeFrame(FRAME.signal, Buffer.from("hi"))).toString("hex"),
    "0000000209000000ca5010c46869",
  );
  assert.is(Buffer.concat(encodeFrame(FRAME.tick)).toString("hex"), "0000000008000000a096f786");
});

test("everySplitInTwoAndByteByByteGivesTheSameFrames", () => {
  const frames: Frame[] = [
    { type: FRAME.signal, payload: Buffer.from("first") },
    { type: FRAME.tick, payload: Buffer.alloc(0) },
    { type: FRAME.signal, payload: Buffer.alloc(100, 7) },
  ];
  const bytes = encode(frames);
  for (let at = 0; at <= bytes.length; at++) {
    assert.equal(parse(cut(bytes, [at])).frames, frames);
  }
  assert.equal(parse([...bytes].map((byte) => Buffer.from([byte]))).frames, frames);
});

test("anySplitGivesTheSameFrames", () => {
  fc.assert(
    fc.property(someFrames, fc.array(fc.nat()), (frames, cuts) => {
      assert.equal(parse(cut(encode(frames), cuts)), { frames, error: undefined });
    }),
  );
});

test("aDamagedStreamNeverDeliversAWrongFrame", () => {
  const damage = fc.record({ at: fc.nat(), xor: fc.integer({ min: 1, max: 255 }) });
  let caught = 0;
  fc.assert(
    fc.property(
      someFrames,
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat()),
      (frames, hits, cuts) => {
        const bytes = encode(frames);
        for (const { at, xor } of hits) bytes[at % bytes.length]! ^= xor;
        const result = parse(cut(bytes, cuts));
        assert.equal(result.frames, frames.slice(0, result.frames.length));
        if (result.error === undefined) return;
        assert.instance(result.error, FrameError);
        caught++;
      },
    ),
    { numRuns: 2000 },
  );
  assert.ok(caught > 1000, `only ${caught} of 2000 damaged streams were noticed`);
});

test("anyBytesAtAllThrowNothingButFrameError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const { error } = parse([Buffer.from(bytes)]);
      assert.ok(error === undefined || error instanceof FrameError);
    }),
  );
});

test("everyFlippedBitOfAFrameIsNoticed", () => {
  const bytes = Buffer.concat(encodeFrame(FRAME.signal, Buffer.from("payload"), Buffer.from(" in two")));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const bad = Buffer.from(bytes);
    bad[bit >> 3]! ^= 1 << (bit & 7);
    assert.equal(parse([bad]).frames, [], `bit ${bit}`);
  }
});

test("afterAFaultNothingIsDelivered", () => {
  const frames: FrameType[] = [];
  const parser = new FrameParser(1000, (type) => frames.push(type));
  const bad = Buffer.concat(encodeFrame(FRAME.signal, Buffer.from("x")));
  bad[HEADER_BYTES]! ^= 1;
  assert.throws(
    () => parser.push(bad),
    (e: FrameError) => e.code === "checksum" && e.message === "checksum",
  );
  parser.push(encode([{ type: FRAME.tick, payload: Buffer.alloc(0) }]));
  assert.equal(frames, []);
});

test("aFrameAboveTheLimitIsRefusedByItsHeaderAlone", () => {
  const fits = encode([{ type: FRAME.hello, payload: Buffer.alloc(MAX_FRAME_UNPROVEN - HEADER_BYTES) }]);
  assert.is(parse([fits], MAX_FRAME_UNPROVEN).frames.length, 1);
  const over = encode([{ type: FRAME.hello, payload: Buffer.alloc(MAX_FRAME_UNPROVEN - HEADER_BYTES + 1) }]);
  const { error } = parse([over.subarray(0, HEADER_BYTES)], MAX_FRAME_UNPROVEN);
  assert.is((error as FrameError).message, "too large: frame of 4097 bytes, maxFrame is 4096");
});

test("anUnknownTypeAndReservedBitsAreRefusedByTheHeaderAlone", () => {
  const head = Buffer.alloc(HEADER_BYTES);
  for (let type = 0; type < 256; type++) {
    if (IS_FRAME[type]) continue;
    head[4] = type;
    assert.is((parse([head]).error as FrameError).code, "unknown type");
  }
  for (const at of [5, 6, 7]) {
    const bytes = Buffer.concat(encodeFrame(FRAME.tick));
    bytes[at] = 1;
    assert.is((parse([bytes]).error as FrameError).code, "malformed");
  }
});

test("haltReturnsTheRestOfTheChunk", () => {
  const [first, second] = [encodeFrame(FRAME.ack)[0]!, encodeFrame(FRAME.signal, Buffer.from("later"))[0]!];
  const seen: FrameType[] = [];
  const parser = new FrameParser(1000, (type) => {
    seen.push(type);
    parser.halt();
  });
  parser.push(first.subarray(0, 5));
  assert.equal(parser.push(Buffer.concat([first.subarray(5), second])), second);
  assert.equal(seen, [FRAME.ack]);
});

test("aLargePayloadIsNotCopied", () => {
  const payload = Buffer.alloc(1 << 20);
  const [, body] = encodeFrame(FRAME.signal, payload);
  assert.is(body!.buffer, payload.buffer);
});

test("aPayloadOf64MiBIn64KiBChunksCostsOneCopy", () => {
  const size = 64 << 20;
  const payload = Buffer.alloc(size, "ringbeam");
  const bytes = Buffer.concat(encodeFrame(FRAME.signal, payload));
  let delivered = 0;
  const parser = new FrameParser(size + HEADER_BYTES, (_, got) => {
    assert.is(Buffer.compare(got, payload), 0);
    delivered++;
  });
  for (let at = 0; at < bytes.length; at += 1 << 16) parser.push(bytes.subarray(at, at + (1 << 16)));
  assert.is(delivered, 1);
});

test("cutAndAssembledIsTheSameSignal", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 500 }),
      fc.integer({ min: 1, max: 600 }),
      (bytes, size) => {
        const cutter = new Cutter(bytes, size);
        const assembler = new Assembler(500);
        const whole: Buffer[] = [];
        while (cutter.left > 0) {
          for (const { type, payload } of parse([Buffer.concat(cutter.next())]).frames) {
            const signal = assembler.take(type, payload);
            if (signal) whole.push(signal);
          }
        }
        assert.equal(whole, [Buffer.from(bytes)]);
      },
    ),
  );
});

test("fragmentsThatDoNotFitAreFaults", () => {
  const first = (size: number, bytes: number) => {
    const payload = Buffer.alloc(4 + bytes);
    payload.writeUInt32BE(size);
    return payload;
  };
  const started = () => {
    const assembler = new Assembler(100);
    assembler.take(FRAME.fragmentFirst, first(10, 5));
    return assembler;
  };
  const fault = (message: RegExp) => (e: unknown) => e instanceof FrameError && message.test(e.message);
  assert.throws(() => new Assembler(100).take(FRAME.fragmentNext, Buffer.alloc(1)), fault(/of no signal/));
  assert.throws(() => new Assembler(100).take(FRAME.fragmentFirst, Buffer.alloc(3)), fault(/without size/));
  assert.throws(
    () => new Assembler(100).take(FRAME.fragmentFirst, first(101, 0)),
    fault(/maxMessage is 100$/),
  );
  assert.throws(() => started().take(FRAME.fragmentNext, Buffer.alloc(6)), fault(/beyond its signal/));
  assert.throws(() => started().take(FRAME.signal, Buffer.alloc(1)), fault(/inside/));
  assert.throws(() => started().take(FRAME.fragmentFirst, first(1, 0)), fault(/inside/));
  assert.is(started().take(FRAME.fragmentNext, Buffer.alloc(5))?.length, 10);
});

test.run();
