/** Every scenario of processes on a real node, with its partners on its own scheduler and on another one. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Down, formatReason, type Node, startNode, TIMEOUT } from "../../runtime/index.js";
import { mustReachItsEnd } from "../native/support.js";
import { stage } from "./bodies.js";
import { scenarios as links } from "./scenarios/links.js";
import { scenarios as messages } from "./scenarios/messages.js";
import { scenarios as monitors } from "./scenarios/monitors.js";
import { scenarios as names } from "./scenarios/names.js";
import { scenarios as spawns } from "./scenarios/spawns.js";
import { scenarios as timers } from "./scenarios/timers.js";

const FILES = { messages, links, monitors, names, timers, spawns };

/** Where the scenario runs, and where its partners live. */
const PLACEMENTS = {
  "one scheduler": [1, 1],
  "two schedulers": [1, 2],
  "worker and main thread": [2, 0],
} as const;

const test = suite("process/scenarios");
let node: Node;

test.before(async () => {
  node = await startNode({ schedulers: 2, modules: [new URL("./bodies.js", import.meta.url).href] });
});

test.after(() => node.stop());

for (const [file, scenarios] of Object.entries(FILES)) {
  for (const name of Object.keys(scenarios)) {
    for (const [placement, [here, there]] of Object.entries(PLACEMENTS)) {
      test(`${name}, ${placement}`, async () => {
        const { pid, ref } = node.self.spawnMonitor(stage, [file, name, there], { scheduler: here });
        const isDown = (m: unknown) => (m as Down).ref === ref;
        const down = await node.self.receive(isDown, { after: 5_000 });
        if (down === TIMEOUT) {
          node.self.exit(pid, "kill");
          assert.unreachable(`${pid} does not end`);
        } else if ((down as Down).reason !== "normal") assert.unreachable(failure((down as Down).reason));
      });
    }
  }
}

function failure(reason: unknown): string {
  return (reason as { failed?: string } | undefined)?.failed ?? formatReason(reason);
}

test("nothing of all that is left: no process, no name, no message", async () => {
  const left = (await node.inspect()).flatMap((report) => report.processes);
  assert.equal(
    left.map((process) => process.initialCall),
    ["ringbeam#embedding program", "ringbeam#applicationController", "ringbeam#kernel"],
  );
  assert.equal(node.self.registered(), ["applicationController", "kernel"]);
  assert.is(await node.self.receive({ after: 0 }), TIMEOUT);
});

mustReachItsEnd(test);
test.run();
