/** Terms survive a ring and a wire exactly as they survive a local copy. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Codec } from "../../runtime/term/codec.js";
import { copy } from "../../runtime/term/copy.js";
import { define } from "../../runtime/term/mfa.js";
import { NodeId } from "../../runtime/term/pid.js";
import { TermError } from "../../runtime/term/refusal.js";
import { TermSpace } from "../../runtime/term/space.js";

const test = suite("term/codec");

function spaceOn(scheduler: number, node = "alpha@127.0.0.1"): TermSpace {
  return new TermSpace(new NodeId(node, 7), scheduler);
}

const key = fc.string().filter((k) => k !== "__proto__");
const leaf = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.maxSafeInteger(),
  fc.bigInt(),
  fc.boolean(),
  fc.string({ unit: "grapheme" }),
  fc.constantFrom(null, undefined, -0, Number.NaN, 2 ** 32, -(2 ** 31), 2 ** 53),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array(),
  fc.float64Array(),
  fc.int16Array(),
  fc.bigInt64Array(),
);
const { term } = fc.letrec((tie) => ({
  term: fc.oneof(
    { depthSize: "small" },
    leaf,
    fc.array(tie("term")),
    fc.dictionary(key, tie("term"), { noNullPrototype: true }),
    fc.array(fc.tuple(tie("term"), tie("term"))).map((entries) => new Map(entries)),
    fc.array(leaf).map((values) => new Set(values)),
  ),
}));

test("a term decoded from a ring or a wire equals its local copy", () => {
  const codecs = [new Codec(spaceOn(1), false), new Codec(spaceOn(1), true)];
  fc.assert(
    fc.property(term, (value) => {
      const local = copy(value);
      for (const codec of codecs) deepStrictEqual(codec.decode(codec.encode(value)), local);
    }),
    { numRuns: 500 },
  );
});

test("minus zero, NaN and an invalid date keep what they are", () => {
  const codec = new Codec(spaceOn(1), false);
  const back = codec.decode(codec.encode([-0, Number.NaN, new Date(Number.NaN)])) as [number, number, Date];
  assert.ok(Object.is(back[0], -0));
  assert.ok(Number.isNaN(back[1]));
  assert.ok(Number.isNaN(back[2].getTime()));
});

test("70,000 keys survive", () => {
  const codec = new Codec(spaceOn(1), false);
  const big = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]));
  assert.equal(Object.keys(codec.decode(codec.encode(big)) as object).length, 70_000);
});

test("an error keeps its class, name, message, stack, cause and fields", () => {
  const codec = new Codec(spaceOn(1), false);
  const error = Object.assign(new RangeError("too far", { cause: { at: 3n } }), { code: "E_FAR" });
  for (const back of [copy(error), codec.decode(codec.encode(error)) as typeof error]) {
    assert.instance(back, RangeError);
    assert.is(back.message, "too far");
    assert.is(back.stack, error.stack);
    assert.equal(back.cause, { at: 3n });
    assert.is(back.code, "E_FAR");
    assert.equal(Object.keys(back), ["code"]);
  }
});

test("a pid is one object, wherever it comes back from", () => {
  const here = spaceOn(1);
  const there = spaceOn(2);
  const pid = here.pid(here.self, 1, 42);
  const abroad = there.pid(there.self, 1, 42);
  assert.is(there.pid(there.self, 1, 42), abroad);
  const ring = new Codec(here, false);
  assert.is((ring.decode(ring.encode({ from: pid })) as { from: unknown }).from, pid);
  const wire = new Codec(spaceOn(0, "beta@127.0.0.1"), true);
  const [one, two] = wire.decode(new Codec(here, true).encode([pid, pid])) as [unknown, unknown];
  assert.is(one, two);
  assert.is(String(one), "<alpha@127.0.0.1:1.42>");
});

test("a ref and a proc come back as themselves", () => {
  const space = spaceOn(1);
  const codec = new Codec(space, true);
  const ref = space.ref(space.self, 1, 9);
  const proc = define("file:///m.ts", "f", () => {});
  const back = codec.decode(codec.encode({ ref, proc })) as { ref: unknown; proc: unknown };
  assert.is(back.ref, ref);
  assert.is(back.proc, proc);
});

test("what is not a term is refused with its path, locally and remotely alike", () => {
  const codec = new Codec(spaceOn(1), false);
  class Job {}
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  const cases: [unknown, RegExp][] = [
    [{ job: { handlers: [() => {}] } }, /^message\.job\.handlers\[0\]: function cannot be sent$/],
    [{ "a b": Symbol("s") }, /^message\["a b"\]: symbol/],
    [[new Job()], /^message\[0\]: instance of Job/],
    [new Map([["k", new WeakMap()]]), /^message.*k.*: instance of WeakMap/],
    [loop, /^message\.self\.self.*: a cycle/],
    [JSON.parse('{"__proto__": 1}'), /__proto__/],
  ];
  for (const [value, pattern] of cases) {
    for (const use of [() => copy(value), () => codec.encode(value)]) {
      assert.throws(use, (error: unknown) => error instanceof TermError && pattern.test(error.message));
    }
  }
});

test("what the receiver holds cannot change under it", () => {
  const sent = { list: [1], map: new Map([["k", { v: 1 }]]), bytes: new Uint8Array([1]) };
  const got = copy(sent);
  sent.list.push(2);
  sent.map.get("k")!.v = 2;
  sent.bytes[0] = 9;
  assert.equal(got, { list: [1], map: new Map([["k", { v: 1 }]]), bytes: new Uint8Array([1]) });
});

test("a deeply frozen term is shared, one frozen only on the outside is copied", () => {
  const deep = Object.freeze({ a: Object.freeze([1, 2]) });
  const shallow = Object.freeze({ a: [1, 2] });
  assert.is(copy(deep), deep);
  assert.is.not(copy(shallow), shallow);
  const withMap = Object.freeze({ a: new Map() });
  assert.is.not(copy(withMap), withMap);
});

test.run();
