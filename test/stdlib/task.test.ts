/** Tasks keep the rules of Elixir's `Task` and `Task.Supervisor`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import { type AnyPid, type Pid, type Self, TermError, TIMEOUT } from "../../runtime/index.js";
import {
  child,
  countChildren,
  start,
  startChild,
  stop,
  Task,
  task,
  taskSupervisor,
  whichChildren,
} from "../../stdlib/index.js";
import { ended, event, events, exitOf, type Fixture, onNode } from "./helpers.js";
import { awaiter, failing, idle as linger, looping, square, taskOwner, waiting, where } from "./services.js";

const test = suite<Fixture>("stdlib/task");
onNode(test);
/** Only native code can end an endless loop. */
const guarded = native.kind === "addon" ? test : test.skip;

/** What a promise was rejected with; throws if it was not. */
async function thrown(promise: Promise<unknown>): Promise<Task.TaskError> {
  const error = await promise.then(
    () => assert.unreachable("it did not fail"),
    (error: unknown) => error,
  );
  assert.instance(error, Task.TaskError);
  return error as Task.TaskError;
}

/** What is in the mailbox of these tasks; what other tests left there may still come. */
async function left(self: Self<unknown>, ...tasks: Task.Handle[]): Promise<unknown[]> {
  const messages: unknown[] = [];
  for (;;) {
    const message = await self.receive({ after: 0 });
    if (message === TIMEOUT) return messages;
    const { pid, ref } = message as { readonly pid?: unknown; readonly ref?: unknown };
    if (tasks.some((one) => one.pid === pid || one.ref === ref)) messages.push(message);
  }
}

test("await gives the result, from whichever scheduler the task ran on", async ({ self }) => {
  assert.is(await Task.await(self, Task.async(self, square, [5])), 25);
  for (const scheduler of [0, 1, 2])
    assert.is(await Task.await(self, Task.async(self, where, [], { scheduler })), scheduler);
});

test("tasks run at the same time, and are awaited in any order", async ({ self }) => {
  const tasks = [0, 1, 2].map((id) => Task.async(self, waiting, [self.pid, id]));
  for (const _ of tasks) {
    const [, pid] = await event(self, "waiting", "up");
    self.send(pid as Pid<unknown>, "go");
  }
  assert.is(await Task.await(self, tasks[2]!), 2);
  assert.equal(await Task.awaitMany(self, [tasks[0]!, tasks[1]!]), [0, 1]);
});

test("a task is linked: its crash is an EXIT to an owner that traps exits, and why await fails", async ({
  self,
}) => {
  const running = Task.async(self, failing, ["broken"]);
  assert.is((await thrown(Task.await(self, running))).failure, "broken");
  assert.is(await exitOf(self, running.pid), "broken");
  assert.equal(await left(self, running), []);
});

test("its crash ends an owner that does not trap exits: there is nothing to catch", async ({ self }) => {
  for (let i = 0; i < 30; i++) {
    const pid = self.spawnLink(awaiter, [self.pid, "broken"], { scheduler: 1 });
    assert.is(await exitOf(self, pid), "broken");
  }
  assert.equal(await events(self, "awaiter"), []);
});

test("a task that leaves with normal and no result: await fails, the owner lives", async ({ self }) => {
  self.spawn(awaiter, [self.pid, "normal"]);
  assert.equal(await event(self, "awaiter", "caught"), ["normal"]);
});

test("a task ends with its owner", async ({ self }) => {
  const owner = self.spawn(taskOwner, [self.pid]);
  const [, pid] = await event(self, "waiting", "up");
  const ref = self.monitor(pid as AnyPid);
  self.exit(owner, "enough");
  const down = await self.receive((m) => (m as { ref?: unknown }).ref === ref);
  assert.is((down as { reason: unknown }).reason, "enough");
});

test("await that times out throws; the result that comes later is seen by nobody", async ({ self }) => {
  const running = Task.async(self, waiting, [self.pid, 1]);
  await event(self, "waiting", "up");
  assert.is((await thrown(Task.await(self, running, 1))).failure, "timeout");
  self.send(running.pid as unknown as Pid<unknown>, "go");
  assert.is(await exitOf(self, running.pid), "normal");
  assert.equal(await left(self, running), []);
});

test("yield that finds nothing can be asked again", async ({ self }) => {
  const running = Task.async(self, waiting, [self.pid, 7]);
  await event(self, "waiting", "up");
  assert.is(await Task.yield(self, running, 0), undefined);
  self.send(running.pid as unknown as Pid<unknown>, "go");
  assert.equal(await Task.yield(self, running), { tag: "ok", result: 7 });
  const failed = Task.async(self, failing, ["broken"]);
  assert.equal(await Task.yield(self, failed), { tag: "exit", reason: "broken" });
});

test("shutdown ends a task; neither result nor EXIT comes of it", async ({ self }) => {
  const running = Task.async(self, waiting, [self.pid, 1]);
  await event(self, "waiting", "up");
  assert.is(await Task.shutdown(self, running), undefined);
  assert.is(await ended(self, running.pid), "noproc");
  assert.equal(await left(self, running), []);
});

test("shutdown gives a result, or a crash, that came before", async ({ self }) => {
  const done = Task.async(self, square, [3]);
  await ended(self, done.pid);
  assert.equal(await Task.shutdown(self, done), { tag: "ok", result: 9 });
  const failed = Task.async(self, failing, ["broken"]);
  await ended(self, failed.pid);
  assert.equal(await Task.shutdown(self, failed, "brutalKill"), { tag: "exit", reason: "broken" });
  assert.equal(await left(self, done, failed), []);
  assert.is(await Task.shutdown(self, done), undefined, "there is nothing more of it");
});

guarded("shutdown kills a task in an endless loop", async ({ self }) => {
  const running = Task.async(self, looping, [], { scheduler: 1 });
  assert.is(await Task.shutdown(self, running, "brutalKill"), undefined);
  assert.is(await ended(self, running.pid), "noproc");
});

test("only the owner can await a task", async ({ self, node }) => {
  const running = Task.async(self, square, [1]);
  const stranger = { ...running, owner: running.pid };
  await Task.await(self, stranger).then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /belongs to/),
  );
  assert.is(await Task.await(self, running), 1);
  assert.ok(node);
});

test("an argument that is no term is refused at once", ({ self }) => {
  assert.throws(
    () => Task.async(self, square, [(() => 1) as unknown as number], { scheduler: 1 }),
    (error: unknown) => error instanceof TermError,
  );
});

test("a result that is no term ends the task, and says so", async ({ self }) => {
  const running = Task.async(self, notATerm, [], { scheduler: 0 });
  const { failure } = await thrown(Task.await(self, running));
  assert.match((failure as Error).message, /result: function cannot be sent/);
});

const temporary = { restart: "temporary" } as const;

const notATerm = task(import.meta.url, function notATerm() {
  return () => 1;
});

// -- Task.Supervisor -----------------------------------------------------------------------------------------------

test("asyncNolink: the supervisor's child, whose crash is told by await alone", async ({ self }) => {
  const sup = await start(self, taskSupervisor, []);
  const running = await Task.asyncNolink(self, sup, failing, ["broken"]);
  assert.is((await thrown(Task.await(self, running))).failure, "broken");
  const good = await Task.asyncNolink(self, sup, square, [4]);
  assert.is(await Task.await(self, good), 16);
  assert.equal(await left(self, running, good), []);
  assert.is((await countChildren(self, sup)).specs, 0);
  await stop(self, sup, "shutdown");
});

test("neither the result nor the reason of a task that ends at once is lost", async ({ self }) => {
  const sup = await start(self, taskSupervisor, [], { scheduler: 1 });
  for (let i = 0; i < 50; i++) {
    const options = { scheduler: i % 3 };
    const good = await Task.asyncNolink(self, sup, square, [i], options);
    assert.is(await Task.await(self, good), i * i);
    const bad = await Task.asyncNolink(self, sup, failing, [`no ${i}`], options);
    assert.equal(await Task.yield(self, bad), { tag: "exit", reason: `no ${i}` });
    const linked = Task.async(self, failing, [`no ${i}`], options);
    assert.equal(await Task.yield(self, linked), { tag: "exit", reason: `no ${i}` });
    assert.is(await exitOf(self, linked.pid), `no ${i}`);
    assert.equal(await left(self, good, bad, linked), []);
  }
  await stop(self, sup, "shutdown");
});

test("a task that is not linked ends when its owner does before it began", async ({ self }) => {
  const sup = await start(self, taskSupervisor, []);
  const owner = self.spawn(linger, []);
  const pid = await startChild(self, sup, child(waiting as never, [owner, self.pid, 1] as never, temporary));
  const ref = self.monitor(pid);
  self.send(owner, "end");
  const down = await self.receive((m) => (m as { ref?: unknown }).ref === ref);
  assert.equal((down as { reason: unknown }).reason, { shutdown: "normal" });
  await stop(self, sup, "shutdown");
});

test("tasks end with their supervisor", async ({ self }) => {
  const sup = await start(self, taskSupervisor, []);
  const running = await Task.asyncNolink(self, sup, waiting, [self.pid, 1]);
  await event(self, "waiting", "up");
  await stop(self, sup, "shutdown");
  assert.equal(await Task.yield(self, running), { tag: "exit", reason: "shutdown" });
});

test("maxChildren limits the tasks of a supervisor", async ({ self }) => {
  const sup = await start(self, taskSupervisor, [{ maxChildren: 0 }]);
  const error = await Task.asyncNolink(self, sup, square, [1]).catch((error: unknown) => error);
  assert.is((error as { failure: unknown }).failure, "maxChildren");
  await stop(self, sup, "shutdown");
});

test("a task as a child that nobody waits for is temporary by default", async ({ self }) => {
  const sup = await start(self, taskSupervisor, []);
  const pid = await startChild(self, sup, Task.spec(waiting, [self.pid, 3], { id: "three" }));
  assert.equal(
    (await whichChildren(self, sup)).map(({ id }) => id),
    ["three"],
  );
  self.exit(pid, "kill");
  await ended(self, pid);
  assert.is((await countChildren(self, sup)).specs, 0);
  assert.is(child(taskSupervisor, []).type, "supervisor");
  await stop(self, sup, "shutdown");
});

test.run();
