/**
 * The command: random scenarios on ringbeam and on real Erlang until they differ.
 *
 *     node dist/test/conformance/main.js [--seed S] [--runs N] [--placement one|schedulers|nodes]
 *
 * Runs the scenarios of the seeds S to S+N-1 (S from the clock, N = 300 by default), at all placements unless told
 * otherwise. What differs is made small and printed, with the seed that brings it again; then the exit code is 1.
 *
 * Instead: `--named` runs the named scenarios; `--record` writes Erlang's traces to test/golden/conformance/;
 * `--golden GROUP` compares with those, without Erlang.
 */
import { parseArgs } from "node:util";
import { type Finding, Ringbeam } from "./check.js";
import { type CanonicalTrace, canonical } from "./compare.js";
import { DIFFERS } from "./differences.js";
import { generate } from "./generate.js";
import { record, recorded } from "./golden.js";
import { erlangIsThere, Oracle } from "./oracle.js";
import { PLACEMENTS, type Placement, type Scenario } from "./scenario.js";
import { GROUPS } from "./scenarios/index.js";
import { shrink } from "./shrink.js";

const BATCH = 100;
/** A race may need more than one try to show again. */
const TRIES = 3;
/** After so many findings it is enough. */
const ENOUGH = 5;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "300" },
    placement: { type: "string" },
    named: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
    golden: { type: "string" },
  },
});

async function expectations(oracle: Oracle, scenarios: readonly Scenario[]): Promise<CanonicalTrace[]> {
  const traces = await oracle.run(scenarios);
  return traces.map((trace, i) => canonical(trace, scenarios[i]!));
}

/** Compares a batch at one placement. */
async function compare(oracle: Oracle, ringbeam: Ringbeam, batch: readonly Scenario[]): Promise<Finding[]> {
  const expected = await expectations(oracle, batch);
  const findings: Finding[] = [];
  for (const [i, scenario] of batch.entries()) {
    const finding = await ringbeam.check(scenario, expected[i]!);
    if (finding && !DIFFERS[scenario.name]?.includes(finding.placement)) findings.push(finding);
  }
  return findings;
}

async function minimize(oracle: Oracle, ringbeam: Ringbeam, scenario: Scenario): Promise<Scenario> {
  return shrink(scenario, async (candidates) => {
    const expected = await expectations(oracle, candidates);
    for (const [i, candidate] of candidates.entries()) {
      for (let left = TRIES; left > 0; left--) if (await ringbeam.check(candidate, expected[i]!)) return i;
    }
    return -1;
  });
}

async function report(oracle: Oracle, ringbeam: Ringbeam, finding: Finding): Promise<void> {
  console.log(`\n${finding.scenario.name}, placement ${finding.placement}: ${finding.what}`);
  const small = await minimize(oracle, ringbeam, finding.scenario);
  const [expected] = await expectations(oracle, [small]);
  const again = (await ringbeam.check(small, expected!))?.what ?? "not every time";
  console.log(`smallest: ${JSON.stringify(small)}\n${again}`);
}

async function run(oracle: Oracle, scenarios: readonly Scenario[], placement: Placement): Promise<number> {
  const ringbeam = new Ringbeam(placement);
  const started = performance.now();
  let [found, rounds] = [0, 0];
  for (let at = 0; at < scenarios.length && found < ENOUGH; at += BATCH) {
    const batch = scenarios.slice(at, at + BATCH);
    rounds += batch.reduce((sum, scenario) => sum + scenario.rounds.length, 0);
    for (const finding of await compare(oracle, ringbeam, batch)) {
      if (found++ < ENOUGH) await report(oracle, ringbeam, finding);
    }
  }
  await ringbeam.close();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${placement}: ${scenarios.length} scenarios, ${rounds} rounds, ${found} differ, ${seconds} s`);
  return found;
}

async function runGolden(group: string, placement: Placement): Promise<number> {
  const ringbeam = new Ringbeam(placement);
  let found = 0;
  for (const { scenario, trace } of recorded(group)) {
    if (found >= ENOUGH) break;
    const finding = await ringbeam.check(scenario, trace);
    if (finding === undefined) continue;
    found++;
    console.log(`${scenario.name}: ${finding.what}`);
  }
  await ringbeam.close();
  console.log(`${placement}: ${found} differ`);
  return found;
}

async function main(): Promise<number> {
  const placements = PLACEMENTS.filter((name) => name === (values.placement ?? name));
  if (placements.length === 0)
    throw new Error(`not a placement: ${values.placement}; expected ${PLACEMENTS}`);
  if (values.golden !== undefined) {
    let found = 0;
    for (const placement of placements) found += await runGolden(values.golden, placement);
    return found;
  }
  return withErlang(placements);
}

async function withErlang(placements: readonly Placement[]): Promise<number> {
  if (!erlangIsThere()) throw new Error("needs Erlang/OTP: erl and erlc");
  const oracle = new Oracle();
  try {
    if (values.record) return await record(oracle);
    const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
    const scenarios = values.named
      ? Object.values(GROUPS).flat()
      : Array.from({ length: Number(values.runs) }, (_, i) => generate(seed + i));
    if (!values.named) console.log(`seed ${seed}`);
    let found = 0;
    for (const placement of placements) found += await run(oracle, scenarios, placement);
    return found;
  } finally {
    oracle.close();
  }
}

process.exit((await main()) > 0 ? 1 : 0);
