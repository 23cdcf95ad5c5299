/** Registries keep the rules of Elixir's `Registry`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid, Pid, Self } from "../../runtime/index.js";
import { Registry, serverRef, start, stop } from "../../stdlib/index.js";
import { ended, event, type Fixture, failure, onNode } from "./helpers.js";
import { heir, type Key, registrant, topics, users } from "./services.js";

const test = suite<Fixture>("stdlib/registry");
onNode(test);

type Users = Pid<Registry.RegistryMessage<Key, number, "hello", "unique">>;

/** A process that registers itself under a key; gives how that went, and its pid. */
async function registered(self: Self<unknown>, to: unknown, key: Key, scheduler: number) {
  self.spawn(registrant, [self.pid, to as Users, key], { scheduler });
  const [outcome, pid] = await event(self, "registrant", "up");
  return { outcome, pid: pid as Pid<unknown> };
}

test("a unique key has one process, and any term is a key", async ({ self }) => {
  const reg = await start(self, users, []);
  await Registry.register(self, reg, ["user", 5], 1);
  assert.is(await Registry.whereisName(self, reg, ["user", 5]), self.pid);
  assert.is(await Registry.whereisName(self, reg, ["user", 6]), undefined);
  assert.equal(await Registry.lookup(self, reg, ["user", 5]), [{ pid: self.pid, value: 1 }]);
  const { outcome } = await registered(self, reg, ["user", 5], 1);
  assert.equal(outcome, { alreadyRegistered: self.pid });
  assert.equal(await failure(Registry.register(self, reg, ["user", 5], 2)), { alreadyRegistered: self.pid });
  await stop(self, reg);
});

test("a duplicate key has many, and a process may be there twice", async ({ self }) => {
  const reg = await start(self, topics, []);
  await Registry.register(self, reg, "news");
  await Registry.register(self, reg, "news", "b");
  const { pid } = await registered(self, reg, "news", 1);
  const entries = await Registry.lookup(self, reg, "news");
  assert.equal(
    entries.map((entry) => [entry.pid, entry.value]),
    [
      [self.pid, undefined],
      [self.pid, "b"],
      [pid, 1],
    ],
  );
  assert.is(await Registry.count(self, reg), 3);
  self.exit(pid, "kill");
  await stop(self, reg);
});

test("unregister takes all entries of the caller under the key, and no others", async ({ self }) => {
  const reg = await start(self, topics, []);
  const { pid } = await registered(self, reg, "news", 2);
  for (const key of ["news", "news", "sport"]) await Registry.register(self, reg, key);
  assert.equal((await Registry.keys(self, reg, self.pid)).sort(), ["news", "sport"]);
  await Registry.unregister(self, reg, "news");
  await Registry.unregister(self, reg, "nothing");
  assert.equal(await Registry.keys(self, reg, self.pid), ["sport"]);
  assert.equal(await Registry.lookup(self, reg, "news"), [{ pid, value: 1 as never }]);
  self.exit(pid, "kill");
  await stop(self, reg);
});

test("the entries of a process are gone when it has ended", async ({ self }) => {
  const reg = await start(self, users, []);
  const holders: AnyPid[] = [];
  for (const [i, scheduler] of [0, 1, 2].entries())
    holders.push((await registered(self, reg, `key ${i}`, scheduler)).pid);
  assert.is(await Registry.count(self, reg), 3);
  for (const pid of holders) {
    self.exit(pid, "kill");
    await ended(self, pid);
  }
  while ((await Registry.count(self, reg)) > 0);
  for (const pid of holders) assert.equal(await Registry.keys(self, reg, pid), []);
  await stop(self, reg);
});

test("who knows that the holder has ended can have its key: no DOWN is waited for", async ({ self }) => {
  // Holder, heir and registry each on another scheduler: three rings, and no order between them.
  const reg = await start(self, users, [], { scheduler: 0 });
  self.spawn(heir, [self.pid, reg, 300], { scheduler: 2 });
  assert.equal(await event(self, "heir", "done"), [0]);
  await stop(self, reg);
});

test("of many at the same time one gets a unique key", async ({ self }) => {
  const reg = await start(self, users, []);
  for (let i = 0; i < 30; i++) self.spawn(registrant, [self.pid, reg, "crown"], { scheduler: i % 3 });
  const outcomes: unknown[] = [];
  const pids: AnyPid[] = [];
  for (let i = 0; i < 30; i++) {
    const [outcome, pid] = await event(self, "registrant", "up");
    outcomes.push(outcome);
    pids.push(pid as AnyPid);
  }
  const winner = pids[outcomes.indexOf("registered")];
  assert.is(outcomes.filter((one) => one === "registered").length, 1);
  assert.is(await Registry.whereisName(self, reg, "crown"), winner);
  for (const pid of pids) self.exit(pid, "kill");
  await stop(self, reg);
});

test("a value is changed by its owner only", async ({ self }) => {
  const reg = await start(self, users, []);
  await Registry.register(self, reg, "a", 1);
  await Registry.updateValue(self, reg, "a", 2);
  assert.equal(await Registry.lookup(self, reg, "a"), [{ pid: self.pid, value: 2 }]);
  assert.is(await failure(Registry.updateValue(self, reg, "b", 2)), "notRegistered");
  const { pid } = await registered(self, reg, "b", 1);
  assert.is(await failure(Registry.updateValue(self, reg, "b", 2)), "notRegistered");
  self.exit(pid, "kill");
  await stop(self, reg);
});

test("dispatch is called with the entries, and not at all where there are none", async ({ self }) => {
  const reg = await start(self, topics, []);
  await Registry.register(self, reg, "news");
  await Registry.dispatch(self, reg, "news", (entries) => {
    for (const { pid } of entries) self.send(pid, "extra");
  });
  assert.is(await self.receive(), "extra");
  await Registry.dispatch(self, reg, "sport", () => assert.unreachable());
  await stop(self, reg);
});

test("it works by name, and in the name's own types", async ({ self }) => {
  const reg = await start(self, users, [], { name: "users" });
  await Registry.register(self, "users", "a", 1);
  assert.is(await Registry.whereisName(self, serverRef(users, "users"), "a"), self.pid);
  await stop(self, reg);
});

test("ten thousand entries of one key and of one process: each goes at the cost of one", async ({ self }) => {
  const reg = await start(self, topics, [], { scheduler: 0 });
  const began = performance.now();
  for (let i = 0; i < 10_000; i++) await Registry.register(self, reg, `topic ${i}`);
  const half = performance.now() - began;
  for (let i = 0; i < 10_000; i++) await Registry.unregister(self, reg, `topic ${i}`);
  const rest = performance.now() - began - half;
  assert.is(await Registry.count(self, reg), 0);
  assert.ok(rest < half * 5 + 500, `${half} ms, then ${rest} ms`);
  await stop(self, reg);
});

test.run();
