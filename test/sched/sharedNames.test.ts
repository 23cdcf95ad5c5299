/** The table of names, seen by two schedulers of one node over the same memory. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createNames, MAX_NAMES, SharedNames } from "../../runtime/sched/sharedNames.js";
import { MAX_SCHEDULERS, NodeId } from "../../runtime/term/pid.js";
import { TermSpace } from "../../runtime/term/space.js";

const test = suite("sched/sharedNames");

function pair(): { a: SharedNames; b: SharedNames } {
  const memory = createNames();
  const names = (scheduler: number) =>
    new SharedNames(memory, new TermSpace(new NodeId("n@h", 1), scheduler));
  return { a: names(1), b: names(2) };
}

const pidOf = (names: SharedNames, n: number, scheduler = 1) =>
  names.space.pid(names.space.self, scheduler, n * MAX_SCHEDULERS);

test("any sequence on either side does what one map does", () => {
  const step = fc.record({
    side: fc.constantFrom("a" as const, "b" as const),
    op: fc.constantFrom("register", "unregister", "whereis"),
    name: fc.constantFrom("x", "y", "z", "ü", "名前", "x".repeat(255)),
    n: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const sides = pair();
      const model = new Map<string, number>();
      for (const { side, op, name, n } of steps) {
        const names = sides[side];
        const pid = pidOf(names, n);
        const holder = model.get(name);
        if (op === "register") {
          assert.is(names.register(name, pid), pidOf(names, holder ?? n));
          model.set(name, holder ?? n);
        } else if (op === "unregister") {
          assert.is(names.unregister(name, pid), holder === n);
          if (holder === n) model.delete(name);
        } else assert.is(names.whereis(name), holder === undefined ? undefined : pidOf(names, holder));
      }
      assert.equal(sides.a.registered(), [...model.keys()].sort());
      assert.equal(sides.b.registered(), sides.a.registered());
    }),
    { numRuns: 40 },
  );
});

test("a sweep frees the names of that scheduler's processes and no others", () => {
  const { a, b } = pair();
  a.register("one", pidOf(a, 1, 1));
  a.register("two", pidOf(a, 2, 2));
  b.register("three", pidOf(b, 3, 1));
  b.sweep((pid) => pid.scheduler === 1);
  assert.equal(a.registered(), ["two"]);
});

test("serials to a million million spawns come back exactly", () => {
  const { a, b } = pair();
  const big = a.space.pid(a.space.self, 63, 2 ** 40 * MAX_SCHEDULERS + 63);
  a.register("big", big);
  assert.is(b.whereis("big")!.serial, big.serial);
  assert.is(b.whereis("big")!.scheduler, 63);
});

test("as many names as the table holds, then an error that says so, and all names still there", () => {
  const { a, b } = pair();
  for (let i = 0; i < MAX_NAMES; i++) a.register(`n${i}`, pidOf(a, i + 1));
  for (const side of [a, b]) {
    for (let k = 0; k < 3; k++)
      assert.throws(() => side.register(`more${k}`, pidOf(side, 1)), /table of names is full/);
    assert.is(side.whereis("more0"), undefined);
  }
  for (let i = 0; i < MAX_NAMES; i += 97) assert.is(b.whereis(`n${i}`), pidOf(b, i + 1));
  assert.ok(b.unregister("n7", pidOf(b, 8)));
  assert.is(a.register("n7", pidOf(a, 99)), pidOf(a, 99));
});

test.run();
