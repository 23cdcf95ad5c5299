/** A hundred thousand processes: alive at once, dying along their links, linked to one. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Down, type Node, type Pid, startNode } from "../../runtime/index.js";
import { mustReachItsEnd } from "../native/support.js";
import { chainLink, crowd } from "./bodies.js";

const test = suite("process/many");
const MANY = 100_000;
let node: Node;

test.before(async () => {
  node = await startNode({ schedulers: 2, modules: [new URL("./bodies.js", import.meta.url).href] });
});
test.after(() => node.stop());

async function next<T>(match: (m: unknown) => boolean): Promise<T> {
  return (await node.self.receive(match)) as T;
}

async function processesOn(scheduler: number): Promise<number> {
  // A thread that is busy for long is left out; it will answer when asked again.
  for (;;) {
    const report = (await node.inspect()).find((one) => one.scheduler === scheduler);
    if (report !== undefined) return report.processes.length;
  }
}

for (const [name, spread] of [
  ["one scheduler", 0],
  ["two schedulers in turn", 2],
] as const) {
  test(`a chain of 100,000 linked processes on ${name} dies from its head without a deep stack`, async () => {
    const head = node.self.spawn(chainLink, [MANY, spread, node.self.pid], { scheduler: 1 });
    const { last } = await next<{ last: Pid }>((m) => (m as { last?: Pid }).last !== undefined);
    const ref = node.self.monitor(last);
    node.self.exit(head, "cut");
    assert.is((await next<Down>((m) => (m as Down).ref === ref)).reason, "cut");
    assert.is((await processesOn(1)) + (await processesOn(2)), 0);
  });
}

test("100,000 processes live at once; those linked to one that ends go with it", async () => {
  const boss = node.self.spawn(crowd, [MANY, true, node.self.pid], { scheduler: 1 });
  await next((m) => m === "all alive");
  assert.is(await processesOn(1), MANY + 1);
  const ref = node.self.monitor(boss);
  node.self.exit(boss, "over");
  assert.is((await next<Down>((m) => (m as Down).ref === ref)).reason, "over");
  assert.is(await processesOn(1), 0);
});

mustReachItsEnd(test);
test.run();
