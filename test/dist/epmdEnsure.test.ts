/** The epmd that starts by itself where none runs, and leaves by itself when no node is left. */
import { once } from "node:events";
import { createServer } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type EpmdAddress, EpmdError, names, register } from "../../runtime/dist/epmd/client.js";
import { ensureEpmd, ensureRegistered, serveUntilIdle } from "../../runtime/dist/epmd/ensure.js";
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { eventually, firstOutput, kill, RawPeer, startChild, stopChildren, within } from "./epmdHarness.js";

const test = suite("epmd started by itself");
test.after(stopChildren);

const noLaunch = () => assert.unreachable("launched");
const entry = (name: string) => ({ name, port: 1234, hidden: false });

/** An address where nothing listens now. */
async function freeAddress(): Promise<EpmdAddress> {
  const server = await EpmdServer.start({ port: 0 });
  await server.close();
  return { host: "127.0.0.1", port: server.port };
}

/** Nothing listens: a connection is refused. An epmd that answers rejects nothing. */
const gone = (address: EpmdAddress) => async () =>
  (await names(address).catch((e: unknown) => e)) instanceof EpmdError;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => assert.unreachable("resolved"),
    (e: unknown) => e,
  );
  assert.instance(error, EpmdError);
  return (error as EpmdError).code;
}

test("runningEpmdIsLeftAlone", async () => {
  const server = await EpmdServer.start({ port: 0 });
  await ensureEpmd({ host: "127.0.0.1", port: server.port }, noLaunch);
  await server.close();
});

test("epmdIsLaunchedOnceAndAwaited", async () => {
  const address = await freeAddress();
  let launches = 0;
  let server: EpmdServer | undefined;
  const launch = () => {
    launches++;
    setTimeout(async () => (server = await EpmdServer.start(address)), 50);
  };
  const registration = await ensureRegistered(address, entry("alpha"), launch);
  assert.is(launches, 1);
  registration.close();
  await server?.close();
});

test("epmdElsewhereIsNotStartedHere", async () => {
  // Every address of this machine, and so not loopback; nobody listens at the port.
  const elsewhere = { host: "0.0.0.0", port: (await freeAddress()).port };
  assert.is(await codeOf(ensureEpmd(elsewhere, noLaunch)), "unreachable");
});

test("launchInVainIsGivenUp", async () => {
  assert.is(await codeOf(ensureEpmd(await freeAddress(), () => {}, { giveUpMs: 100 })), "unreachable");
});

test("failureOfLaunchComesThrough", async () => {
  const launch = () => {
    throw new RangeError("no such program");
  };
  const error = await ensureEpmd(await freeAddress(), launch).catch((e: unknown) => e);
  assert.instance(error, RangeError);
});

test("somethingElseOnThePortIsProtocolAndNothingIsLaunched", async () => {
  const other = createServer((socket) =>
    socket
      .on("error", () => {})
      .resume()
      .end("SSH-2.0-other\r\n"),
  );
  other.listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  assert.is(await codeOf(ensureEpmd({ host: "127.0.0.1", port }, noLaunch)), "protocol");
  other.close();
  await once(other, "close");
});

test("epmdThatExitsAsANodeArrivesIsStartedAnew", async () => {
  // The first epmd answers NAMES and dies before it can register anybody.
  const address = await freeAddress();
  const dying = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.end(Buffer.of(0, 0, 0x11, 0x11));
      dying.close();
    });
  });
  dying.listen(address.port, address.host);
  await once(dying, "listening");
  let server: EpmdServer | undefined;
  const launch = () => void EpmdServer.start(address).then((started) => (server = started));
  const registration = await ensureRegistered(address, entry("late"), launch);
  assert.equal(server?.names(), [{ name: "late", port: 1234 }]);
  registration.close();
  await server?.close();
});

test("losingDaemonReturnsQuietly", async () => {
  const server = await EpmdServer.start({ port: 0 });
  await serveUntilIdle({ host: "127.0.0.1", port: server.port });
  await server.close();
});

test("idleEpmdClosesAfterItsLastNode", async () => {
  const server = await EpmdServer.start({ port: 0, idleExitMs: 30, firstNodeMs: 10_000 });
  const address = { host: "127.0.0.1", port: server.port };
  const first = await register(address, entry("first"));
  const second = await register(address, entry("second"));
  first.close();
  await eventually("the first is gone", () => server.names().length === 1);
  assert.is(await Promise.race([server.closed.then(() => "closed"), afterMs(100, "open")]), "open");
  second.close();
  await within("the server closes", server.closed);
});

test("epmdThatNobodyEverUsedCloses", async () => {
  const server = await EpmdServer.start({ port: 0, idleExitMs: 10_000, firstNodeMs: 20 });
  await within("the server closes", server.closed);
});

test("nodeThatComesBackInTimeKeepsTheEpmd", async () => {
  const server = await EpmdServer.start({ port: 0, idleExitMs: 200, firstNodeMs: 10_000 });
  const address = { host: "127.0.0.1", port: server.port };
  (await register(address, entry("alpha"))).close();
  const again = await register(address, entry("alpha"));
  assert.is(await Promise.race([server.closed.then(() => "closed"), afterMs(400, "open")]), "open");
  again.close();
  await within("the server closes", server.closed);
});

test("requestUnderWayIsServedBeforeTheIdleExit", async () => {
  const server = await EpmdServer.start({ port: 0, idleExitMs: 50, firstNodeMs: 50, requestTimeoutMs: 300 });
  const peer = await RawPeer.connect(server.port);
  assert.is(await Promise.race([server.closed.then(() => "closed"), afterMs(150, "open")]), "open");
  await peer.closed; // The deadline of the request.
  await within("the server closes", server.closed);
});

test("realEpmdStays", async () => {
  const server = await EpmdServer.start({ port: 0 });
  const address = { host: "127.0.0.1", port: server.port };
  (await register(address, entry("alpha"))).close();
  await eventually("the name is free", () => server.names().length === 0);
  assert.is(await Promise.race([server.closed.then(() => "closed"), afterMs(100, "open")]), "open");
  await server.close();
});

test("nodesThatStartAtTheSameInstantShareOneDaemonThatLeavesAfterThem", async () => {
  const address = await freeAddress();
  const nodes = ["a", "b", "c"].map((name) => startChild("node", address.port, name));
  const creations = await Promise.all(nodes.map(firstOutput));
  assert.is(new Set(creations).size, 3);
  assert.equal((await names(address)).map((node) => node.name).sort(), ["a", "b", "c"]);
  await Promise.all(nodes.map(kill));
  await eventually("the daemon has left", gone(address));
});

function afterMs<T>(ms: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}

test.run();
