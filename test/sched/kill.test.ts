/**
 * A kill may come at any instant, in the middle of the runtime's own code too: whatever a process shares with
 * its scheduler must not be cut in two by it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import { type Down, type Node, type Pid, type Proc, startNode, TIMEOUT } from "../../runtime/index.js";
import { HAMMER_NAMES, neighbour, sink, victim } from "./killBodies.js";

interface Unloaded {
  readonly newcomer: Proc<[to: Pid<unknown>], unknown>;
}

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

/** A module that nobody has loaded, with others behind it: the longer it takes, the more kills fall into it. */
function writeModule(folder: string, name: string): string {
  const parts = Array.from({ length: 20 }, (_, i) => `${name}part${i}.mjs`);
  for (const part of parts) writeFileSync(join(folder, part), "export default 1;");
  const index = new URL("../../runtime/index.js", import.meta.url).href;
  const body = "async function newcomer(self, to) { self.send(to, 'up'); await self.receive(); }";
  const lines = [
    ...parts.map((part) => `import "./${part}";`),
    `import { proc } from "${index}";`,
    `export const newcomer = proc(import.meta.url, ${body});`,
  ];
  writeFileSync(join(folder, `${name}.mjs`), lines.join("\n"));
  return pathToFileURL(join(folder, `${name}.mjs`)).href;
}

test("a process killed while its module is being loaded leaves a module that loads", async () => {
  const { self } = node;
  const folder = mkdtempSync(join(tmpdir(), "ringbeam-kill-"));
  try {
    for (let round = 1; round <= ROUNDS; round++) {
      const { newcomer } = (await import(writeModule(folder, `m${round}`))) as Unloaded;
      const first = self.spawnMonitor(newcomer, [self.pid], { scheduler: 1 });
      const until = performance.now() + Math.random() * 5;
      while (performance.now() < until);
      self.exit(first.pid, "kill");
      assert.is(((await self.receive((m) => (m as Down).ref === first.ref)) as Down).reason, "killed");
      while ((await self.receive({ after: 0 })) !== TIMEOUT);
      const second = self.spawnMonitor(newcomer, [self.pid], { scheduler: 1 });
      assert.is(await self.receive(), "up");
      self.exit(second.pid, "kill");
      assert.is(((await self.receive()) as Down).reason, "killed");
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
