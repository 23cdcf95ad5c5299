/** exit(pid, "kill") of a process that computes for ever, by another node. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import { TIMEOUT } from "../../runtime/index.js";
import { cleanUp } from "./harness.js";
import { next, puppetThere, settle, startPair, tell, WHERE, watch } from "./pairs.js";

const test = suite("kill across nodes");

for (const where of WHERE) {
  test(`killEndsAnEndlessLoopOnAnotherNode, ${where}`, async () => {
    if (native.kind === "portable") return;
    const pair = await startPair(where, { workers: 2 });
    const there = await puppetThere(pair, { scheduler: 1 });
    const neighbour = await puppetThere(pair, { scheduler: 1 });
    await watch(pair, there);
    const ref = pair.self.monitor(there);
    tell(pair, there, { do: "loop" });
    assert.equal(await next(pair), { seen: { do: "loop" } });
    assert.equal(await next(pair), { looping: there });
    pair.self.exit(there, "kill");
    const down = await pair.self.receive({ after: 3000 });
    if (down === TIMEOUT) throw new Error("the loop goes on");
    assert.equal(down, { tag: "DOWN", ref, process: there, reason: "killed" });
    await settle(pair, neighbour);
    await pair.stop();
  });
}

test("leavesNothingBehind", cleanUp);

test.run();
