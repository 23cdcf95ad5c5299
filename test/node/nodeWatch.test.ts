/** Who is connected: nodes, monitorNodes, monitorNode, connecting and disconnecting; on the main thread and on workers. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { type Down, TIMEOUT } from "../../runtime/index.js";
import type { Node } from "../../runtime/node/boot.js";
import { cleanUp, eventually, startEpmd, startHere, startPeer, stopHere, within } from "./harness.js";
import { type Order, type Puppet, puppet } from "./peerApp.js";

const test = suite("watching nodes");

const up = (node: Node, nodeType = "visible") => ({ tag: "nodeup", node: node.name, nodeType });
const down = (node: Node, reason: string, nodeType: string | undefined = "visible") => ({
  tag: "nodedown",
  node: node.name,
  nodeType,
  reason,
});

let epmd: EpmdServer;
let a: Node;
let b: Node;
test.before(async () => {
  epmd = await startEpmd();
});
test.before.each(async () => {
  a = await startHere("watches", epmd, { schedulers: 1 });
  b = await startHere("watched", epmd, { schedulers: 1 });
});
test.after.each(async () => {
  await stopHere(a);
  await stopHere(b);
});

const next = (node = a) => within("a message", node.self.receive()) as Promise<Record<string, unknown>>;
const nothing = async () => assert.is(await a.self.receive({ after: 0 }), TIMEOUT);

/** A puppet on the worker thread of `a` that shows what it gets, in order, to the program. */
async function shown(): Promise<Puppet> {
  const here = a.self.spawn(puppet, [], { scheduler: 1 }) as Puppet;
  a.self.send(here, { do: "watch", by: a.self.pid });
  assert.equal(await next(), { watching: here });
  return here;
}

/** Has it follow orders, of which it shows that it got them. */
async function tell(whom: Puppet, ...orders: Order[]): Promise<void> {
  for (const order of orders) {
    a.self.send(whom, order);
    assert.is(((await next()).seen as Order).do, order.do);
  }
}

test("connectAndDisconnectSayWhetherTheyDid", async () => {
  const nobody = "nobody@127.0.0.1";
  assert.equal([await a.self.connectNode(nobody), await a.self.ping(nobody)], [false, "pang"]);
  assert.is(await a.self.connectNode(a.name), true);
  assert.equal(a.self.nodes(), []);
  assert.is(await a.self.disconnectNode(b.name), false);
  assert.is(await a.self.connectNode(b.name), true);
  assert.equal(a.self.nodes(), [b.name]);
  assert.is(await a.self.ping(b.name), "pong");
  assert.is(await a.self.disconnectNode(b.name), true);
  assert.equal(a.self.nodes(), []);
  assert.equal(a.nodes(), []);
  assert.is(await a.self.disconnectNode(b.name), false);
  await eventually("the other side sees it", () => b.self.nodes().length === 0);
});

test("monitorNodesTellsOfEveryComingAndGoingOncePerSubscription", async () => {
  a.self.monitorNodes(true);
  a.self.monitorNodes(true);
  a.self.monitorNodes(true, { nodeType: "all" });
  a.self.monitorNodes(true, { nodeType: "hidden" });
  for (let round = 0; round < 3; round++) {
    await a.self.connectNode(b.name);
    for (let i = 0; i < 3; i++) assert.equal(await next(), up(b));
    await a.self.disconnectNode(b.name);
    for (let i = 0; i < 3; i++) assert.equal(await next(), down(b, "disconnect"));
  }
  a.self.monitorNodes(false);
  await a.self.connectNode(b.name);
  assert.equal(await next(), up(b));
  a.self.monitorNodes(false, { nodeType: "all" });
  await a.self.disconnectNode(b.name);
  await nothing();
});

test("hiddenNodesAreSeenByThoseWhoAskForThem", async () => {
  const hidden = await startHere("hidden", epmd, { hidden: true });
  a.self.monitorNodes(true);
  a.self.monitorNodes(true, { nodeType: "hidden" });
  await a.self.connectNode(hidden.name);
  assert.equal(await next(), up(hidden, "hidden"));
  assert.equal(
    [a.self.nodes(), a.self.nodes("hidden"), a.self.nodes("all")],
    [[], [hidden.name], [hidden.name]],
  );
  assert.equal(hidden.self.nodes(), [a.name]);
  await stopHere(hidden);
  assert.equal(await next(), down(hidden, "connectionClosed", "hidden"));
  await nothing();
});

test("monitorNodeConnectsTellsOnceAndIsOverThen", async () => {
  a.self.monitorNode(b.name, true);
  a.self.monitorNode(b.name, true);
  a.self.monitorNode(b.name, true);
  a.self.monitorNode(b.name, false);
  a.self.monitorNode(a.name, true);
  await eventually("it connects", () => a.self.nodes().length === 1);
  await a.self.disconnectNode(b.name);
  for (let i = 0; i < 2; i++) assert.equal(await next(), down(b, "disconnect"));
  await a.self.connectNode(b.name);
  await a.self.disconnectNode(b.name);
  await nothing();
});

test("monitorNodeOfOneThatCannotBeReachedIsDownAtOnce", async () => {
  const watcher = await shown();
  await tell(watcher, { do: "watchNodes", node: "nobody@127.0.0.1" });
  assert.equal(await next(), { watching: watcher });
  const { tag, node, nodeType } = (await next()).seen as Record<string, unknown>;
  assert.equal([tag, node, nodeType], ["nodedown", "nobody@127.0.0.1", undefined]);
  await nothing();
});

test("aNodeWithoutANameWatchesNone", async () => {
  const { startNode } = await import("../../runtime/index.js");
  const alone = await startNode({ schedulers: 0 });
  assert.throws(() => alone.self.monitorNode(b.name, true), /no name/);
  assert.is(await alone.self.connectNode(b.name), false);
  assert.equal(alone.self.nodes(), []);
  await alone.stop();
});

test("nodeupComesBeforeAnySignalOfTheNodeAndNodedownAfterItsLinksAndMonitors", async () => {
  for (let round = 0; round < 10; round++) {
    const watcher = await shown();
    await tell(watcher, { do: "trap" }, { do: "watchNodes", node: b.name });
    assert.equal(await next(), { watching: watcher });
    assert.equal(await next(), { seen: up(b) });
    await a.self.disconnectNode(b.name);
    for (let i = 0; i < 2; i++) assert.equal(await next(), { seen: down(b, "disconnect") });
    // From the other side, which dials, and speaks at once.
    b.self.send(watcher, "first");
    assert.equal(await next(), { seen: up(b) });
    assert.equal(await next(), { seen: "first" });
    const to = b.self.pid;
    await tell(watcher, { do: "link", to }, { do: "monitor", to }, { do: "watchNodes", node: b.name });
    assert.equal(await next(), { watching: watcher });
    await a.self.disconnectNode(b.name);
    const seen = [];
    for (let i = 0; i < 5; i++) seen.push(((await next()).seen as Down).tag as string);
    // A link and a monitor of one process are two signals; it watches nodes twice now, and b once.
    assert.equal(seen.slice(0, 2).sort(), ["DOWN", "EXIT"]);
    assert.equal(seen.slice(2), ["nodedown", "nodedown", "nodedown"]);
    await nothing();
    a.self.exit(watcher, "kill");
  }
});

test("aNodeThatIsKilledOrFallsSilentSaysSo", async () => {
  a.self.monitorNodes(true);
  const peer = await startPeer("dies", epmd);
  await a.self.connectNode("dies@127.0.0.1");
  assert.is((await next()).tag, "nodeup");
  await peer.kill();
  const { tag, node, reason } = await next();
  assert.equal([tag, node, reason], ["nodedown", "dies@127.0.0.1", "connectionClosed"]);
  const impatient = await startHere("impatient", epmd, { tickMs: 50 });
  impatient.self.monitorNodes(true);
  const hangs = await startPeer("dies", epmd);
  await impatient.self.connectNode("dies@127.0.0.1");
  assert.is((await next(impatient)).tag, "nodeup");
  hangs.signal("SIGSTOP");
  assert.is((await next(impatient)).reason, "netTickTimeout");
  hangs.signal("SIGCONT");
  await hangs.kill();
  await stopHere(impatient);
});

test("aThreadThatTakesAnothersPlaceKnowsTheNodes", async () => {
  await a.self.connectNode(b.name);
  const { exiter, nodesTeller } = await import("./lossBodies.js");
  const killer = a.self.spawn(exiter, [], { scheduler: 1 });
  const ref = a.self.monitor(killer);
  assert.equal(await next(), { tag: "DOWN", ref, process: killer, reason: { schedulerDown: 1 } });
  for (;;) {
    const pid = a.self.spawn(nodesTeller, [a.self.pid], { scheduler: 1 });
    const told = await next();
    if (pid.scheduler !== 1) continue;
    assert.equal(told, { nodes: [b.name] });
    break;
  }
});

test("aThreadThatDiesOnAnotherNodeIsTheEndOfItsProcessesHereToo", async () => {
  const { exiter } = await import("./lossBodies.js");
  const watcher = await shown();
  const victim = await a.self.spawn(puppet, [], { node: b.name, scheduler: 1 });
  const neighbour = await a.self.spawnMonitor(puppet, [], { node: b.name, scheduler: 0 });
  await tell(watcher, { do: "trap" }, { do: "link", to: victim }, { do: "monitor", to: victim });
  const reason = { schedulerDown: 1 };
  const ref = a.self.monitor(victim);
  // Answered by the victim's thread: links and monitors are there.
  assert.ok(await a.self.isAlive(victim));
  await a.self.spawn(exiter, [], { node: b.name, scheduler: 1 });
  const heard = [];
  for (let i = 0; i < 3; i++) heard.push(await next());
  const own = heard.filter((m) => m.tag === "DOWN");
  assert.equal(own, [{ tag: "DOWN", ref, process: victim, reason }]);
  const seen = heard.flatMap((m) => (m.seen === undefined ? [] : [m.seen as Down]));
  assert.equal(new Set(seen.map(({ tag }) => tag)), new Set(["EXIT", "DOWN"]));
  for (const { reason: why } of seen) assert.equal(why, reason);
  assert.ok(await a.self.isAlive(neighbour.pid));
  assert.not(await a.self.isAlive(victim));
  await nothing();
});

test("leavesNothingBehind", cleanUp);

test.run();
