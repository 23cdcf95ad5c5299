/** Much between two nodes: a million small messages, one large one, garbage beside it. Complete, and in order per pair. */
import { createHash, randomFillSync } from "node:crypto";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cleanUp, within } from "./harness.js";
import { next, type Pair, puppetHere, puppetThere, startPair, tell, WHERE } from "./pairs.js";
import { counter, type Puppet } from "./peerApp.js";

const test = suite("traffic between nodes");

const DONE_IN_MS = 60_000;

interface Flow {
  /** Messages of each sender to each counter. */
  readonly per: number;
  readonly workers: number;
  readonly slow?: boolean;
}

/** On every worker of both nodes a puppet counts to a counter on every worker of the other. */
async function flow(pair: Pair, { per, workers, slow = false }: Flow): Promise<void> {
  const schedulers = [...Array(workers).keys()].map((i) => i + 1);
  const here = schedulers.map((scheduler) => puppetHere(pair, { scheduler }));
  const there = await Promise.all([]);
  for (const scheduler of schedulers) (there as Puppet[]).push(await puppetThere(pair, { scheduler }));
  for (const scheduler of schedulers) {
    const request = ["count", { scheduler }, per, workers, slow];
    const far = (await pair.self.call({ name: "peer", node: pair.b }, request)) as Puppet;
    const near = pair.self.spawn(counter, [pair.self.pid, per, workers, slow], {
      scheduler,
    }) as unknown as Puppet;
    for (const puppet of here) tell(pair, puppet, { do: "count", n: per, to: far });
    for (const puppet of there as Puppet[]) tell(pair, puppet, { do: "count", n: per, to: near });
  }
  for (let i = 0; i < 2 * workers; i++) {
    const report = await within(
      `counter ${i}`,
      pair.self.receive((m) => (m as { counted?: number }).counted !== undefined),
      DONE_IN_MS,
    );
    assert.equal(report, { counted: per * workers, wrong: "" });
  }
}

test("aMillionMessagesArriveInOrderPerPair", async () => {
  const pair = await startPair("as processes", { workers: 2 });
  const started = performance.now();
  await flow(pair, { per: 125_000, workers: 2 });
  const seconds = (performance.now() - started) / 1000;
  const mib = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(`  a million messages both ways: ${seconds.toFixed(1)} s; ${mib} MiB here`);
  await pair.stop();
});

for (const where of WHERE) {
  test(`aSlowReceiverGetsThemAllToo, ${where}`, async () => {
    const pair = await startPair(where);
    await flow(pair, { per: 30_000, workers: 1, slow: true });
    await pair.stop();
  });
}

test("theSmallestRingsCarryThemToo", async () => {
  const pair = await startPair("in one process", { workers: 2, ringBytes: 256 });
  await flow(pair, { per: 5_000, workers: 2 });
  await flow(pair, { per: 2_000, workers: 2, slow: true });
  await pair.stop();
});

for (const where of WHERE) {
  test(`aMessageOf64MiBArrivesWhole, ${where}`, async () => {
    const pair = await startPair(where);
    const large = randomFillSync(new Uint8Array(64 * 2 ** 20));
    const hash = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex");
    const wanted = hash(large);
    const started = performance.now();
    for (const name of ["peer", "peer1"]) {
      const echoed = pair.self.call({ name, node: pair.b }, ["echo", large], DONE_IN_MS);
      assert.is(hash((await echoed) as Uint8Array), wanted);
    }
    const mib = Math.round(process.memoryUsage().rss / 2 ** 20);
    console.log(
      `  64 MiB there and back, twice: ${Math.round(performance.now() - started)} ms; ${mib} MiB here`,
    );
    const there = await puppetThere(pair);
    tell(pair, there, { do: "answer", to: pair.self.pid, message: "after it" });
    assert.is(await next(pair), "after it");
    await pair.stop();
  });
}

test("leavesNothingBehind", cleanUp);

test.run();
