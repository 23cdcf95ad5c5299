import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  acceptFrom,
  dial,
  type HandshakeError,
  listen,
  type Verdict,
} from "../../runtime/dist/connection.js";
import { encodeFrame } from "../../runtime/dist/frame.js";
import { FRAME, type FrameType } from "../../runtime/dist/ops.js";
import type { Channel, Transport } from "../../runtime/dist/transport.js";
import { alpha, beta, connected, frameTypes, ManualClock, nowhere, over, pipe, record } from "./memory.js";

const test = suite("dist/connection");

function bytes(type: FrameType, text: string): Buffer {
  return Buffer.concat(encodeFrame(type, Buffer.from(text)));
}

/** An accepting side and the bare wire to it. */
function knock(options: { accept?: () => Verdict } = {}) {
  const clock = new ManualClock();
  const [wire, theirs] = pipe(clock);
  const outcome = acceptFrom(theirs, {
    local: beta,
    cookie: "secret",
    accept: () => "ok",
    clock,
    ...options,
  }).then(
    () => "ok",
    (error: HandshakeError) => error.code,
  );
  return { clock, wire, theirs, outcome };
}

function dialOver(wire: Channel, clock: ManualClock, cookie = "secret") {
  return dial(over(wire), nowhere, { local: alpha, expect: beta.name, cookie, clock });
}

async function codeOf(connection: Promise<unknown>): Promise<string> {
  return connection.then(
    () => "ok",
    (error: HandshakeError) => error.code,
  );
}

test("bothSidesKnowEachOther", async () => {
  const { a, b } = await connected();
  assert.is(a.peer.name, beta.name);
  assert.is(b.peer.name, alpha.name);
  assert.is(b.peer.creation, alpha.creation);
  assert.is(a.transport, "memory");
});

test("nothingIsLostBeforeTheLayerAboveListens", async () => {
  const clock = new ManualClock();
  const [wireA, wireB] = pipe(clock);
  const accepted = acceptFrom(wireB, { local: beta, cookie: "secret", accept: () => "ok", clock });
  const dialled = dialOver(wireA, clock);
  wireB.blocked = true; // the challenge waits in alpha's wire
  await clock.settle();
  wireB.drain();
  await clock.settle(); // now the ack waits
  const b = await accepted;
  b.send(Buffer.from("in one chunk with the ack"));
  b.close("done");
  b.flush();
  wireB.blocked = false;
  glue(wireB);
  await clock.settle();
  const a = await dialled;
  const seen = record(a);
  await clock.settle();
  assert.equal(seen, { signals: ["in one chunk with the ack"], reasons: ["bye: done"] });
  assert.is(a.bytesIn, b.bytesOut);

  /** Lets what is held leave as one chunk. */
  function glue(wire: typeof wireB): void {
    const inject = wire.peer.inject.bind(wire.peer);
    const chunks: Buffer[] = [];
    wire.peer.inject = (chunk) => chunks.push(chunk);
    wire.drain();
    wire.peer.inject = inject;
    assert.ok(frameTypes(chunks).includes(FRAME.ack));
    inject(Buffer.concat(chunks));
  }
});

test("noByteOfAnUnprovenPeerReachesTheLayerAbove", async () => {
  for (const type of [FRAME.signal, FRAME.fragmentFirst, FRAME.bye, FRAME.tick]) {
    const { clock, wire, outcome } = knock();
    wire.write([bytes(type, "let me in")]);
    await clock.advance(1000);
    assert.is(await outcome, "malformed");
  }
});

test("anUnprovenPeerMaySendOnlySmallFrames", async () => {
  const { clock, wire, theirs, outcome } = knock();
  wire.write([encodeFrame(FRAME.hello, Buffer.alloc(5000))[0]!]);
  await clock.settle();
  assert.is(await outcome, "too large");
  assert.is(theirs.destroyed, true);
});

test("aHandshakeThatStallsIsClosedAtTheDeadline", async () => {
  const silent = knock();
  await silent.clock.advance(6999);
  assert.is(silent.theirs.destroyed, false);
  await silent.clock.advance(1);
  assert.is(silent.theirs.destroyed, true);
  assert.is(await silent.outcome, "timeout");
  assert.is(silent.clock.timers, 0);

  const clock = new ManualClock();
  const [wire] = pipe(clock);
  const code = codeOf(dialOver(wire, clock));
  await clock.advance(7000);
  assert.is(await code, "timeout");
  assert.is(wire.destroyed, true);
  assert.is(clock.timers, 0);
});

test("aDialThatNeverConnectsEndsAtTheDeadline", async () => {
  const clock = new ManualClock();
  const stuck: Transport = {
    ...over(pipe(clock)[0]),
    dial: (_, signal) =>
      new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
  };
  const code = codeOf(dial(stuck, nowhere, { local: alpha, expect: beta.name, cookie: "secret", clock }));
  await clock.advance(7000);
  assert.is(await code, "timeout");
});

test("aRefusalReachesTheDiallerAndBothEndsAreClosed", async () => {
  for (const [cookie, verdict, code] of [
    ["secret", "alive", "alive"],
    ["other", "ok", "cookie"],
  ] as const) {
    const { clock, wire, outcome } = knock({ accept: () => verdict });
    const dialled = codeOf(dialOver(wire, clock, cookie));
    await clock.settle();
    assert.equal([await dialled, await outcome], [code, code]);
    assert.is(clock.timers, 0);
  }
});

test("aRefusalIsFlushedBeforeTheChannelEnds", async () => {
  const { clock, wire, theirs, outcome } = knock();
  const dialled = codeOf(dialOver(wire, clock, "other"));
  theirs.blocked = true;
  await clock.settle();
  theirs.drain(); // the challenge
  await clock.settle();
  theirs.drain(); // the refusal, after the acceptor has made up its mind
  await clock.settle();
  assert.equal([await dialled, await outcome], ["cookie", "cookie"]);
});

test("badOptionsShowBeforeAnyPeerDoes", async () => {
  const [channel] = pipe(new ManualClock());
  const options = { local: beta, cookie: "", accept: (): Verdict => "ok", onConnection: () => {} };
  for (const attempt of [
    listen(over(channel), nowhere, options),
    acceptFrom(channel, options),
    dial(over(channel), nowhere, { ...options, expect: alpha.name }),
  ]) {
    const error = await attempt.then(
      () => undefined,
      (e: unknown) => e,
    );
    assert.match(String(error), /TypeError: the cookie is empty/);
  }
});

test("aPeerThatLeavesInTheHandshakeIsClosed", async () => {
  const { clock, wire, outcome } = knock();
  wire.destroy();
  await clock.settle();
  assert.is(await outcome, "closed");
});

test("oneHandshakeTooManyDropsTheOldest", async () => {
  const clock = new ManualClock();
  let knocking: (channel: Channel) => void = () => {};
  let open = 0;
  const transport: Transport = {
    ...over(pipe(clock)[0]),
    async listen(endpoint, onChannel) {
      knocking = onChannel;
      open++;
      return { endpoint, close: () => void open-- };
    },
  };
  const refused: string[] = [];
  let up = 0;
  const listener = await listen(transport, nowhere, {
    ...{ local: beta, cookie: "secret", accept: () => "ok", clock, maxPending: 3 },
    onConnection: () => up++,
    onRefused: (error) => refused.push((error as HandshakeError).code),
  });
  const pipes = [0, 1, 2, 3, 4].map(() => pipe(clock));
  for (const [, theirs] of pipes) knocking(theirs);
  await clock.settle();
  assert.equal(
    pipes.map(([, theirs]) => theirs.destroyed),
    [true, true, false, false, false],
  );
  const dialled = dialOver(pipes[4]![0], clock);
  await clock.settle();
  assert.is((await dialled).peer.name, beta.name);
  assert.equal([up, refused], [1, ["closed", "closed"]]);
  listener.close();
  await clock.settle();
  assert.equal(
    pipes.map(([, theirs]) => theirs.destroyed),
    [true, true, true, true, false],
  );
  assert.is(open, 0);
});

test.run();
