/** Examples become modules: what is found, where its lines are, and what a wrong one says. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { headBlocks, markdownBlocks } from "./blocks.js";
import { exampleModule } from "./exampleModule.js";
import { $same } from "./same.js";

const test = suite("docs/exampleModule");

const SOURCE = [
  "/**",
  " * Counts.",
  " *",
  " * ```ts",
  ' * import { call } from "ringbeam";',
  " *",
  " * export const two = {",
  " *   n: 2,",
  " * };",
  " *",
  " * const four = two.n + two.n; //=> 4",
  " * Math.max(",
  " *   two.n,",
  " * ); //=> 2",
  " * ```",
  " */",
  "/** ```ts */",
];

test("the blocks of a head comment, and of no other", () => {
  const blocks = headBlocks("a.ts", SOURCE.join("\n"));
  assert.is(blocks.length, 1);
  assert.is(blocks[0]!.line, 5);
  assert.equal(blocks[0]!.code.slice(0, 3), ['import { call } from "ringbeam";', "", "export const two = {"]);
});

test("every line of the module is where it is in the file; `//=>` is about the statement that ends there", () => {
  const lines = exampleModule(headBlocks("a.ts", SOURCE.join("\n"))[0]!).split("\n");
  assert.is(lines[4], 'import { call } from "ringbeam";');
  assert.match(
    lines[10]!,
    /async function example.* const four = two.n \+ two.n; \$same\(four, 4, "a.ts:11"\);$/,
  );
  assert.equal(lines.slice(11, 14), ["$same(Math.max(", "  two.n,", '), 2, "a.ts:14");']);
});

test("a fragment of Markdown is given what a reader is not shown", () => {
  const text = "# A\n\n<!-- given: const a: Set<1> = b; -->\n```ts\na;\n```\n\n```ts\nc;\n```\n";
  const [first, second] = markdownBlocks("a.md", text);
  assert.is(first!.given, "const a: Set<1> = b; ");
  assert.is(second!.given, "");
  assert.match(exampleModule(first!).split("\n")[3]!, /const a: Set<1> = b; $/);
});

test("a block without an end is an error", () => {
  assert.throws(() => markdownBlocks("a.md", "```ts\na;\n"), /a\.md:1/);
});

test("a `//=>` that is wrong fails with file and line", () => {
  $same([1], [1], "a.ts:5");
  assert.throws(() => $same(1, 2, "a.ts:5"), /^a\.ts:5: /);
  assert.throws(() => $same(1, "1", "a.ts:5"), /^a\.ts:5: /);
});

test.run();
