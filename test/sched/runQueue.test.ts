/** Who runs next. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Process } from "../../runtime/process/process.js";
import { RunQueue } from "../../runtime/sched/runQueue.js";

const test = suite("sched/runQueue");

const process = (name: string, priority: number) => ({ name, priority }) as unknown as Process;
const nameOf = (p: Process | undefined) => (p as unknown as { name: string } | undefined)?.name;

test("equals run in the order they became runnable, through growth and wrap-around", () => {
  const queue = new RunQueue();
  let pushed = 0;
  let taken = 0;
  for (let round = 0; round < 200; round++) {
    for (let i = 0; i < round; i++) queue.push(process(String(pushed++), 2));
    for (let i = 0; i < round * 0.9; i++) assert.is(nameOf(queue.take()), String(taken++));
  }
  while (queue.size > 0) assert.is(nameOf(queue.take()), String(taken++));
  assert.is(taken, pushed);
  assert.is(queue.take(), undefined);
});

test("max goes before high, high before all others", () => {
  const queue = new RunQueue();
  for (const [name, priority] of [
    ["low", 3],
    ["normal", 2],
    ["high", 1],
    ["max", 0],
    ["max2", 0],
  ] as const) {
    queue.push(process(name, priority));
  }
  assert.equal(
    [1, 2, 3].map(() => nameOf(queue.take())),
    ["max", "max2", "high"],
  );
});

test("a low process gets every eighth turn while normal ones run for ever, and no more", () => {
  const queue = new RunQueue();
  for (let i = 0; i < 3; i++) queue.push(process("normal", 2));
  for (let i = 0; i < 3; i++) queue.push(process("low", 3));
  let low = 0;
  for (let turn = 0; turn < 800; turn++) {
    const next = queue.take()!;
    if (nameOf(next) === "low") low++;
    queue.push(next);
  }
  assert.is(low, 100);
});

test("a low process alone runs every turn", () => {
  const queue = new RunQueue();
  for (let turn = 0; turn < 20; turn++) {
    queue.push(process("low", 3));
    assert.is(nameOf(queue.take()), "low");
  }
});

test("a process whose priority changed while it was queued is taken all the same", () => {
  const queue = new RunQueue();
  const p = process("p", 2);
  queue.push(p);
  (p as { priority: number }).priority = 0;
  assert.is(queue.take(), p);
  assert.is(queue.size, 0);
});

test.run();
