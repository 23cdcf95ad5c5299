/** A node that is killed, restarted, refused, or dialled by both sides at once. */
import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConnectError } from "../../runtime/dist/connectError.js";
import { EpmdError, register } from "../../runtime/dist/epmd/client.js";
import type { EpmdServer } from "../../runtime/dist/epmd/server.js";
import type { CallError, Down, Pid, Self } from "../../runtime/index.js";
import type { Node } from "../../runtime/node/boot.js";
import {
  COOKIE,
  cleanUp,
  eventually,
  logged,
  PEER_APP,
  Ringbeam,
  startEpmd,
  startHere,
  startPeer,
  stopHere,
  tempFile,
  within,
} from "./harness.js";
import { type Order, type Puppet, puppet } from "./peerApp.js";

const test = suite("a node is lost");

const B = "lost@127.0.0.1";
const PEER = { name: "peer", node: B };

let epmd: EpmdServer;
let a: Node;
test.before(async () => {
  epmd = await startEpmd();
  a = await startHere("stays", epmd, { schedulers: 1 });
});

const startB = () => startPeer("lost", epmd, ["--schedulers", "1"], [PEER_APP, "1"]);

const spawnThere = async (self: Self<unknown>) =>
  (await self.call(PEER, ["spawn", { scheduler: 1 }])) as Puppet;

/** A puppet on the worker thread of this node that traps exits and tells what it sees. */
async function watchedHere(): Promise<Puppet> {
  const here = a.self.spawn(puppet, [], { scheduler: 1 }) as Puppet;
  const orders: Order[] = [{ do: "trap" }, { do: "watch", by: a.self.pid }];
  for (const order of orders) a.self.send(here, order);
  await a.self.receive((m) => (m as { watching?: unknown }).watching === here);
  return here;
}

/** All messages up to the one that answers a question asked now, which takes a way as long as theirs. */
async function messagesSoFar(by?: Puppet): Promise<Record<string, unknown>[]> {
  const fence = a.self.makeRef();
  if (by === undefined) a.self.send(a.self.pid as Pid<unknown>, { fence });
  else a.self.send(by, { do: "answer", to: a.self.pid, message: { fence } });
  const messages: Record<string, unknown>[] = [];
  for (;;) {
    const message = (await a.self.receive()) as Record<string, unknown>;
    if (message.fence === fence) return messages;
    if ((message.seen as Order | undefined)?.do === undefined) messages.push(message);
  }
}

test("killedNodeIsNoconnectionOnceForEachLinkMonitorAndCall", async () => {
  const b = await startB();
  const here = await watchedHere();
  const mortal = a.self.spawn(puppet, [], { scheduler: 1 }) as Puppet;
  const there = await spawnThere(a.self);
  const refs = [a.self.monitor(there), a.self.monitor(PEER), a.self.monitor(there)];
  a.self.link(there);
  a.self.send(here, { do: "monitor", to: there });
  a.self.send(here, { do: "link", to: there });
  a.self.send(mortal, { do: "link", to: there });
  const died = a.self.monitor(mortal);
  const unseen = a.self.monitor(there);
  a.self.demonitor(unseen);
  await a.self.call(PEER, ["echo", 1]);
  await messagesSoFar(here);
  await messagesSoFar(mortal);
  const pending = within(
    "the call fails",
    a.self.call(PEER, ["never"], 60_000).catch((e: unknown) => e),
  );
  await b.kill();
  assert.is(((await pending) as CallError).failure, "noconnection");
  const seen: Record<string, unknown>[] = [];
  while (seen.length < 7) seen.push((await within("a signal", a.self.receive())) as Record<string, unknown>);
  seen.push(...(await messagesSoFar(here)));
  assert.is(seen.length, 7, JSON.stringify(seen));
  const downs = seen.filter(({ tag }) => tag === "DOWN") as unknown as Down[];
  assert.equal(new Set(downs.map(({ ref }) => ref)), new Set([...refs, died]));
  for (const { reason } of downs) assert.is(reason, "noconnection");
  const exits = seen.filter(({ tag }) => tag === "EXIT");
  assert.equal(exits, [{ tag: "EXIT", pid: there, reason: "noconnection" }]);
  const byWorker = seen.flatMap(({ seen }) => (seen === undefined ? [] : [seen as Down]));
  assert.equal(byWorker.map(({ tag, reason }) => `${tag} ${reason}`).sort(), [
    "DOWN noconnection",
    "EXIT noconnection",
  ]);
  assert.equal(a.nodes(), []);
});

test("restartedNodeIsAnotherOne", async () => {
  const first = await startB();
  const old = await spawnThere(a.self);
  const ref = a.self.monitor(old);
  await first.kill();
  assert.is(((await within("DOWN", a.self.receive())) as Down).ref, ref);
  const second = await startB();
  a.self.send(old, { do: "answer", to: a.self.pid, message: "from the grave" });
  const monitor = a.self.monitor(old);
  assert.equal(await within("DOWN", a.self.receive()), {
    tag: "DOWN",
    ref: monitor,
    process: old,
    reason: "noproc",
  });
  a.self.link(old);
  assert.equal(await within("EXIT", a.self.receive()), { tag: "EXIT", pid: old, reason: "noproc" });
  a.self.exit(old, "kill");
  const anew = await spawnThere(a.self);
  assert.is.not(anew, old);
  a.self.send(anew, { do: "answer", to: a.self.pid, message: "alive" });
  assert.is(await within("the answer", a.self.receive()), "alive");
  assert.equal(a.nodes(), [B]);
  await second.stop();
});

test("nodeThatStopsInOrderIsNoconnectionToo", async () => {
  const b = await startB();
  const ref = a.self.monitor({ name: "kernel", node: B });
  await a.self.call(PEER, ["echo", 1]);
  await b.stop();
  const down = (await within("DOWN", a.self.receive())) as Down;
  assert.is(down.ref, ref);
  assert.is(down.reason, "noconnection");
});

test("wrongCookieIsRefusedByBothAndLeavesBothAlive", async () => {
  const b = await startB();
  const stranger = await startHere("stranger", epmd, { cookie: "not theirs" });
  const error = await stranger.connect(B).catch((e: unknown) => e);
  assert.instance(error, ConnectError);
  assert.is((error as ConnectError).code, "cookie");
  const ref = stranger.self.monitor(PEER);
  assert.equal(await within("DOWN", stranger.self.receive()), {
    tag: "DOWN",
    ref,
    process: PEER,
    reason: "noconnection",
  });
  await b.says(/a node was refused: stranger@127\.0\.0\.1 did not prove that it knows our cookie/);
  assert.is(await a.self.call(PEER, ["echo", "ours"]), "ours");
  // And from the other side: a dials the stranger.
  const failure = await a.connect(stranger.name).catch((e: unknown) => e);
  assert.is((failure as ConnectError).code, "cookie");
  assert.equal(stranger.nodes(), []);
  await stopHere(stranger);
  await b.stop();
});

test("twoNodesThatDialEachOtherSettleOnOneConnection", async () => {
  for (let round = 0; round < 60; round++) {
    const [one, two] = await Promise.all([startHere(`one${round}`, epmd), startHere(`two${round}`, epmd)]);
    const ends = [
      { node: one, other: two },
      { node: two, other: one },
    ];
    // Both dial in the same turn, or one a little later: the whole handshake is swept over.
    const speak = ({ node, other }: (typeof ends)[number]) => {
      node.self.monitor(other.self.pid);
      for (let i = 0; i < 3; i++) node.self.send(other.self.pid as Pid<unknown>, [round, i]);
    };
    speak(ends[round % 2]!);
    for (let turn = 0; turn < Math.floor(round / 4); turn++) await new Promise(setImmediate);
    speak(ends[1 - (round % 2)]!);
    for (const { node, other } of ends) {
      for (let i = 0; i < 3; i++) assert.equal(await within("a message", node.self.receive()), [round, i]);
      assert.equal(node.nodes(), [other.name]);
    }
    await stopHere(one);
    // One DOWN, for the connection that both had; had there been two, there would have been one more before it.
    const down = (await within("DOWN", two.self.receive())) as Down;
    assert.is(down.reason, "noconnection");
    assert.is(await two.self.receive({ after: 0 }).then((m) => typeof m), "symbol");
    await stopHere(two);
  }
});

test("bytesThatAreNoProtocolCostNobodyElseAnything", async () => {
  const b = await startB();
  const [{ port } = { port: 0 }] = epmd.names().filter(({ name }) => name === "lost");
  const garbage = [
    Buffer.alloc(65_536, 0xff),
    Buffer.from("GET / HTTP/1.1\r\n\r\n"),
    Buffer.alloc(3),
    Buffer.alloc(1 << 20),
  ];
  const talk = (async () => {
    for (let i = 0; i < 500; i++) assert.is(await a.self.call(PEER, ["echo", i]), i);
  })();
  const attacks = [port, a.address!.port, epmd.port].flatMap((target) =>
    garbage.flatMap((bytes) => [0, 1, 2].map(() => attack(target, bytes))),
  );
  await Promise.all(attacks);
  await talk;
  const late = await startHere("late", epmd);
  await late.connect(B);
  await stopHere(late);
  assert.is((await b.stop()).code, 0);
  assert.is(logged(b), "", "and nobody is told of it");
});

/** Sends the bytes and resolves when the other side has closed, or this one has after half a second. */
function attack(port: number, bytes: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setTimeout(500, () => socket.destroy());
    socket.on("error", () => {});
    socket.resume().on("close", () => resolve());
  });
}

test("aNameThatTwoWantIsGivenToOne", async () => {
  const first = await startHere("same", epmd);
  const error = await startHere("same", epmd).catch((e: unknown) => e);
  assert.instance(error, EpmdError);
  assert.is((error as EpmdError).code, "nameTaken");
  await stopHere(first);
  await stopHere(await startHere("same", epmd));
});

test("stopWhileDiallingLeavesNoConnection", async () => {
  const b = await startHere("dialled", epmd);
  for (let turns = 0; turns < 12; turns++) {
    const leaving = await startHere("leaving", epmd);
    leaving.connect(b.name).catch(() => {});
    for (let i = 0; i < turns; i++) await new Promise(setImmediate);
    await stopHere(leaving);
    await eventually("the other side sees it go", () => b.nodes().length === 0);
  }
  await stopHere(b);
});

test("aNodeThatHangsIsNoconnectionAndIsBackWhenItGoesOn", async () => {
  const boot = new URL("../../runtime/index.js", import.meta.url).href;
  const options = { cookie: COOKIE, epmd: `127.0.0.1:${epmd.port}`, schedulers: 0, tickMs: 50 };
  const program = tempFile(
    "hangs.mjs",
    `import { startNode } from ${JSON.stringify(boot)};
const { self } = await startNode(${JSON.stringify({ ...options, name: "hangs@127.0.0.1" })});
self.register("echo");
console.log("is up");
for (;;) { const m = await self.receive(); if (m.tag === "$call") self.reply(m.from, m.request); }
`,
  );
  const hanging = new Ringbeam([], { program });
  await hanging.says(/is up/);
  const watching = await startHere("watching", epmd, { tickMs: 50 });
  const echo = { name: "echo", node: "hangs@127.0.0.1" };
  for (let round = 0; round < 3; round++) {
    assert.is(await watching.self.call(echo, round), round);
    const ref = watching.self.monitor(echo);
    hanging.signal("SIGSTOP");
    assert.equal(await within("DOWN", watching.self.receive()), {
      tag: "DOWN",
      ref,
      process: echo,
      reason: "noconnection",
    });
    hanging.signal("SIGCONT");
  }
  await stopHere(watching);
  await hanging.kill();
});

test("aRestartedNodeTakesThePlaceOfItsGhost", async () => {
  // Two nodes of one name, each with an epmd of its own, as if the death of the first had not been seen yet.
  const otherEpmd = await startEpmd();
  const visited = await startHere("visited", epmd);
  const port = visited.address!.port;
  const entry = { name: "visited", port, hidden: false };
  const registration = await register({ host: "127.0.0.1", port: otherEpmd.port }, entry);
  const ghost = await startHere("ghost", epmd);
  await visited.connect(ghost.name);
  const ref = visited.self.monitor(ghost.self.pid);
  await visited.self.call({ name: "kernel", node: ghost.name }, ["ping"]);
  const anew = await startHere("ghost", otherEpmd);
  await anew.connect(visited.name);
  assert.equal(await within("DOWN", visited.self.receive()), {
    tag: "DOWN",
    ref,
    process: ghost.self.pid,
    reason: "noconnection",
  });
  anew.self.register("inbox");
  visited.self.send({ name: "inbox", node: anew.name }, "for the living");
  assert.is(await within("a message", anew.self.receive()), "for the living");
  await eventually("the ghost has seen its end", () => ghost.nodes().length === 0);
  assert.equal(visited.nodes(), [anew.name]);
  registration.close();
  for (const node of [visited, ghost, anew]) await stopHere(node);
});

test("leavesNothingBehind", async () => {
  await stopHere(a);
  await cleanUp();
});

test.run();
