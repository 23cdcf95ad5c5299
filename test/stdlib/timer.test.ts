/** Timers keep the rules of `timer(3)`; what OTP 25 did is said with the rule. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AnyPid, TIMEOUT } from "../../runtime/index.js";
import { timer } from "../../stdlib/index.js";
import { ended, event, type Fixture, onNode } from "./helpers.js";
import { idle } from "./services.js";
import { owner, tell } from "./timerBodies.js";

const test = suite<Fixture>("stdlib/timer");
onNode(test);

const nothingComes = async ({ self }: Fixture, ms: number) =>
  assert.is(await self.receive({ after: ms }), TIMEOUT);

test("sendAfter sends once, and can be cancelled", async (fixture) => {
  const { self } = fixture;
  timer.sendAfter(self, 1, self.pid, ["tell", "later"] as never);
  await event(self, "tell", "later");
  const ref = timer.sendAfter(self, 5, self.pid, ["tell", "never"] as never);
  await timer.cancel(self, ref);
  // Erlang: {ok, cancel} for one that is over.
  await timer.cancel(self, ref);
  await nothingComes(fixture, 20);
});

test("applyAfter spawns once, and can be cancelled", async (fixture) => {
  const { self } = fixture;
  const ref = timer.applyAfter(self, 1, tell, [self.pid as AnyPid, "applied"]);
  await event(self, "tell", "applied");
  await timer.cancel(self, ref);
  await timer.cancel(self, timer.applyAfter(self, 5, tell, [self.pid as AnyPid, "never"]));
  await nothingComes(fixture, 20);
});

test("sendInterval sends till it is cancelled", async (fixture) => {
  const { self } = fixture;
  const ref = timer.sendInterval(self, 1, self.pid, ["tell", "tick"] as never);
  for (let i = 0; i < 5; i++) await event(self, "tell", "tick");
  await timer.cancel(self, ref);
  while ((await self.receive({ after: 0 })) !== TIMEOUT);
  await nothingComes(fixture, 20);
});

test("an interval does not drift", async ({ self }) => {
  const begin = performance.now();
  const ref = timer.sendInterval(self, 5, self.pid, ["tell", "tick"] as never);
  for (let i = 0; i < 8; i++) await event(self, "tell", "tick");
  assert.ok(performance.now() - begin >= 39);
  await timer.cancel(self, ref);
});

// Erlang: cancel of the interval of a process that has ended is {ok, cancel}.
test("sendInterval to a pid ends with the process", async ({ self }) => {
  const pid = self.spawn(idle, []);
  const ref = timer.sendInterval(self, 1, pid, "tick" as never);
  self.exit(pid as AnyPid, "kill");
  assert.ok(["normal", "noproc"].includes((await ended(self, ref as AnyPid)) as string));
  await timer.cancel(self, ref);
});

// Erlang: after the process that called apply_interval has ended, there are no more ticks.
test("other intervals end with who began them", async ({ self }) => {
  self.register("timerObserver");
  const pid = self.spawn(owner, [self.pid as AnyPid]);
  const [timers] = (await event(self, "owner", "timers")) as [AnyPid[]];
  for (const what of ["byName", "applied", "byName", "applied"]) await event(self, "tell", what);
  self.send(pid, "end");
  for (const one of timers!) assert.ok(["normal", "noproc"].includes((await ended(self, one)) as string));
  self.unregister("timerObserver");
});

// Erlang: no error where nobody has the name.
test("an interval to a name that nobody has goes on", async ({ self }) => {
  const ref = timer.sendInterval(self, 1, "timerNobody", ["tell", "named"] as never);
  await timer.sleep(self, 5);
  self.register("timerNobody");
  await event(self, "tell", "named");
  self.unregister("timerNobody");
  await timer.cancel(self, ref);
});

test("exitAfter and killAfter send exit signals", async ({ self }) => {
  const pid = self.spawn(idle, []);
  timer.exitAfter(self, 1, "enough", pid as AnyPid);
  assert.is(await ended(self, pid as AnyPid), "enough");
  const other = self.spawn(idle, []);
  timer.killAfter(self, 1, other as AnyPid);
  assert.is(await ended(self, other as AnyPid), "killed");
});

test("sleep leaves messages where they are; tc says how long it took", async ({ self }) => {
  self.send(self.pid, "waits" as never);
  const { us, value } = await timer.tc(() => timer.sleep(self, 5).then(() => "value"));
  assert.is(value, "value");
  assert.ok(us >= 4000);
  assert.is(await self.receive({ after: 0 }), "waits");
  assert.is((await timer.tc(() => 7)).value, 7);
});

// Erlang: {error, badarg}.
test("what is no time is refused", async ({ self }) => {
  assert.throws(() => timer.sendAfter(self, -1, self.pid, "x" as never), RangeError);
  assert.throws(() => timer.applyAfter(self, Number.NaN, tell, [self.pid as AnyPid, "x"]), RangeError);
  assert.throws(() => timer.sendInterval(self, 0, self.pid, "x" as never), /timer.sendInterval: 0 is not/);
  assert.throws(() => timer.exitAfter(self, -1, "x"), RangeError);
  // Erlang: 3723000, 3600000, 60000, 1000.
  assert.equal(
    [timer.hms(1, 2, 3), timer.hours(1), timer.minutes(1), timer.seconds(1)],
    [3_723_000, 3_600_000, 60_000, 1000],
  );
});

test.run();
