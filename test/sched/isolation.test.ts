/** Whatever one process does, those on the same thread keep their messages, their order and their state. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import { type Down, type Node, type Pid, startNode, TIMEOUT } from "../../runtime/index.js";
import { type StartError, startLink, terminateChild } from "../../stdlib/index.js";
import { mustReachItsEnd, needsAddon } from "../native/support.js";
import * as bodies from "./isolationBodies.js";

const test = suite("sched/isolation");
const guarded = needsAddon(test);
const MODULES = [new URL("./isolationBodies.js", import.meta.url).href];

/** ms after which what should come counts as lost. */
const LOST = 20_000;
const knowsAll = native.kind === "addon" && Number.parseInt(process.versions.node, 10) >= 24;

async function next<T>(node: Node, what: string, match: (m: unknown) => boolean = () => true): Promise<T> {
  const message = await node.self.receive(match, { after: LOST });
  if (message === TIMEOUT) throw new Error(`${what}: nothing came`);
  return message as T;
}

const downOf = (node: Node, ref: unknown) =>
  next<Down>(node, "an end", (m) => (m as { ref?: unknown }).ref === ref);

/** What the deed has in it before and after: a count that goes on, and messages in their order. */
async function besideNeighbours(deed: (node: Node, friend: Pid<unknown>) => Promise<void>): Promise<void> {
  const node = await startNode({ schedulers: 1, modules: MODULES });
  try {
    const { self } = node;
    const spawned = [bodies.neighbour, bodies.clock].map((body) =>
      self.spawnMonitor(body, [], { scheduler: 1 }),
    );
    const [friend, clock] = spawned.map(({ pid }) => pid) as [Pid<unknown>, Pid<unknown>];
    for (let i = 0; i < 100; i++) self.send(friend, i);
    self.send(clock, { tell: self.pid });
    const { ticks: before } = await next<{ ticks: number }>(node, "ticks");
    await deed(node, friend);
    for (let i = 100; i < 200; i++) self.send(friend, i);
    self.send(friend, { tell: self.pid });
    assert.equal(await next(node, "what it has seen"), { seen: Array.from({ length: 200 }, (_, i) => i) });
    self.send(clock, { tell: self.pid });
    assert.ok((await next<{ ticks: number }>(node, "ticks")).ticks > before);
    assert.is(await self.receive({ after: 0 }), TIMEOUT, "nobody ended, nothing was sent twice");
  } finally {
    await node.stop();
  }
}

function begin(node: Node, deed: string, friend: Pid<unknown>) {
  return node.self.spawnMonitor(bodies.bad, [deed, friend, node.self.pid as Pid<unknown>], { scheduler: 1 });
}

for (const deed of Object.keys(bodies.ENDLESS)) {
  const run = deed === "a promise that is never settled" ? test : guarded;
  run(`${deed} without end: a kill ends the process, and others hear what was sent to them meanwhile`, () =>
    besideNeighbours(async (node, friend) => {
      const { pid, ref } = begin(node, deed, friend);
      await next(node, "its start", (m) => m === "on it");
      node.self.exit(pid, "kill");
      assert.is((await downOf(node, ref)).reason, "killed");
    }),
  );
}

test("a promise that is never settled does not hold up the end of the node, nor any exit signal", async () => {
  const node = await startNode({ schedulers: 1, modules: MODULES });
  const friend = node.self.spawn(bodies.neighbour, [], { scheduler: 1 }) as Pid<unknown>;
  const { pid, ref } = begin(node, "a promise that is never settled", friend);
  begin(node, "a promise that is never settled", friend);
  await next(node, "its start", (m) => m === "on it");
  node.self.exit(pid, "enough");
  assert.is((await downOf(node, ref)).reason, "enough");
  await node.stop();
});

for (const deed of Object.keys(bodies.FAILING)) {
  const run = deed === "deep recursion" ? test : guarded;
  run(`${deed}: the error is the exit reason of the process that is behind it`, () =>
    besideNeighbours(async (node, friend) => {
      const { ref } = begin(node, deed, friend);
      await next(node, "its start", (m) => m === "on it");
      const { reason } = await downOf(node, ref);
      assert.match(String(reason), deed === "deep recursion" ? /RangeError|call stack/ : "escaped");
    }),
  );
}

for (const deed of Object.keys(bodies.STRAY)) {
  test(`${deed} that throws: the process ends where Node can tell whose it was, and the thread lives on`, () =>
    besideNeighbours(async (node, friend) => {
      const { pid, ref } = begin(node, deed, friend);
      await next(node, "its start", (m) => m === "on it");
      if (!knowsAll) {
        node.self.exit(pid, "kill");
        assert.is((await downOf(node, ref)).reason, "killed");
      } else assert.match(String((await downOf(node, ref)).reason), "escaped");
    }));
}

guarded(
  "terminate of a server that loops: its supervisor, on another thread, kills it when its time is over",
  () =>
    besideNeighbours(async (node) => {
      const { self } = node;
      const top = await startLink(self, bodies.top, [], { scheduler: 0 });
      const ref = self.monitor(self.whereis("stubborn")!);
      await terminateChild(self, top, "stubborn");
      assert.is((await downOf(node, ref)).reason, "killed");
      self.unlink(top);
      self.exit(top, "kill");
    }),
);

guarded(
  "a supervisor whose init loops: the start fails when its time is over, and nothing is left of it",
  () =>
    besideNeighbours(async (node) => {
      const { self } = node;
      try {
        await startLink(self, bodies.lost, [], { timeout: 20, name: "lost" });
        assert.unreachable();
      } catch (error) {
        assert.is((error as StartError).reason, "timeout");
      }
      while (self.whereis("lost") !== undefined) await downOf(node, self.monitor("lost"));
    }),
);

mustReachItsEnd(test);
test.run();
