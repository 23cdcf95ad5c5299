/** Services: what must compile does, and what must not does not. The compiler checks this file, running it does little. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Pid, Self } from "../../runtime/index.js";
import {
  agent,
  call,
  cast,
  child,
  deleteChild,
  dynamicSupervisor,
  genServer,
  partition,
  partitionSupervisor,
  pg,
  Registry,
  registry,
  type ServerMessage,
  serverRef,
  startChild,
  startLink,
  supervisor,
  Task,
  task,
  taskSupervisor,
  terminateChild,
} from "../../stdlib/index.js";

const store = genServer(import.meta.url, "store", {
  init: (_self, size: number) => size,
  handleCall: { get: (ctx, key: string) => key.length + ctx.state },
});

const rooms = dynamicSupervisor(import.meta.url, "rooms", (maxChildren: number) => ({ maxChildren }));
const shop = supervisor(import.meta.url, "shop", () => ({
  autoShutdown: "anySignificant",
  children: [child(store, [1], { restart: "transient", significant: true })],
}));
const stores = partitionSupervisor(import.meta.url, "stores", (size: number) => ({
  child: () => child(store, [size]),
}));

const add = task(import.meta.url, async function add(_self, a: number, b: number) {
  return a + b;
});
const name = task(import.meta.url, function name() {
  return "name";
});

const tally = agent(import.meta.url, "tally", {
  init: (start: number) => start,
  get: { value: (n) => n, isAbove: (n, limit: number) => n > limit },
  update: { add: (n, by: number) => n + by },
  getAndUpdate: { take: (n, most: number) => [`${most}`, n - most] },
});

agent(import.meta.url, "wrongUpdate", {
  init: () => 0,
  // @ts-expect-error an update gives the state
  update: { add: (n) => `${n}` },
});
agent(import.meta.url, "wrongPair", {
  init: () => 0,
  // @ts-expect-error the second is the state
  getAndUpdate: { take: (n) => [n, `${n}`] },
});

const users = registry<string, { age: number }, "hello">(import.meta.url, "users", { keys: "unique" });
const topics = registry<string>(import.meta.url, "topics", { keys: "duplicate" });
// @ts-expect-error no such kind of keys
registry<string>(import.meta.url, "none", { keys: "some" });

/** Never called. */
export async function supervisors(self: Self<unknown>): Promise<void> {
  const dynamic = await startLink(self, rooms, [5]);
  const pid = await startChild(self, dynamic, child(store, [1]));
  (await call(self, pid, ["get", "a"])) satisfies number;
  await terminateChild(self, dynamic, pid);
  // @ts-expect-error a child of a dynamic supervisor has no id
  await terminateChild(self, dynamic, "store");
  // @ts-expect-error nor can it be deleted
  await deleteChild(self, dynamic, "store");
  const usual = await startLink(self, shop, []);
  await terminateChild(self, usual, "store");
  // @ts-expect-error a child of a usual supervisor is known by its id
  await terminateChild(self, usual, pid);
  // @ts-expect-error a store is no supervisor
  await startChild(self, pid, child(store, [1]));
  // @ts-expect-error a permanent child cannot be significant
  child(store, [1], { significant: true });
  // @ts-expect-error nor if it says so
  child(store, [1], { significant: true, restart: "permanent" });

  await startLink(self, stores, [5]);
  (await call(self, partition(self, stores, "key"), ["get", "a"])) satisfies number;
  // @ts-expect-error the partitions know no such call
  await call(self, partition(self, stores, "key"), ["put", "a"]);
  // @ts-expect-error a supervisor has no partitions
  partition(self, shop, "key");
}

/** Never called. */
export async function tasks(self: Self<unknown>): Promise<void> {
  const sum = Task.async(self, add, [1, 2]);
  (await Task.await(self, sum)) satisfies number;
  // @ts-expect-error the result is a number
  (await Task.await(self, sum)) satisfies string;
  // @ts-expect-error wrong argument
  Task.async(self, add, [1, "2"]);
  // @ts-expect-error missing argument
  Task.async(self, add, [1]);
  // @ts-expect-error a task is not spawned: nobody would get its result
  self.spawn(add, [1, 2]);
  // @ts-expect-error a server is no task
  Task.async(self, store, [1]);
  // @ts-expect-error a pid is no task that was started
  await Task.await(self, sum.pid);

  const outcome = await Task.yield(self, sum);
  if (outcome?.tag === "ok") outcome.result satisfies number;
  // @ts-expect-error it may have ended without a result
  outcome.result;
  (await Task.awaitMany(self, [sum, Task.async(self, name, [])])) satisfies [number, string];
  for await (const one of Task.asyncStream(self, add, [[1, 2]], { ordered: false }))
    if (one.tag === "ok") one.result satisfies number;
  // @ts-expect-error wrong inputs
  Task.asyncStream(self, add, [[1, "2"]]);
  // @ts-expect-error no such choice
  Task.asyncStream(self, add, [[1, 2]], { onTimeout: "ignore" });

  const sup = await startLink(self, taskSupervisor, []);
  (await Task.await(self, await Task.asyncNolink(self, sup, add, [1, 2]))) satisfies number;
  await startChild(self, sup, Task.spec(add, [1, 2]));
  // @ts-expect-error wrong argument
  Task.spec(add, ["1", 2]);
}

/** Never called. */
export async function services(self: Self<unknown>): Promise<void> {
  const sum = await startLink(self, tally, [5]);
  (await call(self, sum, ["value"])) satisfies number;
  (await call(self, sum, ["isAbove", 5])) satisfies boolean;
  (await call(self, sum, ["add", 5])) satisfies void;
  (await call(self, sum, ["take", 5])) satisfies string;
  cast(self, sum, ["add", 5]);
  // @ts-expect-error only an update can be cast
  cast(self, sum, ["value"]);
  // @ts-expect-error wrong argument
  await call(self, sum, ["add", "5"]);
  // @ts-expect-error no such function
  await call(self, sum, ["subtract", 5]);
  const typed: Pid<ServerMessage<typeof tally>> = sum;
  (await call(self, typed, ["value"])) satisfies number;

  const reg = await startLink(self, users, []);
  await Registry.register(self, reg, "joe", { age: 5 });
  // @ts-expect-error a value is needed
  await Registry.register(self, reg, "joe");
  // @ts-expect-error wrong value
  await Registry.register(self, reg, "joe", { age: "5" });
  // @ts-expect-error wrong key
  await Registry.register(self, reg, 5, { age: 5 });
  const joe = await Registry.whereisName(self, reg, "joe");
  if (joe) self.send(joe, "hello");
  // @ts-expect-error who is registered may have ended
  self.send(joe, "hello");
  // @ts-expect-error those in it do not understand that
  if (joe) self.send(joe, "bye");
  for (const { value } of await Registry.lookup(self, serverRef(users, "users"), "joe"))
    value.age satisfies number;
  const many = await startLink(self, topics, []);
  await Registry.register(self, many, "news");
  // @ts-expect-error a duplicate key is nobody's name
  await Registry.whereisName(self, many, "news");
  // @ts-expect-error a sum is no registry
  await Registry.lookup(self, sum, "news");
  const unknownEntries = await Registry.lookup(self, "topics", ["any"]);
  // @ts-expect-error by a mere name, nothing is known of what they understand
  self.send(unknownEntries[0]!.pid, "hello");

  const members = await pg.getMembers<"hello">(self, "scope", ["any", "term"]);
  self.send(members[0]!, "hello");
  // @ts-expect-error by default nothing is known of members
  self.send((await pg.getMembers(self, "scope", "group"))[0]!, "hello");
}

const test = suite("stdlib/libraryTypes");

test("the default type and restart of services as children are OTP's", () => {
  assert.is(child(rooms, [5]).type, "supervisor");
  assert.is(child(stores, [5]).shutdown, "infinity");
  assert.is(Task.spec(add, [1, 2]).restart, "temporary");
  assert.is(pg.spec("scope").name, "scope");
});

test.run();
