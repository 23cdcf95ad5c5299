/** Whom a supervisor restarts, in which order, and when it gives up (`supervisor(3)`, "Supervision Principles"). */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  addRestart,
  afterExit,
  endedAsTold,
  type Restart,
  restartPlan,
  type Strategy,
} from "../../stdlib/strategy.js";

const test = suite("stdlib/strategy");

const crash = new Error("boom");
const table: [Restart, reason: unknown, ReturnType<typeof afterExit>][] = [
  ["permanent", "normal", "restart"],
  ["permanent", "shutdown", "restart"],
  ["permanent", { shutdown: 1 }, "restart"],
  ["permanent", crash, "restart"],
  ["permanent", "killed", "restart"],
  ["transient", "normal", "keep"],
  ["transient", "shutdown", "keep"],
  ["transient", { shutdown: 1 }, "keep"],
  ["transient", crash, "restart"],
  ["transient", "killed", "restart"],
  ["transient", "noproc", "restart"],
  ["temporary", "normal", "remove"],
  ["temporary", crash, "remove"],
  ["temporary", "killed", "remove"],
];
for (const [restart, reason, expected] of table) {
  test(`a ${restart} child that ends with ${JSON.stringify(reason)}: ${expected}`, () => {
    assert.is(afterExit(restart, reason), expected);
  });
}

const family = (...restarts: Restart[]) =>
  restarts.map((restart, i) => ({ id: "abcdef"[i]!, spec: { restart } }));
const ids = (children: readonly { id: string }[]) => children.map((child) => child.id).join("");
const plans: [Strategy, string, terminate: string, remove: string, start: string][] = [
  ["oneForOne", "b", "", "", "b"],
  ["oneForAll", "b", "dca", "d", "abc"],
  ["restForOne", "b", "dc", "d", "bc"],
  ["restForOne", "a", "dcb", "d", "abc"],
  ["oneForAll", "a", "dcb", "d", "abc"],
];
for (const [strategy, ended, terminate, remove, start] of plans) {
  test(`${strategy}, ${ended} ends: ${terminate || "nobody"} down, ${start} up`, () => {
    const children = family("permanent", "permanent", "transient", "temporary");
    const plan = restartPlan(strategy, children, children.find((child) => child.id === ended)!);
    assert.equal([ids(plan.terminate), ids(plan.remove), ids(plan.start)], [terminate, remove, start]);
  });
}

const restarts = fc.array(fc.constantFrom<Restart>("permanent", "transient", "temporary"), { maxLength: 5 });

test("any plan: starts in order, ends in reverse, temporary siblings do not return, the others do", () => {
  fc.assert(
    fc.property(
      fc.constantFrom<Strategy>("oneForOne", "oneForAll", "restForOne"),
      restarts,
      restarts,
      (s, left, right) => {
        const children = family(...left, "permanent", ...right);
        const ended = children[left.length]!;
        const plan = restartPlan(s, children, ended);
        const order = (list: readonly unknown[]) =>
          list.map((child) => children.indexOf(child as (typeof children)[0]));
        const sorted = (list: number[]) => [...list].sort((a, b) => a - b);
        assert.equal(order(plan.start), sorted(order(plan.start)));
        assert.equal(order(plan.terminate).reverse(), sorted(order(plan.terminate)));
        assert.not(plan.terminate.includes(ended));
        const touched = new Set([...plan.terminate, ended]);
        assert.equal(new Set([...plan.start, ...plan.remove]), touched);
        assert.ok(plan.remove.every((child) => child.spec.restart === "temporary"));
        assert.ok(plan.start.every((child) => child.spec.restart !== "temporary"));
      },
    ),
  );
});

test("intensity restarts within the period are allowed, one more is not", () => {
  const allowed = (...times: number[]) => {
    const restarts: number[] = [];
    return times.map((now) => addRestart(restarts, now, { intensity: 2, period: 1000 }));
  };
  assert.equal(allowed(0, 999, 1000), [true, true, false]);
  assert.equal(allowed(0, 999, 1001), [true, true, true]);
  assert.equal(allowed(0, 999, 1001, 1999), [true, true, true, false]);
});

test("intensity 0 allows no restart", () => {
  assert.is(addRestart([], 0, { intensity: 0, period: 1 }), false);
});

test("addRestart gives up exactly when more than intensity restarts are within a period", () => {
  const times = fc.array(fc.nat(50), { maxLength: 300 }).map((steps) => {
    let now = 0;
    return steps.map((step) => (now += step));
  });
  fc.assert(
    fc.property(times, fc.nat(5), fc.integer({ min: 1, max: 100 }), (all, intensity, period) => {
      const restarts: number[] = [];
      for (const [i, now] of all.entries()) {
        const within = all.slice(0, i + 1).filter((at) => now - at <= period).length;
        assert.is(addRestart(restarts, now, { intensity, period }), within <= intensity);
        assert.ok(restarts.length <= 2 * intensity + 64);
      }
    }),
  );
});

test("a child ended as told: by the reason it was told, or in order if it may end at all", () => {
  assert.ok(endedAsTold("permanent", "shutdown", "shutdown"));
  assert.ok(endedAsTold("permanent", "killed", "killed"));
  assert.not(endedAsTold("permanent", "shutdown", "normal"));
  assert.not(endedAsTold("permanent", "shutdown", "killed"));
  assert.ok(endedAsTold("transient", "shutdown", "normal"));
  assert.ok(endedAsTold("temporary", "killed", { shutdown: 1 }));
  assert.not(endedAsTold("temporary", "shutdown", crash));
});

test.run();
