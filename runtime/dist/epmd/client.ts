/**
 * A node's side of EPMD: register this node, find another, list all (for the protocol see protocol.ts).
 *
 * Works with OTP's epmd as with ringbeam's. Each function opens one connection and has closed it by the
 * time it settles, whatever the outcome; only a Registration keeps its own, which is what holds the name.
 */
import { connect, type Socket } from "node:net";
import {
  encodeRequest,
  isNodeName,
  type NodeEntry,
  nodeType,
  parseAliveReply,
  parseNamesReply,
  parsePortReply,
  type Request,
  ringbeamExtra,
  unixExtra,
  version,
} from "./protocol.js";

export interface EpmdAddress {
  readonly host: string;
  readonly port: number;
}

export interface EpmdRequestOptions {
  /** ms from the call to the last byte of the answer; 5,000 unless told otherwise. */
  readonly timeoutMs?: number;
}

/**
 * - `nameTaken`: epmd refuses to register the name; another node has it.
 * - `unreachable`: nothing listens there, or it closed or kept silent instead of answering.
 * - `protocol`: what listens there is not an epmd, or the request is none (such as a name with `@`).
 */
export type EpmdErrorCode = "nameTaken" | "unreachable" | "protocol";

export class EpmdError extends Error {
  override readonly name = "EpmdError";
  readonly code: EpmdErrorCode;

  constructor(code: EpmdErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** This node's name at epmd. It is held until close(), the end of this process or the end of epmd. */
export interface Registration {
  /** Tells this incarnation of the name from earlier ones: 4 to 2^32 - 1, or 1 to 3 from an epmd before OTP 23. */
  readonly creation: number;
  /** Frees the name. Any number of times. */
  close(): void;
  /** Calls back once, when epmd has gone without close(); at once where it already has. */
  onLost(callback: () => void): void;
}

/** What epmd knows of a node. */
export interface NodeInfo extends NodeEntry {
  readonly hidden: boolean;
}

/** Registers this node. Rejects with EpmdError. */
export async function register(
  epmd: EpmdAddress,
  entry: { readonly name: string; readonly port: number; readonly hidden: boolean; readonly path?: string },
  options?: EpmdRequestOptions,
): Promise<Registration> {
  if (!isNodeName(entry.name) || entry.name.includes("@")) {
    throw new EpmdError(
      "protocol",
      `${JSON.stringify(entry.name)} is not the part of a node name before "@"`,
    );
  }
  const node: NodeEntry = {
    name: entry.name,
    port: entry.port,
    nodeType: entry.hidden ? nodeType.hidden : nodeType.normal,
    protocol: 0,
    highestVersion: version.highest,
    lowestVersion: version.lowest,
    extra: entry.path === undefined ? ringbeamExtra : unixExtra(entry.path),
  };
  const { reply, socket } = await ask(epmd, { op: "alive", node }, parseAliveReply, options);
  if (reply.result === 0) return hold(socket, reply.creation);
  await end(socket);
  throw new EpmdError("nameTaken", `epmd at ${show(epmd)} has a node named ${entry.name} already`);
}

/** The node of this name (the part before `@`); null: epmd knows none. Rejects with EpmdError. */
export async function portPlease(
  epmd: EpmdAddress,
  name: string,
  options?: EpmdRequestOptions,
): Promise<NodeInfo | null> {
  const { reply, socket } = await ask(epmd, { op: "portPlease", name }, parsePortReply, options);
  await end(socket);
  return reply.node ? { ...reply.node, hidden: reply.node.nodeType === nodeType.hidden } : null;
}

/** All nodes registered there. Rejects with EpmdError. */
export async function names(
  epmd: EpmdAddress,
  options?: EpmdRequestOptions,
): Promise<{ name: string; port: number }[]> {
  const untilEnd = (bytes: Buffer, ended: boolean) => (ended ? parseNamesReply(bytes) : null);
  const { reply, socket } = await ask(epmd, { op: "names" }, untilEnd, options);
  await end(socket);
  return [...reply.nodes];
}

/** The longest reply read, in bytes: NAMES_RESP of 3,900 nodes with the longest names, or 100,000 with usual ones. */
const maxReplyBytes = 4 * 1024 * 1024;

/**
 * Sends the request and hands every state of the reply to `parse` until that returns something.
 * Resolves with the open socket, paused, so that its next user misses nothing; rejects when it has closed.
 */
function ask<T>(
  epmd: EpmdAddress,
  request: Request,
  parse: (bytes: Buffer, ended: boolean) => T | null,
  { timeoutMs = 5_000 }: EpmdRequestOptions = {},
): Promise<{ reply: T; socket: Socket }> {
  return new Promise((resolve, reject) => {
    const bytes = encode(request);
    const socket = connect({ host: epmd.host, port: epmd.port });
    const timer = setTimeout(() => fail("unreachable", `no answer within ${timeoutMs} ms`), timeoutMs);
    let received = Buffer.alloc(0);
    let settled = false;

    const settle = () => {
      settled = true;
      clearTimeout(timer);
      socket.pause();
    };
    const fail = (code: EpmdErrorCode, what: string, cause?: unknown) => {
      if (settled) return;
      settle();
      const error = new EpmdError(code, `epmd at ${show(epmd)}: ${what}`, { cause });
      void end(socket).then(() => reject(error));
    };
    const tryParse = (ended: boolean) => {
      if (settled) return;
      try {
        const reply = parse(received, ended);
        if (reply !== null) {
          settle();
          resolve({ reply, socket });
        } else if (ended) fail("protocol", "the answer is cut short");
      } catch (error) {
        fail("protocol", `not an answer of epmd: ${messageOf(error)}`, error);
      }
    };
    socket.on("data", (chunk: Buffer) => {
      if (settled) return;
      received = Buffer.concat([received, chunk]);
      if (received.length > maxReplyBytes) fail("protocol", `more than ${maxReplyBytes} bytes`);
      else tryParse(false);
    });
    socket.on("end", () => {
      if (received.length === 0) fail("unreachable", "closed without an answer");
      else tryParse(true);
    });
    socket.on("error", (error) => fail("unreachable", messageOf(error), error));
    socket.write(bytes);
  });
}

function encode(request: Request): Buffer {
  try {
    return encodeRequest(request);
  } catch (error) {
    throw new EpmdError("protocol", messageOf(error), { cause: error });
  }
}

/** Takes over the socket of a registration that was accepted. */
function hold(socket: Socket, creation: number): Registration {
  let state: "held" | "lost" | "closed" = socket.destroyed ? "lost" : "held";
  const callbacks: (() => void)[] = [];
  socket.on("data", () => socket.destroy()); // Epmd has nothing more to say; something else is talking.
  socket.on("close", () => {
    if (state !== "held") return;
    state = "lost";
    for (const callback of callbacks.splice(0)) callback();
  });
  socket.resume();
  return {
    creation,
    close() {
      if (state === "held") state = "closed";
      socket.destroy();
    },
    onLost(callback) {
      if (state === "held") callbacks.push(callback);
      else if (state === "lost") queueMicrotask(callback);
    },
  };
}

/** Resolves when the socket has closed. */
function end(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.destroy();
  });
}

const show = ({ host, port }: EpmdAddress): string => `${host}:${port}`;

/** An AggregateError (each address of a host was tried) has an empty message and a code. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || ("code" in error ? String(error.code) : error.name);
}
