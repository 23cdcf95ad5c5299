/** A node that reads no more (SIGSTOP), and those who send to it: Erlang's `+zdbbl`, send/3 with its options. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { type Dest, type Pid, TIMEOUT } from "../../runtime/index.js";
import { type Node, startNode } from "../../runtime/node/boot.js";
import { cleanUp, eventually, type Ringbeam, startEpmd, startHere, startPeer, stopHere } from "./harness.js";
import { type Puppet, puppet } from "./peerApp.js";
import { courier, flooder, glutton, prudent } from "./pressureBodies.js";

const test = suite("back-pressure between nodes");

const LIMIT = 256 * 1024;
const HARD = 4 * 1024 * 1024;
const MIB = 1024 * 1024;

interface Scene {
  readonly epmd: EpmdServer;
  readonly a: Node;
  readonly b: Ringbeam;
  readonly B: string;
}

let scenes = 0;

async function startScene(): Promise<Scene> {
  const epmd = await startEpmd();
  const n = ++scenes;
  const a = await startHere(`fast${n}`, epmd, {
    schedulers: 1,
    distBufferBusyLimit: LIMIT,
    distBufferHardLimit: HARD,
  });
  const b = await startPeer(`slow${n}`, epmd, ["--schedulers", "1"]);
  const B = `slow${n}@127.0.0.1`;
  await a.connect(B);
  return { epmd, a, b, B };
}

async function stopScene({ a, b, epmd }: Scene): Promise<void> {
  b.signal("SIGCONT");
  await stopHere(a);
  const { code, stderr } = await b.stop();
  assert.is(code, 0, stderr);
  await epmd.close();
}

/** A process of the other node that counts so many messages of each of so many senders, and tells { counted, wrong }. */
async function counterOf({ a, B }: Scene, per: number, senders = 1): Promise<Dest> {
  return (await a.self.call({ name: "peer", node: B }, ["count", {}, per, senders, false])) as Dest;
}

async function nextOf({ a }: Scene, key: string): Promise<Record<string, unknown>> {
  const has = (m: unknown) => Object.hasOwn(m as object, key);
  const message = await a.self.receive(has, { after: 20_000 });
  if (message === TIMEOUT) throw new Error(`no { ${key} } came`);
  return message as Record<string, unknown>;
}

/** The process is suspended, and not only till the system's buffers are full: nothing has moved for a while. */
async function suspended({ a }: Scene, pid: Pid<never>): Promise<void> {
  let last = -1;
  let still = 0;
  await eventually("it is suspended", async () => {
    const info = await a.self.processInfo(pid);
    still = info?.status === "suspended" && info.reductions === last ? still + 1 : 0;
    last = info?.reductions ?? -1;
    return still === 20;
  });
}

/** The other processes of the sender's scheduler are served. */
async function neighboursGoOn({ a }: Scene, scheduler: number): Promise<void> {
  const neighbour = a.self.spawn(puppet, [], { scheduler }) as Puppet;
  a.self.send(neighbour, { do: "answer", to: a.self.pid, message: { alive: neighbour } });
  const answer = await a.self.receive((m) => (m as { alive?: unknown }).alive === neighbour, {
    after: 10_000,
  });
  assert.is.not(answer, TIMEOUT);
}

for (const scheduler of [0, 1]) {
  test(`aSenderToAStoppedNodeIsSuspendedAndAllOfItArrivesInOrderAfterwards, on scheduler ${scheduler}`, async () => {
    const scene = await startScene();
    const { a, b, B } = scene;
    const n = 100_000;
    const to = await counterOf(scene, n);
    b.signal("SIGSTOP");
    const before = process.memoryUsage().rss;
    const sender = a.self.spawn(flooder, [a.self.pid, to, n], { scheduler });
    await suspended(scene, sender);
    await neighboursGoOn(scene, scheduler);
    const [connection] = a.connections();
    assert.equal([connection!.node, connection!.transport, connection!.busy], [B, "tcp", true]);
    assert.ok(
      connection!.queued >= LIMIT && connection!.queued < LIMIT + MIB,
      `${connection!.queued} queued`,
    );
    assert.ok(Date.now() - connection!.since < 60_000 && connection!.bytesOut > 0);
    // 100 MB are to be sent; beside the limits there is what the test itself needs.
    assert.ok(process.memoryUsage().rss - before < 60 * MIB, "memory is bounded");
    assert.is((await a.self.processInfo(sender))?.status, "suspended");
    b.signal("SIGCONT");
    await nextOf(scene, "flooded");
    assert.equal(await nextOf(scene, "counted"), { counted: n, wrong: "" });
    await eventually("it is not busy", () => a.connections()[0]?.busy === false);
    assert.equal(
      (await a.self.connections()).map(({ node, busy }) => [node, busy]),
      [[B, false]],
    );
    await stopScene(scene);
  });

  test(`aBehaviourHandlesNoMessageWhileItIsSuspended, on scheduler ${scheduler}`, async () => {
    const scene = await startScene();
    const { a, b } = scene;
    const n = 20_000;
    const to = await counterOf(scene, n);
    b.signal("SIGSTOP");
    const busy = a.self.spawn(courier, [a.self.pid, to], { scheduler });
    for (let i = 1; i <= n; i++) a.self.send(busy as Pid<number>, i);
    await suspended(scene, busy);
    await neighboursGoOn(scene, scheduler);
    const { mailbox, reductions } = (await a.self.processInfo(busy))!;
    await neighboursGoOn(scene, scheduler);
    const later = (await a.self.processInfo(busy))!;
    assert.ok(mailbox > 0);
    assert.equal([later.mailbox, later.reductions], [mailbox, reductions]);
    b.signal("SIGCONT");
    assert.equal(await nextOf(scene, "counted"), { counted: n, wrong: "" });
    await stopScene(scene);
  });

  test(`aSuspendedProcessCanBeKilledAndItsLinksAndMonitorsFire, on scheduler ${scheduler}`, async () => {
    const scene = await startScene();
    const { a, b } = scene;
    const to = await counterOf(scene, 1);
    b.signal("SIGSTOP");
    const { pid, ref } = a.self.spawnMonitor(flooder, [a.self.pid, to, 100_000], { scheduler, link: true });
    await suspended(scene, pid);
    a.self.exit(pid, "kill");
    const signals = [await nextOf(scene, "tag"), await nextOf(scene, "tag")];
    assert.equal(signals, [
      { tag: "EXIT", pid, reason: "killed" },
      { tag: "DOWN", ref, process: pid, reason: "killed" },
    ]);
    await stopScene(scene);
  });

  test(`aSenderThatIsSuspendedGoesOnWhenTheConnectionIsLost, on scheduler ${scheduler}`, async () => {
    const scene = await startScene();
    const { a, b, B } = scene;
    const to = await counterOf(scene, 1);
    b.signal("SIGSTOP");
    const n = 20_000;
    const sender = a.self.spawn(flooder, [a.self.pid, to, n], { scheduler });
    await suspended(scene, sender);
    a.self.monitorNode(B, true);
    await b.kill();
    assert.equal(await nextOf(scene, "flooded"), { flooded: n });
    assert.is((await nextOf(scene, "tag")).tag, "nodedown");
    await stopHere(a);
    await scene.epmd.close();
  });

  test(`aLoopThatNeverWaitsIsRefusedAtTheHardLimit, on scheduler ${scheduler}`, async () => {
    const scene = await startScene();
    const { a, b, B } = scene;
    const to = await counterOf(scene, 1);
    b.signal("SIGSTOP");
    a.self.spawn(glutton, [a.self.pid, to], { scheduler });
    const { refused, sent } = await nextOf(scene, "refused");
    assert.is(refused, B);
    assert.ok(
      (sent as number) * 1000 > HARD * 0.9 && (sent as number) * 1000 < HARD + 4 * MIB,
      `${sent} sent`,
    );
    await stopScene(scene);
  });

  test(`nosuspendSendsNothingToABusyNodeAndSuspendsNobody, on scheduler ${scheduler}`, async () => {
    const scene = await startScene();
    const { a, b } = scene;
    const to = await counterOf(scene, 1);
    b.signal("SIGSTOP");
    const { pid, ref } = a.self.spawnMonitor(prudent, [a.self.pid, to], { scheduler });
    const { nosuspend } = await nextOf(scene, "nosuspend");
    assert.ok((nosuspend as number) * 1000 < LIMIT + 4 * MIB, `${nosuspend} sent`);
    assert.equal(await nextOf(scene, "tag"), { tag: "DOWN", ref, process: pid, reason: "normal" });
    await stopScene(scene);
  });
}

test("linksMonitorsAndExitsAreTakenWhateverIsUnderWay", async () => {
  const scene = await startScene();
  const { a, b, B } = scene;
  const there = (await a.self.call({ name: "peer", node: B }, ["spawn", {}])) as Puppet;
  b.signal("SIGSTOP");
  const sender = a.self.spawn(flooder, [a.self.pid, there, 20_000], { scheduler: 0 });
  await suspended(scene, sender);
  const ref = a.self.monitor(there);
  a.self.exit(there, "enough");
  assert.is((await a.self.processInfo(a.self.pid))?.status === "suspended", false);
  b.signal("SIGCONT");
  assert.equal(await nextOf(scene, "tag"), { tag: "DOWN", ref, process: there, reason: "enough" });
  await nextOf(scene, "flooded");
  await stopScene(scene);
});

test("noconnectSendsNothingToANodeThatIsNotConnected", async () => {
  const scene = await startScene();
  const { a, B } = scene;
  // The peer there understands requests only, and would end of this, and its node with it.
  const to = { name: "nobody", node: B };
  assert.is(a.self.send(to, "hello", { noconnect: true }), "ok");
  await a.self.disconnectNode(B);
  assert.is(a.self.send(to, "hello", { noconnect: true, nosuspend: true }), "noconnect");
  assert.equal(a.nodes(), []);
  assert.is(a.self.send(a.self.pid as Pid<unknown>, "me", { noconnect: true, nosuspend: true }), "ok");
  await stopScene(scene);
});

test("limitsThatAreNoneAreRefused", async () => {
  const refusal = async (options: object) => String(await startNode(options).catch((error) => error.message));
  assert.match(await refusal({ distBufferBusyLimit: 0 }), /distBufferBusyLimit: 0/);
  assert.match(await refusal({ distBufferBusyLimit: 20, distBufferHardLimit: 10 }), /is below/);
});

test("leavesNothingBehind", cleanUp);

test.run();
