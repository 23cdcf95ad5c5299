/**
 * The command: simulated worlds, one for each seed, until an invariant does not hold.
 *
 *     node dist/test/simulate/main.js [--seed S] [--runs N] [--trace LINES]
 *
 * Runs the seeds S to S+N-1 (S from the clock, N = 1000 by default). The first that violates an invariant is
 * printed with the end of its trace, LINES of it (60 by default), and ends the command with exit code 1.
 * `--hash` prints the hash of each trace.
 */
import { parseArgs } from "node:util";
import { Guard } from "./guard.js";
import { type Result, run } from "./run.js";

/** Runs between two lines of progress. */
const PROGRESS = 1000;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "1000" },
    trace: { type: "string", default: "60" },
    hash: { type: "boolean", default: false },
  },
});

function report({ seed, violation, trace }: Result): void {
  console.log(trace.slice(-Number(values.trace)).join("\n"));
  console.log(`\nseed ${seed} violates ${violation!.invariant}: ${violation!.message}`);
  console.log(`replay: npm run simulate -- --seed ${seed} --runs 1 --trace ${trace.length}`);
}

async function main(): Promise<number> {
  const guard = new Guard();
  const first = values.seed === undefined ? Date.now() % 1_000_000_000 : Number(values.seed);
  const runs = Number(values.runs);
  const started = performance.now();
  let steps = 0;
  console.log(`seeds ${first} to ${first + runs - 1}${guard.native ? "" : ", without the addon"}`);
  try {
    for (let done = 1; done <= runs; done++) {
      const result = await run(first + done - 1, guard);
      steps += result.steps;
      if (values.hash) console.log(`${result.seed} ${result.hash}`);
      if (result.violation !== undefined) {
        report(result);
        return 1;
      }
      if (done % PROGRESS === 0 || done === runs) {
        const seconds = (performance.now() - started) / 1000;
        console.log(
          `${done} runs held, ${steps} steps, ${seconds.toFixed(1)} s, ${Math.round((done / seconds) * 60)} runs a minute`,
        );
      }
    }
    return 0;
  } finally {
    guard.close();
  }
}

process.exitCode = await main();
