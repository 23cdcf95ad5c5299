/** The command: `npm run bench`. See README.md. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measureGrowth } from "./growthRun.js";
import { HEADER, type Line, linesOf, machine, printed } from "./report.js";
import { growing, type Placed, select, table, UnknownRow } from "./rows.js";
import { erlangIsThere, Sides } from "./sides.js";
import { playRow } from "./turns.js";

const USAGE = `usage: npm run bench -- [options]

Runs the same programs on ringbeam, on Erlang/OTP and on JavaScript peers, in turns, and prints how they compare:
a ratio above 1 means that ringbeam is ahead, whatever the unit.

  --only ROW[,ROW]  these rows only
  --rounds N        rounds of each row; default 5 (--growth: 3)
  --json FILE       the same as JSON
  --quick           small counts and 2 rounds: to see that all of it works, not to measure
  --list            the rows, and what they do
  --growth          how cost grows, instead of the table; draws a picture of each
  --pictures DIR    where to; default test/bench/pictures
  --help            this text`;

const ROUNDS = 5;
const GROWTH_ROUNDS = 3;
const QUICK_ROUNDS = 2;

/** A wrong option: said without a stack. */
class UsageError extends Error {}

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      rounds: { type: "string" },
      json: { type: "string" },
      quick: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
      growth: { type: "boolean", default: false },
      pictures: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    throw new UsageError(`--rounds: ${values.rounds} is not a number of rounds`);
  return { ...values, rounds, only: values.only?.split(",") };
}

/** Gives the exit code: 1 if a row failed. */
async function main(): Promise<number> {
  const { only, rounds, json, quick, list, growth, pictures, help } = options();
  const rows = select(growth ? growing : table, only);
  if (help || list) {
    console.log(help ? USAGE : rows.map(({ row }) => `${row.name.padEnd(24)} ${row.what}`).join("\n"));
    return 0;
  }
  const erlang = erlangIsThere() ? otpVersion() : null;
  if (erlang === null) console.log("erl and erlc are not in PATH: no figures of BEAM.");
  const sides = new Sides(erlang !== null);
  process.once("exit", () => sides.close());
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const failures: string[] = [];
  const fail = (row: string, error: unknown) => {
    failures.push(row);
    console.log(`${row}: failed: ${(error as Error).message}`);
  };
  const plan = { rounds: rounds ?? (quick ? QUICK_ROUNDS : growth ? GROWTH_ROUNDS : ROUNDS), quick };
  const measured = growth
    ? { growth: await measureGrowth(rows, sides, plan, pictures, fail) }
    : { rows: await measureTable(rows, sides, plan, fail) };
  if (json !== undefined)
    writeFileSync(json, `${JSON.stringify({ machine: machine(erlang), ...measured }, null, 2)}\n`);
  if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
  return failures.length > 0 ? 1 : 0;
}

async function measureTable(
  rows: readonly Placed[],
  sides: Sides,
  plan: { readonly rounds: number; readonly quick: boolean },
  fail: (row: string, error: unknown) => void,
): Promise<Line[]> {
  console.log(HEADER);
  const lines: Line[] = [];
  for (const placed of rows) {
    const { row } = placed;
    try {
      const played = await playRow(row, await sides.of(placed, row.schedulers), plan);
      for (const line of linesOf(row, played)) {
        lines.push(line);
        console.log(printed(line));
      }
    } catch (error) {
      fail(row.name, error);
    }
  }
  return lines;
}

function otpVersion(): string {
  const script = "io:put_chars(erlang:system_info(system_version)), halt().";
  return spawnSync("erl", ["-noshell", "-eval", script], { encoding: "utf8" }).stdout.trim();
}

main().then(
  (code) => process.exit(code),
  (error: NodeJS.ErrnoException) => {
    const isUsage =
      error instanceof UnknownRow || error instanceof UsageError || error.code?.startsWith("ERR_PARSE_ARGS");
    console.error(isUsage ? `${error.message}\nnpm run bench -- --help says more` : error);
    process.exit(2);
  },
);
