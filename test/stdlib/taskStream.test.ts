/** `Task.asyncStream` keeps the rules of Elixir's `Task.async_stream`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AnyPid, type Pid, type Self, TIMEOUT } from "../../runtime/index.js";
import { countChildren, start, stop, Task, taskSupervisor } from "../../stdlib/index.js";
import { ended, event, events, exitOf, type Fixture, onNode } from "./helpers.js";
import { failing, square, streamer, waiting } from "./services.js";

const test = suite<Fixture>("stdlib/taskStream");
onNode(test);

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const got: T[] = [];
  for await (const one of stream) got.push(one);
  return got;
}

const numbers = (size: number) => Array.from({ length: size }, (_, i) => [i] as const);
const squares = (size: number) => numbers(size).map(([i]) => ({ tag: "ok", result: i * i }));
const go = (self: Self<unknown>, pid: unknown) => self.send(pid as Pid<unknown>, "go");

async function isQuiet(self: Self<unknown>): Promise<boolean> {
  return (await self.receive({ after: 0 })) === TIMEOUT;
}

test("results come in the order of the inputs", async ({ self }) => {
  for (const maxConcurrency of [1, 2, 7, 100])
    assert.equal(await all(Task.asyncStream(self, square, numbers(20), { maxConcurrency })), squares(20));
  assert.equal(await all(Task.asyncStream(self, square, [])), []);
  assert.ok(await isQuiet(self), "no EXIT, no DOWN, no result is left");
});

test("inputs may come later, too", async ({ self }) => {
  async function* later() {
    for (const one of numbers(5)) {
      await null;
      yield one;
    }
  }
  assert.equal(await all(Task.asyncStream(self, square, later())), squares(5));
});

test("no more than maxConcurrency run, and the next starts when one ends", async ({ self }) => {
  // The stream's process is another's: this one lets its tasks go.
  self.spawn(streamer, [self.pid, 4, { maxConcurrency: 2 }]);
  const running: unknown[] = [];
  const started: unknown[] = [];
  for (let i = 0; i < 2; i++) {
    const [id, pid] = await event(self, "waiting", "up");
    started.push(id);
    running.push(pid);
  }
  assert.equal([...started].sort(), [0, 1]);
  for (const next of [2, 3]) {
    assert.equal(await events(self, "waiting"), []);
    go(self, running.shift());
    const [id, pid] = await event(self, "waiting", "up");
    assert.is(id, next);
    running.push(pid);
  }
  for (const pid of running) go(self, pid);
  assert.equal(await event(self, "streamer", "done"), [["ok 0", "ok 1", "ok 2", "ok 3"]]);
});

test("unordered: a result is there as soon as its task has ended", async ({ self }) => {
  self.spawn(streamer, [self.pid, 2, { maxConcurrency: 2, ordered: false }]);
  const pids = new Map<unknown, unknown>();
  for (let i = 0; i < 2; i++) pids.set(...((await event(self, "waiting", "up")) as [unknown, unknown]));
  go(self, pids.get(1));
  assert.equal(await event(self, "streamer", "result"), ["ok 1"]);
  go(self, pids.get(0));
  assert.equal(await event(self, "streamer", "done"), [["ok 1", "ok 0"]]);
});

test("ordered: a result waits for those before it", async ({ self }) => {
  self.spawn(streamer, [self.pid, 2, { maxConcurrency: 2 }]);
  const pids = new Map<unknown, unknown>();
  for (let i = 0; i < 2; i++) pids.set(...((await event(self, "waiting", "up")) as [unknown, unknown]));
  go(self, pids.get(1));
  await ended(self, pids.get(1) as AnyPid);
  assert.equal(await events(self, "streamer"), []);
  go(self, pids.get(0));
  assert.equal(await event(self, "streamer", "done"), [["ok 0", "ok 1"]]);
});

test("onTimeout exit: TaskError, and what runs is ended", async ({ self }) => {
  const supervisor = await start(self, taskSupervisor, []);
  for (const where of [{}, { supervisor }]) {
    const stream = all(Task.asyncStream(self, waiting, [[self.pid, 0]], { timeout: 5, ...where }));
    const error = await stream.catch((error: unknown) => error);
    assert.is((error as Task.TaskError).failure, "timeout");
  }
  while ((await countChildren(self, supervisor)).active > 0);
  await stop(self, supervisor, "shutdown");
});

test("onTimeout killTask: the reason is a result, and the stream goes on", async ({ self }) => {
  const inputs = [0, 1].map((id) => [self.pid as AnyPid, id] as const);
  const options = { timeout: 5, onTimeout: "killTask", maxConcurrency: 1 } as const;
  const late = { tag: "exit", reason: "timeout" };
  assert.equal(await all(Task.asyncStream(self, waiting, inputs, options)), [late, late]);
});

test("a crash is a result for one that traps exits, and without an EXIT message", async ({ self }) => {
  const inputs = [["a"], ["b"], ["c"]] as const;
  assert.equal(
    await all(Task.asyncStream(self, failing, inputs)),
    inputs.map(([reason]) => ({ tag: "exit", reason })),
  );
  assert.ok(await isQuiet(self));
});

test("a crash ends one that does not trap exits, and its other tasks", async ({ self }) => {
  const pid = self.spawnLink(streamer, [self.pid, 3, { maxConcurrency: 3 }]);
  const pids: unknown[] = [];
  for (let i = 0; i < 3; i++) pids.push((await event(self, "waiting", "up"))[1]);
  self.exit(pids[1] as AnyPid, "broken");
  assert.is(await exitOf(self, pid), "broken");
  for (const one of pids) assert.is(await ended(self, one as AnyPid), "noproc");
});

test("under a supervisor a crash is a result for everybody", async ({ self }) => {
  const supervisor = await start(self, taskSupervisor, []);
  const pid = self.spawn(streamer, [self.pid, 2, { supervisor, maxConcurrency: 2 }]);
  const pids = new Map<unknown, unknown>();
  for (let i = 0; i < 2; i++) pids.set(...((await event(self, "waiting", "up")) as [unknown, unknown]));
  self.exit(pids.get(0) as AnyPid, "broken");
  go(self, pids.get(1));
  assert.equal(await event(self, "streamer", "done"), [["exit broken", "ok 1"]]);
  await ended(self, pid);
  await stop(self, supervisor, "shutdown");
});

test("leaving the loop early ends the tasks that run, and closes the inputs", async ({ self }) => {
  let closed = false;
  function* inputs() {
    try {
      for (let i = 0; ; i++) yield [i] as const;
    } finally {
      closed = true;
    }
  }
  for await (const one of Task.asyncStream(self, square, inputs(), { maxConcurrency: 4 }))
    if (one.tag === "ok" && one.result === 9) break;
  assert.ok(closed);
  assert.ok(await isQuiet(self));
});

test("a thousand inputs, over all schedulers", async ({ self }) => {
  assert.equal(
    await all(Task.asyncStream(self, square, numbers(1000), { maxConcurrency: 16 })),
    squares(1000),
  );
  assert.ok(await isQuiet(self));
});

test.run();
