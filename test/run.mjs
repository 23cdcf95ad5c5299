/**
 * Runs the test files (dist/test/**\/*.test.js), each in a Node process of its own, two at a time, and sums up.
 *
 *   node test/run.mjs [PATTERN...]      only files whose path contains one of the patterns
 *
 * A file fails if a test of it fails, if it does not end by itself, or if it ends without having run, or skipped, a test.
 */
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../dist/test", import.meta.url));
const patterns = process.argv.slice(2);
/** A file that is still running then hangs; no test is timed by this. */
const HANGS_AFTER_MS = 240_000;

const files = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.js"))
  .filter((file) => patterns.length === 0 || patterns.some((pattern) => file.includes(pattern)))
  .sort();

/** Most files wait more than they compute; and what fails only beside others should be seen to. */
const LANES = 2;

const sum = { passed: 0, failed: 0, skipped: 0 };
await Promise.all(Array.from({ length: LANES }, lane));
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(sum.failed > 0 || sum.passed === 0 ? 1 : 0);

/** Runs one file after the other, of those that no other lane has taken. */
async function lane() {
  for (let file = files.shift(); file !== undefined; file = files.shift()) add(file, await run(file));
}

/** One test file in its own process group, so that nothing it started outlives it. */
function run(file) {
  return new Promise((resolve) => {
    const started = performance.now();
    const child = spawn(process.execPath, [`${root}/${file}`], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    }
    const hang = setTimeout(() => {
      output += `\nstill running after ${HANGS_AFTER_MS / 1000} s`;
      killGroup(child.pid);
    }, HANGS_AFTER_MS);
    child.on("close", (code, signal) => {
      clearTimeout(hang);
      killGroup(child.pid);
      resolve({ code: code ?? signal, output, seconds: (performance.now() - started) / 1000 });
    });
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nothing of it is left: as it should be.
  }
}

function add(file, { code, output, seconds }) {
  const count = (label) => [...output.matchAll(new RegExp(`^ {2}${label}: +(\\d+)`, "gm"))].at(-1)?.[1] ?? 0;
  const total = Number(count("Total"));
  const passed = Number(count("Passed"));
  const skipped = Number(count("Skipped"));
  const good = code === 0 && total + skipped > 0 && passed === total;
  sum.passed += passed;
  sum.skipped += skipped;
  sum.failed += Math.max(total - passed, good ? 0 : 1);
  const name = relative(".", `${root}/${file}`);
  console.log(`${good ? "ok  " : "FAIL"} ${name}: ${passed} of ${total} in ${seconds.toFixed(1)} s`);
  for (const line of output.match(/^skipped: .*$/gm) ?? []) console.log(`     ${line}`);
  if (!good) console.log(`exit ${code}\n${output}`);
}
