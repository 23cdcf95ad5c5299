/** Names and locks of all connected nodes: three of them, some of which are processes of their own. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { EpmdServer } from "../../runtime/dist/epmd/server.js";
import {
  type AnyPid,
  call,
  Exit,
  erpc,
  global,
  type Node,
  type Self,
  StartError,
  start,
  startLink,
} from "../../stdlib/index.js";
import {
  cleanUp,
  eventually,
  type Ringbeam,
  startEpmd,
  startHere,
  startPeer,
  stopHere,
  within,
} from "../node/harness.js";
import {
  counter,
  crashes,
  idle,
  lesserNode,
  looksUp,
  registers,
  registersItself,
  shows,
  store,
  worker,
} from "./globalBodies.js";

const test = suite("stdlib/global");

let epmd: EpmdServer;
let running: Node[];
let round = 0;
test.before(async () => {
  epmd = await startEpmd();
});
test.before.each(() => {
  running = [];
  round++;
});
test.after.each(async () => {
  for (const node of running) await stopHere(node);
});

/** Nodes in this process; names sort as the letters do. */
async function nodes(letters: string): Promise<Self<unknown>[]> {
  for (const letter of letters) running.push(await startHere(`${letter}${round}`, epmd, { schedulers: 1 }));
  return running.slice(-letters.length).map(({ self }) => self);
}

/** All are connected, and know that. */
async function connected(...selves: Self<unknown>[]): Promise<void> {
  for (const self of selves)
    for (const { node } of selves) assert.ok(await self.connectNode(node), `${self.node} to ${node}`);
  for (const self of selves) await global.sync(self);
}

async function holders(name: unknown, ...selves: Self<unknown>[]): Promise<string[]> {
  const pids = [];
  for (const self of selves) pids.push(String(await global.whereisName(self, name)));
  return pids;
}

/** What comes of the name in the end, on all nodes. */
async function settles(
  name: unknown,
  selves: Self<unknown>[],
  pids: readonly (AnyPid | undefined)[],
): Promise<void> {
  await eventually(`${name} is ${pids.join(" or ")} everywhere`, async () => {
    const [first, ...others] = await holders(name, ...selves);
    return pids.map(String).includes(first!) && others.every((other) => other === first);
  });
}

const received = <T>(self: Self<unknown>) => within("a message", self.receive()) as Promise<T>;

test("aNameIsKnownOnAllNodesWithOneHolder", async () => {
  const [a, b, c] = await nodes("abc");
  await connected(a!, b!, c!);
  const pid = b!.spawn(idle, []);
  assert.is(await global.registerName(a!, ["x", 1], pid), true);
  assert.equal(await holders(["x", 1], a!, b!, c!), [pid, pid, pid].map(String));
  assert.equal(await global.registeredNames(c!), [["x", 1]]);
  assert.is(await global.registerName(c!, ["x", 1], c!.pid), false, "somebody has it");
  assert.is(await global.registerName(c!, "y", pid), false, "it has a name");
  await global.reRegisterName(c!, ["x", 1], c!.pid);
  assert.equal(await holders(["x", 1], a!, b!), [c!.pid, c!.pid].map(String));
  assert.is(String(await global.send(a!, ["x", 1], "hello")), String(c!.pid));
  assert.is(await received(c!), "hello");
  await global.unregisterName(b!, ["x", 1]);
  assert.equal(await global.registeredNames(a!), []);
  const error = await global.send(a!, "x", 1).catch((e: unknown) => e);
  assert.ok(error instanceof Exit);
  assert.equal(error.reason, { badarg: { name: "x", message: 1 } });
  // A process that has ended: nobody.
  await global.registerName(a!, "ended", pid);
  a!.exit(pid, "kill");
  await settles("ended", [a!, b!, c!], [undefined]);
});

test("theServerStartsOnceHoweverManyUseItFirst", async () => {
  const [a] = (await nodes("a")) as [Self<unknown>];
  const firsts = Array.from({ length: 8 }, (_, i) => a.spawn(registersItself, [i, a.pid]));
  for (const _ of firsts) assert.equal(await received(a), { registered: true });
  assert.is((await global.registeredNames(a)).length, firsts.length);
});

test("ofAllWhoRegisterAtOnceExactlyOneWins", async () => {
  const selves = await nodes("abc");
  await connected(...selves);
  for (let i = 0; i < 10; i++) {
    const won = await Promise.all(
      selves.map((self) => global.registerName(self, `n${i}`, self.spawn(idle, []))),
    );
    assert.is(won.filter(Boolean).length, 1, String(won));
    const winner = selves[won.indexOf(true)]!;
    const found = await holders(`n${i}`, ...selves);
    assert.is(new Set(found).size, 1);
    assert.is((await global.whereisName(winner, `n${i}`))!.node.name, winner.node);
  }
});

test("aNameIsFreeAtOnceForWhoKnowsThatItsHolderEnded", async () => {
  const selves = await nodes("abc");
  const [a, b, c] = selves as [Self<unknown>, Self<unknown>, Self<unknown>];
  await connected(...selves);
  for (let i = 0; i < 10; i++) {
    const { pid, ref } = await a.spawnMonitor(idle, [], { node: b.node });
    assert.ok(await global.registerName(c, "x", pid));
    a.exit(pid, "kill");
    assert.is((await received<{ ref: unknown }>(a)).ref, ref);
    assert.ok(await global.registerName(a, "x", a.spawn(idle, [])));
    await global.unregisterName(b, "x");
  }
});

test("aNodeThatIsLostFreesItsNamesAndLocks", async () => {
  const [a, b] = await nodes("ab");
  const peer: Ringbeam = await startPeer(`c${round}`, epmd);
  const c = `c${round}@127.0.0.1`;
  await connected(a!, b!);
  const there = await a!.spawn(idle, [], { node: c });
  assert.is(await erpc.call(a!, c, registers, ["x", there]), true);
  await settles("x", [a!, b!], [there]);
  assert.equal(b!.nodes().sort(), [a!.node, c].sort(), "global connects them all");
  assert.equal(String(await erpc.call(a!, c, looksUp, ["x"])), String(there));
  await peer.kill();
  await settles("x", [a!, b!], [undefined]);
  assert.ok(await global.registerName(b!, "x", b!.pid));
  assert.equal(await holders("x", a!, b!), [b!.pid, b!.pid].map(String));
});

test("whenNodesConnectTheResolverSaysWhoKeepsTheName", async () => {
  const selves = await nodes("abcd");
  const [a, b, c, d] = selves as [Self<unknown>, Self<unknown>, Self<unknown>, Self<unknown>];
  // Two clusters.
  await connected(a, b);
  await connected(c, d);
  const left = a.spawn(shows, [a.pid]);
  const right = d.spawn(shows, [d.pid]);
  assert.ok(await global.registerName(b, "x", left, lesserNode));
  assert.ok(await global.registerName(c, "x", right, lesserNode));
  assert.ok(await global.registerName(b, "only left", b.pid));
  assert.ok(await global.registerName(c, "only right", c.pid));
  await c.connectNode(b.node);
  await settles("x", selves, [left]);
  await settles("only left", selves, [b.pid]);
  await settles("only right", selves, [c.pid]);
  for (const [self, pid] of [
    [a, left],
    [d, right],
  ] as const) {
    const { shown, by } = await received<{ shown: unknown; by: AnyPid }>(self);
    assert.equal([shown, String(by)], [{ resolved: "x" }, String(pid)], "once");
  }
  for (const self of selves) assert.is(self.nodes().length, 3, "all are connected");
  // One group: of what is registered now there is one.
  const won = await Promise.all(selves.map((self) => global.registerName(self, "y", self.spawn(idle, []))));
  assert.is(won.filter(Boolean).length, 1);
});

test("theDefaultResolverKillsOneTheOthersNotify", async () => {
  const selves = await nodes("ab");
  const [a, b] = selves as [Self<unknown>, Self<unknown>];
  const all: [string, global.Resolver | undefined, AnyPid, AnyPid][] = [
    ["kill", undefined, a.spawn(idle, []), b.spawn(idle, [])],
    ["notify", global.randomNotifyName, a.spawn(shows, [a.pid]), b.spawn(shows, [a.pid])],
    ["all", global.notifyAllName, a.spawn(shows, [a.pid]), b.spawn(shows, [a.pid])],
    ["crash", crashes, a.spawn(idle, []), b.spawn(idle, [])],
  ];
  for (const [name, resolver, left, right] of all) {
    assert.ok(await global.registerName(a, name, left, resolver));
    assert.ok(await global.registerName(b, name, right, resolver));
  }
  await connected(a, b);
  await settles("kill", selves, all[0]!.slice(2) as AnyPid[]);
  const [kept] = await holders("kill", a);
  for (const pid of all[0]!.slice(2) as AnyPid[])
    await eventually("one is killed", async () => (await a.isAlive(pid)) === (String(pid) === kept));
  await settles("notify", selves, all[1]!.slice(2) as AnyPid[]);
  const [notified] = await holders("notify", a);
  await settles("all", selves, [undefined]);
  await settles("crash", selves, [undefined]);
  const told: { shown: global.GlobalNameConflict; by: AnyPid }[] = [];
  for (let i = 0; i < 3; i++) told.push(await received(a));
  const loser = told.find(({ shown }) => shown.name === "notify")!;
  assert.not.equal(String(loser.by), notified);
  const others = told
    .filter(({ shown }) => shown.name === "all")
    .map(({ by, shown }) => [by, shown.other].map(String));
  assert.equal(
    others.sort(),
    [all[3 - 1]!.slice(2).map(String), all[2]!.slice(2).reverse().map(String)].sort(),
  );
});

test("aLockIsHeldByOneRequesterOfAllNodes", async () => {
  const selves = await nodes("abc");
  const [a, b] = selves as [Self<unknown>, Self<unknown>];
  await connected(...selves);
  const counts = await start(a, store, []);
  const rounds = 5;
  for (const self of selves) self.spawn(worker, [counts, rounds, a.pid]);
  for (let i = 0; i < selves.length; i++) await received(a);
  assert.is(await call(a, counts, ["get"]), rounds * selves.length, "no update is lost");

  assert.ok(await global.setLock(a, ["r", 1]));
  assert.ok(await global.setLock(a, ["r", 1]), "the same requester");
  assert.ok(await global.setLock(b, ["r", 1], undefined, 0), "and on whose behalf another process holds it");
  assert.not(await global.setLock(b, ["r", 2], undefined, 0));
  assert.is(await global.trans(b, ["r", 2], () => 1, undefined, 0), "aborted");
  await global.delLock(a, ["r", 1]);
  assert.not(await global.setLock(a, ["r", 2], undefined, 0), "b holds it still");
  await global.delLock(a, ["r", 1]);
  await global.delLock(b, ["r", 2]);
  assert.not(await global.setLock(a, ["r", 2], undefined, 0), "who does not hold it cannot delete it");
  await global.delLock(b, ["r", 1]);
  assert.is(await global.trans(a, ["r", 2], async () => 5, undefined, 0), 5);
  assert.ok(await global.setLock(b, ["r", 3], undefined, 0), "trans gave it back");
});

test("aLockEndsWithItsHolder", async () => {
  const selves = await nodes("ab");
  const [a, b] = selves as [Self<unknown>, Self<unknown>];
  await connected(...selves);
  const counts = await start(a, store, []);
  assert.ok(await global.setLock(b, ["count", 0]));
  const pid = b.spawn(worker, [counts, 1, b.pid]);
  await global.delLock(b, ["count", 0]);
  await received(b);
  assert.not(await b.isAlive(pid));
  assert.ok(await global.setLock(a, ["count", 1]));
  const { ref } = a.spawnMonitor(idle, []);
  a.demonitor(ref);
  await stopHere(running.shift()!);
  await within("the lock is free", global.setLock(b, ["count", 2], [b.node]));
});

test("aServerHasItsNameFromItsStartAndIsCalledFromAllNodes", async () => {
  const selves = await nodes("ab");
  const [a, b] = selves as [Self<unknown>, Self<unknown>];
  await connected(...selves);
  const pid = await startLink(a, counter, [5], { name: global.via("x") });
  assert.is(await call(b, global.via("x"), ["add", 2]), 7);
  const again = await start(b, counter, [0], { name: global.via("x") }).catch((error: unknown) => error);
  assert.ok(again instanceof StartError);
  assert.equal(Object.keys(again.reason as object), ["alreadyStarted"]);
  a.unlink(pid);
  a.exit(pid, "kill");
  await settles("x", selves, [undefined]);
  assert.is(String(await call(b, global.via("x"), ["add", 2]).catch((e) => e.failure)), "noproc");
});

test("leavesNothingBehind", cleanUp);

test.run();
