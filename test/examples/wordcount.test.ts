/** The demo: that its result is right whatever happens, that it could be wrong, and that nothing of it stays. */
import { fileURLToPath } from "node:url";
import { cast, start, startNode } from "ringbeam";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Client, coordinator } from "../../examples/wordcount/coordinator.js";
import { countWords, summarize } from "../../examples/wordcount/words.js";
import type { Worker } from "../../examples/wordcount/worker.js";
import { native } from "../../native/index.js";
import { cleanUp, eventually, processesWith, tempFile, tempFolder } from "../node/harness.js";
import { endPrograms, epmdOf, Program } from "./program.js";

const test = suite("examples/wordcount");

const DEMO = fileURLToPath(new URL("../../examples/wordcount/demo.js", import.meta.url));

/** A folder of texts of 2002 words each. */
function texts(files: number): string {
  const folder = tempFolder();
  for (let i = 0; i < files; i++) tempFile(`${i}.txt`, `one two ${"three ".repeat(2000)}`, folder);
  return folder;
}

/** Where the epmds of the demos are: all that belongs to a demo has this on its command line. */
const epmds: string[] = [];

/** The demo, as far as that its first node is up. */
async function startDemo(folder: string): Promise<Program> {
  const demo = new Program([DEMO, folder]);
  const [, pid] = await demo.says(/alpha@127\.0\.0\.1 is up: OS process (\d+)/);
  epmds.push(epmdOf(Number(pid)));
  return demo;
}

test("crashesAndADeadNodeDoNotChangeTheCounts", async () => {
  const demo = await startDemo(texts(400));
  assert.is(await demo.ended, 0, demo.text);
  assert.match(demo.text, /cluster +800800 words, 3 distinct.*plain +800800 words, 3 distinct.*\nequal\n$/s);
  assert.match(demo.text, /kill -9 \d+: that is beta/);
  assert.ok([...demo.text.matchAll(/made this worker crash/g)].length >= 5, demo.text);
  const loop = native.kind === "addon" ? /enters an endless loop.*ended \(killed\)/s : /no worker will enter/;
  assert.match(demo.text, loop, demo.text);
});

test("killedDriverTakesItsNodesWithIt", async () => {
  const demo = await startDemo(texts(400));
  await demo.says(/beta@127\.0\.0\.1 is up/);
  await demo.signal("SIGKILL");
});

test("interruptEndsAllAndTellsSo", async () => {
  const demo = await startDemo(texts(400));
  assert.is(await demo.signal("SIGINT"), 130);
});

test("whatIsNotThereIsAnError", async () => {
  const demo = new Program([DEMO, "/no/such/folder"]);
  assert.is(await demo.ended, 1);
  assert.match(demo.text, /^demo: ENOENT/);
});

test("summariesDifferByASingleWord", () => {
  const [once, other] = [summarize(countWords("a b b")), summarize(countWords("a b c"))];
  assert.is(once.total, other.total);
  assert.is.not(once.checksum, other.checksum);
  assert.equal(once.top[0], ["b", 2]);
});

test("resultThatComesTwiceIsCountedOnce", async () => {
  const node = await startNode({ schedulers: 0 });
  const { self } = node;
  const server = await start(self, coordinator, []);
  cast(self, server, ["countFiles", ["x", "y"], self.pid as Client]);
  await self.call(server, ["join", self.pid]);
  const bring = (id: number) =>
    cast(self, server, ["result", self.pid as Worker, id, new Map([["word", 1]])]);
  bring(0);
  bring(0);
  bring(1);
  const finished = (m: unknown): m is { summary: { total: number } } =>
    (m as { tag?: string }).tag === "finished";
  const { summary } = await self.receive(finished);
  assert.is(summary.total, 2);
  await node.stop();
});

test("leavesNothingBehind", async () => {
  assert.is(epmds.length, 3);
  for (const epmd of epmds)
    await eventually("nodes and epmd are gone", () => processesWith(epmd).length === 0);
  await endPrograms();
  await cleanUp();
});

test.run();
