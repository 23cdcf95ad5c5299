/**
 * System messages keep the rules of `sys(3)` for state machines: what real gen_statem of OTP 25 answers was looked at,
 * and is said with the rule. A machine's state is `{State, Data}` there, `{ state, data }` here.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { call, cast, receiveResponse, sendRequest, start, startLink, stop, sys } from "../../stdlib/index.js";
import { ended, event, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import { defineMachine, machine, safe, stepper } from "./machines.js";

const test = suite<Fixture>("stdlib/sysStatem");
onNode(test);

/** The same rule for a machine on the client's own scheduler and on another one. */
function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

interface Shown {
  readonly state: unknown;
  readonly data: { readonly order: string[] };
}
const shown = async (...args: Parameters<typeof sys.getState>) => (await sys.getState(...args)) as Shown;
const orderOf = async (...args: Parameters<typeof sys.getState>) => (await shown(...args)).data.order;

// -- state -------------------------------------------------------------------------------------------------------

everywhere("getState gives state and data; the first enter call was made", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  assert.equal(await shown(self, pid), { state: "a", data: { order: ["enter a from a"], observer: null } });
  await stop(self, pid);
});

// Erlang: after replace_state to s9 no enter call is printed, and the postponed call is not answered.
everywhere("replaceState is no change of state", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  const aside = sendRequest(self, pid, ["putAside"]);
  await call(self, pid, ["timers", 60_000]);
  const next = { state: "b", data: { order: ["replaced"], observer: null } };
  assert.equal(await sys.replaceState(self, pid, next), next);
  cast(self, pid, ["note", "still"]);
  assert.equal(await orderOf(self, pid), ["replaced", "still"]);
  const { timeouts, postponed } = await sys.getStatus(self, pid);
  assert.equal(
    (timeouts as { type: string }[]).map(({ type }) => type),
    ["stateTimeout"],
  );
  assert.is((postponed as unknown[]).length, 1);
  await call(self, pid, ["go", "a"]);
  await call(self, pid, ["go", "b"]);
  assert.is(await receiveResponse(self, aside), "done in b");
  await stop(self, pid);
});

// Erlang: a fun that fails is {callback_failed, {gen_statem, system_replace_state}, _}. One that gives no pair is
// taken there, and the machine dies of it at the next event.
everywhere("what is no state and data is refused, and nothing changes", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  for (const wrong of ["bad", null, { data: 1 }]) {
    const reason = { callbackFailed: "replaceState", reason: "TypeError: stepper: expected { state, data }" };
    assert.equal(await failure(sys.replaceState(self, pid, wrong)), reason);
  }
  assert.equal(await failure(sys.updateState(self, pid, ["crash"])), {
    callbackFailed: "updateState",
    reason: "Error: boom",
  });
  assert.equal(await failure(sys.updateState(self, pid, ["none"])), { badUpdate: "none" });
  assert.is((await shown(self, pid)).state, "a");
  await stop(self, pid);
  const fixed = await start(self, machine, [], { scheduler });
  const { reason } = (await failure(sys.replaceState(self, fixed, { state: "none", data: 1 }))) as {
    reason: string;
  };
  assert.match(reason, /machine: no such state: "none"/);
  assert.is(await call(self, fixed, ["version"]), 1);
  await stop(self, fixed);
});

everywhere("updateState and mapState replace state and data", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  assert.is(((await sys.updateState(self, pid, ["move", "c"])) as Shown).state, "c");
  const map = ({ data }: Shown) => ({ state: "d", data: { ...data, order: ["mapped"] } });
  await sys.mapState(self, pid, map);
  const { state, data } = await shown(self, pid);
  assert.equal([state, data.order], ["d", ["mapped"]]);
  await stop(self, pid);
});

// -- suspend -----------------------------------------------------------------------------------------------------

everywhere("while suspended events wait, in their order", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  await sys.suspend(self, pid);
  assert.is(await failure(call(self, pid, ["go", "b"], 5)), "timeout");
  cast(self, pid, ["note", "last"]);
  assert.is((await shown(self, pid)).state, "a");
  await sys.resume(self, pid);
  assert.equal((await orderOf(self, pid)).slice(1), ["enter b from a", "last"]);
  await stop(self, pid);
});

// Erlang: a timeout that ran out while the machine was suspended comes when it is resumed.
everywhere("no timeout is lost while suspended", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [{ observer: self.pid }], { scheduler });
  await call(self, pid, ["timers", 1]);
  await sys.suspend(self, pid);
  await self.receive(() => false, { after: 5 });
  await sys.resume(self, pid);
  await event(self, "stepper", "timeout");
  await stop(self, pid);
});

// Erlang: no system message cancels an event timeout.
everywhere("a system message is no event: the event timeout runs on", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [{ observer: self.pid }], { scheduler });
  await call(self, pid, ["timers", 10]);
  await sys.getState(self, pid);
  await event(self, "stepper", "timeout");
  await stop(self, pid);
});

everywhere("stop, terminate and the parent's exit end a suspended machine", async ({ self }, scheduler) => {
  for (const how of ["stop", "terminate", "parent"]) {
    const pid = await startLink(self, stepper, [{ trap: true, observer: self.pid }], { scheduler });
    await sys.suspend(self, pid);
    cast(self, pid, ["note", "never handled"]);
    if (how === "stop") await stop(self, pid, { shutdown: how });
    else if (how === "terminate") await sys.terminate(self, pid, { shutdown: how });
    else self.exit(pid, { shutdown: how });
    assert.equal(await event(self, "stepper", "terminate"), ["a", { shutdown: how }]);
    assert.equal(await exitOf(self, pid), { shutdown: how });
  }
});

// Erlang: {'EXIT', Starter, whatever} of gen_statem:start is an info event; of start_link it ends the machine.
everywhere("only who started it with a link is a machine's parent", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [{ trap: true }], { scheduler });
  assert.is((await sys.getStatus(self, pid)).parent, pid);
  self.exit(pid, "whatever");
  assert.equal((await orderOf(self, pid)).slice(1), ["info object"]);
  await stop(self, pid);
  const linked = await startLink(self, stepper, [{ trap: true }], { scheduler });
  self.unlink(linked);
  const end = ended(self, linked);
  self.exit(linked, "whatever");
  assert.is(await end, "whatever");
});

everywhere("a machine in an async handler answers when that is done", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  const request = sendRequest(self, pid, ["later"]);
  assert.is((await shown(self, pid)).state, "b");
  assert.is(await receiveResponse(self, request), "later");
  await stop(self, pid);
});

// -- status ------------------------------------------------------------------------------------------------------

// Erlang: "Status", "Parent", "Modules", "Time-outs", "Logged Events", "Postponed" and {"State", {State, Data}}.
everywhere("getStatus tells what it is, what is postponed, what runs", async ({ self }, scheduler) => {
  const pid = await startLink(self, stepper, [], { scheduler });
  const aside = sendRequest(self, pid, ["putAside"]);
  await call(self, pid, ["timers", 60_000]);
  await sys.suspend(self, pid);
  const { postponed, timeouts, log, ...status } = await sys.getStatus(self, pid);
  const state = { state: "a", data: { order: ["enter a from a"], observer: null } };
  assert.equal(status, { pid, parent: self.pid, name: "stepper", status: "suspended", state } as never);
  assert.equal(log, []);
  const [one, ...more] = postponed as { type: string; content: unknown }[];
  assert.equal([one?.type, one?.content, more], ["call", ["putAside"], []]);
  assert.equal(timeouts, [
    { type: "eventTimeout", content: "ev" },
    { type: "stateTimeout", content: "st" },
  ]);
  await sys.resume(self, pid);
  await call(self, pid, ["go", "b"]);
  assert.is(await receiveResponse(self, aside), "done in b");
  await stop(self, pid);
});

everywhere("formatStatus says what is shown; if it fails nothing is", async ({ self }, scheduler) => {
  const pid = await start(self, safe, [false], { scheduler });
  const { state, postponed } = await sys.getStatus(self, pid);
  assert.equal([state, postponed], ["shut", "hidden"]);
  await stop(self, pid);
  const failing = await start(self, safe, [true], { scheduler });
  self.send(failing as never, "secret" as never);
  const hidden = await sys.getStatus(self, failing);
  assert.equal([hidden.state, hidden.postponed], ["formatStatus failed: Error: not now", []]);
  await stop(self, failing);
});

// -- change of code ----------------------------------------------------------------------------------------------

test("changeCode: the new definition makes state and data from the old ones", async ({ self }) => {
  const pid = await start(self, machine, [], { scheduler: 0 });
  defineMachine(2);
  assert.is(await call(self, pid, ["version"]), 1);
  assert.equal(await failure(sys.changeCode(self, pid, 3, "x")), { unknownSystemMessage: "changeCode" });
  await sys.suspend(self, pid);
  await sys.changeCode(self, pid, 3, "x");
  assert.equal(await sys.getState(self, pid), { state: "old x", data: 13 });
  await sys.resume(self, pid);
  assert.is(await call(self, pid, ["version"]), 2);
  await stop(self, pid);
  defineMachine(1);
});

test("a change to a definition without the state at hand is refused, and the old one goes on", async ({
  self,
}) => {
  const pid = await start(self, machine, [], { scheduler: 0 });
  defineMachine(3);
  await sys.suspend(self, pid);
  const { reason } = (await failure(sys.changeCode(self, pid, 1, null))) as { reason: string };
  assert.match(reason, /no such state: "old"/);
  await sys.resume(self, pid);
  assert.is(await call(self, pid, ["version"]), 1);
  await stop(self, pid);
  defineMachine(1);
});

// -- debug -------------------------------------------------------------------------------------------------------

// Erlang, the same scenario: in, out, consume; in, postpone; in, out, in (inserted), consume, start_timer, consume,
// in (timeout), consume; in, out, consume, then out, consume of the postponed call, without another `in`.
everywhere("log tells of events as gen_statem does", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  await sys.log(self, pid, 50);
  await call(self, pid, ["go", "c"]);
  const aside = sendRequest(self, pid, ["putAside"]);
  await call(self, pid, ["insert"]);
  await call(self, pid, ["go", "b"]);
  await receiveResponse(self, aside);
  const events = await sys.log(self, pid, "get");
  const got = ["in", "out", "consume"];
  assert.equal(
    events.map(({ type }) => type),
    [
      ...got,
      ...["in", "postpone"],
      ...["in", "out", "in", "consume", "startTimer", "consume", "in", "consume"],
      ...got,
      ...["out", "consume"],
    ],
  );
  assert.equal(events[7], { type: "in", message: { type: "internal", content: ["note", "x"] }, state: "c" });
  const last = events.at(-1) as { state: unknown; nextState: unknown };
  assert.equal([last.state, last.nextState], ["b", "b"]);
  await stop(self, pid);
});

// Erlang: {messages_in, 2}, {messages_out, 1} for a call and a cast.
everywhere("statistics count events and replies", async ({ self }, scheduler) => {
  const pid = await start(self, stepper, [], { scheduler });
  await sys.statistics(self, pid, true);
  await call(self, pid, ["go", "a"]);
  cast(self, pid, ["note", "a"]);
  await sys.getState(self, pid);
  const counts = await sys.statistics(self, pid, "get");
  assert.equal([counts?.messagesIn, counts?.messagesOut], [2, 1]);
  await sys.noDebug(self, pid);
  assert.is(await sys.statistics(self, pid, "get"), undefined);
  await stop(self, pid);
});

test("trace prints events, replies and what became of them", async ({ self }) => {
  const pid = await start(self, stepper, [], { scheduler: 0 });
  const lines: string[] = [];
  const print = console.error;
  console.error = (line: string) => lines.push(line);
  try {
    await sys.trace(self, pid, true);
    await call(self, pid, ["go", "b"]);
    await sys.noDebug(self, pid);
  } finally {
    console.error = print;
  }
  const told = lines.map((line) => line.replace(/\{.*\}/, "EVENT"));
  assert.equal(told, [
    `*DBG* ${pid} stepper receive EVENT in state a`,
    `*DBG* ${pid} stepper sent gone to ${self.pid}`,
    `*DBG* ${pid} stepper consume EVENT in state a => b`,
  ]);
  await stop(self, pid);
});

test.run();
