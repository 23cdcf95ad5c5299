/** The lists of cases of OTP's and Elixir's suites say what is true: what they name is there, what is open is said. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { groups } from "./golden.js";
import { packageRoot } from "./oracle.js";
import { SUITES } from "./suites/index.js";
import { casesOf } from "./suites/suite.js";

const test = suite("conformance/suites");

const scenarios = Object.values(groups())
  .flat()
  .map(({ name }) => name);
const rows = SUITES.flatMap(({ of, rows }) => rows.map((row) => ({ of, row })));

const patternOf = (text: string) =>
  text
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");

/** A scenario by its name; or `folder/file: title`, or how the title or a method's name begins. `*` is for any characters. */
function isThere(name: string): boolean {
  const [file, title] = [name.slice(0, name.indexOf(": ")), name.slice(name.indexOf(": ") + 2)];
  if (!file.endsWith(".ts")) {
    const pattern = new RegExp(`^${patternOf(name)}$`);
    return scenarios.some((scenario) => pattern.test(scenario));
  }
  const path = join(packageRoot(), "test", file);
  if (!existsSync(path)) return false;
  return new RegExp(`(?:["\`]|\\basync )${patternOf(title)}`).test(readFileSync(path, "utf8"));
}

test("whateverCoversACaseIsThere", () => {
  const missing = rows.flatMap(({ row }) => {
    const [, , verdict] = row;
    if (!("coveredBy" in verdict)) return [];
    assert.ok(verdict.coveredBy.length > 0, `covered by nothing: ${casesOf(row)}`);
    return verdict.coveredBy.filter((name) => !isThere(name)).map((name) => `${casesOf(row)[0]}: ${name}`);
  });
  assert.equal(missing, []);
});

test("noCaseIsInASuiteTwice", () => {
  for (const { of, rows } of SUITES) {
    const cases = rows.flatMap(casesOf);
    assert.equal([of, cases.filter((name, i) => cases.indexOf(name) !== i)], [of, []]);
  }
});

test("whatIsOpenIsInTheReadmeAndNothingElse", () => {
  const readme = readFileSync(join(packageRoot(), "test", "conformance", "README.md"), "utf8");
  const [, below = ""] = readme.split("\n## Open\n");
  const listed = [...below.matchAll(/^- `(\w+)`/gm)].map(([, word]) => word!);
  const open = rows.flatMap(({ row: [, , verdict] }) => ("open" in verdict ? [verdict.open] : []));
  assert.equal(listed.sort(), [...new Set(open)].sort());
});

test.run();
