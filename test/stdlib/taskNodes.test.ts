/** Tasks of another node's supervisor keep the rules of those here, and fail when their node is lost. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Node, Self } from "../../runtime/index.js";
import { start, Task, taskSupervisor } from "../../stdlib/index.js";
import { cleanUp, startEpmd, startHere, stopHere } from "../node/harness.js";
import { event } from "./helpers.js";
import { square, waiting } from "./services.js";

const test = suite<{ a: Node; b: Node; self: Self<unknown> }>("stdlib/taskNodes");

test.before(async (context) => {
  const epmd = await startEpmd();
  context.a = await startHere("tasksHere", epmd, { schedulers: 1 });
  context.b = await startHere("tasksThere", epmd, { schedulers: 1 });
  context.self = context.a.self;
  await start(context.b.self, taskSupervisor, [], { name: "tasks" });
});

test("a task of another node gives its result", async ({ b, self }) => {
  const there = { name: "tasks", node: b.name };
  const running = await Task.asyncNolink(self, there, square, [7]);
  assert.is(running.pid.node.name, b.name);
  assert.is(await Task.await(self, running), 49);
});

// Elixir says {:nodedown, node}.
test("a task whose node is lost fails with noconnection", async ({ b, self }) => {
  const there = { name: "tasks", node: b.name };
  const running: Task.Handle[] = [];
  for (const id of [0, 1]) {
    running.push(await Task.asyncNolink(self, there, waiting, [self.pid, id]));
    await event(self, "waiting", "up");
  }
  const failed = Task.await(self, running[0]!).catch((error: unknown) => error);
  await stopHere(b);
  assert.is(((await failed) as Task.TaskError).failure, "noconnection");
  // The DOWN is in the mailbox already.
  assert.equal(await Task.yield(self, running[1]!), { tag: "exit", reason: "noconnection" });
});

test("leavesNothingBehind", async ({ a }) => {
  await stopHere(a);
  await cleanUp();
});

test.run();
