/** The registry over loopback: what our server answers our client, and what it survives. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { names, portPlease, register } from "../../runtime/dist/epmd/client.js";
import { encodeRequest, isRingbeam, parseAliveReply } from "../../runtime/dist/epmd/protocol.js";
import { EpmdServer, type EpmdServerOptions } from "../../runtime/dist/epmd/server.js";
import {
  at,
  entry,
  erlangNode,
  eventually,
  firstOutput,
  kill,
  RawPeer,
  rejectsWith,
  startChild,
  stopChildren,
  within,
} from "./epmdHarness.js";

const test = suite("epmd server");
test.after(stopChildren);

async function withServer(
  body: (server: EpmdServer) => Promise<void>,
  options?: EpmdServerOptions,
): Promise<void> {
  const server = await EpmdServer.start({ port: 0, ...options });
  try {
    await body(server);
  } finally {
    await server.close();
  }
}

test("registeredNodeIsFoundAndListed", () =>
  withServer(async (server) => {
    const alpha = await register(at(server.port), { name: "alpha", port: 4000, hidden: false });
    const shy = await register(at(server.port), { name: "shy", port: 4001, hidden: true });
    assert.ok(alpha.creation >= 4 && alpha.creation < 2 ** 32);
    const found = await portPlease(at(server.port), "alpha");
    assert.equal([found?.port, found?.hidden, found?.name], [4000, false, "alpha"]);
    assert.equal([found?.highestVersion, found?.lowestVersion, found?.protocol], [6, 5, 0]);
    assert.is((await portPlease(at(server.port), "shy"))?.hidden, true);
    assert.is(await portPlease(at(server.port), "nobody"), null);
    const all = [
      { name: "alpha", port: 4000 },
      { name: "shy", port: 4001 },
    ];
    assert.equal(await names(at(server.port)), all);
    assert.equal(server.names(), all);
    alpha.close();
    shy.close();
  }));

test("extraTellsRingbeamNodesFromErlangNodes", () =>
  withServer(async (server) => {
    const ours = await register(at(server.port), entry("ours"));
    const erlang = await RawPeer.connect(server.port);
    await erlang.ask(encodeRequest({ op: "alive", node: erlangNode }));
    assert.ok(isRingbeam((await portPlease(at(server.port), "ours"))!));
    assert.not(isRingbeam((await portPlease(at(server.port), "erl"))!));
    ours.close();
    erlang.socket.destroy();
  }));

test("takenNameIsRefusedAndStaysWithItsOwner", () =>
  withServer(async (server) => {
    const first = await register(at(server.port), entry("alpha"));
    await rejectsWith("nameTaken", register(at(server.port), { name: "alpha", port: 9, hidden: true }));
    assert.is((await portPlease(at(server.port), "alpha"))?.port, 1234);
    first.close();
  }));

test("refusalHasResult1AndTheConnectionIsClosed", () =>
  withServer(async (server) => {
    const owner = await register(at(server.port), entry("erl"));
    const second = await RawPeer.connect(server.port);
    const reply = await second.askAll(encodeRequest({ op: "alive", node: erlangNode }));
    assert.is(reply.toString("hex"), "760100000063");
    owner.close();
  }));

test("oldNodeGetsA16BitCreationOf1To3", () =>
  withServer(async (server) => {
    const old = await RawPeer.connect(server.port);
    const reply = await old.ask(encodeRequest({ op: "alive", node: { ...erlangNode, highestVersion: 5 } }));
    assert.is(reply.length, 4);
    assert.ok([1, 2, 3].includes(parseAliveReply(reply)!.creation));
    old.socket.destroy();
  }));

test("nameIsFreeAtOnceWhenItsOwnerCloses", () =>
  withServer(async (server) => {
    const creations = new Set<number>();
    for (let i = 0; i < 50; i++) {
      const registration = await register(at(server.port), entry("phoenix"));
      creations.add(registration.creation);
      registration.close();
    }
    assert.is(creations.size, 50, "each incarnation has a creation of its own");
    await eventually("the last one is gone", () => server.names().length === 0);
  }));

test("nameIsFreeForARequestRightBehindTheEndOfItsOwner", () =>
  withServer(async (server) => {
    const alive = encodeRequest({ op: "alive", node: erlangNode });
    for (let i = 0; i < 20; i++) {
      const owner = await RawPeer.connect(server.port);
      const heir = await RawPeer.connect(server.port);
      await owner.ask(alive);
      owner.socket.destroy();
      assert.is((await heir.ask(alive))[1], 0);
      heir.socket.destroy();
      await eventually("the heir is gone", () => server.names().length === 0);
    }
  }));

test("nameIsFreedWhenItsOwnerIsKilled", () =>
  withServer(async (server) => {
    const owner = startChild("hold", server.port, "victim");
    const creation = Number(await firstOutput(owner));
    await rejectsWith("nameTaken", register(at(server.port), entry("victim")));
    await kill(owner);
    await eventually("the name is free", () => server.names().length === 0);
    const heir = await register(at(server.port), entry("victim"));
    assert.is.not(heir.creation, creation);
    heir.close();
  }));

test("closeOfARegistrationIsNotItsLoss", () =>
  withServer(async (server) => {
    const registration = await register(at(server.port), entry("alpha"));
    registration.onLost(() => assert.unreachable("lost"));
    registration.close();
    registration.close();
    await eventually("the name is free", () => server.names().length === 0);
  }));

test("registrationTellsThatItsEpmdHasGone", async () => {
  const server = await EpmdServer.start({ port: 0 });
  const registration = await register(at(server.port), entry("alpha"));
  const lost = new Promise<void>((resolve) => registration.onLost(resolve));
  await server.close();
  await within("the registration is lost", lost);
  const late = new Promise<void>((resolve) => registration.onLost(resolve));
  await within("the late callback", late); // Also to one who asks late.
});

test("secondServerOnAPortIsEaddrinuse", () =>
  withServer(async (server) => {
    const error = await EpmdServer.start({ port: server.port }).catch((e: unknown) => e);
    assert.is((error as NodeJS.ErrnoException).code, "EADDRINUSE");
  }));

test("thousandConnectionsAtOnce", () =>
  withServer(async (server) => {
    const all = Array.from({ length: 1000 }, (_, i) =>
      register(at(server.port), entry(`n${i}`), { timeoutMs: 30_000 }),
    );
    const registrations = await Promise.all(all);
    assert.is((await names(at(server.port))).length, 1000);
    assert.is((await portPlease(at(server.port), "n999"))?.port, 1234);
    for (const registration of registrations) registration.close();
    await eventually("all are gone", () => server.names().length === 0);
  }));

// ---- peers that misbehave

test("garbageCostsAPeerItsConnectionAndNobodyElseAnything", () =>
  withServer(async (server) => {
    const good = await register(at(server.port), entry("good"));
    const garbage = fc.uint8Array({ minLength: 3, maxLength: 300 }).map((bytes) => {
      bytes.set([0, 1 + (bytes[1]! % (bytes.length - 2)), 0xff]); // Complete, and no request begins so.
      return bytes;
    });
    await fc.assert(
      fc.asyncProperty(garbage, async (bytes) => {
        const peer = await RawPeer.connect(server.port);
        assert.is((await peer.askAll(bytes)).length, 0);
      }),
    );
    assert.equal(server.names(), [{ name: "good", port: 1234 }]);
    good.close();
  }));

test("requestInSingleBytesIsAnswered", () =>
  withServer(async (server) => {
    const peer = await RawPeer.connect(server.port);
    peer.socket.setNoDelay(true);
    for (const byte of encodeRequest({ op: "names" })) {
      await new Promise<unknown>((resolve) => peer.socket.write(Buffer.of(byte), resolve));
    }
    assert.is((await peer.closed).readUInt32BE(0), server.port);
  }));

test("halfARequestThenSilenceIsClosedInTime", () =>
  withServer(
    async (server) => {
      const peer = await RawPeer.connect(server.port);
      assert.is(
        (await peer.askAll(encodeRequest({ op: "portPlease", name: "alpha" }).subarray(0, 4))).length,
        0,
      );
    },
    { requestTimeoutMs: 50 },
  ));

test("registeredNodeOutlivesTheRequestTimeout", () =>
  withServer(
    async (server) => {
      const node = await register(at(server.port), entry("alpha"));
      const slow = await RawPeer.connect(server.port); // Connected later, so it times out later.
      await slow.closed;
      assert.is(server.names().length, 1);
      node.close();
    },
    { requestTimeoutMs: 50 },
  ));

test("bytesAfterRegistrationEndIt", () =>
  withServer(async (server) => {
    const peer = await RawPeer.connect(server.port);
    await peer.ask(encodeRequest({ op: "alive", node: erlangNode }));
    await peer.askAll(Buffer.of(0));
    assert.equal(server.names(), []);
  }));

test("nameThatForgesALineOfNamesIsRefused", () =>
  withServer(async (server) => {
    const peer = await RawPeer.connect(server.port);
    const node = { ...erlangNode, name: "a at port 1\nname b" };
    assert.is((await peer.askAll(encodeRequest({ op: "alive", node })))[1], 1);
    assert.equal(server.names(), []);
  }));

// ---- commands

test("dumpNamesTheActiveNodes", () =>
  withServer(async (server) => {
    const node = await register(at(server.port), entry("alpha"));
    const peer = await RawPeer.connect(server.port);
    const reply = await peer.askAll(encodeRequest({ op: "dump" }));
    assert.match(reply.subarray(4).toString(), /^active name {5}<alpha> at port 1234, fd = \d+\n\0$/);
    node.close();
  }));

test("killIsRefusedWhileANodeIsRegistered", () =>
  withServer(async (server) => {
    const kill = async () =>
      (await (await RawPeer.connect(server.port)).askAll(encodeRequest({ op: "kill" }))).toString();
    const node = await register(at(server.port), entry("alpha"));
    assert.is(await kill(), "NO");
    node.close();
    await eventually("the name is free", () => server.names().length === 0);
    assert.is(await kill(), "OK");
    await within("the server closes", server.closed);
  }));

test("stopIsNotAnsweredUnlessRelaxed", () =>
  withServer(async (server) => {
    const node = await register(at(server.port), entry("alpha"));
    const peer = await RawPeer.connect(server.port);
    assert.is((await peer.askAll(encodeRequest({ op: "stop", name: "alpha" }))).length, 0);
    assert.is(server.names().length, 1);
    node.close();
  }));

test("relaxedServerObeysStopAndKill", () =>
  withServer(
    async (server) => {
      const stop = async (name: string) =>
        (await (await RawPeer.connect(server.port)).askAll(encodeRequest({ op: "stop", name }))).toString();
      const node = await register(at(server.port), entry("alpha"));
      const lost = new Promise<void>((resolve) => node.onLost(resolve));
      assert.is(await stop("nobody"), "NOEXIST");
      assert.is(await stop("alpha"), "STOPPED");
      await within("the registration is lost", lost);
      await register(at(server.port), entry("beta"));
      const peer = await RawPeer.connect(server.port);
      assert.is((await peer.askAll(encodeRequest({ op: "kill" }))).toString(), "OK");
      await within("the server closes", server.closed);
    },
    { relaxedCommandCheck: true },
  ));

test.run();
