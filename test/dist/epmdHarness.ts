/**
 * What the epmd tests share: a raw peer that speaks in bytes, children that hold or serve, and clean-up.
 * A child leaves by itself when its standard input ends, so not even a killed test run orphans one.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as assert from "uvu/assert";
import { type EpmdAddress, EpmdError, type EpmdErrorCode } from "../../runtime/dist/epmd/client.js";
import type { NodeEntry } from "../../runtime/dist/epmd/protocol.js";

export const at = (port: number): EpmdAddress => ({ host: "127.0.0.1", port });
export const entry = (name: string) => ({ name, port: 1234, hidden: false });

/** What an Erlang node of OTP 25 registers. */
export const erlangNode: NodeEntry = {
  name: "erl",
  port: 1234,
  nodeType: 77,
  protocol: 0,
  highestVersion: 6,
  lowestVersion: 5,
  extra: Buffer.alloc(0),
};

/** Asserts that the promise rejects with an EpmdError of this code. */
export async function rejectsWith(code: EpmdErrorCode, promise: Promise<unknown>): Promise<void> {
  const error = await promise.then(
    () => assert.unreachable(`resolved instead of ${code}`),
    (e: unknown) => e,
  );
  assert.instance(error, EpmdError);
  assert.is((error as EpmdError).code, code, String(error));
}

/** The promise, or a failure that says what has not happened within 10 s: a hanging test tells nothing. */
export async function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const abort = new AbortController();
  const tooLate = delay(10_000, undefined, { signal: abort.signal }).then(() => {
    throw new Error(`not within 10 s: ${what}`);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    abort.abort();
    tooLate.catch(() => {});
  }
}

/** A connection to epmd as bytes. */
export class RawPeer {
  readonly socket: Socket;
  readonly #closed: Promise<Buffer>;
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
    });
    socket.on("error", () => {});
    this.#closed = new Promise((resolve) => socket.once("close", () => resolve(this.#received)));
  }

  /** Resolves with everything received when the connection has ended, be it by a reset. */
  get closed(): Promise<Buffer> {
    return within("epmd closes the connection", this.#closed);
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: "127.0.0.1", port });
    await once(socket, "connect");
    return new RawPeer(socket);
  }

  /** Sends and waits for the first bytes of the answer. */
  async ask(bytes: Uint8Array): Promise<Buffer> {
    const answered = once(this.socket, "data");
    this.socket.write(bytes);
    await within("epmd answers", answered);
    return this.#received;
  }

  /** Sends and waits for the end of the connection. */
  async askAll(bytes: Uint8Array): Promise<Buffer> {
    this.socket.write(bytes);
    return this.closed;
  }
}

const children = new Set<ChildProcess>();

/** A child that `stopChildren` kills. */
export function start(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], ...options });
  children.add(child);
  child.once("close", () => children.delete(child));
  return child;
}

/** Runs epmdChild beside this file: see there for its commands. */
export function startChild(...args: (string | number)[]): ChildProcess {
  const script = fileURLToPath(new URL("./epmdChild.js", import.meta.url));
  return start(process.execPath, [...process.execArgv, script, ...args.map(String)]);
}

/** The first output of a child, as text. Rejects if it ends without any. */
export async function firstOutput(child: ChildProcess): Promise<string> {
  const silent = once(child, "close").then(([code, signal]) => {
    throw new Error(`child ended without a word: ${code ?? signal}`);
  });
  silent.catch(() => {}); // It ends one day, having spoken.
  const output = once(child.stdout!, "data");
  const [chunk] = await within("the child speaks", Promise.race([output, silent]));
  return String(chunk);
}

/** Kills a child as a crash would and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "close");
  child.kill("SIGKILL");
  await gone;
}

export async function stopChildren(): Promise<void> {
  await Promise.all([...children].map(kill));
}

/** Waits for a condition of another process, of which no event tells; fails after 10 s. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within 10 s: ${what}`);
    await delay(10);
  }
}
