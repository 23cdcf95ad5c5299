/** Nodes as OS processes of their own, started with the `ringbeam` command as from a shell. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

/** ms that a node may take to stop by itself. */
const STOP_LIMIT = 5000;

export class NodeProcess {
  /** What it printed: its name and port, reports of crashes, warnings. */
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;

  /** @param args what stands behind `ringbeam node` */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    // Its standard input is a pipe that we hold open: the application ends when it closes (app.ts).
    this.#process = spawn(process.execPath, [ringbeam(), "node", ...args], { env, stdio: "pipe" });
    this.#ended = once(this.#process, "close");
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => this.lines.push(line));
    }
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** Resolves when the node and its application are up. Rejects if it ends before, with what it printed. */
  async up(): Promise<void> {
    const isUp = () => this.lines.some((line) => line.includes(" is up: "));
    let ended = false;
    void this.#ended.then(() => {
      ended = true;
    });
    while (!isUp() && !ended) await Promise.race([once(this.#process.stdout!, "data"), this.#ended]);
    if (!isUp()) throw new Error(`a node did not start:\n${this.lines.join("\n")}`);
  }

  /** As `kill -9`: nothing of the node has a chance to say goodbye. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  /** Lets it end by itself; kills it if it does not. */
  async stop(): Promise<void> {
    const late = setTimeout(() => this.kill(), STOP_LIMIT);
    this.#process.stdin!.end();
    await this.#ended;
    clearTimeout(late);
  }
}

/** The file behind the command `ringbeam`. */
function ringbeam(): string {
  const manifest = createRequire(import.meta.url).resolve("ringbeam/package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { ringbeam: string } };
  return join(dirname(manifest), bin.ringbeam);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
