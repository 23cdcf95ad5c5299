/**
 * The short form of `npm run simulate`: a few hundred worlds, always the same; and that a seed is its world, to the
 * last event, in this OS process and in another.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Guard } from "./guard.js";
import { run } from "./run.js";

const test = suite("simulate");

const RUNS = 300;

let guard: Guard;
test.before(() => {
  guard = new Guard();
});
test.after(() => guard.close());

test("noInvariantIsBroken", async () => {
  for (let seed = 1; seed <= RUNS; seed++) {
    const { violation } = await run(seed, guard);
    if (violation) assert.unreachable(`seed ${seed} violates ${violation.invariant}: ${violation.message}`);
  }
});

test("aSeedIsItsTrace", async () => {
  for (const seed of [3, 5, 8, 13, 21]) {
    const [first, second] = [await run(seed, guard), await run(seed, guard)];
    assert.equal(first.trace, second.trace);
    assert.is(first.hash, second.hash);
  }
  assert.is.not((await run(1, guard)).hash, (await run(2, guard)).hash);
});

test("aSeedIsItsTraceInAnotherOsProcess", async () => {
  const main = fileURLToPath(new URL("./main.js", import.meta.url));
  // The other process begins in the middle: what ran before must not matter.
  const { stdout } = spawnSync(process.execPath, [main, "--seed", "13", "--runs", "8", "--hash"], {
    encoding: "utf8",
  });
  for (let seed = 20; seed >= 13; seed--) assert.match(stdout, `${seed} ${(await run(seed, guard)).hash}`);
});

test.run();
