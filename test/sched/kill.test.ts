/**
 * A kill may come at any instant, in the middle of the runtime's own code too: whatever a process shares with
 * its scheduler must not be cut in two by it.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import { type Down, type Node, startNode } from "../../runtime/index.js";
import { HAMMER_NAMES, neighbour, sink, victim } from "./killBodies.js";

const test = suite("sched/kill");
const ROUNDS = 60;
let node: Node;

test.before(async () => {
  node = await startNode({ schedulers: 2, modules: [new URL("./killBodies.js", import.meta.url).href] });
});
test.after(() => node.stop());

for (const what of HAMMER_NAMES) {
  const title = `a process killed while it hammers ${what} leaves its scheduler whole`;
  if (native.kind === "portable") {
    console.log(`skipped: ${title}: needs the addon`);
    test.skip(title, () => {});
    continue;
  }
  test(title, async () => {
    const { self } = node;
    const near = self.spawn(sink, [], { scheduler: 1 });
    const far = self.spawn(sink, [], { scheduler: 2 });
    const witness = self.spawn(neighbour, [], { scheduler: 1 });
    for (let round = 1; round <= ROUNDS; round++) {
      const { pid, ref } = self.spawnMonitor(victim, [what, self.pid, near, far], { scheduler: 1 });
      assert.is(await self.receive(), "ready");
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
      self.exit(pid, "kill");
      const down = (await self.receive()) as Down;
      assert.equal([down.ref, down.reason], [ref, "killed"]);
      self.send(witness, { from: self.pid, n: round });
      assert.equal(await self.receive(), { n: round, seen: round });
    }
    for (const pid of [near, far, witness]) self.exit(pid, "kill");
    assert.is(self.whereis("hammered"), undefined);
  });
}

test.run();
