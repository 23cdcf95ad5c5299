/**
 * The library's reports: which are logged when, and their fields. What real Erlang logged in the same case
 * (OTP 25, primary level `info`) is written down with each; names are ours, the order is Erlang's.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AnyPid,
  type CrashReport,
  type ExitReason,
  type LogEvent,
  logger,
  type Pid,
  type Self,
  startNode,
} from "../../runtime/index.js";
import {
  addHandler,
  cast,
  child,
  notify,
  type Supervisor,
  start,
  startChild,
  startLink,
  stop,
  Task,
  taskSupervisor,
  terminateChild,
  whichChildren,
  whichHandlers,
} from "../../stdlib/index.js";
import { ended, type Fixture } from "../stdlib/helpers.js";
import type * as bodies from "./bodies.js";
import {
  body,
  brittle,
  discreet,
  discreetMachine,
  failing,
  failingTask,
  family,
  huge,
  machine,
  manager,
  patient,
  rooms,
  server,
} from "./bodies.js";

const test = suite<Fixture>("reports");
let seen: LogEvent[] = [];

// One thread, so that all reports of an end are there before its DOWN.
test.before(async (context) => {
  logger.setPrimaryLevel("info");
  logger.removeHandler("default");
  logger.addHandler("seen", (event) => seen.push(event));
  context.node = await startNode({ schedulers: 0 });
  context.self = context.node.self;
});
test.before.each(() => {
  seen = [];
});
test.after(({ node }) => node.stop());

/** `level who what`, of a text its first two words. */
function kinds(): string[] {
  return seen.map(({ level, msg }) =>
    [level, ...(typeof msg === "string" ? msg.split(" ").slice(0, 2) : (msg.label ?? []))].join(" "),
  );
}
function reportOf<T>(kind: string): T {
  return seen[kinds().indexOf(kind)]!.msg as T;
}

const NOTHING: string[] = [];
const ERROR = ["error Error in"];
const CRASH = ["error procLib crash"];
const TERMINATE_AND_CRASH = ["error genServer terminate", "error procLib crash"];

const REASONS: readonly (readonly [ExitReason, boolean])[] = [
  ["normal", false],
  ["shutdown", false],
  [{ shutdown: "x" }, false],
  ["boom", true],
  ["kill", true],
  ["killed", true],
];

// -- processes -----------------------------------------------------------------------------------------------------

/** spawn/1: `Error in process ~p with exit value`; proc_lib:spawn/1: {proc_lib, crash}. */
const BODIES: readonly (readonly [how: bodies.Kind, what: unknown, plain: string[], procLib: string[]])[] = [
  ["return", undefined, NOTHING, NOTHING],
  ["error", "boom", ERROR, CRASH],
  ["throw", "boom", ERROR, CRASH],
  ...REASONS.map(([reason, bad]) => ["exit", reason, NOTHING, bad ? CRASH : NOTHING] as const),
];
for (const [how, what, plain, procLib] of BODIES) {
  const title = `${how} ${JSON.stringify(what)}`;
  test(`plain process, ${title}: ${plain.length} reports`, async ({ self }) => {
    const pid = self.spawn(body, [how, what]);
    self.send(pid, "go");
    await ended(self, pid);
    assert.equal(kinds(), plain);
  });
  test(`procLib's process, ${title}: ${procLib.length} reports`, async ({ self }) => {
    const pid = await start(self, body, [how, what]);
    self.send(pid, "go");
    await ended(self, pid);
    assert.equal(kinds(), procLib);
  });
}

for (const reason of ["boom", "kill"])
  test(`exit signal ${reason}: no report of the process, however it was started`, async ({ self }) => {
    for (const pid of [self.spawn(body, ["return", 0]), await start(self, body, ["return", 0])]) {
      self.exit(pid, reason);
      await ended(self, pid);
    }
    assert.equal(kinds(), NOTHING);
  });

/**
 * initial_call, pid, registered_name, error_info {error, boom, Stack}, ancestors [Parent], message_queue_len 2,
 * messages [m1, m2], links [], dictionary, trap_exit false, status running, heap_size, stack_size, reductions;
 * metadata: pid, domain [otp, sasl].
 */
test("crash report: OTP's fields", async ({ self }) => {
  const pid = await start(self, body, ["error", "boom"], { name: "crasher" });
  for (const message of ["m1", "m2", "go"]) self.send(pid, message);
  await ended(self, pid);
  const { errorInfo, reductions, ...report } = reportOf<CrashReport>("error procLib crash");
  assert.equal(report, {
    label: ["procLib", "crash"],
    initialCall: "bodies.js#body",
    pid: pid as AnyPid,
    registeredName: "crasher",
    ancestors: [self.pid],
    messageQueueLen: 2,
    messages: ["m1", "m2"],
    links: [],
    trapExit: false,
    status: "running",
  });
  assert.is(errorInfo.class, "error");
  assert.match((errorInfo.reason as Error).stack!, /^Error: boom\n +at .*bodies/);
  assert.ok(reductions > 0);
  const { pid: of, domain, registeredName } = seen[0]!.meta;
  assert.equal([of, domain, registeredName], [pid, ["otp", "sasl"], "crasher"]);
});

test("crash report: the first of many messages, and how many there are", async ({ self }) => {
  const pid = await start(self, body, ["exit", "boom"]);
  for (let i = 0; i < 1000; i++) self.send(pid, i);
  self.send(pid, "go");
  await ended(self, pid);
  const { messageQueueLen, messages, errorInfo } = reportOf<CrashReport>("error procLib crash");
  assert.equal([messageQueueLen, messages], [1000, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]);
  assert.equal(errorInfo, { class: "exit", reason: "boom" });
});

// -- servers -------------------------------------------------------------------------------------------------------

for (const [reason, bad] of REASONS)
  test(`server, stop with ${JSON.stringify(reason)}: ${bad ? 2 : 0} reports`, async ({ self }) => {
    const pid = await start(self, server, ["up"]);
    await self.call(pid, ["stop", reason]);
    await ended(self, pid);
    assert.equal(kinds(), bad ? TERMINATE_AND_CRASH : NOTHING);
  });

const quietly = (call: Promise<unknown>) => call.then(undefined, () => {});
const asked =
  (...request: readonly unknown[]) =>
  (self: Self<unknown>, pid: Pid) =>
    quietly(self.call(pid, request));

const ENDS: readonly (readonly [
  title: string,
  end: (self: Self<unknown>, pid: Pid) => unknown,
  expected: string[],
])[] = [
  ["crash in a call", asked("crash", "boom"), TERMINATE_AND_CRASH],
  ["crash after an await", asked("crashLater", "boom"), TERMINATE_AND_CRASH],
  ["exit boom in a call", asked("exit", "boom"), TERMINATE_AND_CRASH],
  ["exit shutdown in a call", asked("exit", "shutdown"), NOTHING],
  [
    "crash in a cast",
    (self, pid) => self.send(pid, { tag: "$cast", request: ["crash", "boom"] } as never),
    TERMINATE_AND_CRASH,
  ],
  ["stop/3 with boom", (self, pid) => quietly(stop(self, pid, "boom")), TERMINATE_AND_CRASH],
];
for (const [title, end, expected] of ENDS)
  test(`server, ${title}: ${expected.length} reports`, async ({ self }) => {
    const pid = await start(self, server, ["up"]);
    await end(self, pid as never);
    await ended(self, pid);
    assert.equal(kinds(), expected);
  });

const STARTS: readonly (readonly [string, bodies.Init, string[]])[] = [
  ["{stop, boom}", { stop: "boom" }, CRASH],
  ["{stop, shutdown}", { stop: "shutdown" }, NOTHING],
  ["exit(boom)", { exit: "boom" }, CRASH],
  ["error(boom)", { error: "boom" }, CRASH],
  ["ignore", "ignore", NOTHING],
];
for (const [title, how, expected] of STARTS)
  test(`server, init with ${title}: ${expected.length} reports`, async ({ self }) => {
    await start(self, server, [how]).then(
      () => assert.unreachable(),
      () => {},
    );
    assert.equal(kinds(), expected);
  });

/** name <pid>, last_message {crash,boom}, state state1, log [], reason {boom, Stack}, client_info {Pid, ...}; domain [otp]. */
test("server's terminate report: OTP's fields", async ({ self }) => {
  const pid = await start(self, server, ["up"]);
  await self.call(pid, ["crash", "boom"]).catch(() => {});
  const { reason, ...report } = reportOf<{ reason: Error }>("error genServer terminate");
  assert.equal(report, {
    label: ["genServer", "terminate"],
    name: pid,
    lastMessage: ["crash", "boom"],
    state: "state1",
    log: [],
    clientInfo: self.pid,
  });
  assert.is(reason.message, "boom");
  assert.equal([seen[0]!.meta.pid, seen[0]!.meta.domain], [pid, ["otp"]]);
});

/** last_message {'EXIT', Parent, boom}, client_info undefined. */
test("server whose parent ended: the EXIT is the last message", async ({ self }) => {
  const pid = await startLink(self, server, ["trap"], { name: "orphan" });
  self.exit(pid, "boom");
  await ended(self, pid);
  const { name, lastMessage, clientInfo } = reportOf<Record<string, unknown>>("error genServer terminate");
  assert.equal([name, clientInfo], ["orphan", undefined]);
  assert.equal(lastMessage, { tag: "EXIT", pid: self.pid, reason: "boom" });
});

test("server's terminate report: the state as formatStatus shows it", async ({ self }) => {
  const pid = await start(self, discreet, []);
  cast(self, pid, ["crash"]);
  await ended(self, pid);
  assert.is(reportOf<{ state: unknown }>("error genServer terminate").state, "hidden");
});

test("server with a huge state: it is not printed", async ({ self }) => {
  const { asText } = await import("../../runtime/log/format.js");
  const pid = await start(self, huge, []);
  cast(self, pid, ["crash"]);
  await ended(self, pid);
  const text = asText(seen[0]!);
  assert.match(text, /genServer terminate/);
  assert.ok(text.length < 100_000, `${text.length} characters`);
});

// -- state machines, event managers --------------------------------------------------------------------------------

/** {gen_statem, terminate}: state {idle, data1}, queue [the event], postponed [{cast, later}], client_info; then the crash report. */
test("state machine's terminate report: OTP's fields", async ({ self }) => {
  const pid = await start(self, machine, []);
  cast(self, pid, ["later"]);
  await self.call(pid, ["crash", "boom"]).catch(() => {});
  assert.equal(kinds(), ["error genStatem terminate", "error procLib crash"]);
  const report = reportOf<Record<string, unknown>>("error genStatem terminate");
  assert.equal([report.name, report.lastMessage, report.clientInfo], [pid, ["crash", "boom"], self.pid]);
  assert.equal(report.state, { state: "idle", data: "data1" });
  assert.equal(
    (report.queue as { content: unknown }[]).map(({ content }) => content),
    [["crash", "boom"]],
  );
  assert.equal(
    (report.postponed as { content: unknown }[]).map(({ content }) => content),
    [["later"]],
  );
  assert.is((report.reason as Error).message, "boom");
});

for (const [reason, expected] of [
  ["boom", ["error genStatem terminate", "error procLib crash"]],
  ["shutdown", NOTHING],
] as const)
  test(`state machine, stop with ${reason}: ${expected.length} reports`, async ({ self }) => {
    const pid = await start(self, machine, []);
    cast(self, pid, ["stop", reason]);
    await ended(self, pid);
    assert.equal(kinds(), expected);
  });

test("state machine's terminate report: state and data as formatStatus shows them", async ({ self }) => {
  const pid = await start(self, discreetMachine, []);
  cast(self, pid, ["crash"]);
  await ended(self, pid);
  const { state } = reportOf<{ state: unknown }>("error genStatem terminate");
  assert.equal(state, { state: "idle", data: "hidden" });
});

/** {gen_event, terminate}: handler fh, name <pid>, last_message boom, state st, reason; nothing else, the manager lives. */
test("event handler that crashes: OTP's fields", async ({ self }) => {
  const pid = await start(self, manager, []);
  await addHandler(self, pid, brittle, []);
  notify(self, pid, "boom");
  assert.equal(await whichHandlers(self, pid), []);
  assert.equal(kinds(), ["error genEvent terminate"]);
  const { reason, ...report } = reportOf<{ reason: Error }>("error genEvent terminate");
  assert.equal(report, {
    label: ["genEvent", "terminate"],
    name: pid,
    handler: brittle,
    lastMessage: "boom",
    state: "st",
  });
  assert.is(reason.message, "boom");
  await stop(self, pid);
});

// -- tasks ---------------------------------------------------------------------------------------------------------

/** Elixir reports each crash of a task; the supervisor of one adds a report of its own. */
for (const [title, supervised, expected] of [
  ["linked", false, ERROR],
  ["under a supervisor", true, [...CRASH, "error supervisor childTerminated"]],
] as const)
  test(`a task that crashes: ${expected.length} reports, ${title}`, async ({ self }) => {
    const sup = await start(self, taskSupervisor, []);
    const running = supervised
      ? await Task.asyncNolink(self, sup, failingTask, ["boom"])
      : Task.async(self, failingTask, ["boom"], { scheduler: 0 });
    await Task.yield(self, running);
    await whichChildren(self, sup);
    assert.equal(kinds(), expected);
    await stop(self, sup);
  });

// -- supervisors ---------------------------------------------------------------------------------------------------

const PROGRESS = "info supervisor progress";
const TERMINATED = "error supervisor childTerminated";
const START_ERROR = "error supervisor startError";
const SHUTDOWN = "error supervisor shutdown";

async function childOf(self: Self<unknown>, supervisor: Supervisor): Promise<AnyPid> {
  const [{ pid } = { pid: undefined }] = await whichChildren(self, supervisor);
  return pid!;
}

/** [{supervisor, Name}, {started, [{pid,..}, {id,a}, {mfargs,..}, {restart_type,..}, {significant,false}, {shutdown,5000}, {child_type,worker}]}]. */
test("progress report: OTP's fields", async ({ self }) => {
  const pid = await startLink(self, family, ["up", "permanent", 1], { name: "family" });
  const started = {
    pid: await childOf(self, pid),
    id: "a",
    mfargs: [server, ["up"]],
    restartType: "permanent",
    significant: false,
    shutdown: 5000,
    childType: "worker",
  };
  assert.equal(kinds(), [PROGRESS]);
  assert.equal(seen[0]!.msg, { label: ["supervisor", "progress"], supervisor: "family", started });
  assert.equal([seen[0]!.meta.pid, seen[0]!.meta.domain], [pid, ["otp", "sasl"]]);
  await stop(self, pid);
});

/** [{supervisor,..}, {errorContext,child_terminated}, {reason,boom}, {offender, as above}], then progress. */
test("supervisor report: OTP's fields", async ({ self }) => {
  const pid = await startLink(self, family, ["up", "permanent", 1]);
  const was = await childOf(self, pid);
  self.exit(was, "boom");
  const is = await childOf(self, pid);
  assert.ok(was !== is);
  assert.equal(kinds(), [PROGRESS, TERMINATED, PROGRESS]);
  const { offender, ...report } = reportOf<{ offender: { pid: unknown; id: unknown } }>(TERMINATED);
  assert.equal(report, {
    label: ["supervisor", "childTerminated"],
    supervisor: pid,
    errorContext: "childTerminated",
    reason: "boom",
  });
  assert.equal([offender.pid, offender.id], [was, "a"]);
  await stop(self, pid);
});

test("crash of a child: terminate, crash, supervisor, progress, in this order", async ({ self }) => {
  const pid = await startLink(self, family, ["up", "permanent", 1]);
  await self.call((await childOf(self, pid)) as Pid, ["crash", "boom"]).catch(() => {});
  await childOf(self, pid);
  assert.equal(kinds(), [PROGRESS, ...TERMINATE_AND_CRASH, TERMINATED, PROGRESS]);
  await stop(self, pid);
});

/** Of a permanent child any end is reported, of the others only one that is not in order. */
const CHILDREN = [
  ["permanent", "normal", [PROGRESS, TERMINATED, PROGRESS]],
  ["permanent", "shutdown", [PROGRESS, TERMINATED, PROGRESS]],
  ["transient", "normal", [PROGRESS]],
  ["transient", { shutdown: "x" }, [PROGRESS]],
  ["temporary", "normal", [PROGRESS]],
  ["temporary", "shutdown", [PROGRESS]],
] as const;
for (const [restart, reason, expected] of CHILDREN)
  test(`${restart} child ends ${JSON.stringify(reason)}: ${expected.length} reports`, async ({ self }) => {
    const pid = await startLink(self, family, ["up", restart, 1]);
    await self.call((await childOf(self, pid)) as Pid, ["stop", reason]);
    await whichChildren(self, pid);
    assert.equal(kinds(), expected);
    await stop(self, pid);
  });

test("temporary child ends by an exit signal: a supervisor report", async ({ self }) => {
  const pid = await startLink(self, family, ["up", "temporary", 1]);
  self.exit(await childOf(self, pid), "boom");
  await whichChildren(self, pid);
  assert.equal(kinds(), [PROGRESS, TERMINATED]);
  await stop(self, pid);
});

/** child_terminated, then {errorContext, shutdown}, {reason, reached_max_restart_intensity}. */
test("beyond the intensity: two supervisor reports", async ({ self }) => {
  const pid = await start(self, family, ["up", "permanent", 0]);
  const was = await childOf(self, pid);
  self.exit(was, "boom");
  await ended(self, pid);
  assert.equal(kinds(), [PROGRESS, TERMINATED, SHUTDOWN]);
  const { reason, offender } = reportOf<{ reason: unknown; offender: { pid: unknown } }>(SHUTDOWN);
  assert.equal([reason, offender.pid], ["reachedMaxRestartIntensity", was]);
});

/** {errorContext, start_error}, {reason, boom}, pid undefined; and the crash report of the child. */
test("a child fails to start with its supervisor: a crash and a supervisor report", async ({ self }) => {
  await start(self, family, [{ stop: "boom" }, "permanent", 1]).then(
    () => assert.unreachable(),
    () => {},
  );
  assert.equal(kinds().sort(), [...CRASH, START_ERROR]);
  const { reason, offender } = reportOf<{ reason: unknown; offender: { pid: unknown } }>(START_ERROR);
  assert.equal([reason, offender.pid], ["boom", undefined]);
});

test("a child fails to start by startChild: a crash report, for the caller is told", async ({ self }) => {
  const pid = await start(self, rooms, []);
  await startChild(self, pid, child(server, [{ stop: "boom" }])).then(
    () => assert.unreachable(),
    () => {},
  );
  assert.equal(kinds(), CRASH);
  await stop(self, pid);
});

/** child_terminated, start_error for each attempt, then shutdown. */
test("a restart fails, again and again: a start error each time", async ({ self }) => {
  const pid = await start(self, failing, []);
  self.exit(await childOf(self, pid), "boom");
  await ended(self, pid);
  assert.equal(kinds(), [PROGRESS, TERMINATED, START_ERROR, START_ERROR, SHUTDOWN]);
});

/** {errorContext, shutdown_error}, {reason, killed}. */
test("a child that has to be killed: a supervisor report", async ({ self }) => {
  const pid = await startLink(self, patient, []);
  await terminateChild(self, pid, "a");
  assert.equal(kinds(), [PROGRESS, "error supervisor shutdownError"]);
  assert.is(reportOf<{ reason: unknown }>("error supervisor shutdownError").reason, "killed");
  await stop(self, pid);
});

/** simple_one_for_one: child_terminated, and no progress. */
test("dynamic supervisor: no progress reports", async ({ self }) => {
  const pid = await start(self, rooms, []);
  const room = await startChild(self, pid, child(server, ["up"]));
  self.exit(room, "boom");
  await whichChildren(self, pid);
  assert.equal(kinds(), [TERMINATED]);
  await stop(self, pid);
});

/** {application_controller, progress}: [{application, crypto}, {started_at, nonode@nohost}], level info, domain [otp, sasl]. */
test("application: a progress report", async ({ node }) => {
  await node.startApplication({ name: "app", start: () => child(server, ["up"]) });
  assert.equal(kinds(), ["info application progress"]);
  assert.equal(seen[0]!.msg, {
    label: ["application", "progress"],
    application: "app",
    startedAt: "nonode@nohost",
  });
  assert.equal(seen[0]!.meta.domain, ["otp", "sasl"]);
});

test.run();
