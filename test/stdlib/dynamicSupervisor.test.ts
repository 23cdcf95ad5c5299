/** Dynamic supervisors keep the rules of Elixir's `DynamicSupervisor`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid, Pid, Self } from "../../runtime/index.js";
import {
  type ChildOptions,
  child,
  countChildren,
  type DynamicSupervisorMessage,
  type DynamicSupervisorSpec,
  restartChild,
  StartError,
  type Supervisor,
  startChild,
  startLink,
  stop,
  terminateChild,
  whichChildren,
} from "../../stdlib/index.js";
import { ended, event, events, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import { counter } from "./servers.js";
import { idle, modest, mortal, pool, stubborn } from "./services.js";

const test = suite<Fixture>("stdlib/dynamicSupervisor");
onNode(test);

type Pool = Pid<DynamicSupervisorMessage>;

function up(self: Self<unknown>, spec: DynamicSupervisorSpec = {}): Promise<Pool> {
  return startLink(self, pool, [spec], { scheduler: 0 });
}

/** Starts a mortal child that tells `["mortal", "up", id, pid]`. */
async function mortalIn(self: Self<unknown>, sup: Pool, id: string, options: ChildOptions = {}) {
  const pid = await startChild(self, sup, child(mortal, [self.pid, id], { scheduler: "here", ...options }));
  assert.equal(await event(self, "mortal", "up"), [id, pid]);
  return pid;
}

async function pids(self: Self<unknown>, sup: Pool): Promise<(AnyPid | undefined)[]> {
  return (await whichChildren(self, sup)).map((one) => one.pid);
}

test("children are known by pid: two of one spec are two children", async ({ self }) => {
  const sup = await up(self);
  const spec = child(counter, [0]);
  const [a, b] = [await startChild(self, sup, spec), await startChild(self, sup, spec)];
  assert.is.not(a, b);
  assert.equal(await countChildren(self, sup), { specs: 2, active: 2, supervisors: 0, workers: 2 });
  await terminateChild(self, sup, a);
  assert.equal(await pids(self, sup), [b]);
  assert.is(await failure(terminateChild(self, sup, a)), "notFound");
  assert.is(await ended(self, a), "noproc");
  await stop(self, sup, "shutdown");
});

test("a permanent child is restarted with any reason, under a new pid", async ({ self }) => {
  const sup = await up(self, { intensity: 2 });
  const first = await mortalIn(self, sup, "a");
  self.send(first, { die: "normal" });
  const [, second] = await event(self, "mortal", "up");
  assert.is.not(second, first);
  assert.equal(await pids(self, sup), [second]);
  await stop(self, sup, "shutdown");
});

for (const [restart, reason] of [
  ["transient", "normal"],
  ["transient", { shutdown: 1 }],
  ["temporary", "crash"],
] as const) {
  test(`a ${restart} child that ends with ${JSON.stringify(reason)} is forgotten`, async ({ self }) => {
    const sup = await up(self, { intensity: 0 });
    const pid = await mortalIn(self, sup, "a", { restart });
    self.send(pid, { die: reason });
    await ended(self, pid);
    assert.is((await countChildren(self, sup)).specs, 0);
    await stop(self, sup, "shutdown");
  });
}

test("restarts of all children count together; beyond the intensity all end", async ({ self }) => {
  const sup = await up(self, { intensity: 1, period: 60_000 });
  const [a, b] = [await mortalIn(self, sup, "a"), await mortalIn(self, sup, "b")];
  self.send(a, { die: "crash" });
  const [, again] = await event(self, "mortal", "up");
  self.send(b, { die: "crash" });
  assert.is(await exitOf(self, sup), "shutdown");
  assert.is(await ended(self, again as AnyPid), "noproc");
});

test("maxChildren: one more is refused till one is gone", async ({ self }) => {
  const sup = await up(self, { maxChildren: 2 });
  const a = await startChild(self, sup, child(idle, []));
  await startChild(self, sup, child(idle, []));
  assert.is(await failure(startChild(self, sup, child(idle, []))), "maxChildren");
  await terminateChild(self, sup, a);
  await startChild(self, sup, child(idle, []));
  await stop(self, sup, "shutdown");
});

test("a restart that fails is tried again, and counts each time", async ({ self }) => {
  const sup = await up(self, { intensity: 2, period: 60_000 });
  const pid = await mortalIn(self, sup, "a", { name: "taken", scheduler: 1 });
  // From now on the name is ours, so no restart can succeed.
  self.unregister("taken");
  self.register("taken");
  self.exit(pid, "kill");
  assert.is(await exitOf(self, sup), "shutdown");
  self.unregister("taken");
});

test("at the end all children are told at once, and waited for", async ({ self }) => {
  const sup = await up(self);
  const ids = [0, 1, 2];
  for (const id of ids) {
    await startChild(self, sup, child(stubborn, [self.pid, id], { scheduler: 1 + (id % 2) }));
    await event(self, "stubborn", "up");
  }
  self.exit(sup, "shutdown");
  self.unlink(sup);
  // None has ended when the last is told: one after the other, this would wait for ever.
  const told = new Map<unknown, unknown>();
  for (const _ of ids) {
    const [id, pid] = await event(self, "stubborn", "told");
    told.set(id, pid);
  }
  assert.equal([...told.keys()].sort(), ids);
  for (const id of [2, 0]) {
    self.send(told.get(id) as Pid<unknown>, "go");
    await ended(self, told.get(id) as AnyPid);
  }
  const ref = self.monitor(sup);
  assert.ok(self.demonitor(ref), "it waits for the last");
  self.send(told.get(1) as Pid<unknown>, "go");
  await ended(self, sup);
  assert.is(await ended(self, told.get(1) as AnyPid), "noproc");
});

test("a child that does not end in its time is killed; brutalKill at once", async ({ self }) => {
  const sup = await up(self);
  for (const [id, shutdown] of [20, "brutalKill"].entries()) {
    const spec = child(stubborn, [self.pid, id], { shutdown: shutdown as number });
    const pid = await startChild(self, sup, spec);
    await event(self, "stubborn", "up");
    self.monitor(pid);
  }
  await stop(self, sup, "shutdown");
  const reasons: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    const down = await self.receive((m) => (m as { tag?: unknown }).tag === "DOWN");
    reasons.push((down as { reason: unknown }).reason);
  }
  assert.equal(reasons, ["killed", "killed"]);
  assert.equal(await events(self, "stubborn"), ["told"]);
});

test("a child that does not start is no child, and the caller learns why", async ({ self }) => {
  const sup = await up(self);
  self.register("me");
  const spec = child(counter, [0], { name: "me" });
  assert.equal(await failure(startChild(self, sup, spec)), { alreadyStarted: self.pid });
  self.unregister("me");
  assert.equal(await failure(startChild(self, sup, { id: 1 } as never)), {
    missingId: { id: 1 },
  });
  assert.is((await countChildren(self, sup)).specs, 0);
  await stop(self, sup, "shutdown");
});

test("a child that ignores its start is no child; one that ignores its restart is forgotten", async ({
  self,
}) => {
  const sup = await up(self, { intensity: 1 });
  const pid = await startChild(self, sup, child(modest, []));
  self.register("busy");
  assert.is(await failure(startChild(self, sup, child(modest, []))), "ignore");
  self.exit(pid, "kill");
  await ended(self, pid);
  while ((await countChildren(self, sup)).specs > 0);
  self.unregister("busy");
  await stop(self, sup, "shutdown");
});

test("what has no meaning here is refused: restartChild, a wrong spec", async ({ self }) => {
  const sup = await up(self);
  const reason = await failure(restartChild(self, sup as unknown as Supervisor, "a"));
  assert.is((reason as { badRequest: unknown }).badRequest, "restartChild");
  await stop(self, sup, "shutdown");
  for (const [spec, data] of [
    [{ maxChildren: -1 }, { invalidMaxChildren: -1 }],
    [{ intensity: 0.5 }, { invalidIntensity: 0.5 }],
    [{ period: 0 }, { invalidPeriod: 0 }],
  ] as const) {
    try {
      await up(self, spec);
      assert.unreachable();
    } catch (error) {
      assert.instance(error, StartError);
      assert.equal((error as StartError).reason, { supervisorData: data });
    }
  }
});

test("children are spread over the workers and restarted there or elsewhere", async ({ self }) => {
  const sup = await up(self, { intensity: 1 });
  for (let i = 0; i < 100; i++) await startChild(self, sup, child(idle, []));
  const where = new Set((await pids(self, sup)).map((pid) => pid!.scheduler));
  assert.equal([...where].sort(), [1, 2]);
  const victim = (await pids(self, sup)).find((pid) => pid!.scheduler === 2)!;
  self.exit(victim, "kill");
  await ended(self, victim);
  while ((await pids(self, sup)).includes(victim));
  assert.is((await countChildren(self, sup)).active, 100);
  await stop(self, sup, "shutdown");
});

test("with twenty thousand children each costs as much as the first", async ({ self }) => {
  const size = 20_000;
  const sup = await up(self, { intensity: size });
  const spec = child(idle, [], { scheduler: "here", restart: "transient" });
  const first = await startMany(self, sup, spec, size / 2);
  const second = await startMany(self, sup, spec, size / 2);
  assert.ok(second < first * 4 + 500, `${first} ms, then ${second} ms`);
  const all = await pids(self, sup);
  assert.is(new Set(all).size, size);
  for (const pid of all.slice(0, size / 2)) self.exit(pid!, "kill");
  const counts = await countChildren(self, sup);
  assert.is(counts.specs, size);
  await stop(self, sup, "shutdown");
});

async function startMany(self: Self<unknown>, sup: Pool, spec: ReturnType<typeof child>, size: number) {
  const started = performance.now();
  for (let i = 0; i < size; i++) await startChild(self, sup, spec);
  return performance.now() - started;
}

test.run();
