/**
 * The demo: two nodes count words, are harmed as they do, and must come to the same result as a plain loop.
 *
 *     node dist/examples/wordcount/demo.js [FILE or FOLDER ...]
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cast, type Down, type Node, type Self, serverRef, startNode } from "ringbeam";
import { WORKERS } from "./app.js";
import { chaos } from "./chaos.js";
import { coordinator, type Finished, type Lost, type Progress } from "./coordinator.js";
import { installedTexts, textsOf } from "./files.js";
import { freePort, NodeProcess } from "./nodes.js";
import { Screen } from "./screen.js";
import { addCounts, type Counts, countWords, type Summary, summarize } from "./words.js";

const ALPHA = "alpha@127.0.0.1";
const BETA = "beta@127.0.0.1";
/** How often the installed texts are counted, so that it takes a few seconds. */
const PASSES = 20;

const { positionals } = parseArgs({ allowPositionals: true });
const screen = new Screen();
const nodes: NodeProcess[] = [];
let driver: Node | undefined;

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => void leave().then(() => process.exit(code)));
}
try {
  process.exitCode = await main();
} catch (error) {
  screen.line(`demo: ${error instanceof Error ? error.message : error}`);
  for (const { lines } of nodes) for (const line of lines.slice(-10)) screen.line(`  ${line}`);
  process.exitCode = 1;
} finally {
  await leave();
}

async function main(): Promise<number> {
  const files = positionals.length > 0 ? textsOf(positionals) : manyTexts();
  if (files.length === 0) throw new Error("there is nothing to count");
  screen.line(`${files.length} files to count`);
  const cluster = await startCluster();
  const counted = await timed(() => countWithCluster(cluster, files));
  const plain = await timed(() => countPlainly(files));
  print("cluster", counted);
  print("plain", plain);
  const equal = JSON.stringify(counted.result) === JSON.stringify(plain.result);
  screen.line(equal ? "equal" : "DIFFERENT");
  return equal ? 0 : 1;
}

function manyTexts(): string[] {
  const installed = installedTexts();
  return Array.from({ length: PASSES }, () => installed).flat();
}

/** Ends whatever was started. */
async function leave(): Promise<void> {
  await Promise.all([driver?.stop(), ...nodes.map((node) => node.stop())]);
}

// -- with two nodes ----------------------------------------------------------------------------------------------

interface Cluster {
  readonly alpha: NodeProcess;
  readonly beta: NodeProcess;
  /** This program, as a node of its own. */
  readonly here: Node;
}

/** Two nodes with an epmd and a cookie of their own, and this program as a third. */
async function startCluster(): Promise<Cluster> {
  const cookie = randomUUID();
  const epmd = `127.0.0.1:${await freePort()}`;
  const app = fileURLToPath(import.meta.resolve("./app.js"));
  const start = async (name: string, ...args: string[]) => {
    const options = ["--name", name, "--schedulers", `${WORKERS}`, "--epmd", epmd];
    // The cookie is a secret: in the environment, not on a command line that everybody can list.
    const node = new NodeProcess([...options, app, ...args], { ...process.env, RINGBEAM_COOKIE: cookie });
    nodes.push(node);
    await node.up();
    screen.line(`${name} is up: OS process ${node.pid}, ${WORKERS} workers`);
    return node;
  };
  const alpha = await start(ALPHA);
  const beta = await start(BETA, ALPHA);
  driver = await startNode({ name: "demo@127.0.0.1", schedulers: 0, unlisted: true, cookie, epmd });
  return { alpha, beta, here: driver };
}

async function countWithCluster(cluster: Cluster, files: readonly string[]): Promise<Summary> {
  const self = cluster.here.self as Self<Progress | Lost | Finished | Down>;
  const harm = harmTo(cluster);
  const server = { name: "coordinator", node: ALPHA };
  self.monitor(server);
  cast(self, serverRef(coordinator, server), ["countFiles", files, self.pid]);
  for (;;) {
    const message = await self.receive();
    switch (message.tag) {
      case "progress":
        screen.progress(message.done, message.total, "files");
        harm(message);
        break;
      case "lost":
        showLost(message);
        break;
      case "finished":
        screen.line(`${message.again} jobs were lost on the way and done again`);
        return message.summary;
      case "DOWN":
        throw new Error(`the coordinator is gone: ${message.reason}`);
    }
  }
}

function harmTo({ alpha, beta, here }: Cluster): (progress: Progress) => void {
  const canKillLoop = !alpha.lines.some((line) => line.includes("no native addon"));
  if (!canKillLoop) screen.line("without the native addon: no worker will enter an endless loop");
  const killNode = () => {
    screen.line(`kill -9 ${beta.pid}: that is ${BETA}`);
    beta.kill();
  };
  return chaos(here.self, { killNode, canKillLoop, home: ALPHA, say: (text) => screen.line(text) });
}

function showLost({ worker, job, reason }: Lost): void {
  const work = job === undefined ? "it had no job" : `job ${job} goes to another`;
  screen.line(`${worker} ended (${reason}): ${work}`);
}

// -- and without -------------------------------------------------------------------------------------------------

async function countPlainly(files: readonly string[]): Promise<Summary> {
  const counts: Counts = new Map();
  for (const file of files) addCounts(counts, countWords(await readFile(file, "utf8")));
  return summarize(counts);
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now();
  return { result: await work(), seconds: (performance.now() - start) / 1000 };
}

function print(name: string, { result, seconds }: { result: Summary; seconds: number }): void {
  const top = result.top.map(([word, count]) => `${word} ${count}`).join(", ");
  screen.line(
    `${name.padEnd(8)} ${result.total} words, ${result.distinct} distinct, checksum ${result.checksum}`,
  );
  screen.line(`         most frequent: ${top}  (${seconds.toFixed(1)} s)`);
}
