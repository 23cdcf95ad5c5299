/**
 * Where signals go and come from: this scheduler's own processes, the rings to the others, and through scheduler 0
 * the connections with other nodes.
 *
 *     signal -> here: deliver                       ring  -> message, signal -> deliver
 *            -> another scheduler: its ring               -> wire -> as `signal`
 *            -> another node: scheduler 0, uplink   wire  -> the ring of its target, or as `signal`
 *
 * What cannot arrive is answered in the target's place (`answerForLost`).
 */
import { critical, enter, leave } from "../process/critical.js";
import { deliver } from "../process/deliver.js";
import type { ConnectedNode, Env } from "../process/env.js";
import { answerForLost, losePeers } from "../process/lost.js";
import { forgetNode, nodeUp, tellNodeDown } from "../process/nodes.js";
import type { FlowLimits } from "../process/outflow.js";
import { isSignal, KERNEL, Op, type Signal } from "../process/signal.js";
import { Codec } from "../term/codec.js";
import { MAX_SCHEDULERS, NONODE, Pid, Ref } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";
import type { TermSpace } from "../term/space.js";
import type { Births } from "./births.js";
import type { Doorbells } from "./doorbell.js";
import { decodeMessage, encodeSignal, Frame, writeFrame } from "./frames.js";
import { type Counters, isLostWith, type LostScheduler } from "./memory.js";
import { needsOf } from "./operations.js";
import type { Placer } from "./placer.js";
import { Receipts } from "./receipts.js";
import { RingReader, RingWriter } from "./ring.js";
import { encodeWire, readWire } from "./wire.js";

/** In a nodeDown frame: there was no connection. */
const NO_CREATION = -1;
/** In the key of a forward frame: the features that it needs, times this, plus the length of the node's name. */
const NEEDS_SHIFT = 256;
/** ms that a slice which is to be killed gets to end by itself. */
const KILL_GRACE_MS = 2;

/** What lies beyond this thread. */
export interface RouterEdge {
  /** Terminates the slice of this process on another scheduler, if it still runs in `graceMs`. */
  kill(scheduler: number, serial: number, graceMs: number): void;
  /**
   * Takes a signal to another node; false if its connection is busy, and `drained` or `nodeDown` follows. On scheduler 0
   * only; undefined on a node without a name. A node without the features that it needs does not get it: `unsupported`.
   */
  uplink: ((node: string, payload: Uint8Array, needs: number) => boolean) | undefined;
  /** Connects with another node. On scheduler 0 only; undefined on a node without a name. */
  connect?: ((node: string) => void) | undefined;
}

interface Peer {
  readonly scheduler: number;
  readonly writer: RingWriter;
  readonly reader: RingReader;
  /** On scheduler 0: the nodes whose loss it was told of and has not heard yet, and how often. */
  readonly unheard: Map<string, number>;
}

/** The two rings between a scheduler and a peer. */
export interface PeerRings {
  readonly outgoing: SharedArrayBuffer;
  readonly incoming: SharedArrayBuffer;
}

/** What the router shares with its scheduler. */
export interface RouterParts {
  readonly env: Env;
  readonly edge: RouterEdge;
  readonly doorbells: Doorbells;
  readonly counters: Counters;
  readonly placer: Placer;
  readonly births: Births;
  readonly flow: FlowLimits;
}

export class Router {
  /** Terms on rings, and for the dirty pool: our own node goes without saying. */
  readonly codec: Codec;
  readonly #wire: Codec;
  readonly #env: Env;
  readonly #space: TermSpace;
  readonly #index: number;
  readonly #edge: RouterEdge;
  readonly #doorbells: Doorbells;
  readonly #counters: Counters;
  readonly #placer: Placer;
  readonly #births: Births;
  readonly #peers: (Peer | undefined)[] = new Array(MAX_SCHEDULERS).fill(undefined);
  /** Whose ring is being read. */
  #reading: Peer | undefined;
  /** Of use on scheduler 0 only. */
  readonly #receipts: Receipts;

  constructor(parts: RouterParts) {
    this.#env = parts.env;
    this.#space = parts.env.space;
    this.#index = this.#space.scheduler;
    this.#edge = parts.edge;
    this.#doorbells = parts.doorbells;
    this.#counters = parts.counters;
    this.#placer = parts.placer;
    this.#births = parts.births;
    this.codec = new Codec(this.#space, false);
    this.#wire = new Codec(this.#space, true);
    this.#receipts = new Receipts(parts.flow.busy / 4, (scheduler, node, bytes) =>
      this.#tellDrained(scheduler, node, bytes),
    );
  }

  /** Bytes that wait for room in the rings to the others. */
  get spilled(): number {
    return this.#peers.reduce((bytes, peer) => bytes + (peer?.writer.spilled ?? 0), 0);
  }

  // -- out ---------------------------------------------------------------------------------------------------------

  /** `first` runs in one step with the signal, once nothing in it can be refused any more. */
  signal(signal: Signal, first?: () => void): void {
    const to = signal[1];
    const { self } = this.#space;
    if (to instanceof Pid || to instanceof Ref) {
      if (to.node === self)
        return to.scheduler === this.#index
          ? this.#deliver(signal, first)
          : this.#toScheduler(to, signal, first);
      // An earlier life of this node: whoever that was is gone.
      if (to.node.name === self.name) return this.#answer(signal, "noproc", first);
      return this.#toNode(to.node.name, signal, first);
    }
    return to.node === self.name ? this.#deliver(signal, first) : this.#toNode(to.node, signal, first);
  }

  #deliver(signal: Signal, first?: () => void): void {
    enter();
    try {
      first?.();
      deliver(this.#env, signal);
    } finally {
      leave();
    }
  }

  #answer(signal: Signal, reason: ExitReason, first?: () => void): void {
    enter();
    try {
      first?.();
      answerForLost(this.#env, signal, reason);
    } finally {
      leave();
    }
  }

  #toScheduler(to: Pid | Ref, signal: Signal, first?: () => void): void {
    const encoded = encodeSignal(this.codec, signal);
    const peer = this.#peers[to.scheduler];
    if (peer === undefined) return this.#answer(signal, { schedulerDown: to.scheduler }, first);
    enter();
    try {
      first?.();
      writeFrame(peer.writer, encoded);
    } finally {
      leave();
    }
    if (signal[0] === Op.exit && signal[3] === "kill") {
      this.#edge.kill(to.scheduler, signal[1].serial, KILL_GRACE_MS);
    }
  }

  #toNode(node: string, signal: Signal, first?: () => void): void {
    const payload = encodeWire(this.#wire, signal);
    enter();
    try {
      first?.();
      this.#sendWire(node, payload, signal);
    } finally {
      leave();
    }
  }

  #sendWire(node: string, payload: Uint8Array, signal: Signal): void {
    if (this.#space.self.name === NONODE) answerForLost(this.#env, signal, "noconnection");
    else if (this.#index === 0) {
      if (this.#edge.uplink!(node, payload, needsOf(signal))) return;
      this.#env.outflow.sent(node, payload.length);
      this.#receipts.taken(node, 0, payload.length, false);
    } else {
      this.#env.outflow.sent(node, payload.length);
      const name = Buffer.from(node);
      const key = name.length + needsOf(signal) * NEEDS_SHIFT;
      this.#peers[0]!.writer.write(Frame.forward, key, Buffer.concat([name, payload]));
    }
  }

  /** Connects with another node; where that fails, `nodeDown` follows. */
  connect(node: string): void {
    if (this.#index === 0) this.#edge.connect?.(node);
    else critical(() => this.#peers[0]!.writer.write(Frame.connect, 0, Buffer.from(node)));
  }

  // -- in ----------------------------------------------------------------------------------------------------------

  /** A signal from another node, on scheduler 0. Its bytes are copied before this returns. Throws on garbage. */
  receiveWire(payload: Buffer): void {
    const { target, body, kills } = readWire(payload);
    const scheduler = typeof target === "number" ? target : (this.#env.names.whereis(target)?.scheduler ?? 0);
    const peer = this.#peers[scheduler];
    if (scheduler === this.#index || peer === undefined) this.#fromWire(body, body.length);
    else {
      peer.writer.write(Frame.wire, 0, Buffer.from(body));
      if (kills !== undefined) this.#edge.kill(scheduler, kills, KILL_GRACE_MS);
    }
  }

  /** A node was connected: on scheduler 0, which tells the others. No signal of it comes before this. */
  nodeUp(node: string, connected: ConnectedNode): void {
    nodeUp(this.#env, node, connected);
    if (this.#index !== 0) return;
    for (const peer of this.#peers) peer && this.#tellNodeUp(peer, node, connected);
  }

  #tellNodeUp({ writer }: Peer, node: string, { creation, hidden }: ConnectedNode): void {
    writer.write(Frame.nodeUp, creation, this.codec.encode([node, hidden]));
  }

  /**
   * The connection with a node is gone, or (without a creation) cannot be made: on scheduler 0, which tells the
   * others. All that was linked or monitored there is lost, of whatever creation: the signals went to that
   * connection. What another scheduler sends before it has heard of it belongs there too, and must not reach the
   * next connection: its sender is about to be told that it is lost.
   */
  nodeDown(node: string, creation: number | undefined, reason: string): void {
    const isLost = (pid: Pid) => pid.node.name === node;
    const known = forgetNode(this.#env, node, creation);
    this.#births.lose(isLost);
    losePeers(this.#env, isLost, node, "noconnection");
    tellNodeDown(this.#env, node, known, reason);
    this.#receipts.settle(node);
    if (this.#index !== 0) return this.#peers[0]!.writer.write(Frame.nodeDownHeard, 0, Buffer.from(node));
    const body = this.codec.encode([node, reason]);
    for (const peer of this.#peers) {
      peer?.unheard.set(node, (peer.unheard.get(node) ?? 0) + 1);
      peer?.writer.write(Frame.nodeDown, creation ?? NO_CREATION, body);
    }
  }

  #nodeDownHeard(node: string): void {
    const { unheard } = this.#reading!;
    const left = unheard.get(node)! - 1;
    if (left > 0) unheard.set(node, left);
    else unheard.delete(node);
  }

  #forward(key: number, body: Buffer, size: number): void {
    const { scheduler, unheard } = this.#reading!;
    const length = key % NEEDS_SHIFT;
    const node = body.toString("utf8", 0, length);
    const payload = Buffer.from(body.subarray(length, size));
    const room = unheard.has(node) || this.#edge.uplink!(node, payload, Math.floor(key / NEEDS_SHIFT));
    this.#receipts.taken(node, scheduler, payload.length, room);
  }

  /** A signal that its node does not understand: on scheduler 0, which answers its sender. */
  unsupported(payload: Uint8Array): void {
    const { body } = readWire(Buffer.from(payload.buffer, payload.byteOffset, payload.length));
    const signal = this.#decodeWire(body, body.length);
    if (signal !== undefined) answerForLost(this.#env, signal, "notsup");
  }

  /** The connection with a node is not busy any more: on scheduler 0, which tells whoever has sent there. */
  drained(node: string): void {
    this.#receipts.settle(node);
  }

  #tellDrained(scheduler: number, node: string, bytes: number): void {
    if (scheduler === 0) this.#env.outflow.drained(node, bytes);
    else this.#peers[scheduler]?.writer.write(Frame.drained, bytes, Buffer.from(node));
  }

  /** A thread of another node is gone: its scheduler 0 told ours, which tells the others. */
  schedulerLost(one: Pid, spawned: readonly number[]): void {
    const lost: LostScheduler = { scheduler: one.scheduler, spawned };
    const isLost = (pid: Pid) => isLostWith(lost, pid, one.node);
    this.#births.lose(isLost);
    losePeers(this.#env, isLost, undefined, { schedulerDown: one.scheduler });
    if (this.#index !== 0) return;
    const to = { name: KERNEL, node: this.#space.self.name };
    const frame = encodeSignal(this.codec, [Op.schedulerLost, to, one, spawned]);
    for (const peer of this.#peers) peer && writeFrame(peer.writer, frame);
  }

  /** Takes what the others have sent, and sends what had no room before. True if anything came. */
  readRings(): boolean {
    let frames = 0;
    this.#doorbells.answer(this.#index);
    for (const peer of this.#peers) {
      if (peer === undefined) continue;
      frames += this.#drain(peer);
      peer.writer.flush();
    }
    return frames > 0;
  }

  #drain(peer: Peer): number {
    this.#reading = peer;
    return peer.reader.drain(this.#guardedFrame);
  }

  /** A frame that cannot be taken is told and dropped: those behind it, and the other rings, still count. */
  readonly #guardedFrame = (kind: number, key: number, body: Buffer, size: number): void => {
    try {
      this.#frame(kind, key, body, size);
    } catch (error) {
      this.#env.log.log("warning", `a frame of kind ${kind} was dropped: ${(error as Error).stack}`);
    }
  };

  readonly #frame = (kind: number, key: number, body: Buffer, size: number): void => {
    switch (kind) {
      case Frame.number:
      case Frame.atom:
      case Frame.message:
        return this.#messageFrame(kind, key, body, size);
      case Frame.aliasMessage:
        return deliver(this.#env, [
          Op.send,
          this.#space.ref(this.#space.self, this.#index, key),
          this.codec.decode(body, size),
        ]);
      case Frame.signal:
        return deliver(this.#env, this.codec.decode(body, size) as Signal);
      case Frame.births:
        return this.#births.announce(key % MAX_SCHEDULERS, Math.floor(key / MAX_SCHEDULERS));
      case Frame.wire:
        return this.#fromWire(body, size);
      case Frame.forward:
        return this.#forward(key, body, size);
      case Frame.nodeDownHeard:
        return this.#nodeDownHeard(body.toString("utf8", 0, size));
      case Frame.drained:
        return this.#env.outflow.drained(body.toString("utf8", 0, size), key);
      case Frame.connect:
        return this.#edge.connect?.(body.toString("utf8", 0, size));
      case Frame.nodeUp: {
        const [node, hidden] = this.codec.decode(body, size) as [string, boolean];
        return this.nodeUp(node, { creation: key, hidden });
      }
      case Frame.nodeDown: {
        const [node, reason] = this.codec.decode(body, size) as [string, string];
        return this.nodeDown(node, key === NO_CREATION ? undefined : key, reason);
      }
      default:
        throw new Error(`unknown frame ${kind} on a ring`);
    }
  };

  #messageFrame(kind: number, serial: number, body: Buffer, size: number): void {
    const process = this.#env.processes.get(serial);
    if (process === undefined && !this.#births.isUnborn(serial)) return;
    const message = decodeMessage(this.codec, kind, body, size);
    const pid = process?.pid ?? this.#space.pid(this.#space.self, this.#index, serial);
    deliver(this.#env, [Op.send, pid, message]);
  }

  /** What a peer sent as a signal; one that is none is dropped, and told. */
  #decodeWire(body: Buffer, size: number): Signal | undefined {
    try {
      const signal = this.#wire.decode(body, size);
      if (isSignal(signal)) return signal;
      this.#env.log.log("warning", "another node sent a term that is not a signal; it was dropped");
    } catch (error) {
      this.#env.log.log(
        "warning",
        `another node sent what is not a term (${(error as Error).message}); it was dropped`,
      );
    }
    return undefined;
  }

  #fromWire(body: Buffer, size: number): void {
    const signal = this.#decodeWire(body, size);
    if (signal === undefined) return;
    const to = signal[1];
    const node = to instanceof Pid || to instanceof Ref ? to.node.name : to.node;
    // A request in our own name would pass by allowSpawn, and so would one on a scheduler that does not know of it.
    const forged =
      signal[0] === Op.spawnRequest && (this.#index !== 0 || signal[5].parent.node === this.#space.self);
    // Only what is for this node: a peer may not make us its relay.
    if (node === this.#space.self.name && !forged) this.signal(signal);
  }

  // -- peers -------------------------------------------------------------------------------------------------------

  /** From now on there is a scheduler at `peer`: reads from it, writes to it, places processes on it. */
  attachPeer(peer: number, rings: PeerRings): void {
    const writer = new RingWriter(rings.outgoing, () => this.#doorbells.ring(peer));
    const reader = new RingReader(rings.incoming, () => this.#doorbells.ring(peer));
    const added: Peer = { scheduler: peer, writer, reader, unheard: new Map() };
    this.#peers[peer] = added;
    if (this.#index === 0)
      for (const [node, connected] of this.#env.nodes) this.#tellNodeUp(added, node, connected);
    // Whatever number a pid of `peer` had from us before, it was born then or never will be.
    writer.write(Frame.births, this.#counters.spawnsTo(peer) * MAX_SCHEDULERS + this.#index);
    this.#placer.setAvailable(peer, true);
  }

  /** The thread of a peer is gone: takes what it still said, then its processes are lost. */
  losePeer(lost: LostScheduler): void {
    const gone = this.#peers[lost.scheduler];
    if (gone === undefined) return;
    this.#drain(gone);
    this.#peers[lost.scheduler] = undefined;
    this.#placer.setAvailable(lost.scheduler, false);
    this.#births.forget(lost.scheduler);
    this.#receipts.forget(lost.scheduler);
    // Whatever we spawned there until now went to the old thread.
    const spawned = lost.spawned.with(this.#index, this.#counters.spawnsTo(lost.scheduler));
    const { self } = this.#space;
    const isLost = (pid: Pid) => isLostWith({ ...lost, spawned }, pid, self);
    this.#births.lose(isLost);
    losePeers(this.#env, isLost, lost.scheduler, { schedulerDown: lost.scheduler });
    if (this.#index !== 0) return;
    // What processes of other nodes had to do with it, only the lost itself had known.
    const one = new Pid(self, lost.scheduler, 0);
    for (const node of this.#env.nodes.keys())
      this.signal([Op.schedulerLost, { name: KERNEL, node }, one, spawned]);
  }
}
