/** The counter: what its README says. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { COOKIE, cleanUp, eventually, ringbeam, startEpmd } from "../node/harness.js";
import { endPrograms, startExample } from "./program.js";

const test = suite("examples/counter");

test("countsAndBeginsAnewAfterACrash", async () => {
  const { port } = await startEpmd();
  const node = await startExample(
    "alpha@127.0.0.1",
    port,
    "counter/app.ts",
    [],
    ["--env", "counter.start=100"],
  );
  const at = ["--cookie", COOKIE, "--epmd", `127.0.0.1:${port}`];
  const counter = "<counter, alpha@127.0.0.1>";
  const call = async (request: string) => (await ringbeam(["call", counter, request, ...at])).stdout;
  assert.is(await call('["add", 5]'), "105\n");
  assert.is(await call('["add", 5]'), "110\n");
  await ringbeam(["send", counter, '{"tag": "$cast", "request": ["crash"]}', ...at]);
  await node.says(
    /=CRASH REPORT==== \S+ === \S+ counter\n(.*\n)*? +reason: Error: as you wished\n +at .*counter\/app\.ts:12:13/,
  );
  await eventually("the supervisor has started it again", async () => (await call('["get"]')) === "100\n");
  assert.is(await node.signal("SIGINT"), 0);
});

test("leavesNothingBehind", async () => {
  await endPrograms();
  await cleanUp();
});

test.run();
