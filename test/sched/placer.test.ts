/** Where a new process goes. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createMemory, Loads } from "../../runtime/sched/memory.js";
import { Placer } from "../../runtime/sched/placer.js";

const test = suite("sched/placer");

function placer(schedulers: number, here: number): { placer: Placer; loads: Loads } {
  const loads = new Loads(createMemory(schedulers));
  const made = new Placer(loads, schedulers, here);
  for (let i = 0; i < schedulers; i++) if (i !== here) made.setAvailable(i, true);
  return { placer: made, loads };
}

test("a wish is followed, whatever the load; what is no scheduler is refused", () => {
  const { placer: p, loads } = placer(3, 1);
  loads.publish(2, 1_000_000, 0);
  assert.is(p.place(2), 2);
  assert.is(p.place(0), 0);
  assert.is(p.place("here"), 1);
  for (const wish of [3, -1, 0.5, Number.NaN]) assert.throws(() => p.place(wish), RangeError);
});

test("the main thread places on workers only, evenly while they publish nothing", () => {
  const { placer: p } = placer(4, 0);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 300; i++) counts[p.place(undefined)]!++;
  assert.equal(counts, [0, 100, 100, 100]);
});

test("a worker keeps its children while it is not much busier than the least busy", () => {
  const { placer: p, loads } = placer(3, 1);
  assert.is(p.place("balanced"), 1);
  loads.publish(1, 10_000, 0);
  loads.publish(2, 9000, 0);
  assert.is(p.place("balanced"), 1);
  loads.publish(2, 100, 0);
  assert.is(p.place("balanced"), 2);
});

test("a burst from one worker spreads before anybody publishes", () => {
  const { placer: p } = placer(3, 1);
  const counts = [0, 0, 0];
  for (let i = 0; i < 10_000; i++) counts[p.place(undefined)]!++;
  assert.is(counts[0], 0);
  assert.ok(counts[2]! > 4000, String(counts));
});

test("a lost scheduler gets nothing till it is back; without workers all is here", () => {
  const { placer: p } = placer(3, 0);
  p.setAvailable(1, false);
  p.setAvailable(1, false);
  for (let i = 0; i < 10; i++) assert.is(p.place(undefined), 2);
  p.setAvailable(2, false);
  assert.is(p.place(undefined), 0);
  p.setAvailable(1, true);
  assert.is(p.place(undefined), 1);
});

test.run();
