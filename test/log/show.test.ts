/** Any value can be printed, as text and as JSON, and none makes a report too large. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { asObject, asText } from "../../runtime/log/format.js";
import { show, showText } from "../../runtime/log/show.js";
import type { LogEvent } from "../../runtime/process/log.js";
import { NodeId, Pid } from "../../runtime/term/pid.js";

const test = suite("show");

const json = (value: unknown): unknown => JSON.parse(JSON.stringify({ value: show(value) })).value;
const pid = new Pid(new NodeId("alpha@127.0.0.1", 1), 2, 66);
const cyclic: Record<string, unknown> = { name: "c" };
cyclic.self = cyclic;
const revoked = Proxy.revocable({}, {});
revoked.revoke();
const getter = {
  get now(): number {
    throw new Error("a getter was run");
  },
};
class Hostile extends Error {
  override get message(): string {
    throw new Error("and another");
  }
}

const CASES: readonly (readonly [what: string, value: unknown, text: string, json: unknown])[] = [
  ["text", "a\nb", "a\nb", "a\nb"],
  ["a pid", { pid }, "{ pid: <alpha@127.0.0.1:2.66> }", { pid: "<alpha@127.0.0.1:2.66>" }],
  ["a function", { f: () => 1 }, "{ f: [function] }", { f: "[function]" }],
  ["a symbol", Symbol("s"), "Symbol(s)", "Symbol(s)"],
  ["a bigint", [1n], "[ 1n ]", ["1n"]],
  ["a number that JSON has not", [Number.NaN], "[ NaN ]", ["NaN"]],
  ["a cycle", cyclic, "{ name: 'c', self: [circular] }", { name: "c", self: "[circular]" }],
  ["a revoked proxy", { p: revoked.proxy }, "{ p: [unreadable] }", { p: "[unreadable]" }],
  ["a getter", getter, "{ now: [getter] }", { now: "[getter]" }],
  ["an error that cannot be read", [new Hostile()], "[ [unreadable] ]", ["[unreadable]"]],
  ["a map", new Map([["k", { a: 1 }]]), "Map { 'k' => { a: 1 } }", [["k", { a: 1 }]]],
  ["a set", new Set([1]), "[ 1 ]", [1]],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"],
  ["bytes", new Uint8Array(70_000), "<<70000 bytes>>", "<<70000 bytes>>"],
  ["null and nothing", { a: null, b: undefined }, "{ a: null, b: undefined }", { a: null }],
  ["a key __proto__", JSON.parse('{"__proto__": 1}'), "{ ['__proto__']: 1 }", JSON.parse('{"__proto__": 1}')],
  [
    "the same object twice",
    [getter, getter],
    "[ { now: [getter] }, { now: [getter] } ]",
    [{ now: "[getter]" }, { now: "[getter]" }],
  ],
];

for (const [what, value, text, object] of CASES)
  test(what, () => {
    assert.is(showText(value), text);
    assert.equal(json(value), object);
  });

test("an error: its stack, its fields, its cause", () => {
  const error = Object.assign(new Error("outer", { cause: new Error("inner") }), { code: 5 });
  const text = showText(error);
  assert.match(text, /^Error: outer\n +at .*show\.test/);
  assert.match(text, /code: 5/);
  assert.match(text, /cause: Error: inner\n +at /);
  const object = json({ error }) as { error: Record<string, unknown> };
  assert.is(object.error.message, "outer");
  assert.is(object.error.code, 5);
  assert.match(object.error.stack as string, /^Error: outer\n +at /);
  assert.is((object.error.cause as { message: string }).message, "inner");
});

const row = () => Array.from({ length: 1000 }, (_, i) => ({ i, text: "x".repeat(1000) }));
const HUGE: readonly (readonly [string, unknown])[] = [
  ["a long array", Array.from({ length: 1_000_000 }, (_, i) => i)],
  ["an object of many keys", Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]))],
  ["long texts", ["x".repeat(10_000_000), "y".repeat(10_000_000)]],
  ["many rows of many rows", Array.from({ length: 100 }, row)],
  ["a deep value", Array.from({ length: 100_000 }).reduce((inner) => ({ inner }), {})],
  ["a map of maps", new Map(Array.from({ length: 100 }, (_, i) => [i, new Map(row().map((r) => [r.i, r]))]))],
];
for (const [what, value] of HUGE)
  test(`${what} is cut, and says so`, () => {
    const text = showText(value);
    assert.ok(text.length < 100_000, `${text.length} characters of text`);
    assert.ok(JSON.stringify(show(value)).length < 100_000);
    assert.match(text, /\d+ more|\.\.\./);
  });

const event: LogEvent = {
  level: "warning",
  msg: { label: ["shop", "soldOut"], article: "tea", reason: new Error("none left") },
  meta: { pid, registeredName: "shop", time: 0, domain: ["shop"], room: 7 },
};

test("an event as text: a head, its kind, its fields", () => {
  const [head, kind, article, reason, at] = asText(event).split("\n");
  assert.is(head, "=WARNING REPORT==== 1970-01-01T00:00:00.000Z === <alpha@127.0.0.1:2.66> shop");
  assert.equal(
    [kind, article, reason],
    ["    shop soldOut", "    article: tea", "    reason: Error: none left"],
  );
  assert.match(at!, /^ {8}at /);
  assert.match(asText(event), /\n {4}room: 7\n$/);
});

test("an event as an object: time, report, metadata", () => {
  const { time, report, meta } = JSON.parse(JSON.stringify(asObject(event)));
  assert.is(time, "1970-01-01T00:00:00.000Z");
  assert.equal([report.label, report.article], [["shop", "soldOut"], "tea"]);
  assert.equal(meta, { pid: "<alpha@127.0.0.1:2.66>", registeredName: "shop", domain: ["shop"], room: 7 });
});

test.run();
