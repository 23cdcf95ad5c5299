/**
 * Recorded traces, test/golden/conformance/GROUP.json: what Erlang does in the named scenarios, and in some generated ones, so that
 * ringbeam can be compared where Erlang is not installed. A trace is kept with the text of its scenario, and is stale
 * when that changes.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CanonicalTrace, canonical } from "./compare.js";
import { generate } from "./generate.js";
import { type Oracle, packageRoot } from "./oracle.js";
import type { Scenario } from "./scenario.js";
import { GROUPS } from "./scenarios/index.js";

/** Generated scenarios that are recorded: of seeds 1 to this. */
const GENERATED = 300;

export interface Recorded {
  readonly scenario: Scenario;
  readonly trace: CanonicalTrace;
}

/** All groups that have a file. */
export function groups(): Readonly<Record<string, readonly Scenario[]>> {
  return { ...GROUPS, generated: Array.from({ length: GENERATED }, (_, i) => generate(i + 1)) };
}

/** Throws if a scenario has no trace, or changed since it was recorded. */
export function recorded(group: string): Recorded[] {
  const lines = JSON.parse(readFileSync(fileOf(group), "utf8")) as Record<string, CanonicalTrace>;
  return groups()[group]!.map((scenario) => {
    const trace = lines[keyOf(scenario)];
    if (trace === undefined)
      throw new Error(
        `${group}/${scenario.name} was not recorded as it is now: npm run conformance -- --record`,
      );
    return { scenario, trace };
  });
}

/** Writes all files anew. */
export async function record(oracle: Oracle): Promise<0> {
  for (const [group, scenarios] of Object.entries(groups())) {
    const traces = await oracle.run(scenarios);
    const entries = scenarios.map(
      (scenario, i) => [keyOf(scenario), canonical(traces[i]!, scenario)] as const,
    );
    if (new Set(entries.map(([key]) => key)).size < entries.length)
      throw new Error(`${group}: two of one name`);
    mkdirSync(join(fileOf(group), ".."), { recursive: true });
    const text = entries.map(([key, trace]) => `${JSON.stringify(key)}: ${JSON.stringify(trace)}`);
    writeFileSync(fileOf(group), `{\n${text.join(",\n")}\n}\n`);
    console.log(`${group}: ${scenarios.length} traces`);
  }
  return 0;
}

function keyOf(scenario: Scenario): string {
  return `${scenario.name} ${hashOf(JSON.stringify(scenario))}`;
}

/** FNV-1a, 32 bits: enough to see that a scenario is not the one that was recorded. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

function fileOf(group: string): string {
  return join(packageRoot(), "test", "golden", "conformance", `${group}.json`);
}
