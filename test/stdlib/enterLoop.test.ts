/** A plain body goes on as a behaviour by the rules of `gen_server:enter_loop` and `gen_statem:enter_loop`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AnyPid, TIMEOUT } from "../../runtime/index.js";
import { call, cast, start, startLink, stop, sys } from "../../stdlib/index.js";
import { ended, event, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import { lateLock } from "./machines.js";
import { lateAccount, lateDiary } from "./moreServers.js";

const test = suite<Fixture>("stdlib/enterLoop");
onNode(test);

/** The same rule for a process on the client's own scheduler and on another one. */
function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

everywhere("a server, with the messages that came before", async ({ self }, scheduler) => {
  const pid = await start(self, lateAccount, [self.pid as AnyPid, "plain"], { scheduler });
  await event(self, "late", "up");
  cast(self, pid, ["note", "before"]);
  self.send(pid, "go");
  assert.is(await call(self, pid, ["add", 1]), 8);
  const { order } = (await sys.getState(self, pid)) as { order: string[] };
  assert.equal(order, ["entered", "before", "add 1"]);
  assert.is((await sys.getStatus(self, pid)).name, "account");
  assert.is((await self.processInfo(pid as AnyPid))?.initialCall, String(lateAccount));
  await sys.suspend(self, pid);
  assert.is(await failure(call(self, pid, ["get"], 5)), "timeout");
  await sys.resume(self, pid);
  assert.is(await call(self, pid, ["getLater"]), 8);
  await stop(self, pid);
});

everywhere("a server that begins with a timeout, or with a continue", async ({ self }, scheduler) => {
  const idle = await start(self, lateAccount, [self.pid as AnyPid, "timeout"], { scheduler });
  await event(self, "late", "up");
  self.send(idle, "go");
  await event(self, "account", "timeout");
  await stop(self, idle);
  const diary = await start(self, lateDiary, [false], { scheduler });
  assert.equal(await call(self, diary, ["lines"]), ["entered", "load 2", "load 1"]);
  await stop(self, diary);
});

everywhere("a state machine, its enter call and its events first", async ({ self }, scheduler) => {
  const pid = await startLink(self, lateLock, [], { scheduler });
  // The enter call has cleared what was typed.
  assert.equal(await sys.getState(self, pid), { state: "locked", data: { code: "12", typed: "2" } });
  for (const digit of "12") cast(self, pid, ["button", digit]);
  assert.is(await call(self, pid, ["state"]), "open");
  await stop(self, pid);
});

// Erlang: a process of proc_lib:start that enters the loop ends with an EXIT of its starter, linked or not.
everywhere("its parent is who spawned it, linked or not", async ({ self }, scheduler) => {
  const pid = await start(self, lateAccount, [self.pid as AnyPid, "trap"], { scheduler });
  await event(self, "late", "up");
  self.send(pid, "go");
  assert.is((await sys.getStatus(self, pid)).parent, self.pid);
  const end = ended(self, pid as AnyPid);
  self.exit(pid as AnyPid, "whatever");
  assert.is(await end, "whatever");
  assert.equal(await event(self, "account", "terminate"), ["whatever"]);
});

everywhere("stop and a crash end the process, after its terminate", async ({ self }, scheduler) => {
  for (const how of ["stop", "terminate"]) {
    const pid = await startLink(self, lateAccount, [self.pid as AnyPid, "trap"], { scheduler });
    await event(self, "late", "up");
    self.send(pid, "go");
    if (how === "stop") await stop(self, pid, { shutdown: how });
    else await sys.terminate(self, pid, { shutdown: how });
    assert.equal(await event(self, "account", "terminate"), [{ shutdown: how }]);
    assert.equal(await exitOf(self, pid as AnyPid), { shutdown: how });
  }
});

test("what is no behaviour cannot be entered", async ({ self }) => {
  const { pid, ref } = self.spawnMonitor(lateDiary, [true]);
  const down = await self.receive((m) => (m as { ref?: unknown } | null)?.ref === ref, { after: 10_000 });
  assert.is.not(down, TIMEOUT);
  assert.match(String((down as { reason: unknown }).reason), /lateAccount is no server or state machine/);
  assert.ok(pid);
});

test.run();
