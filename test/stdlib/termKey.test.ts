/** Terms as keys: equal terms have one key, others have others. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { termKey, termSlot } from "../../stdlib/termKey.js";

const test = suite("stdlib/termKey");

/** What can be sent, without what JavaScript itself cannot tell apart as a key (0 and -0). */
const term = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }).filter(isPlain);

function isPlain(value: unknown): boolean {
  if (typeof value === "symbol" || typeof value === "function") return false;
  return true;
}

test("a copy has the same key and slot", () => {
  fc.assert(
    fc.property(term, fc.integer({ min: 1, max: 64 }), (one, count) => {
      const other = structuredClone(one);
      assert.ok(Object.is(termKey(one), termKey(other)) || termKey(one) === termKey(other));
      assert.is(termSlot(one, count), termSlot(other, count));
      assert.ok(termSlot(one, count) >= 0 && termSlot(one, count) < count);
    }),
  );
});

test("different terms have different keys", () => {
  const terms = [
    ...[undefined, null, true, 0, 1, 1n, Number.NaN, "", "1", "1n", "null", "undefined", "\0[1]", "\0"],
    ...[[], {}, [1], ["1"], [[1]], [1n], [null], [undefined], { a: 1 }, { a: "1" }, { "a:1,b": 2 }],
    ...[{ a: 1, b: 2 }, new Map(), new Map([["a", 1]]), new Map([[1, "a"]]), new Set(), new Set(["a", 1])],
    ...[
      new Date(1),
      new Date(2),
      new Uint8Array([1]),
      new Uint16Array([1]),
      new Error("a"),
      new TypeError("a"),
    ],
  ];
  assert.is(new Set(terms.map(termKey)).size, terms.length);
});

test("the order of keys does not matter, that of an array does", () => {
  assert.is(termKey({ a: 1, b: { c: 2, d: 3 } }), termKey({ b: { d: 3, c: 2 }, a: 1 }));
  assert.is(termKey(new Set([1, 2])), termKey(new Set([2, 1])));
  assert.is.not(termKey([1, 2]), termKey([2, 1]));
});

test("whole numbers go round the slots", () => {
  assert.equal(
    [0, 1, 2, 3, 4, -1].map((n) => termSlot(n, 3)),
    [0, 1, 2, 0, 1, 2],
  );
});

test.run();
