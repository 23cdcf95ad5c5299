/** Threads that die, processes that never yield, and the load between schedulers. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import {
  type AnyPid,
  type Down,
  type Node,
  type NodeOptions,
  type Pid,
  startNode,
  TIMEOUT,
} from "../../runtime/index.js";
import { mustReachItsEnd, needsAddon, randomFrom } from "../native/support.js";
import * as bodies from "./threadBodies.js";

const test = suite("sched/threads");
const guarded = needsAddon(test);
const MODULES = [new URL("./threadBodies.js", import.meta.url).href];

/** ms after which what should come counts as lost. */
const LOST = 10_000;

async function onNode(options: NodeOptions, run: (node: Node) => Promise<void>): Promise<void> {
  const node = await startNode({ schedulers: 2, modules: MODULES, ...options });
  try {
    await run(node);
  } finally {
    await node.stop();
  }
}

async function next<T>(node: Node, what: string, match: (m: unknown) => boolean = () => true): Promise<T> {
  const message = await node.self.receive(match, { after: LOST });
  if (message === TIMEOUT) throw new Error(`${what}: nothing came`);
  return message as T;
}

async function reasonOf(node: Node, pid: AnyPid): Promise<unknown> {
  const ref = node.self.monitor(pid);
  return (await next<Down>(node, `end of ${pid}`, (m) => (m as Down).ref === ref)).reason;
}

/** Starts a process on a scheduler that is being replaced, as soon as it is there. */
async function spawnWhenBack(node: Node, scheduler: number): Promise<Pid<never>> {
  const deadline = performance.now() + LOST;
  for (;;) {
    const pid = node.self.spawn(bodies.counter, [], { scheduler });
    if (pid.scheduler !== scheduler) {
      // Elsewhere, as long as that thread is not back.
      node.self.exit(pid, "kill");
      await node.self.receive((m) => m === "never", { after: 10 });
      continue;
    }
    try {
      assert.is(await node.self.call(pid, "first", LOST), 1);
      return pid;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await node.self.receive((m) => m === "never", { after: 10 });
    }
  }
}

const DEATHS = {
  "process.exit in a body": bodies.exiter,
  "a heap that is full": bodies.glutton,
  "a heap that is full of short strings": bodies.stringGlutton,
};

for (const [death, body] of Object.entries(DEATHS)) {
  test(`thread lost by ${death}: three times in a row its own processes end, once for each who watches, and no other`, () =>
    onNode({ heapMiB: 48 }, async (node) => {
      const { self } = node;
      const neighbour = self.spawn(bodies.counter, [], { scheduler: 2 });
      for (let round = 1; round <= 3; round++) {
        const killer = self.spawn(body, [], { scheduler: 1, name: "killer" });
        const victim = self.spawn(bodies.mute, [], { scheduler: 1, name: "victim" });
        assert.ok(await self.isAlive(victim), "born, and so it has its name");
        const witnesses = [0, 2].map((scheduler) =>
          self.spawn(bodies.witness, [victim, "victim", self.pid], { scheduler }),
        );
        for (const _ of witnesses) await next(node, "ready");
        const ref = self.monitor(killer);
        self.send(killer, "now");
        const reason = { schedulerDown: 1 };
        assert.equal((await next<Down>(node, "own DOWN", (m) => (m as Down).ref === ref)).reason, reason);
        for (const name of ["killer", "victim"]) {
          assert.is(self.whereis(name), undefined, "a name is free before anybody hears of the end");
        }
        const back = await spawnWhenBack(node, 1);
        for (const witness of witnesses) {
          self.send(witness, "tell");
          const { failure, heard } = await next<{ failure: unknown; heard: unknown[] }>(node, "testimony");
          assert.equal(failure, reason);
          assert.equal(heard.map(String).sort(), [
            "DOWN,[object Object]",
            "DOWN,[object Object]",
            "EXIT,[object Object]",
          ]);
          for (const [, why] of heard as [string, unknown][]) assert.equal(why, reason);
        }
        assert.is(await reasonOf(node, victim), "noproc");
        assert.is(await self.call(neighbour, "still there", LOST), round);
        self.exit(back, "kill");
      }
      assert.is(await self.receive({ after: 0 }), TIMEOUT);
    }));
}

for (const how of ["loop", "optimised", "await", "catch", "receive"]) {
  const run = how === "receive" ? test : guarded;
  run(
    `kill ends a process that never stops (${how}); its neighbours keep their state, its links and monitors fire`,
    () =>
      onNode({}, async (node) => {
        const { self } = node;
        for (const scheduler of [1, 0]) {
          if (scheduler === 0 && how !== "receive") continue;
          const neighbour = self.spawn(bodies.counter, [], { scheduler });
          assert.is(await self.call(neighbour, "one", LOST), 1);
          const pid = self.spawnLink(bodies.spinner, [self.pid, how], { scheduler });
          const ref = self.monitor(pid);
          await next(node, "spinning");
          self.exit(pid, "kill");
          const heard = [await next<{ tag: string }>(node, "end"), await next<{ tag: string }>(node, "end")];
          assert.equal(
            heard.sort((a, b) => (a.tag < b.tag ? -1 : 1)),
            [
              { tag: "DOWN", ref, process: pid, reason: "killed" },
              { tag: "EXIT", pid, reason: "killed" },
            ],
          );
          assert.is(await self.call(neighbour, "two", LOST), 2);
        }
      }),
  );
}

test("kills at random times hit their target and nobody else: 2000 kills beside busy neighbours", () =>
  onNode({}, async (node) => {
    const { self } = node;
    const random = randomFrom(11);
    const near = self.spawn(bodies.mute, [], { scheduler: 1 });
    const far = self.spawn(bodies.mute, [], { scheduler: 2 });
    const neighbours = [1, 1, 2].map((scheduler) => self.spawnLink(bodies.counter, [], { scheduler }));
    const watcher = self.monitor(near);
    let before = 0;
    for (let round = 1; round <= 2000; round++) {
      const { pid, ref } = self.spawnMonitor(bodies.busy, [near, far], { scheduler: 1 });
      if (random() < 0.5) await new Promise((resolve) => setImmediate(resolve));
      const until = performance.now() + random() * 0.6;
      while (performance.now() < until);
      self.exit(pid, "kill");
      assert.is((await next<Down>(node, `kill ${round}`, (m) => (m as Down).ref === ref)).reason, "killed");
      if (round % 20 === 0) {
        before++;
        for (const neighbour of neighbours) assert.is(await self.call(neighbour, "alive", LOST), before);
      }
    }
    assert.is(self.demonitor(watcher), true);
    assert.is(await self.receive({ after: 0 }), TIMEOUT);
    if (native.kind === "addon") {
      const { kills } = (await node.inspect()).find((report) => report.scheduler === 1)!;
      console.log(`(${kills} of 2000 kills cut a slice)`);
      assert.ok(kills > 100, `the kills raced with nothing: ${kills}`);
    }
  }));

test("a million messages over rings of 256 bytes to slow receivers arrive complete and in order for each pair", () =>
  onNode({ ringBytes: 256 }, async (node) => {
    const { self } = node;
    const [sources, sinks, count] = [2, 2, 250_000];
    const targets = [1, 2].map((scheduler) =>
      self.spawnLink(bodies.sink, [sources, count, self.pid], { scheduler }),
    );
    assert.is(targets.length, sinks);
    for (let id = 0; id < sources; id++) {
      self.spawn(bodies.source, [id, targets as unknown as Pid<never>[], count], { scheduler: 2 - id });
    }
    for (const _ of targets) {
      const heard = await self.receive(
        (m) =>
          (m as { complete?: unknown }).complete !== undefined ||
          (m as { reason?: unknown }).reason !== "normal",
      );
      assert.equal(heard, { complete: [count, count] });
    }
  }));

test("a message of 64 MiB crosses schedulers whole, through 128 KiB and through 256 bytes", async () => {
  const big = new Uint8Array(64 * 1024 * 1024);
  for (let i = 0; i < big.length; i += 4093) big[i] = i % 251;
  let sum = 0;
  for (let i = 0; i < big.length; i += 4093) sum = (sum * 31 + big[i]!) | 0;
  for (const ringBytes of [128 * 1024, 256]) {
    await onNode({ ringBytes }, async ({ self }) => {
      const pid = self.spawn(bodies.weigher, [], { scheduler: 1 });
      const request = ringBytes === 256 ? big.subarray(0, 4 * 1024 * 1024) : big;
      const [length, heard] = (await self.call(pid, request, 30_000)) as [number, number];
      assert.is(length, request.length);
      if (request === big) assert.is(heard, sum);
    });
  }
});

mustReachItsEnd(test);
test("a thread is replaced while a process loops on another", () =>
  onNode({}, async (node) => {
    const { self } = node;
    const loops = self.spawn(bodies.spinner, [self.pid, "plain"], { scheduler: 2 });
    assert.is(await next(node, "spinning"), "spinning");
    const lost = self.spawnMonitor(bodies.exiter, [], { scheduler: 1 });
    self.send(lost.pid as Pid<unknown>, "go");
    assert.equal((await next<Down>(node, "end of the thread")).reason, { schedulerDown: 1 });
    const back = await spawnWhenBack(node, 1);
    assert.is(await self.call(back, "again", LOST), 2);
    if (native.kind === "addon") self.exit(loops, "kill");
  }));

test.run();
