/** A thread that dies with many children of one supervisor is one misfortune: they all come back. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Node, startNode } from "../../runtime/index.js";
import {
  type AnyPid,
  type ChildSpec,
  child,
  dynamicSupervisor,
  startChild,
  startLink,
  whichChildren,
} from "../../stdlib/index.js";
import { counter, family } from "./servers.js";
import { wrecker } from "./threadLossBodies.js";

const test = suite("stdlib/threadLoss");
const CHILDREN = ["one", "two", "three", "four", "five"];
let node: Node;

export const pool = dynamicSupervisor(import.meta.url, "pool", () => ({ intensity: 1 }));

test.before(async () => {
  const modules = ["./servers.js", "./threadLossBodies.js"].map(
    (file) => new URL(file, import.meta.url).href,
  );
  node = await startNode({ schedulers: 2, modules });
});
test.after(() => node.stop());

const spec = (id: string): ChildSpec => child(counter, [0], { id, name: id, scheduler: 1 });

async function allBack(before: readonly AnyPid[]): Promise<void> {
  const { self } = node;
  for (const [i, id] of CHILDREN.entries()) {
    while (self.whereis(id) === undefined || self.whereis(id) === before[i])
      await self.receive((m) => m === "never", { after: 5 });
  }
}

async function loseThread(): Promise<void> {
  const { self } = node;
  const before = CHILDREN.map((id) => self.whereis(id)!);
  assert.ok(before.every((pid) => pid.scheduler === 1));
  self.spawn(wrecker, [], { scheduler: 1 });
  await allBack(before);
}

test("a supervisor of intensity 1 brings five children of a lost thread back", async () => {
  const { self } = node;
  const sup = await startLink(self, family, [{ intensity: 1, children: CHILDREN.map(spec) }], {
    scheduler: 0,
  });
  await loseThread();
  assert.is(
    (await whichChildren(self, sup)).filter(({ status }) => status === "running").length,
    CHILDREN.length,
  );
  self.unlink(sup);
  self.exit(sup, "shutdown");
  while (CHILDREN.some((id) => self.whereis(id))) await self.receive((m) => m === "never", { after: 5 });
});

test("so does a dynamic supervisor", async () => {
  const { self } = node;
  for (let at = 0; at !== 1; ) {
    const probe = self.spawn(counter, [0], { scheduler: 1 });
    at = probe.scheduler;
    self.exit(probe, "kill");
    await self.receive((m) => m === "never", { after: 5 });
  }
  const sup = await startLink(self, pool, [], { scheduler: 0 });
  for (const id of CHILDREN) await startChild(self, sup, spec(id));
  await loseThread();
  assert.ok(await self.isAlive(sup));
});

test("a node stops while a thread is being replaced", async () => {
  const modules = [new URL("./threadLossBodies.js", import.meta.url).href];
  const other = await startNode({ schedulers: 2, modules });
  const { ref } = other.self.spawnMonitor(wrecker, [], { scheduler: 1 });
  assert.is(((await other.self.receive()) as { ref: unknown }).ref, ref);
  await other.stop();
});

test.run();
