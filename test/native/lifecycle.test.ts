/** A thread may end for any reason, at any time, while others wake it: nothing aborts, every exit code is as it should be. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { needsAddon } from "./support.js";

const test = suite("lifecycle");
const guarded = needsAddon(test);
const CHILD = fileURLToPath(new URL("./lifecycleChild.js", import.meta.url));
const CYCLES = 40;

function child(args: (string | number)[], expected: number): void {
  const { status, signal, stderr } = spawnSync(process.execPath, [CHILD, ...args.map(String)], {
    encoding: "utf8",
    timeout: 120_000,
    killSignal: "SIGKILL",
  });
  assert.equal({ status, signal, stderr }, { status: expected, signal: null, stderr: "" });
}

for (const ending of ["detach", "exit", "exitInSlice", "throw", "throwInSlice", "parked", "looping"]) {
  test(`threadsEndBy_${ending}`, () => child(["cycle", ending, CYCLES], 0));
}

guarded("terminateOfThreadSurvivesKillsOfItsSlices", () => child(["cycle", "killed", 2 * CYCLES], 0));

for (const ending of ["parked", "looping"]) {
  test(`mainExitsWhileThreadsAre_${ending}`, () => {
    for (let n = 0; n < 5; n++) child(["quit", ending, 7], 7);
  });
}

guarded("mainExitsWhileSlicesAreKilled", () => {
  for (let n = 0; n < 10; n++) child(["quit", "killed", 7], 7);
});

test("mainExitsWithinSlice", () => {
  for (let n = 0; n < 10; n++) child(["quitInSlice", 7], 7);
});

test("refKeepsLoopAliveAndUnrefDoesNot", () => child(["ref"], 0));

test.run();
