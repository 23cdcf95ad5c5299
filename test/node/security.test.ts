/** Nodes with TLS, an allow list, and a say in what others may spawn on them. */
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConnectError } from "../../runtime/dist/connectError.js";
import type { Node } from "../../runtime/node/boot.js";
import { formatReason } from "../../runtime/term/reason.js";
import { tlsOf } from "../dist/certificates.js";
import { cleanUp, ringbeam, startEpmd, startHere, startPeer, stopHere, tempFolder } from "./harness.js";
import { PUPPET_MODULE, puppet } from "./puppetOf.js";

const test = suite("node/security");

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "connected",
    (error) => {
      assert.instance(error, ConnectError);
      return (error as ConnectError).code;
    },
  );

test("nodesWithTlsConnectAndOthersHearWhyNot", async () => {
  const epmd = await startEpmd();
  const a = await startHere("a", epmd, { tls: tlsOf("node") });
  const b = await startHere("b", epmd, { tls: tlsOf("node") });
  const plain = await startHere("plain", epmd);
  const expired = await startHere("expired", epmd, { tls: tlsOf("expired") });
  assert.is(await codeOf(a.connect(b.name)), "connected");
  assert.is(await codeOf(plain.connect(a.name)), "tls");
  assert.is(await codeOf(a.connect(plain.name)), "tls");
  assert.is(await codeOf(expired.connect(a.name)), "certificate");
  assert.is(await codeOf(a.connect(expired.name)), "certificate");
  for (const node of [a, b, plain, expired]) await stopHere(node);
});

test("whoIsNotOnTheListIsRefusedEitherWay", async () => {
  const epmd = await startEpmd();
  const a = await startHere("a", epmd, { allow: ["b@127.0.0.1"] });
  const b = await startHere("b", epmd);
  const c = await startHere("c", epmd);
  const refusal = await c.connect(a.name).catch((error: ConnectError) => `${error.code}: ${error.message}`);
  assert.is(refusal, "refused: a@127.0.0.1 refused us: refused: not allowed");
  assert.is(await codeOf(a.connect(c.name)), "refused");
  assert.is(await codeOf(b.connect(a.name)), "connected");
  for (const node of [a, b, c]) await stopHere(node);
});

async function spawned(from: Node, on: Node): Promise<string> {
  const { ref } = await from.self.spawnMonitor(puppet, [], { node: on.name });
  const down = (await from.self.receive((m) => (m as { ref?: unknown }).ref === ref)) as {
    reason: unknown;
  };
  return formatReason(down.reason);
}

test("aNodeSaysWhatOthersMaySpawnOnItAndItselfSpawnsEverything", async () => {
  const epmd = await startEpmd();
  const open = await startHere("open", epmd);
  const none = await startHere("none", epmd, { allowSpawn: false });
  const some = await startHere("some", epmd, { allowSpawn: [PUPPET_MODULE] });
  const others = await startHere("others", epmd, { allowSpawn: ["file:///other.js"] });
  assert.is(await spawned(open, none), "notAllowed");
  assert.is(await spawned(open, some), "normal");
  assert.is(await spawned(open, others), "notAllowed");
  assert.is(await spawned(none, none), "normal");
  for (const node of [open, none, some, others]) await stopHere(node);
});

test("aNodeOnAUnixSocketIsFoundThroughEpmdAndLeavesNoSocket", async () => {
  const epmd = await startEpmd();
  const path = join(tempFolder(), "socket");
  const a = await startHere("a", epmd, { listen: `unix:${path}` as `unix:/${string}` });
  const b = await startHere("b", epmd, { tls: tlsOf("node") });
  assert.is(statSync(path).mode & 0o777, 0o600);
  assert.is(await codeOf(b.connect(a.name)), "connected");
  assert.equal(a.address, { host: path, port: 0 });
  for (const node of [a, b]) await stopHere(node);
  assert.not(existsSync(path));
});

test("aSocketThatAKilledNodeLeftIsReplacedAndAFileIsNot", async () => {
  const epmd = await startEpmd();
  const path = join(tempFolder(), "socket");
  const killed = await startPeer("killed", epmd, ["--listen", `unix:${path}`]);
  await killed.kill();
  assert.ok(existsSync(path));
  const listen = `unix:${path}` as `unix:/${string}`;
  const next = await startHere("next", epmd, { listen });
  const code = await startHere("third", epmd, { listen }).catch((error) => error.code);
  assert.is(code, "EADDRINUSE");
  await stopHere(next);
  writeFileSync(path, "not a socket");
  assert.is(await startHere("fourth", epmd, { listen }).catch((error) => error.code), "EADDRINUSE");
  assert.ok(existsSync(path));
});

test("flagsThatDoNotBelongTogetherAreRefused", async () => {
  for (const [args, words] of [
    [["--tls-cert", "x.pem"], /belong together/],
    [["--allow", "no-host"], /not name@host/],
  ] as const) {
    const { code, stderr } = await ringbeam(["node", ...args]);
    assert.is(code, 2);
    assert.match(stderr, words);
  }
});

test("leavesNothingBehind", cleanUp);
test.run();
