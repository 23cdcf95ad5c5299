import { suite } from "uvu";
import * as assert from "uvu/assert";
import { encodeFrame, HEADER_BYTES } from "../../runtime/dist/frame.js";
import { FRAME, type FrameType } from "../../runtime/dist/ops.js";
import { connected, frameTypes, record } from "./memory.js";

const test = suite("dist/established");

const TICK_MS = 15_000;

function bytes(type: FrameType, text: string): Buffer {
  return Buffer.concat(encodeFrame(type, Buffer.from(text)));
}

test("signalsKeepTheirOrderBothWays", async () => {
  const { a, b, clock } = await connected({ fragmentBytes: 5000 });
  const [seenA, seenB] = [record(a), record(b)];
  const sent = [1, 10, 4096, 4097, 5000, 5001, 0, 20_000, 3].map((n, i) => String(i).repeat(n));
  for (const text of sent) {
    a.send(Buffer.from(text));
    b.send(Buffer.from(text));
  }
  await clock.settle();
  assert.equal(seenA.signals, sent);
  assert.equal(seenB.signals, sent);
  assert.is(a.bytesOut, b.bytesIn);
  assert.is(a.queued, 0);
});

test("signalsOfOneTurnAreOneWrite", async () => {
  const { a, clock, wireA } = await connected();
  const before = wireA.sent.length;
  for (let i = 0; i < 1000; i++) a.send(Buffer.from("x"));
  assert.is(a.queued, 1000 * (HEADER_BYTES + 1));
  await clock.settle();
  assert.is(wireA.sent.length, before + 1);
});

test("flushWritesAtOnce", async () => {
  const { a, wireA } = await connected();
  const before = wireA.sent.length;
  a.send(Buffer.from("x"));
  a.flush();
  assert.is(wireA.sent.length, before + 1);
});

test("aTickIsSentWhenNothingWasWrittenForTickMs", async () => {
  const { a, clock, wireA } = await connected();
  record(a);
  const before = wireA.sent.length;
  await clock.advance(TICK_MS - 1);
  assert.equal(frameTypes(wireA.sent.slice(before)), []);
  a.send(Buffer.from("x"));
  await clock.advance(TICK_MS - 1);
  assert.equal(frameTypes(wireA.sent.slice(before)), [FRAME.signal]);
  await clock.advance(1);
  assert.equal(frameTypes(wireA.sent.slice(before)), [FRAME.signal, FRAME.tick]);
});

test("ticksKeepASilentConnectionAlive", async () => {
  const { a, b, clock } = await connected();
  const [seenA, seenB] = [record(a), record(b)];
  await clock.advance(100 * TICK_MS);
  assert.equal([seenA.reasons, seenB.reasons], [[], []]);
});

test("aSilentPeerIsATickTimeoutAfterFourTicks", async () => {
  const { a, b, clock, wireA } = await connected();
  const seen = record(a);
  record(b);
  wireA.deaf = true;
  await clock.advance(4 * TICK_MS - 1);
  assert.equal(seen.reasons, []);
  await clock.advance(1);
  assert.equal(seen.reasons, ["tick timeout"]);
  await clock.advance(10 * TICK_MS);
  assert.equal(seen.reasons, ["tick timeout"]);
  assert.is(clock.timers, 0);
});

test("whatThePeerSentWhileThisThreadWasBusyIsReadBeforeItIsHeldDead", async () => {
  const { a, b, clock, wireA } = await connected();
  const seen = record(a);
  record(b);
  wireA.deaf = true;
  let arrived = false;
  clock.after(4 * TICK_MS, () => {
    wireA.inject(bytes(FRAME.tick, "")); // in the socket, not yet read, when the timer fires
    arrived = true;
  });
  await clock.advance(4 * TICK_MS);
  assert.ok(arrived);
  assert.equal(seen.reasons, []);
});

test("aTickPassesBetweenFragments", async () => {
  const { a, b, clock, wireA } = await connected({ fragmentBytes: 200_000 });
  record(a);
  const seen = record(b);
  wireA.blocked = true;
  const before = wireA.sent.length;
  const large = "x".repeat(1_000_000);
  a.send(Buffer.from(large));
  a.send(Buffer.from("after"));
  await clock.advance(TICK_MS);
  for (let i = 0; i < 10; i++) wireA.drain();
  await clock.settle();
  const { fragmentFirst, fragmentNext, tick, signal } = FRAME;
  assert.equal(frameTypes(wireA.sent.slice(before)), [
    ...[fragmentFirst, fragmentNext, tick, fragmentNext, fragmentNext, fragmentNext, signal],
  ]);
  assert.equal(seen.signals, [large, "after"]);
});

test("aBusyConnectionSaysWhenItIsNoLonger", async () => {
  const { a, clock, wireA } = await connected({ busyBytes: 1000 });
  let drains = 0;
  a.onDrain = () => drains++;
  wireA.blocked = true;
  assert.ok(a.send(Buffer.alloc(900)) < 1000);
  assert.is(a.busy, false);
  assert.ok(a.send(Buffer.alloc(900)) > 1000);
  assert.is(a.busy, true);
  await clock.settle();
  assert.is(a.busy, true);
  wireA.drain();
  assert.equal([a.busy, drains, a.queued], [false, 1, 0]);
});

test("aConnectionIsBusyTillHalfOfItsLimitIsLeft", async () => {
  const { a, clock, wireA } = await connected({ busyBytes: 1_000_000 });
  const left: number[] = [];
  a.onDrain = () => left.push(a.queued);
  wireA.blocked = true;
  for (let i = 0; i < 20; i++) a.send(Buffer.alloc(60_000));
  await clock.settle();
  while (a.busy) wireA.drain();
  assert.is(left.length, 1);
  assert.ok(left[0]! <= 500_000 && left[0]! > 100_000, `${left} bytes`);
});

test("closeDeliversAllThatWasSentBeforeAndNothingAfter", async () => {
  const { a, b, clock } = await connected({ fragmentBytes: 5000 });
  const [seenA, seenB] = [record(a), record(b)];
  a.send(Buffer.from("small"));
  a.send(Buffer.from("l".repeat(50_000)));
  a.send(Buffer.from("last"));
  a.close("shutdown");
  assert.is(a.send(Buffer.from("too late")), 0);
  b.send(Buffer.from("crossing"));
  await clock.settle();
  assert.equal(seenB, { signals: ["small", "l".repeat(50_000), "last"], reasons: ["bye: shutdown"] });
  assert.equal(seenA, { signals: [], reasons: ["shutdown"] });
  await clock.advance(10 * TICK_MS);
  assert.is(clock.timers, 0);
});

test("closeInsideASignalStopsTheSignalsBehindIt", async () => {
  const { a, b, clock } = await connected();
  const seen = record(a);
  record(b);
  a.onSignal = (payload) => {
    seen.signals.push(payload.toString());
    a.close("enough");
  };
  for (const text of ["1", "2", "3"]) b.send(Buffer.from(text));
  await clock.settle();
  assert.equal(seen, { signals: ["1"], reasons: ["enough"] });
});

test("aConnectionNobodyListenedToCloses", async () => {
  const { a, b, clock } = await connected();
  const seen = record(b);
  b.send(Buffer.from("unread"));
  await clock.settle();
  a.close("never mind");
  const reasons: string[] = [];
  a.onClose = (reason) => reasons.push(reason);
  await clock.settle();
  assert.equal([seen.reasons, reasons], [["bye: never mind"], ["never mind"]]);
});

test("onCloseIsCalledExactlyOnceWhoeverEndsIt", async () => {
  const ends: ((pair: Awaited<ReturnType<typeof connected>>) => void)[] = [
    ({ a }) => a.close("x"),
    ({ b }) => b.close("x"),
    ({ a, b }) => [a.close("x"), b.close("x")],
    ({ wireA }) => wireA.destroy(),
    ({ wireB }) => wireB.end(),
    ({ wireA }) => wireA.inject(Buffer.from("this is not a frame")),
    ({ a, wireA }) => [wireA.inject(bytes(FRAME.bye, "y")), a.close("x")],
  ];
  for (const [i, end] of ends.entries()) {
    const pair = await connected();
    const [seenA, seenB] = [record(pair.a), record(pair.b)];
    await pair.clock.settle();
    end(pair);
    await pair.clock.advance(10 * TICK_MS);
    assert.equal([seenA.reasons.length, seenB.reasons.length], [1, 1], `end ${i}`);
    assert.is(pair.clock.timers, 0, `end ${i} leaves no timer`);
  }
});

test("aLateOnCloseIsStillTold", async () => {
  const { a, clock, wireA } = await connected();
  wireA.destroy();
  await clock.settle();
  const seen = record(a);
  await clock.settle();
  assert.equal(seen.reasons, ["closed"]);
});

test("aPeerThatTakesNothingIsGivenUpAfterLingerMs", async () => {
  const { a, clock, wireA } = await connected({ lingerMs: 1000 });
  const seen = record(a);
  wireA.blocked = true;
  a.send(Buffer.from("x"));
  a.close("bye then");
  await clock.advance(999);
  assert.is(wireA.destroyed, false);
  await clock.advance(1);
  assert.is(wireA.destroyed, true);
  assert.equal(seen.reasons, ["bye then"]);
});

test("aFaultEndsBothSidesWithItsReasonEvenInsideALargeSignal", async () => {
  const { a, b, clock, wireA, wireB } = await connected({ fragmentBytes: 5000 });
  const [seenA, seenB] = [record(a), record(b)];
  await clock.settle();
  b.send(Buffer.alloc(1_000_000));
  wireB.blocked = true;
  await clock.settle();
  const damaged = bytes(FRAME.signal, "payload");
  damaged[HEADER_BYTES]! ^= 1;
  wireB.inject(damaged);
  await clock.settle();
  wireB.blocked = false;
  wireB.drain();
  await clock.settle();
  assert.equal([seenA.reasons, seenB.reasons], [["bye: checksum"], ["checksum"]]);
  assert.equal([seenA.signals, seenB.signals], [[], []]);
  assert.ok(wireA.sent.length > 0);
});

test("handshakeFramesAfterTheHandshakeAreFaults", async () => {
  for (const type of [FRAME.hello, FRAME.challenge, FRAME.response, FRAME.ack, FRAME.refuse]) {
    const { a, clock, wireA } = await connected();
    const seen = record(a);
    wireA.inject(bytes(type, ""));
    await clock.settle();
    assert.match(seen.reasons[0]!, /malformed: frame type \d after the handshake/);
  }
});

test("aSignalAboveMaxMessageIsRefusedAtBothEnds", async () => {
  const { a, clock, wireA } = await connected({ maxMessage: 1000 });
  const seen = record(a);
  assert.throws(() => a.send(Buffer.alloc(1001)), /1001 bytes, maxMessage is 1000/);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(1001);
  wireA.inject(Buffer.concat(encodeFrame(FRAME.fragmentFirst, size)));
  await clock.settle();
  assert.equal(seen.reasons, ["too large: signal of 1001 bytes, maxMessage is 1000"]);
});

test("aThrowingSignalHandlerEndsTheConnectionAndIsNotHidden", async () => {
  const { a, clock, wireA } = await connected();
  const seen = record(a);
  await clock.settle();
  a.onSignal = () => {
    throw new Error("a bug above");
  };
  assert.throws(() => wireA.onData(bytes(FRAME.signal, "x")), /a bug above/);
  await clock.settle();
  assert.equal(seen.reasons, ["internal error"]);
});

test.run();
