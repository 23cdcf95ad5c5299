/**
 * The net kernel of a node, on scheduler 0: which nodes it is connected with, connecting on first use, and what
 * follows when a connection goes (`net_kernel`).
 *
 *     (nothing) --send--> dialling --handshake--> up --closed--> (nothing), nodeDown
 *                          | refused: nodeDown, what waited is dropped
 *                          | "alive": the other node is dialling us; we wait for it to come in
 *     (nothing) --a peer proves itself--> up
 *
 * Two nodes that dial each other settle on one connection: the one that the greater name dialled.
 */

import { allowList } from "./allowList.js";
import { ConnectError, explain } from "./connectError.js";
import {
  type AcceptOptions,
  type Connection,
  type ConnectionOptions,
  dial,
  HandshakeError,
  type LocalNode,
  listen,
  type PeerInfo,
  type Verdict,
} from "./connection.js";
import { type EpmdAddress, portPlease } from "./epmd/client.js";
import { isRingbeam, type NodeEntry, unixPathOf } from "./epmd/protocol.js";
import { DEFAULT_FLAGS } from "./ops.js";
import { DEFAULTS } from "./options.js";
import { type Endpoint, type Listener, systemClock, type Transport } from "./transport.js";
import { unix } from "./unix.js";

export interface NetKernelOptions extends ConnectionOptions {
  readonly name: string;
  readonly hidden: boolean;
  readonly cookie: string;
  readonly epmd: EpmdAddress;
  readonly transport: Transport;
  /** Flags of the signals that the layer above understands, see ops.ts; none by default. */
  readonly features?: number;
  /** The peer does not have all features that the signal needs, which is not sent. */
  readonly onUnsupported?: (payload: Uint8Array, peer: PeerInfo) => void;
  /** Patterns of the nodes to connect with, either way; see `allowList`. By default all. */
  readonly allow?: readonly string[];
  /** See ListenOptions. */
  readonly handshakeMs?: number;
  readonly maxPending?: number;
  readonly attemptsPerSecond?: number;
  readonly onSignal: (payload: Buffer, peer: PeerInfo) => void;
  /** Before any signal of the peer. */
  readonly onNodeUp: (peer: PeerInfo) => void;
  /**
   * No signal to the node that was not delivered by now will be. Without a creation there was no connection. Reasons
   * are OTP's: `connectionClosed`, `disconnect`, `netTickTimeout`; or what went wrong, as text.
   */
  readonly onNodeDown: (node: string, reason: string, creation: number | undefined) => void;
  /** After a `send` without room: there is room again. */
  readonly onDrain: (node: string) => void;
  readonly warn: (text: string) => void;
  /** Asks the epmd of a host for a node; null: it knows none of that name. By default over TCP. */
  readonly lookUp?: (epmd: EpmdAddress, name: string) => Promise<Pick<NodeEntry, "port" | "extra"> | null>;
  /** Random bytes, by default the system's. */
  readonly random?: (bytes: number) => Uint8Array;
}

/** ms that a node which told us "alive" has to come in. */
const ALIVE_WAIT_MS = 7000;

interface Peer {
  connection: Connection | undefined;
  /** What waits for the connection, in order. */
  queue: Waiting[];
  queuedBytes: number;
  /** The attempt under way; resolves when it is up, rejects with why not. */
  attempt: Attempt | undefined;
  /** Ends the wait for a node that told us "alive". */
  stopWaiting: () => void;
}

interface Waiting {
  readonly payload: Uint8Array;
  readonly needs: number;
}

interface Attempt {
  readonly done: Promise<void>;
  readonly succeed: () => void;
  readonly fail: (error: Error) => void;
}

export class NetKernel {
  readonly #options: NetKernelOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #connectionOptions: ConnectionOptions;
  readonly #allows: (node: string) => boolean;
  #local: LocalNode;
  #listener: Listener | undefined;
  #open = false;
  #hears = false;

  constructor(options: NetKernelOptions) {
    this.#options = options;
    this.#connectionOptions = pickConnectionOptions(options);
    this.#allows = options.allow === undefined ? () => true : allowList(options.allow);
    this.#local = { name: options.name, creation: 0, hidden: options.hidden };
  }

  /** Listens; nobody is let in before `open`. Rejects with the system's error (`EADDRINUSE`). */
  async listen(endpoint: Endpoint, transport = this.#options.transport): Promise<Endpoint> {
    const accept: AcceptOptions = {
      ...this.#edge(),
      // The creation is known only when the node is registered, which needs the port we listen on.
      local: Object.defineProperty({ ...this.#local }, "creation", { get: () => this.#local.creation }),
      accept: (peer) => this.#verdict(peer),
    };
    const { maxPending, attemptsPerSecond } = this.#options;
    this.#listener = await listen(transport, endpoint, {
      ...accept,
      ...(maxPending !== undefined && { maxPending }),
      ...(attemptsPerSecond !== undefined && { attemptsPerSecond }),
      onConnection: (connection) => this.#up(connection),
      onRefused: (error) => this.#refused(error),
    });
    return this.#listener.endpoint;
  }

  /** From now on peers are let in and nodes can be dialled, under this creation. */
  open(creation: number): void {
    this.#local = { ...this.#local, creation };
    this.#open = true;
  }

  /** From now on what peers send is handed up; until then it waits in their connections. */
  listenToPeers(): void {
    this.#hears = true;
    for (const connection of this.connections()) this.#hear(connection);
  }

  /**
   * Sends a signal to a node, connecting if need be. Where that fails, `onNodeDown` says so. It is taken in any case;
   * false if that is enough for now, till `onDrain` or `onNodeDown`.
   * @param needs features that the node must have for it; else `onUnsupported`
   */
  send(node: string, payload: Uint8Array, needs = 0): boolean {
    const peer = this.#peer(node);
    if (peer.connection !== undefined) {
      this.#sendUp(peer.connection, { payload, needs });
      return !peer.connection.busy;
    }
    peer.queue.push({ payload, needs });
    peer.queuedBytes += payload.length;
    this.#attempt(node, peer).catch(() => {});
    return peer.queuedBytes < this.#busyBytes;
  }

  /** Connects with a node. Rejects with ConnectError. */
  async connect(node: string): Promise<void> {
    const peer = this.#peer(node);
    if (peer.connection === undefined) await this.#attempt(node, peer);
  }

  /** Ends the connection with a node, after what was sent is out. False if there is none. */
  disconnect(node: string): boolean {
    const connection = this.#peers.get(node)?.connection;
    if (connection === undefined) return false;
    this.#down(connection, "disconnect");
    return true;
  }

  /** Connected nodes, hidden ones left out. */
  nodes(): string[] {
    const up = [...this.#peers.values()].flatMap(({ connection }) => (connection ? [connection.peer] : []));
    return up.filter((peer) => !peer.hidden).map((peer) => peer.name);
  }

  connections(): Connection[] {
    return [...this.#peers.values()].flatMap(({ connection }) => (connection ? [connection] : []));
  }

  /** Ends all connections, after what was sent is out, and stops listening. */
  async close(): Promise<void> {
    this.#open = false;
    this.#listener?.close();
    const down = new ConnectError("unreachable", `${this.#options.name} is not up any more`);
    for (const [node, peer] of this.#peers) this.#fail(node, peer, down);
    const closing = this.connections().map(
      (connection) =>
        new Promise<void>((resolve) => {
          const onClose = connection.onClose;
          connection.onClose = (reason) => {
            onClose(reason);
            resolve();
          };
          connection.close("shutdown");
        }),
    );
    await Promise.all(closing);
  }

  // -- dialling --------------------------------------------------------------------------------------------------

  #attempt(node: string, peer: Peer): Promise<void> {
    if (peer.attempt !== undefined) return peer.attempt.done;
    const attempt = newAttempt();
    peer.attempt = attempt;
    this.#dial(node).then(
      (connection) => this.#dialled(node, peer, connection),
      (error) => this.#notDialled(node, peer, error),
    );
    return attempt.done;
  }

  async #dial(node: string): Promise<Connection> {
    if (!this.#open) throw new ConnectError("unreachable", `${this.#options.name} is not up`);
    const [name, host, ...rest] = node.split("@");
    if (!name || !host || rest.length > 0)
      throw new ConnectError("name", `not a node: ${node}; expected name@host`);
    if (!this.#allows(node))
      throw new ConnectError("refused", `${node} is not among the nodes we allow (allow)`);
    const { epmd, transport, lookUp = portPlease } = this.#options;
    const entry = await lookUp({ host, port: epmd.port }, name);
    if (!this.#open) throw new ConnectError("unreachable", `${this.#options.name} is not up any more`);
    if (entry === null)
      throw new ConnectError("notThere", `no node ${node}: its epmd does not know the name`);
    if (!isRingbeam(entry))
      throw new ConnectError("refused", `${node} is an Erlang node, not a ringbeam node`);
    const path = unixPathOf(entry);
    const expected = { ...this.#edge(), local: this.#local, expect: node };
    if (path === undefined) return dial(transport, { host, port: entry.port }, expected);
    return dial(unix, { host: path, port: 0 }, expected).catch((error) => {
      if (error.code !== "ENOENT") throw error;
      throw new ConnectError("unreachable", `${node} listens on ${path} of its host, which is not here`);
    });
  }

  #dialled(node: string, peer: Peer, connection: Connection): void {
    if (!this.#open) {
      connection.close("shutdown");
      return this.#fail(
        node,
        peer,
        new ConnectError("unreachable", `${this.#options.name} is not up any more`),
      );
    }
    // The peer came in while we dialled, and it has been let in: that one is the connection.
    if (peer.connection !== undefined) return connection.close("connected already");
    this.#up(connection);
  }

  #notDialled(node: string, peer: Peer, error: Error): void {
    if (peer.connection !== undefined) return;
    if (error instanceof HandshakeError && error.code === "alive") {
      const { clock = systemClock } = this.#options;
      peer.stopWaiting = clock.after(ALIVE_WAIT_MS, () => this.#fail(node, peer, explain(node, error)));
      return;
    }
    this.#fail(node, peer, explain(node, error));
  }

  #fail(node: string, peer: Peer, error: ConnectError): void {
    const attempt = peer.attempt;
    if (attempt === undefined || peer.connection !== undefined) return;
    peer.stopWaiting();
    this.#peers.delete(node);
    attempt.fail(error);
    this.#options.onNodeDown(node, error.message, undefined);
  }

  // -- being dialled ---------------------------------------------------------------------------------------------

  /** What to say to a peer that has proved itself. */
  #verdict(peer: PeerInfo): Verdict {
    if (!this.#open || peer.name === this.#local.name) return "notAllowed";
    if (!this.#allows(peer.name)) return "notAllowed";
    const known = this.#peers.get(peer.name);
    // The same node again with another creation: it was restarted, and the old connection is a ghost.
    if (known?.connection !== undefined)
      return known.connection.peer.creation === peer.creation ? "alive" : "ok";
    return known?.attempt !== undefined && this.#local.name > peer.name ? "alive" : "ok";
  }

  #refused(error: Error): void {
    if (error instanceof HandshakeError && WARNED.includes(error.code))
      this.#options.warn(`a node was refused: ${error.message}`);
  }

  // -- up and down -----------------------------------------------------------------------------------------------

  #up(connection: Connection): void {
    const { name } = connection.peer;
    const peer = this.#peer(name);
    if (peer.connection !== undefined) this.#down(peer.connection, "the node was restarted");
    const current = this.#peer(name);
    current.connection = connection;
    if (this.#hears) this.#hear(connection);
    connection.onClose = (reason) => this.#down(connection, reason);
    connection.onDrain = () => this.#options.onDrain(name);
    for (const waiting of current.queue.splice(0)) this.#sendUp(connection, waiting);
    const waited = current.queuedBytes >= this.#busyBytes;
    current.queuedBytes = 0;
    if (waited && !connection.busy) connection.onDrain();
    current.stopWaiting();
    current.attempt?.succeed();
    current.attempt = undefined;
  }

  #hear(connection: Connection): void {
    this.#options.onNodeUp(connection.peer);
    connection.onSignal = (payload) => this.#options.onSignal(payload, connection.peer);
  }

  #down(connection: Connection, reason: string): void {
    const { name } = connection.peer;
    if (this.#peers.get(name)?.connection !== connection) return;
    this.#peers.delete(name);
    connection.close(reason);
    this.#options.onNodeDown(name, downReason(reason), connection.peer.creation);
  }

  #sendUp(connection: Connection, { payload, needs }: Waiting): void {
    if ((connection.peer.flags & needs) !== needs)
      return this.#options.onUnsupported?.(payload, connection.peer);
    try {
      connection.send(payload);
    } catch (error) {
      this.#options.warn(`a message to ${connection.peer.name} was dropped: ${(error as Error).message}`);
    }
  }

  #peer(node: string): Peer {
    let peer = this.#peers.get(node);
    if (peer === undefined) {
      peer = { connection: undefined, queue: [], queuedBytes: 0, attempt: undefined, stopWaiting: () => {} };
      this.#peers.set(node, peer);
    }
    return peer;
  }

  get #busyBytes(): number {
    return this.#options.busyBytes ?? DEFAULTS.busyBytes;
  }

  #edge() {
    const { cookie, random, handshakeMs, features = 0 } = this.#options;
    const flags = DEFAULT_FLAGS | features;
    const limit = { ...(random && { random }), ...(handshakeMs !== undefined && { handshakeMs }) };
    return { ...this.#connectionOptions, ...limit, local: this.#local, cookie, flags };
  }
}

/** Refusals that the people who run this node should know of. */
const WARNED: readonly string[] = ["cookie", "certificate", "tls", "notAllowed"];

/** The reason of a connection's end in OTP's words, where it has one. */
function downReason(reason: string): string {
  if (reason === "tick timeout") return "netTickTimeout";
  return /^(closed|bye: )/.test(reason) ? "connectionClosed" : reason;
}

function newAttempt(): Attempt {
  let succeed!: () => void;
  let fail!: (error: Error) => void;
  const done = new Promise<void>((resolve, reject) => {
    succeed = resolve;
    fail = reject;
  });
  return { done, succeed, fail };
}

function pickConnectionOptions(options: NetKernelOptions): ConnectionOptions {
  const { tickMs, maxMessage, busyBytes, fragmentBytes, clock } = options;
  return {
    ...(tickMs !== undefined && { tickMs }),
    ...(maxMessage !== undefined && { maxMessage }),
    ...(busyBytes !== undefined && { busyBytes }),
    ...(fragmentBytes !== undefined && { fragmentBytes }),
    ...(clock !== undefined && { clock }),
  };
}
