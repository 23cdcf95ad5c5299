/** The command itself, with counts far too small to measure anything: what it says, and what it means. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { compare, median, meets } from "./compare.js";
import { PEERS } from "./peers/list.js";
import { NS_PER_OP, OPS_PER_S } from "./row.js";
import { growing, table } from "./rows.js";
import { erlangIsThere, packageRoot } from "./sides.js";

const test = suite("bench");
const folder = mkdtempSync(join(tmpdir(), "ringbeam-bench-test-"));
test.after(() => rmSync(folder, { recursive: true }));

if (!erlangIsThere()) console.log("skipped: erl and erlc are not in PATH");
const withErlang = erlangIsThere() ? test : test.skip;

interface Result {
  readonly code: number;
  readonly output: string;
}

async function bench(args: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Result> {
  const main = fileURLToPath(new URL("./main.js", import.meta.url));
  const child = spawn(process.execPath, [main, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

interface Json {
  readonly machine: { readonly cores: number; readonly node: string; readonly erlang: string | null };
  readonly rows: readonly {
    readonly row: string;
    readonly opponent: string | null;
    readonly ours: number;
    readonly theirs: number | null;
    readonly unit: string;
    readonly ratio: number | null;
    readonly spread: readonly [number, number] | null;
    readonly aim: number;
  }[];
}

async function json(only: string, env?: NodeJS.ProcessEnv): Promise<{ json: Json; output: string }> {
  const file = join(folder, "bench.json");
  const { code, output } = await bench(["--quick", "--only", only, "--json", file], env);
  assert.is(code, 0, output);
  return { json: JSON.parse(readFileSync(file, "utf8")) as Json, output };
}

withErlang("each opponent has a line, and above 1 we are ahead, whatever the unit", async () => {
  const { machine, rows } = (await json("send-map,restarts")).json;
  assert.ok(machine.cores > 0 && machine.node === process.version);
  assert.match(machine.erlang!, /OTP/);
  assert.equal(
    rows.map(({ row, opponent, unit }) => [row, opponent, unit]),
    [
      ["send-map", "BEAM", "ns/op"],
      ["send-map", "nact", "ns/op"],
      ["restarts", "BEAM", "ops/s"],
    ],
  );
  for (const { ours, theirs, unit, ratio, spread, aim } of rows) {
    assert.ok(ours > 0 && theirs! > 0 && aim > 0);
    const expected = unit === "ns/op" ? theirs! / ours : ours / theirs!;
    assert.ok(Math.abs(ratio! / expected - 1) < 1e-9, `${ratio} instead of ${expected}`);
    assert.ok(spread![0] <= spread![1] && spread![0] > 0);
  }
});

test("without erl it says so, and gives our figures alone", async () => {
  const { json: found, output } = await json("ring,restarts", { ...process.env, PATH: folder });
  assert.match(output, /erl and erlc are not in PATH/);
  assert.is(found.machine.erlang, null);
  assert.equal(
    found.rows.map(({ row, opponent, theirs, ratio, spread }) => [row, opponent, theirs, ratio, spread]),
    [
      ["ring", null, null, null, null],
      ["restarts", null, null, null, null],
    ],
  );
  for (const { ours } of found.rows) assert.ok(ours > 0);
});

test("a row that is not there is told with those that are", async () => {
  const { code, output } = await bench(["--only", "ring,rinf"]);
  assert.is(code, 2);
  assert.match(output, /no such row: rinf; there are ping-pong, ring, /);
});

test("growth draws a picture", async () => {
  const args = ["--growth", "--quick", "--rounds", "1", "--only", "growth-ring", "--pictures", folder];
  const { code, output } = await bench(args);
  assert.is(code, 0, output);
  const svg = readFileSync(join(folder, "growth-ring.svg"), "utf8");
  assert.match(svg, /^<svg /);
  assert.match(svg, />ringbeam<\/text>/);
  assert.is(svg.includes(">BEAM</text>"), erlangIsThere());
});

test("less is better of ns, more of operations a second", () => {
  assert.is(compare(NS_PER_OP, [100], [300]).ratio, 3);
  assert.is(compare(OPS_PER_S, [100], [300]).ratio, 1 / 3);
  assert.is(NS_PER_OP.of(1e9, 1000), 1e6);
  assert.is(OPS_PER_S.of(1e9, 1000), 1000);
});

test("medians are compared, and the spread is that of the rounds", () => {
  assert.equal(compare(NS_PER_OP, [10, 1000, 20], [40, 60, 50]), {
    ours: 20,
    theirs: 50,
    ratio: 2.5,
    spread: [0.06, 4],
  });
  assert.is(median([4, 1, 3, 2]), 2.5);
});

test("where something takes nothing there is no ratio, but a bound can be met", () => {
  const idle = compare(NS_PER_OP, [0, 0], [1, 0]);
  assert.equal([idle.ratio, idle.spread], [null, null]);
  assert.is(meets({ atMost: 0 }, idle), true);
  assert.is(meets(1, idle), undefined);
  assert.is(meets({ atMost: 1.1 }, compare(NS_PER_OP, [1.2], undefined)), false);
});

test("each row has its program in Erlang, and each peer's program a row", () => {
  const exported = (family: string) =>
    readFileSync(join(packageRoot(), "test", "bench", `${family}.erl`), "utf8");
  const missing = [...table.map((placed) => [placed, 1] as const), ...growing.map((p) => [p, 2] as const)]
    .filter(([{ row }]) => row.beam !== false)
    .map(([{ family, row }, arity]) => [family, `${row.name.replaceAll("-", "_")}/${arity}`] as const)
    .filter(([family, program]) => !new RegExp(`[[ ]${program}[,\\]]`).test(exported(family)));
  assert.equal(missing, []);
  const names = table.map(({ row }) => row.name);
  assert.is(new Set(names).size, names.length);
  const strange = Object.values(PEERS).flatMap(({ rows }) => rows.filter((row) => !names.includes(row)));
  assert.equal(strange, []);
});

test.run();
