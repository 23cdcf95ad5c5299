/** Agents keep the rules of Elixir's `Agent`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Exit, Self } from "../../runtime/index.js";
import { agent, call, cast, startLink, stop } from "../../stdlib/index.js";
import { event, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import { adder, tally } from "./services.js";

const test = suite<Fixture>("stdlib/agent");
onNode(test);

const up = (self: Self<unknown>, start = 0) => startLink(self, tally, [start]);

test("get looks, update changes and replies nothing, getAndUpdate does both", async ({ self }) => {
  const pid = await up(self, 5);
  assert.is(await call(self, pid, ["value"]), 5);
  assert.is(await call(self, pid, ["add", 3]), undefined);
  assert.is(await call(self, pid, ["isAbove", 7]), true);
  assert.is(await call(self, pid, ["take", 6]), 6);
  assert.is(await call(self, pid, ["take", 6]), 2);
  assert.is(await call(self, pid, ["value"]), 0);
  await stop(self, pid);
});

test("an update can be cast, and is done before the next call of its sender", async ({ self }) => {
  const pid = await up(self);
  for (let i = 0; i < 100; i++) cast(self, pid, ["add", 1]);
  assert.is(await call(self, pid, ["value"]), 100);
  await stop(self, pid);
});

test("functions may be async; what comes meanwhile waits", async ({ self }) => {
  const pid = await up(self);
  cast(self, pid, ["addLater", 5]);
  cast(self, pid, ["add", 1]);
  assert.is(await call(self, pid, ["later"]), 6);
  await stop(self, pid);
});

test("what get gives is a copy: nobody reaches the state itself", async ({ self }) => {
  const pid = await startLink(self, tally, [1], { scheduler: 0 });
  const whole = await call(self, pid, ["whole"]);
  whole.seen.add(1);
  assert.is((await call(self, pid, ["whole"])).seen.size, 0);
  await stop(self, pid);
});

test("updates of many processes, from all schedulers, are done one after the other", async ({ self }) => {
  const pid = await up(self);
  for (let i = 0; i < 30; i++) self.spawn(adder, [self.pid, pid as never], { scheduler: i % 3 });
  for (let i = 0; i < 30; i++) await event(self, "adder", "got");
  assert.is(await call(self, pid, ["value"]), 30);
  await stop(self, pid);
});

test("a function that throws ends the agent", async ({ self }) => {
  const pid = await up(self);
  assert.is(((await failure(call(self, pid, ["crash"]))) as Error).message, "boom");
  assert.is(((await exitOf(self, pid)) as Error).message, "boom");
});

test("only the functions of the definition can be called", async ({ self }) => {
  const pid = await up(self);
  const reason = await failure(call(self, pid, ["constructor"] as never));
  assert.is((reason as { badRequest: unknown }).badRequest, "constructor");
  await stop(self, pid);
});

test("a name in two groups is an error of the definition", () => {
  const both = { init: () => 0, get: { a: (n: number) => n }, update: { a: (n: number) => n } };
  assert.throws(() => agent(import.meta.url, "both", both), /agent both: a is in two groups/);
});

test("what init throws is why the start failed", async ({ self }) => {
  const broken = agent(import.meta.url, "broken", {
    init: (): number => {
      throw new Error("no");
    },
  });
  const error = await startLink(self, broken, [], { scheduler: 0 }).catch((thrown: unknown) => thrown);
  assert.is(((error as Exit).reason as Error).message, "no");
});

test.run();
