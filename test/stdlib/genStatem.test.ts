/** State machines keep the rules of `gen_statem(3)`, beside their client and on another scheduler. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Down, type Pid, TIMEOUT } from "../../runtime/index.js";
import {
  call,
  cast,
  child,
  genStatem,
  Ignored,
  initialState,
  serverRef,
  start,
  startLink,
  stop,
} from "../../stdlib/index.js";
import { sameTerm } from "../../stdlib/sameTerm.js";
import { event, events, exitOf, type Fixture, failure, next, onNode } from "./helpers.js";
import { codeLock, eager, lamp, probe, scripted, unwillingMachine } from "./machines.js";
import { client, family, gate, plainBody } from "./servers.js";
import { hasErlang, tracesOfErlang } from "./statemErlang.js";
import { beyondErlang, scenarios } from "./statemScenarios.js";

const test = suite<Fixture>("stdlib/genStatem");
onNode(test);

/** The same rule for a machine on the client's own scheduler and on another one. */
function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

// -- what happens in which order --------------------------------------------------------------------------------

for (const [rule, { enter = {}, init = [], first, trace }] of Object.entries({
  ...scenarios,
  ...beyondErlang,
})) {
  everywhere(rule, async ({ self }, scheduler) => {
    const pid = await start(self, scripted, [self.pid, enter, init], { scheduler });
    cast(self, pid, ["event", first]);
    assert.equal(await event(self, "trace", "is"), [trace]);
    await stop(self, pid);
  });
}

if (!hasErlang) console.log("skipped: the real gen_statem does the same: there is no Erlang here");
(hasErlang ? test : test.skip)("the real gen_statem does the same", () => {
  const expected = Object.entries(scenarios).map(([rule, { trace }]) => [rule, [...trace]]);
  assert.equal(tracesOfErlang(scenarios), Object.fromEntries(expected));
});

// -- clients ----------------------------------------------------------------------------------------------------

// Erlang: gen_statem:start gives ignore, and {error, noDisk}; a linked starter that traps exits gets an EXIT there.
everywhere("init may give ignore, or stopWith", async ({ self }, scheduler) => {
  for (const starting of [start, startLink])
    for (const later of [true, false]) {
      const ignored = starting(self, unwillingMachine, ["ignore", later], { scheduler });
      await ignored.then(
        () => assert.unreachable(),
        (error) => assert.instance(error, Ignored),
      );
      const stopped = starting(self, unwillingMachine, ["stop", later], { scheduler });
      await stopped.then(
        () => assert.unreachable(),
        (error) => assert.is(error.reason, "noDisk"),
      );
    }
  assert.is(await self.receive({ after: 0 }), TIMEOUT);
  const pid = await start(self, unwillingMachine, ["start", true], { scheduler });
  const size: number = await call(self, pid, ["size"]);
  assert.is(size, 1);
  await stop(self, pid);
});

everywhere("the code lock of the documentation", async ({ self }, scheduler) => {
  const lock = await start(self, codeLock, ["1234"], { scheduler });
  assert.is(await call(self, lock, ["state"]), "locked");
  for (const digit of "9123") cast(self, lock, ["button", digit]);
  assert.is(await call(self, lock, ["state"]), "locked");
  cast(self, lock, ["button", "4"]);
  const state: "locked" | "open" = await call(self, lock, ["state"]);
  assert.is(state, "open");
  await stop(self, lock);
});

everywhere("a postponed call is answered after the change of state", async ({ self }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler });
  self.spawn(client, [self.pid, "client", pid, ["result"]], { scheduler: 1 - scheduler });
  await event(self, "client", "asked");
  self.spawn(client, [self.pid, "worker", pid, ["work"]], { scheduler: 1 - scheduler });
  assert.equal(await event(self, "worker", "answered"), ["started"]);
  assert.equal(await event(self, "client", "answered"), ["result"]);
  await stop(self, pid);
});

everywhere("a reply goes to older calls as well, by an action", async ({ self }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler });
  for (const who of ["a", "b"]) {
    self.spawn(client, [self.pid, who, pid, ["queue"]], { scheduler });
    await event(self, who, "asked");
  }
  cast(self, pid, ["answerAll", 7]);
  for (const who of ["a", "b"]) assert.equal(await event(self, who, "answered"), [7]);
  await stop(self, pid);
});

everywhere(
  "an unknown call fails and names the calls of the state; the machine lives on",
  async ({ self }, scheduler) => {
    const pid = await start(self, probe, [self.pid], { scheduler });
    assert.is(await call(self, pid, ["work"]), "started");
    assert.equal(await failure(call(self, pid, ["where"])), { badRequest: "where", calls: ["result"] });
    assert.equal(await failure(call(self, pid as Pid<unknown>, ["constructor"])), {
      badRequest: "constructor",
      calls: ["result"],
    });
    cast(self, pid as Pid<unknown>, ["nothing"]);
    self.send(pid as Pid<unknown>, { tag: "$call", from: 1, request: ["where"] });
    assert.is(await call(self, pid, ["result"]), "result");
    assert.is(await call(self, pid, ["where"]), scheduler);
    await stop(self, pid);
  },
);

everywhere("a machine is reached by name", async ({ self, node }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler, name: "probe" });
  assert.is(await call(self, "probe", ["work"]), "started");
  assert.is(await call(self, serverRef(probe, { name: "probe", node: node.name }), ["result"]), "result");
  cast(self, serverRef(probe, "probe"), ["answerAll", 1]);
  assert.is(await call(self, pid, ["where"]), scheduler);
  await stop(self, "probe");
  assert.is(self.whereis("probe"), undefined);
});

everywhere("a supervisor starts a machine again", async ({ self }, scheduler) => {
  const spec = child(eager, [self.pid], { id: "eager", name: "eager", scheduler });
  const root = await start(self, family, [{ strategy: "oneForOne", children: [spec] }]);
  await event(self, "eager", "order");
  const before = self.whereis("eager")!;
  self.exit(before, "kill");
  await event(self, "eager", "order");
  assert.is.not(self.whereis("eager"), before);
  await stop(self, root);
  assert.is(self.whereis("eager"), undefined);
});

everywhere("while an async handler is pending no other event is handled", async ({ self }, scheduler) => {
  const door = await start(self, gate, [self.pid]);
  const pid = await start(self, probe, [self.pid], { scheduler });
  self.spawn(client, [self.pid, "slow", pid, ["slowly", door]], { scheduler });
  await event(self, "gate", "slowly");
  self.spawn(client, [self.pid, "next", pid, ["result"]], { scheduler });
  await event(self, "next", "asked");
  cast(self, door, ["open"]);
  assert.equal(await event(self, "slow", "answered"), ["done"]);
  assert.equal(await event(self, "next", "answered"), ["result"]);
  assert.equal(await events(self, "probe"), ["begins", "stateTimeout"]);
  await stop(self, pid);
  await stop(self, door);
});

everywhere("messages of other timers are info, timeouts of its own are not", async ({ self }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler });
  await call(self, pid, ["timer"]);
  const [message] = await event(self, "probe", "info");
  assert.is((message as { message: unknown }).message, "mine");
  await stop(self, pid);
});

everywhere(
  "the first state enter call and what init inserts come before any message",
  async ({ self }, scheduler) => {
    const pid = await start(self, eager, [self.pid], { scheduler });
    assert.equal(await event(self, "eager", "order"), [["enter", "first", "early"]]);
    await stop(self, pid);
  },
);

everywhere("a state that is no name changes when it is another term", async ({ self }, scheduler) => {
  const pid = await start(self, lamp, [], { scheduler });
  cast(self, pid, ["become", { lit: false, colour: "red" }]);
  cast(self, pid, ["become", { lit: true, colour: "red" }]);
  assert.equal(await call(self, pid, ["entered"]), ["false red -> false red", "false red -> true red"]);
  await stop(self, pid);
});

// -- the end ----------------------------------------------------------------------------------------------------

everywhere("stopWith a reply: the reply, then terminate, then the exit", async ({ self }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler });
  const ref = self.monitor(pid);
  const bye: string = await call(self, pid, ["last", "enough"]);
  assert.is(bye, "bye");
  assert.equal(await event(self, "probe", "terminate"), ["enough", "idle"]);
  const down = await next(self, (m): m is Down => (m as Partial<Down>).ref === ref);
  assert.is(down.reason, "enough");
});

everywhere("stopWith no reply: the caller gets the reason", async ({ self }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler });
  assert.is(await failure(call(self, pid, ["lastWithout", "enough"])), "enough");
  assert.equal(await event(self, "probe", "terminate"), ["enough", "idle"]);
});

everywhere("who waits with a postponed call gets the reason of the end", async ({ self }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler });
  const waiting = failure(call(self, pid, ["result"]));
  self.spawn(client, [self.pid, "other", pid, ["last", "over"]], { scheduler });
  assert.is(await waiting, "over");
});

everywhere(
  "a handler that throws ends the machine with that, after terminate",
  async ({ self }, scheduler) => {
    const pid = await start(self, probe, [self.pid], { scheduler });
    const reason = await failure(call(self, pid, ["crash", "boom"]));
    assert.is((reason as Error).message, "boom");
    const [why, state] = await event(self, "probe", "terminate");
    assert.is((why as Error).message, "boom");
    assert.is(state, "idle");
  },
);

everywhere("what terminate throws is the exit reason", async ({ self }, scheduler) => {
  const pid = await start(self, probe, [self.pid], { scheduler });
  assert.is(((await failure(call(self, pid, ["lastWithout", "badly"]))) as Error).message, "worse");
});

everywhere(
  "stop calls terminate, and so does the end of the parent if the machine traps exits",
  async ({ self }, scheduler) => {
    const pid = await start(self, probe, [self.pid], { scheduler });
    await stop(self, pid, { shutdown: "done" });
    assert.equal(await event(self, "probe", "terminate"), [{ shutdown: "done" }, "idle"]);
    const traps = self.processFlag("trapExit", true);
    const linked = await startLink(self, probe, [self.pid, true], { scheduler });
    self.exit(linked, "shutdown");
    assert.is(await exitOf(self, linked), "shutdown");
    assert.equal(await event(self, "probe", "terminate"), ["shutdown", "idle"]);
    const deaf = await startLink(self, probe, [self.pid, false], { scheduler });
    self.exit(deaf, "shutdown");
    assert.is(await exitOf(self, deaf), "shutdown");
    assert.equal(await events(self, "probe"), []);
    self.processFlag("trapExit", traps);
  },
);

const MISTAKES: Record<string, [Parameters<typeof cast>[2], RegExp]> = {
  "a state enter call that postpones": [["go", "postpones"], /state enter call/],
  "a state enter call that inserts an event": [["go", "inserts"], /state enter call/],
  "a state enter call that changes the state": [["go", "leaves"], /state enter call/],
  "a state that there is not": [["go", "nowhere"], /no such state: "nowhere"/],
  "an internal event that nothing handles": [["give", "nothing"], /no handler in state "idle" for internal/],
  "a timeout that nothing handles": [["noHandler"], /no handler in state "idle" for stateTimeout/],
  "a reply without a call": [["replyToNobody"], /no call at hand/],
  "a time below 0": [["badTime"], /-1 is not a time/],
};
for (const [mistake, [request, message]] of Object.entries(MISTAKES)) {
  test(`${mistake} ends the machine`, async ({ self }) => {
    const pid = await start(self, probe, [self.pid]);
    cast(self, pid as Pid<unknown>, request);
    assert.match(((await event(self, "probe", "terminate"))[0] as Error).message, message);
  });
}

test("a state enter call has no call at hand, even after one", async ({ self }) => {
  const pid = await start(self, probe, [self.pid]);
  assert.is(await call(self, pid, ["answered"]), "once");
  assert.match(((await event(self, "probe", "terminate"))[0] as Error).message, /no call at hand/);
});

test("a state enter call may stop the machine", async ({ self }) => {
  const pid = await start(self, probe, [self.pid]);
  cast(self, pid, ["go", "stops"]);
  assert.equal(await event(self, "probe", "terminate"), ["enough", "stops"]);
});

test("a definition with what is no event type is refused", () => {
  const states = { on: { stateTimout: () => undefined } } as never;
  assert.throws(
    () => genStatem(import.meta.url, "slip", { init: () => initialState("on", 0), states }),
    /slip, state on: stateTimout is no event type/,
  );
});

test("sameTerm compares what arrays and objects hold, and pids by identity", ({ self }) => {
  const other = self.spawn(plainBody, [self.pid]);
  assert.ok(sameTerm({ a: [1, { b: "x" }], p: self.pid }, { p: self.pid, a: [1, { b: "x" }] }));
  for (const [a, b] of [
    [{ a: 1 }, { a: 1, b: undefined }],
    [{ a: undefined }, { b: undefined }],
    [[1, 2], [1]],
    [[], {}],
    [null, {}],
    [self.pid, other],
    [1, "1"],
  ])
    assert.not(sameTerm(a, b), JSON.stringify([a, b]));
  self.send(other, "stop" as never);
});

test.run();
