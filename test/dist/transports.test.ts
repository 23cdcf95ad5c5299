/** What every transport has to do, in one suite that runs over each of them. */
import { createHash, randomBytes } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Channel, Endpoint, Listener } from "../../runtime/dist/transport.js";
import { KINDS, type Kind } from "./kinds.js";

const test = suite("dist/transports");

/** Handles of this process that hold a socket, its standard streams included: those are made at their first use. */
const sockets = () => process.getActiveResourcesInfo().filter((kind) => /TCP|Pipe|TLS/.test(kind)).length;
const socketsAtStart = [process.stdout, process.stderr].length && sockets();

interface Ends {
  readonly near: Channel;
  readonly far: Channel;
  readonly listener: Listener;
}

async function connect(kind: Kind, endpoint: Endpoint = kind.endpoint()): Promise<Ends> {
  let arrive!: (channel: Channel) => void;
  const arrived = new Promise<Channel>((resolve) => (arrive = resolve));
  const listener = await kind.transport.listen(endpoint, (channel) => arrive(channel));
  const near = await kind.transport.dial(listener.endpoint);
  return { near, far: await arrived, listener };
}

/** All that a channel delivers, and how it closes; reading starts with the call. */
function read(channel: Channel) {
  const got = { bytes: 0, hash: createHash("sha256"), closed: closed(channel) };
  channel.onData = (chunk) => {
    got.bytes += chunk.length;
    got.hash.update(chunk);
    chunk.fill(0xee); // it was only valid during the call
  };
  channel.resume();
  return got;
}

/** Resolves with the error or undefined; a second close of the channel is a failure. */
function closed(channel: Channel): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    let times = 0;
    channel.onClose = (error) => (++times === 1 ? resolve(error) : reject(new Error("closed twice")));
  });
}

/** Until so many bytes have come; the rest is left to later. */
async function bytesOf(channel: Channel, count: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve) => {
    channel.onData = (chunk) => {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size >= count) resolve();
    };
    channel.resume();
  });
  channel.pause();
  return Buffer.concat(chunks);
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => "resolved",
    (error: NodeJS.ErrnoException) => error.code ?? error.name,
  );
}

/** Ends both, and waits until they are closed. */
async function endBoth({ near, far, listener }: Ends): Promise<void> {
  const both = [read(near).closed, read(far).closed];
  near.end();
  await Promise.all(both);
  listener.close();
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

for (const kind of KINDS) {
  const { transport } = kind;
  const rule = (name: string, run: () => Promise<void>) => test(`${transport.name}: ${name}`, run);

  rule("bothEndsTalkAndSayWhatCarriesThem", async () => {
    const ends = await connect(kind);
    ends.near.write([Buffer.from("ping")]);
    assert.is((await bytesOf(ends.far, 4)).toString(), "ping");
    ends.far.write([Buffer.from("pong")]);
    assert.is((await bytesOf(ends.near, 4)).toString(), "pong");
    assert.equal([ends.near.transport, ends.far.transport], [transport.name, transport.name]);
    assert.equal([ends.near.distrust, ends.far.distrust], [undefined, undefined]);
    await endBoth(ends);
  });

  rule("whereNobodyListensADialIsRefused", async () => {
    const listener = await transport.listen(kind.endpoint(), () => assert.unreachable());
    listener.close();
    assert.match((await codeOf(transport.dial(listener.endpoint)))!, /^(ECONNREFUSED|ENOENT)$/);
  });

  rule("anEndpointThatIsTakenIsRefused", async () => {
    const listener = await transport.listen(kind.endpoint(), (channel) => channel.destroy()); // one may look who is there
    assert.is(await codeOf(transport.listen(listener.endpoint, () => {})), "EADDRINUSE");
    listener.close();
  });

  rule("aDialThatIsGivenUpRejects", async () => {
    const listener = await transport.listen(kind.endpoint(), (channel) => channel.destroy());
    assert.is(await codeOf(transport.dial(listener.endpoint, AbortSignal.abort())), "ABORT_ERR");
    listener.close();
  });

  rule("whomTheDoorDoesNotAdmitGetsNoChannel", async () => {
    const asked: unknown[] = [];
    const door = { admits: (address: string | undefined) => asked.push(address) < 0 };
    const listener = await transport.listen(kind.endpoint(), () => assert.unreachable(), door);
    const dialled = await transport.dial(listener.endpoint).catch(() => undefined);
    if (dialled !== undefined) await read(dialled).closed;
    assert.equal(asked, [kind.address]);
    listener.close();
  });

  rule("nothingIsReadBeforeResumeAndNothingIsLost", async () => {
    const ends = await connect(kind);
    let early = 0;
    ends.far.onData = () => early++;
    ends.near.write([Buffer.from("early")]);
    for (let i = 0; i < 20; i++) await turn();
    assert.is(early, 0);
    assert.is((await bytesOf(ends.far, 5)).toString(), "early");
    await endBoth(ends);
  });

  rule("manyWritesOfAllSizesArriveInOrder", async () => {
    const ends = await connect(kind);
    const got = read(ends.far);
    const closing = closed(ends.near);
    const whole = randomBytes(4 << 20);
    for (let at = 0, size = 1; at < whole.length; at += size, size = (size * 7) % 65_521) {
      if (!ends.near.write([whole.subarray(at, at + size)])) {
        await new Promise<void>((resolve) => (ends.near.onDrain = resolve));
      }
    }
    ends.near.resume();
    ends.near.end();
    assert.is(await got.closed, undefined);
    assert.is(got.hash.digest("hex"), sha256(whole));
    assert.is(await closing, undefined);
    ends.listener.close();
  });

  rule("aBigWriteArrivesWhole", async () => {
    const ends = await connect(kind);
    const got = read(ends.far);
    const big = randomBytes(32 << 20);
    ends.near.write([big]);
    ends.near.resume();
    ends.near.end();
    await got.closed;
    assert.is(got.bytes, big.length);
    assert.is(got.hash.digest("hex"), sha256(big));
    ends.listener.close();
  });

  rule("gatheredChunksArriveJoinedEmptyOnesToo", async () => {
    const ends = await connect(kind);
    const chunks = Array.from({ length: 2000 }, (_, i) => randomBytes(i % 300));
    const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    ends.near.write(chunks);
    ends.near.write([]);
    assert.is(sha256(await bytesOf(ends.far, size)), sha256(...chunks));
    await endBoth(ends);
  });

  rule("aFullChannelSaysSoAndDrains", async () => {
    const ends = await connect(kind);
    const written = 64 << 20; // more than any system takes of a reader that does not read
    assert.is(ends.near.write([Buffer.alloc(written)]), false);
    assert.ok(ends.near.bufferedBytes > 0);
    let drained = false;
    const draining = new Promise<void>((resolve) => {
      ends.near.onDrain = () => {
        drained = true;
        resolve();
      };
    });
    for (let i = 0; i < 20; i++) await turn();
    assert.is(drained, false, "nobody has read yet");
    const got = read(ends.far);
    await draining;
    assert.is(ends.near.bufferedBytes, 0);
    ends.near.resume();
    ends.near.end();
    await got.closed;
    assert.is(got.bytes, written);
    ends.listener.close();
  });

  rule("noCallbackComesFromInsideACall", async () => {
    const ends = await connect(kind);
    let inside = false;
    const check = () => assert.is(inside, false);
    const within = (act: () => void) => {
      inside = true;
      act();
      inside = false;
    };
    for (const channel of [ends.near, ends.far]) channel.onData = channel.onDrain = check;
    const closes = [ends.near, ends.far].map(
      (channel) =>
        new Promise<void>((resolve) => {
          channel.onClose = () => {
            check();
            resolve();
          };
        }),
    );
    ends.far.write([Buffer.alloc(1 << 20)]);
    await turn();
    within(() => ends.near.resume());
    within(() => ends.near.pause());
    within(() => ends.near.write([Buffer.alloc(1 << 20)]));
    within(() => ends.near.resume());
    within(() => ends.far.resume());
    within(() => ends.near.end());
    await Promise.all(closes);
    ends.listener.close();
  });

  rule("afterEndWhatTheOtherSideHasWrittenStillArrives", async () => {
    const ends = await connect(kind);
    const theirs = randomBytes(8 << 20);
    ends.far.write([theirs]);
    const got = read(ends.near);
    const other = read(ends.far);
    ends.near.write([Buffer.from("last")]);
    ends.near.end();
    assert.is(await got.closed, undefined);
    assert.is(await other.closed, undefined);
    assert.is(got.hash.digest("hex"), sha256(theirs));
    assert.is(other.bytes, 4);
    ends.listener.close();
  });

  rule("endSendsWhatIsPendingToASlowReader", async () => {
    const ends = await connect(kind);
    const whole = randomBytes(16 << 20);
    ends.near.write([whole]);
    ends.near.end();
    const closing = read(ends.near).closed;
    let seen = 0;
    const hash = createHash("sha256");
    const over = closed(ends.far);
    ends.far.onData = (chunk) => {
      seen += chunk.length;
      hash.update(chunk);
      ends.far.pause();
      setImmediate(() => ends.far.resume());
    };
    ends.far.resume();
    assert.is(await over, undefined);
    assert.is(await closing, undefined);
    assert.is(seen, whole.length);
    assert.is(hash.digest("hex"), sha256(whole));
    ends.listener.close();
  });

  rule("destroyGivesUpAndTheOtherSideCloses", async () => {
    const ends = await connect(kind);
    ends.near.write([Buffer.alloc(16 << 20)]);
    const near = closed(ends.near);
    const got = read(ends.far);
    ends.near.destroy();
    await near;
    await got.closed; // with an error or without: the transport may not tell a cut from an end
    assert.ok(got.bytes < 16 << 20);
    ends.near.write([Buffer.from("into the void")]);
    ends.near.end();
    ends.near.destroy();
    ends.listener.close();
  });

  rule("aClosedListenerTakesNobodyMoreAndLetsTheOthersLive", async () => {
    const ends = await connect(kind);
    ends.listener.close();
    assert.match((await codeOf(transport.dial(ends.listener.endpoint)))!, /^(ECONNREFUSED|ENOENT)$/);
    ends.near.write([Buffer.from("still here")]);
    assert.is((await bytesOf(ends.far, 10)).toString(), "still here");
    await endBoth(ends);
  });

  rule("aThousandDialsAtOnceAreServed", async () => {
    const done: Promise<unknown>[] = [];
    const listener = await transport.listen(kind.endpoint(), (channel) => {
      channel.onData = (chunk) => channel.write([Buffer.from(chunk)]);
      done.push(closed(channel));
      channel.resume();
    });
    const dials = Array.from({ length: kind.crowd }, async (_, i) => {
      const channel = await transport.dial(listener.endpoint);
      const text = Buffer.from(String(i).padStart(6));
      channel.write([text]);
      assert.equal(await bytesOf(channel, 6), text);
      const over = read(channel).closed;
      channel.end();
      await over;
    });
    await Promise.all(dials);
    assert.is(done.length, kind.crowd);
    await Promise.all(done);
    listener.close();
  });
}

test("nothingIsLeftOpen", async () => {
  for (let i = 0; i < 10_000 && sockets() > socketsAtStart; i++) await turn();
  assert.is(sockets(), socketsAtStart);
  for (const kind of KINDS) kind.check?.();
});

test.run();
