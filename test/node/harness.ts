/**
 * What the tests of nodes share: the `ringbeam` command as a child process, nodes in this process, an epmd, temp
 * folders. Everything made here is noted, and `cleanUp` ends it and asserts that nothing is left.
 *
 *     test("leavesNothingBehind", cleanUp);     last in each suite, which runs whatever failed before it
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { type Node, type NodeOptions, startNode } from "../../runtime/node/boot.js";

export const COMMAND = fileURLToPath(new URL("../../runtime/node/main.js", import.meta.url));
export const COOKIE = "a cookie of the tests";
/** Says what becomes of it, see there. */
export const TREE_APP = fileURLToPath(new URL("./treeApp.js", import.meta.url));
/** The processes that tests talk to on the other node. */
export const PEER_APP = fileURLToPath(new URL("./peerApp.js", import.meta.url));

/** ms that anything may take: a test that hangs tells nothing. Children need longer when the machine is busy. */
const PATIENCE_MS = 20_000;

const children = new Set<ChildProcess>();
const nodes = new Set<Node>();
const epmds = new Set<EpmdServer>();
const listeners = new Set<Server>();
const folders = new Set<string>();

/** The promise, or a failure that says what has not happened in time. */
export async function within<T>(what: string, promise: Promise<T>, ms = PATIENCE_MS): Promise<T> {
  const abort = new AbortController();
  const tooLate = delay(ms, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`not within ${ms} ms: ${what}`);
  });
  tooLate.catch(() => {});
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    abort.abort();
  }
}

/** Waits for a condition of another process, of which no event tells. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await delay(5);
  }
}

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "ringbeam-test-"));
  folders.add(folder);
  return folder;
}

/** Writes a file into a new temp folder, or into `folder`; returns its path. */
export function tempFile(name: string, text: string, folder = tempFolder()): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A port of 127.0.0.1 that nobody has now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** Takes a free port, and keeps it to the end of the suite; says what is no protocol of ours and hangs up. */
export async function heldPort(): Promise<number> {
  const server = createServer(
    (socket) =>
      void socket
        .on("error", () => {})
        .resume()
        .end("HTTP/1.1 400\r\n"),
  ).listen(0, "127.0.0.1");
  listeners.add(server);
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

/** An epmd in this process. */
export async function startEpmd(): Promise<EpmdServer> {
  const epmd = await EpmdServer.start({ port: 0 });
  epmds.add(epmd);
  return epmd;
}

/** A node in this process, without worker threads unless told otherwise. */
export async function startHere(name: string, epmd: EpmdServer, options: NodeOptions = {}): Promise<Node> {
  const where = { host: "127.0.0.1", port: epmd.port };
  const node = await within(
    `${name} starts`,
    startNode({ name: `${name}@127.0.0.1`, epmd: where, cookie: COOKIE, schedulers: 0, ...options }),
  );
  nodes.add(node);
  return node;
}

export async function stopHere(node: Node): Promise<void> {
  nodes.delete(node);
  await within(`${node.name} stops`, node.stop());
}

export interface Settings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Folder of `.ringbeam.cookie`; a new one by default. */
  readonly home?: string;
  /** Another program in the place of the command. */
  readonly program?: string;
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a node logged, without what it says at its start where the addon is missing. */
export function logged({ stderr }: { readonly stderr: string }): string {
  return stderr.replace(/^=WARNING REPORT.*\nno native addon.*\n/, "");
}

/** `ringbeam` as a child process. */
export class Ringbeam {
  readonly child: ChildProcess;
  readonly home: string;
  stdout = "";
  stderr = "";
  readonly #ended: Promise<Outcome>;
  #notify: () => void = () => {};

  constructor(args: readonly string[], settings: Settings = {}) {
    const { cwd, env = {}, home = tempFolder(), program = COMMAND } = settings;
    this.home = home;
    const inherited = Object.entries(process.env).filter(
      ([key]) => !key.startsWith("RINGBEAM_") || key === "RINGBEAM_NATIVE",
    );
    this.child = spawn(process.execPath, [program, ...args], {
      cwd: cwd ?? home,
      env: { ...Object.fromEntries(inherited), HOME: home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.add(this.child);
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
      this.#notify();
    });
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#notify();
    });
    this.#ended = once(this.child, "close").then(([code, signal]) => {
      children.delete(this.child);
      this.#notify();
      return { code, signal, stdout: this.stdout, stderr: this.stderr } as Outcome;
    });
  }

  /** What it was when it ended. */
  get ended(): Promise<Outcome> {
    return within(`the command ends (so far: ${this.stdout}${this.stderr})`, this.#ended);
  }

  /** Waits for a line on either output; rejects if it ends without it. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    const found = () => pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
    const saying = new Promise<RegExpExecArray>((resolve, reject) => {
      this.#notify = () => {
        const match = found();
        if (match !== null) resolve(match);
        else if (!children.has(this.child)) {
          reject(new Error(`ended without saying ${pattern}: ${this.stdout}${this.stderr}`));
        }
      };
      this.#notify();
    });
    const patience = new Promise<never>((_, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`has not said ${pattern}: ${this.stdout}${this.stderr}`)),
        PATIENCE_MS,
      );
      saying.then(
        () => clearTimeout(timer),
        () => clearTimeout(timer),
      );
    });
    return Promise.race([saying, patience]);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it as a crash of the machine would. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  /** Ends it as a user would. */
  async stop(): Promise<Outcome> {
    this.child.kill("SIGTERM");
    return this.ended;
  }
}

/** Runs a command to its end. */
export function ringbeam(args: readonly string[], settings?: Settings): Promise<Outcome> {
  return new Ringbeam(args, settings).ended;
}

/** `ringbeam node` that is up. */
export async function startApart(args: readonly string[], settings?: Settings): Promise<Ringbeam> {
  const node = new Ringbeam(["node", ...args], settings);
  await node.says(/ is up: .*\n/);
  return node;
}

/** A named node as a child process, with the tests' cookie and, unless told otherwise, the peer application. */
export function startPeer(
  name: string,
  epmd: EpmdServer,
  more: readonly string[] = [],
  file: readonly string[] = [PEER_APP],
): Promise<Ringbeam> {
  return startApart([
    ...["--name", `${name}@127.0.0.1`, "--cookie", COOKIE, "--epmd", `127.0.0.1:${epmd.port}`],
    ...more,
    ...file,
  ]);
}

/** Sockets that an OS process has beside its standard streams (which are socket pairs when they are pipes of ours). */
export function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder)
    .filter((fd) => Number(fd) > 2)
    .flatMap((fd) => {
      try {
        return [readlinkSync(join(folder, fd))];
      } catch {
        return [];
      }
    })
    .filter((target) => target.startsWith("socket:"));
}

/** OS processes whose command line has this text in it. */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => {
      try {
        return readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(text);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Sockets of this process, by inode: what is open before a suite and after it must be the same. */
const socketsAtStart = new Set(socketsOf(process.pid));

/** Ends whatever a suite has left, then asserts that no child, node, folder or socket of it is there any more. */
export async function cleanUp(): Promise<void> {
  const left = [...children];
  for (const child of left) child.kill("SIGKILL");
  await eventually("children are gone", () => children.size === 0);
  for (const node of [...nodes]) await stopHere(node);
  await Promise.all([...epmds].map((epmd) => epmd.close()));
  epmds.clear();
  for (const listener of listeners) listener.close();
  listeners.clear();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
  const mine = () => socketsOf(process.pid).filter((socket) => !socketsAtStart.has(socket));
  await eventually("no socket is left", () => mine().length === 0).catch((error: Error) => {
    const tcp = readFileSync("/proc/self/net/tcp", "utf8").split("\n");
    const known = tcp.filter((line) => mine().some((socket) => line.includes(` ${/\d+/.exec(socket)![0]} `)));
    throw new Error(`${error.message}; ${mine().length} are:\n${known.join("\n")}`);
  });
  assert.equal(
    left.map((child) => child.spawnargs.join(" ")),
    [],
    "children that no test had ended",
  );
}
