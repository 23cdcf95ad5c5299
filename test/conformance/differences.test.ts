/** What the oracle leaves out is what the READMEs list as differences, row by row. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DIFFERENCES, DIFFERS } from "./differences.js";
import { packageRoot } from "./oracle.js";
import { GROUPS } from "./scenarios/index.js";

const test = suite("conformance/differences");

const TABLES = {
  "README.md": "## Differences from Erlang",
  "stdlib/README.md": "## Differences from OTP and Elixir",
} as const;

/** The first cells of the table under a heading. */
function rowsOf(readme: keyof typeof TABLES): string[] {
  const text = readFileSync(join(packageRoot(), readme), "utf8");
  const [, below] = text.split(`\n${TABLES[readme]}\n`);
  assert.ok(below, `${readme} has no "${TABLES[readme]}"`);
  const [section] = below.split("\n## ");
  const lines = section!.split("\n").filter((line) => line.startsWith("| "));
  return lines.slice(2).map((line) => line.split(" | ")[0]!.slice(2).trim());
}

for (const readme of Object.keys(TABLES) as (keyof typeof TABLES)[]) {
  test(`each row of ${readme} is one of differences.ts, and the other way round`, () => {
    const known = DIFFERENCES.filter((difference) => difference.readme === readme).map(({ row }) => row);
    assert.equal([...known].sort(), rowsOf(readme).sort());
  });
}

test("everyDifferenceThatIsShownIsAScenario", () => {
  const names = new Set(Object.values(GROUPS).flatMap((scenarios) => scenarios.map(({ name }) => name)));
  const unknown = Object.keys(DIFFERS).filter((name) => !names.has(name));
  assert.equal(unknown, []);
});

test.run();
