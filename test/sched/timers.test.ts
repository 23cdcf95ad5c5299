/** The timer heap against a sorted list. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { TimerHandle } from "../../runtime/process/env.js";
import { TimerHeap } from "../../runtime/sched/timers.js";

const test = suite("sched/timers");

const step = fc.oneof(
  { weight: 6, arbitrary: fc.nat(50).map((n) => ({ op: "start" as const, n })) },
  { weight: 4, arbitrary: fc.nat().map((n) => ({ op: "cancel" as const, n })) },
  { weight: 2, arbitrary: fc.nat(20).map((n) => ({ op: "advance" as const, n })) },
);

interface Model {
  readonly id: number;
  readonly at: number;
  readonly handle: TimerHandle;
}

test("what is due fires once, by time and then by age; what is cancelled never does", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 600 }), (steps) => {
      let now = 0;
      let alarms = 0;
      const heap = new TimerHeap({ now: () => now }, () => alarms++);
      const fired: number[] = [];
      const all: Model[] = [];
      let live: Model[] = [];
      for (const { op, n } of steps) {
        if (op === "start") {
          const id = all.length;
          const earliest = live.length === 0 || now + n < Math.min(...live.map((t) => t.at));
          const before = alarms;
          const timer = { id, at: now + n, handle: heap.start(n, () => fired.push(id)) };
          assert.is(timer.handle.at, timer.at);
          if (earliest) assert.ok(alarms > before, "nobody was told of the earlier alarm");
          all.push(timer);
          live.push(timer);
        } else if (op === "cancel" && all.length > 0) {
          const timer = all[n % all.length]!;
          assert.is(timer.handle.cancel(), live.includes(timer));
          live = live.filter((t) => t !== timer);
        } else if (op === "advance") {
          now += n;
          const due = live.filter((t) => t.at <= now).sort((a, b) => a.at - b.at || a.id - b.id);
          live = live.filter((t) => t.at > now);
          fired.length = 0;
          heap.run();
          assert.equal(
            fired,
            due.map((t) => t.id),
          );
        }
        assert.is(heap.next, live.length === 0 ? undefined : Math.min(...live.map((t) => t.at)));
      }
    }),
    { numRuns: 300 },
  );
});

test("a timer that cancels another due one in the same run keeps it from firing", () => {
  let now = 0;
  const heap = new TimerHeap({ now: () => now }, () => {});
  let fired = "";
  let second: TimerHandle;
  heap.start(5, () => {
    fired += "a";
    assert.ok(second.cancel());
  });
  second = heap.start(5, () => {
    fired += "b";
  });
  heap.start(6, () => {
    fired += "c";
  });
  now = 10;
  heap.run();
  assert.is(fired, "ac");
});

test("a hundred thousand cancelled timers do not stay in the heap of a few live ones", () => {
  const now = 0;
  const heap = new TimerHeap({ now: () => now }, () => {});
  const live = heap.start(1_000_000, () => {});
  const start = performance.now();
  for (let i = 0; i < 100_000; i++) heap.start(1000 + (i % 100), () => {}).cancel();
  assert.is(heap.next, live.at);
  assert.ok(performance.now() - start < 2000);
});

test.run();
