/** A synchronous start: up, or a StartError and nothing left behind. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import { type AnyPid, type Down, TIMEOUT } from "../../runtime/index.js";
import { call, StartError, start, startLink, startMonitor, stop } from "../../stdlib/index.js";
import { ended, event, exitOf, type Fixture, next, onNode } from "./helpers.js";
import { counter, endless, mayfly, mayflyStarter, plainBody, racer, starter, watched } from "./servers.js";

const test = suite<Fixture>("stdlib/procLib");
onNode(test);

/** Only native code can end an endless loop. */
const guarded = native.kind === "addon" ? test : test.skip;

function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1]) {
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
  }
}

async function startFailure(starting: Promise<unknown>): Promise<unknown> {
  try {
    await starting;
  } catch (error) {
    assert.instance(error, StartError);
    return (error as StartError).reason;
  }
  throw new Error("the start did not fail");
}

/** Fails if anything at all is in the mailbox. */
async function mailboxIsEmpty(self: Fixture["self"]): Promise<void> {
  assert.is(await self.receive({ after: 0 }), TIMEOUT);
}

everywhere("start returns after init", async ({ self }, scheduler) => {
  const pid = await start(self, watched, [{ observer: self.pid }], { scheduler });
  assert.equal(await self.receive({ after: 0 }), ["watched", "init", pid]);
  await stop(self, pid);
});

everywhere("start leaves no link and no monitor", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [0], { scheduler });
  await stop(self, pid);
  await mailboxIsEmpty(self);
});

everywhere("startMonitor tells of the end under its ref", async ({ self }, scheduler) => {
  const { pid, ref } = await startMonitor(self, counter, [0], { scheduler });
  self.exit(pid, "enough");
  const down = await next(self, (m): m is Down => (m as Down).tag === "DOWN");
  assert.is(down.ref, ref);
  assert.is(down.reason, "enough");
});

everywhere(
  "startLink links, also with a child that ends right after its start",
  async ({ self }, scheduler) => {
    const pid = await startLink(self, counter, [0], { scheduler });
    self.exit(pid, "enough");
    assert.is(await exitOf(self, pid), "enough");
    await mailboxIsEmpty(self);
  },
);

everywhere("what init throws is the reason; no EXIT stays behind", async ({ self }, scheduler) => {
  const options = { observer: self.pid, initThrows: { why: "not today" } };
  for (const one of [start, startLink, startMonitor]) {
    assert.equal(await startFailure(one(self, watched, [options], { scheduler })), { why: "not today" });
    const [pid] = await event(self, "watched", "init");
    assert.is(await ended(self, pid as AnyPid), "noproc");
    await mailboxIsEmpty(self);
  }
});

everywhere("init beyond the timeout: killed, and the name is free again", async ({ self }, scheduler) => {
  const options = { observer: self.pid, initWaits: true, trap: true };
  for (const one of [start, startLink, startMonitor]) {
    const starting = one(self, watched, [options], { scheduler, timeout: 20, name: "slow" });
    assert.is(await startFailure(starting), "timeout");
    assert.is(self.whereis("slow"), undefined);
    const [pid] = await event(self, "watched", "init");
    assert.is(await ended(self, pid as AnyPid), "noproc");
    await mailboxIsEmpty(self);
  }
});

everywhere("a name that is taken: alreadyStarted", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [0], { scheduler, name: "taken" });
  for (const one of [start, startLink, startMonitor]) {
    const reason = await startFailure(one(self, counter, [1], { scheduler, name: "taken" }));
    assert.is((reason as { alreadyStarted: unknown }).alreadyStarted, pid);
  }
  assert.is(await call(self, pid, ["get"]), 0);
  await stop(self, pid);
  await mailboxIsEmpty(self);
});

test("a name that is taken while the child is on its way: alreadyStarted", async ({ self }) => {
  self.spawn(racer, [self.pid, "contested"], { scheduler: 1 });
  // Names are in shared memory, births in a ring that this thread does not read while it is here.
  const end = performance.now() + 10_000;
  while (self.whereis("spawned") === undefined && performance.now() < end);
  self.register("contested");
  assert.equal(await event(self, "racer", "failed"), [{ alreadyStarted: self.pid }]);
  self.unregister("contested");
});

everywhere("a plain body is up when it begins", async ({ self }, scheduler) => {
  const pid = await startLink(self, plainBody, [self.pid], { scheduler });
  await event(self, "plain", pid as never);
  self.send(pid, "stop");
  assert.is(await exitOf(self, pid), "normal");
});

// -- a caller that does not trap exits -----------------------------------------------------------------------------

everywhere("a failed startLink does not end a caller that traps no exits", async ({ self }, scheduler) => {
  const options = { observer: self.pid, initThrows: "bad" };
  const caller = self.spawn(starter, [self.pid, options, null], { scheduler });
  assert.equal(await event(self, "starter", "failed"), ["bad"]);
  await lives(self, caller);
});

everywhere("nor does one that times out", async ({ self }, scheduler) => {
  const options = { observer: self.pid, initWaits: true };
  const caller = self.spawn(starter, [self.pid, options, 20], { scheduler });
  assert.equal(await event(self, "starter", "failed"), ["timeout"]);
  await lives(self, caller);
});

everywhere(
  "after startLink the child's end is the caller's, as for any link",
  async ({ self }, scheduler) => {
    const { pid: caller, ref } = self.spawnMonitor(starter, [self.pid, { observer: self.pid }, null], {
      scheduler,
    });
    const [child] = await event(self, "starter", "started");
    self.exit(child as AnyPid, "together");
    const down = await next(self, (m): m is Down => (m as Down).tag === "DOWN" && (m as Down).ref === ref);
    assert.is(down.reason, "together");
    assert.is(await ended(self, caller), "noproc");
  },
);

test("also if the child has ended before the caller goes on", async ({ self }) => {
  const { ref } = self.spawnMonitor(mayflyStarter, [], { scheduler: 0 });
  const down = await next(self, (m): m is Down => (m as Down).tag === "DOWN" && (m as Down).ref === ref);
  assert.is(down.reason, "at once");
  const pid = await startLink(self, mayfly, [], { scheduler: 0 });
  assert.is(await exitOf(self, pid), "at once");
  await mailboxIsEmpty(self);
});

everywhere("an exit signal ends the caller while it waits for the start", async ({ self }, scheduler) => {
  const options = { observer: self.pid, initWaits: true };
  const { pid: caller, ref } = self.spawnMonitor(starter, [self.pid, options, null], { scheduler });
  const [child] = await event(self, "watched", "init");
  self.exit(caller, "normal");
  self.exit(caller, "shutdown");
  const down = await next(self, (m): m is Down => (m as Down).tag === "DOWN" && (m as Down).ref === ref);
  assert.is(down.reason, "shutdown");
  const end = await ended(self, child as AnyPid);
  assert.ok(end === "shutdown" || end === "noproc", "the child, linked from its birth, ends with the caller");
});

guarded("a child in an endless loop before it is up is killed at the timeout", async ({ self }) => {
  assert.is(await startFailure(startLink(self, endless, [], { scheduler: 1, timeout: 30 })), "timeout");
});

/** Still there once all signals that were on the way have arrived. */
async function lives(self: Fixture["self"], pid: AnyPid): Promise<void> {
  const ref = self.monitor(pid);
  self.exit(pid, "asked to");
  const down = await next(self, (m): m is Down => (m as Down).tag === "DOWN" && (m as Down).ref === ref);
  assert.is(down.reason, "asked to");
}

test.run();
