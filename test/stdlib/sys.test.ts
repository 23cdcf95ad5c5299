/** System messages keep the rules of `sys(3)`, for servers beside their client and on another scheduler. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid } from "../../runtime/index.js";
import {
  type ChildInfo,
  call,
  cast,
  child,
  receiveResponse,
  sendRequest,
  start,
  startLink,
  stop,
  sys,
  whichChildren,
} from "../../stdlib/index.js";
import { ended, event, events, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import { account, defineVersion, vault, versioned } from "./moreServers.js";
import { counter, deaf, family, gate } from "./servers.js";

const test = suite<Fixture>("stdlib/sys");
onNode(test);

/** The same rule for a server on the client's own scheduler and on another one. */
function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

interface Account {
  readonly balance: number;
  readonly order: string[];
}
const orderOf = async (...args: Parameters<typeof sys.getState>) =>
  ((await sys.getState(...args)) as Account).order;

// -- state -------------------------------------------------------------------------------------------------------

everywhere("getState gives a copy, by pid and by name", async ({ self, node }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler, name: "account" });
  await call(self, pid, ["add", 5]);
  for (const process of [pid, "account", { name: "account", node: node.name }])
    assert.equal(await sys.getState(self, process), { balance: 5, order: ["add 5"], observer: null });
  await stop(self, pid);
  assert.is(await failure(sys.getState(self, pid)), "noproc");
  assert.is(await failure(sys.getState(self, "account")), "noproc");
});

everywhere("replaceState puts another state in its place", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  const state = { balance: 9, order: [], observer: null };
  assert.equal(await sys.replaceState(self, pid, state), state);
  assert.is(await call(self, pid, ["get"]), 9);
  await stop(self, pid);
});

everywhere("updateState runs an update of the definition, plain or async", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  assert.equal(await sys.updateState(self, pid, ["addTo", 7]), { balance: 7, order: [], observer: null });
  await sys.updateState(self, pid, ["later"]);
  assert.is(await call(self, pid, ["get"]), -1);
  await stop(self, pid);
});

everywhere("an update that fails leaves state and server as they were", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  const crash = await failure(sys.updateState(self, pid, ["crash"]));
  assert.equal(crash, { callbackFailed: "updateState", reason: "Error: boom" });
  for (const name of ["nothing", "constructor", "none"])
    assert.equal(await failure(sys.updateState(self, pid, [name])), { badUpdate: name });
  assert.is(await call(self, pid, ["get"]), 0);
  await stop(self, pid);
});

everywhere(
  "mapState: no message is handled between the old state and the new",
  async ({ self }, scheduler) => {
    const pid = await start(self, account, [{}], { scheduler });
    const map = async (state: Account) => {
      cast(self, pid, ["note", "meanwhile"]);
      await null;
      return { ...state, balance: state.balance + 1, order: ["mapped"] };
    };
    assert.is((await sys.mapState(self, pid, map)).balance, 1);
    assert.equal(await orderOf(self, pid), ["mapped", "meanwhile"]);
    const failed = sys.mapState(self, pid, () => {
      throw new Error("boom");
    });
    await failed.then(assert.unreachable, (error) => assert.is(error.message, "boom"));
    assert.is(await call(self, pid, ["get"]), 1);
    await stop(self, pid);
  },
);

everywhere("a state that is no term cannot be had, and the server lives on", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  cast(self, pid, ["spoil"]);
  for (const look of [sys.getState, sys.getStatus]) {
    const reason = (await failure(look(self, pid))) as { notATerm: string };
    assert.match(reason.notATerm, /hook: function/);
  }
  assert.is(await call(self, pid, ["get"]), 0);
  await stop(self, pid);
});

// -- suspend -----------------------------------------------------------------------------------------------------

everywhere("while suspended messages wait, in their order", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  await sys.suspend(self, pid);
  cast(self, pid, ["note", "a"]);
  self.send(pid as never, "b" as never);
  assert.is(await failure(call(self, pid, ["add", 1], 5)), "timeout");
  cast(self, pid, ["note", "c"]);
  assert.equal(await orderOf(self, pid), []);
  await sys.suspend(self, pid);
  await sys.resume(self, pid);
  cast(self, pid, ["note", "d"]);
  assert.equal(await orderOf(self, pid), ["a", "b", "add 1", "c", "d"]);
  await sys.resume(self, pid);
  await stop(self, pid);
});

everywhere(
  "a suspended server takes the messages in the mailbox before suspend first",
  async ({ self }, scheduler) => {
    const pid = await start(self, account, [{}], { scheduler });
    cast(self, pid, ["note", "before"]);
    await sys.suspend(self, pid);
    assert.equal(await orderOf(self, pid), ["before"]);
    await stop(self, pid);
  },
);

everywhere("stop, terminate and the parent's exit end a suspended server", async ({ self }, scheduler) => {
  for (const how of ["stop", "terminate", "parent"]) {
    const pid = await startLink(self, account, [{ trap: true, observer: self.pid }], { scheduler });
    await sys.suspend(self, pid);
    cast(self, pid, ["note", "never handled"]);
    if (how === "stop") await stop(self, pid, { shutdown: how });
    else if (how === "terminate") await sys.terminate(self, pid, { shutdown: how });
    else self.exit(pid, { shutdown: how });
    assert.equal(await event(self, "account", "terminate"), [{ shutdown: how }]);
    assert.equal(await exitOf(self, pid), { shutdown: how });
  }
});

everywhere("terminate ends a running server after its terminate", async ({ self }, scheduler) => {
  const pid = await startLink(self, account, [{ observer: self.pid }], { scheduler });
  await sys.terminate(self, pid, "enough");
  assert.equal(await event(self, "account", "terminate"), ["enough"]);
  assert.is(await exitOf(self, pid), "enough");
});

everywhere("a kill ends a suspended server, without terminate", async ({ self }, scheduler) => {
  const pid = await startLink(self, account, [{ trap: true, observer: self.pid }], { scheduler });
  await sys.suspend(self, pid);
  self.exit(pid, "kill");
  assert.is(await exitOf(self, pid), "killed");
  assert.equal(await events(self, "account"), []);
});

everywhere("after a system message the wait for a timeout begins anew", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{ observer: self.pid }], { scheduler });
  cast(self, pid, ["idle", 20]);
  await sys.getState(self, pid);
  await sys.suspend(self, pid);
  await sys.resume(self, pid);
  await event(self, "account", "timeout");
  assert.equal(await orderOf(self, pid), ["timeout"]);
  await stop(self, pid);
});

// -- status ------------------------------------------------------------------------------------------------------

everywhere("getStatus tells what it is and how it is", async ({ self }, scheduler) => {
  const pid = await startLink(self, account, [{}], { scheduler });
  const state = { balance: 0, order: [], observer: null };
  const status = { pid, parent: self.pid as AnyPid, name: "account", state, log: [] };
  assert.equal(await sys.getStatus(self, pid), { ...status, status: "running" });
  await sys.suspend(self, pid);
  assert.equal(await sys.getStatus(self, pid), { ...status, status: "suspended" });
  await stop(self, pid);
});

// Erlang: gen_server:start gives `{"Parent", Pid}` of the server itself, and `{'EXIT', Starter, whatever}` goes to
// handle_info; of start_link it ends the server, also after an unlink.
everywhere("only who started it with a link is a server's parent", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{ trap: true }], { scheduler });
  assert.is((await sys.getStatus(self, pid)).parent, pid);
  self.exit(pid, "whatever");
  assert.equal(await orderOf(self, pid), ["[object Object]"]);
  await sys.suspend(self, pid);
  self.exit(pid, "whatever");
  assert.equal(await orderOf(self, pid), ["[object Object]"]);
  await sys.resume(self, pid);
  assert.is((await orderOf(self, pid)).length, 2);
  await stop(self, pid);
  const linked = await startLink(self, account, [{ trap: true }], { scheduler });
  self.unlink(linked);
  const end = ended(self, linked);
  self.exit(linked, "whatever");
  assert.is(await end, "whatever");
});

everywhere("formatStatus says what is shown; if it fails nothing is", async ({ self }, scheduler) => {
  const pid = await start(self, vault, [], { scheduler });
  assert.equal((await sys.getStatus(self, pid)).state, { balance: 7 });
  await call(self, pid, ["fail"]);
  assert.is((await sys.getStatus(self, pid)).state, "formatStatus failed: Error: not now");
  await stop(self, pid);
});

test("a supervisor shows its children", async ({ self }) => {
  const pid = await startLink(self, family, [{ intensity: 2, children: [child(deaf, [])] }]);
  const { state, name } = await sys.getStatus(self, pid);
  assert.is(name, "family");
  const children = await whichChildren(self, pid);
  assert.equal(state, { strategy: "oneForOne", intensity: 2, period: 5000, autoShutdown: "never", children });
  await stop(self, pid, "shutdown");
  await exitOf(self, pid);
});

test("a suspended supervisor restarts its children when it is resumed", async ({ self }) => {
  const pid = await startLink(self, family, [{ children: [child(deaf, [])] }]);
  const [before] = await whichChildren(self, pid);
  await sys.suspend(self, pid);
  self.exit(before!.pid!, "kill");
  await ended(self, before!.pid!);
  const { children } = (await sys.getStatus(self, pid)).state as { children: ChildInfo[] };
  assert.is(children[0]?.pid, before?.pid);
  await sys.resume(self, pid);
  let after = before;
  while (after?.pid === before?.pid) [after] = await whichChildren(self, pid);
  assert.is(after?.status, "running");
  await stop(self, pid, "shutdown");
  await exitOf(self, pid);
});

// -- change of code ----------------------------------------------------------------------------------------------

/** On scheduler 0, for it is this thread that loads the new definition. */
test("changeCode: the new definition makes its state from the old one", async ({ self }) => {
  const pid = await start(self, versioned, [], { scheduler: 0 });
  defineVersion(2);
  assert.is(await call(self, pid, ["version"]), 1);
  await sys.suspend(self, pid);
  await sys.changeCode(self, pid, 3, 4);
  await sys.resume(self, pid);
  assert.is(await call(self, pid, ["version"]), 2);
  assert.is(await call(self, pid, ["get"]), 17);
  await stop(self, pid);
  defineVersion(1);
});

test("a codeChange that throws changes nothing; one that is not there keeps the state", async ({ self }) => {
  const pid = await start(self, versioned, [], { scheduler: 0 });
  await sys.suspend(self, pid);
  defineVersion(3);
  assert.equal(await failure(sys.changeCode(self, pid, 1, null)), {
    callbackFailed: "changeCode",
    reason: "Error: cannot",
  });
  await sys.resume(self, pid);
  assert.is(await call(self, pid, ["version"]), 1);
  await sys.suspend(self, pid);
  defineVersion(4);
  await sys.changeCode(self, pid, 1, null);
  await sys.resume(self, pid);
  assert.is(await call(self, pid, ["version"]), 4);
  assert.is(await call(self, pid, ["get"]), 1);
  await stop(self, pid);
  defineVersion(1);
});

everywhere("changeCode of a server that is not suspended is refused", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  const refused = { unknownSystemMessage: "changeCode" };
  assert.equal(await failure(sys.changeCode(self, pid, 1, null)), refused);
  await stop(self, pid);
});

// -- debug -------------------------------------------------------------------------------------------------------

everywhere("log keeps the latest events, as many as told", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  await sys.log(self, pid, 3);
  await call(self, pid, ["get"]);
  cast(self, pid, ["note", "a"]);
  assert.is(await call(self, pid, ["getLater"]), 0);
  const events = await sys.log(self, pid, "get");
  const request = (i: number) => (events[i] as { message: { request?: unknown } }).message.request;
  assert.equal(
    events.map(({ type }) => type),
    ["in", "in", "out"],
  );
  assert.equal(request(0), ["note", "a"]);
  assert.equal(request(1), ["getLater"]);
  assert.equal(events[2], { type: "out", message: 0, to: self.pid });
  assert.equal((await sys.getStatus(self, pid)).log, events);
  await sys.log(self, pid, 1);
  assert.equal(await sys.log(self, pid, "get"), events.slice(2));
  await sys.log(self, pid, false);
  await call(self, pid, ["get"]);
  assert.equal(await sys.log(self, pid, "get"), []);
  assert.throws(() => sys.log(self, pid, -1), /no number of events/);
  await stop(self, pid);
});

everywhere("statistics count messages and replies, not system messages", async ({ self }, scheduler) => {
  const pid = await start(self, account, [{}], { scheduler });
  assert.is(await sys.statistics(self, pid, "get"), undefined);
  await sys.statistics(self, pid, true);
  await call(self, pid, ["get"]);
  cast(self, pid, ["note", "a"]);
  await sys.getState(self, pid);
  const counts = await sys.statistics(self, pid, "get");
  assert.is(counts?.messagesIn, 2);
  assert.is(counts?.messagesOut, 1);
  assert.ok(counts && counts.reductions >= 2);
  assert.ok(counts && counts.startTime <= counts.currentTime);
  await sys.statistics(self, pid, false);
  assert.is(await sys.statistics(self, pid, "get"), undefined);
  await stop(self, pid);
});

test("trace prints messages and replies, until it is turned off", async ({ self }) => {
  const pid = await start(self, account, [{}], { scheduler: 0 });
  const lines: string[] = [];
  const print = console.error;
  console.error = (line: string) => lines.push(line);
  try {
    await sys.trace(self, pid, true);
    await call(self, pid, ["get"]);
    cast(self, pid, ["note", "a"]);
    self.send(pid as never, "b" as never);
    await sys.noDebug(self, pid);
    await call(self, pid, ["get"]);
  } finally {
    console.error = print;
  }
  assert.equal(lines, [
    `*DBG* ${pid} account got call ["get"] from ${self.pid}`,
    `*DBG* ${pid} account sent 0 to ${self.pid}`,
    `*DBG* ${pid} account got cast ["note","a"]`,
    `*DBG* ${pid} account got b`,
  ]);
  await stop(self, pid);
});

everywhere(
  "what is no system message is refused, or is a message like any other",
  async ({ self }, scheduler) => {
    const pid = await start(self, account, [{}], { scheduler });
    const ref = self.alias();
    for (const odd of [{ tag: "$system" }, { tag: "$system", from: 1, request: ["suspend"] }])
      self.send(pid as never, odd as never);
    self.send(
      pid as never,
      { tag: "$system", from: { pid: self.pid, ref }, request: ["constructor"] } as never,
    );
    const isAnswer = (m: unknown): m is { failure: unknown } => (m as { ref?: unknown }).ref === ref;
    assert.equal((await self.receive(isAnswer)).failure, { unknownSystemMessage: "constructor" });
    assert.equal(await orderOf(self, pid), ["[object Object]", "[object Object]"]);
    await stop(self, pid);
  },
);

everywhere("a server in an async handler answers when that is done", async ({ self }, scheduler) => {
  const door = await start(self, gate, [self.pid]);
  const pid = await start(self, counter, [1], { scheduler });
  const request = sendRequest(self, pid, ["slowly", door, "a"]);
  await event(self, "gate", "a");
  assert.is(await failure(sys.getState(self, pid, 5)), "timeout");
  cast(self, door, ["open"]);
  assert.is(((await sys.getState(self, pid)) as { order: string }).order, "<a>");
  assert.is(await receiveResponse(self, request), "<a>");
  await stop(self, pid);
  await stop(self, door);
});

test.run();
