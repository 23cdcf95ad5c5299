/**
 * Our side, as an OS process: plays one row on a node of its own.
 *
 *   node side.js ROW SCHEDULERS [NAME]
 *   node side.js --partner SCHEDULERS NAME      the second node of a row between nodes
 *
 * Of a row between nodes NAME is that of the first node; the second one is started by it. The port of epmd comes
 * as RINGBEAM_BENCH_EPMD.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Down, formatReason, type Node, type Pid, proc, type Self, startNode } from "ringbeam";
import { play } from "./answer.js";
import { startPartner } from "./nodes.js";
import { find } from "./rows.js";

const COOKIE = "bench";

/** Runs a round of a row; the caller gets its figures. */
export const round = proc(
  import.meta.url,
  async function round(
    self: Self<unknown>,
    to: Pid<number | readonly number[]>,
    row: string,
    n: number,
    x: number,
    partner: string,
  ) {
    self.send(to, await find(row).run(self, n, { x, partner }));
  },
);

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

async function main(): Promise<void> {
  const [what, schedulers, name] = process.argv.slice(2) as [string, string, string | undefined];
  const node = await startNode({
    schedulers: Number(schedulers),
    modules: [import.meta.url],
    ...(name !== undefined && {
      name,
      cookie: COOKIE,
      epmd: { host: "127.0.0.1", port: Number(process.env.RINGBEAM_BENCH_EPMD) },
    }),
  });
  if (what === "--partner") return bePartner(node);
  const partner = find(what).partner ? await launchPartner(schedulers, name!) : undefined;
  await play(
    (n, x) => playRound(node, what, n, x, partner?.name ?? ""),
    async () => {
      partner?.process.stdin?.end();
      await node.stop();
    },
  );
}

/** A round in a process of its own, on the first worker thread; rejects with the reason that it ended with. */
async function playRound(
  { self }: Node,
  row: string,
  n: number,
  x: number,
  partner: string,
): Promise<number | readonly number[]> {
  const { ref } = self.spawnMonitor(
    round,
    [self.pid as Pid<number | readonly number[]>, row, n, x, partner],
    { scheduler: 1 },
  );
  const first = (await self.receive()) as number | readonly number[] | Down;
  if (typeof first === "object" && "tag" in first) throw new Error(formatReason(first.reason));
  await self.receive((m) => (m as Partial<Down>).ref === ref);
  return first;
}

interface Partner {
  readonly name: string;
  readonly process: ChildProcess;
}

async function launchPartner(schedulers: string, ofName: string): Promise<Partner> {
  const name = `partner-${ofName}`;
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), "--partner", schedulers, name], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    once(child, "exit").then(() => ["it ended"]),
  ]);
  if (line !== "ready") throw new Error(`the second node did not start: ${line}`);
  return { name, process: child };
}

/** Ends with its standard input, as the first node does. */
async function bePartner(node: Node): Promise<void> {
  startPartner(node);
  console.log("ready");
  await once(process.stdin.resume(), "close");
  await node.stop();
  process.exit();
}
