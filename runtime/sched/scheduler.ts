/**
 * A scheduler: the processes of one thread, their run queue and timers, and the rings to the others.
 *
 *     turn:  answer the doorbell, read the rings, fire timers, run slices  -- until TURN_MS are over
 *     then:  work left: again after the event loop had its turn;   nothing left: park
 *
 * A slice starts with a look at the doorbell. So whoever sends a kill and finds no slice of its target
 * running knows that the next one will see the signal first.
 */
import type { Attachment } from "../../native/index.js";
import { enter, leave } from "../process/critical.js";
import { deliver } from "../process/deliver.js";
import type { Clock, Env, Log, Placement, TimerHandle } from "../process/env.js";
import { terminate } from "../process/exit.js";
import { answerForLost, losePeers } from "../process/lost.js";
import { isRunnable, makeRunnable } from "../process/mail.js";
import type { Process } from "../process/process.js";
import { runSlice } from "../process/run.js";
import { isSignal, Op, type Signal } from "../process/signal.js";
import { Codec } from "../term/codec.js";
import type { AnyProc } from "../term/mfa.js";
import { MAX_SCHEDULERS, Pid, Ref } from "../term/pid.js";
import type { TermSpace } from "../term/space.js";
import { Births } from "./births.js";
import { Doorbells } from "./doorbell.js";
import { decodeMessage, encodeSignal, Frame, writeFrame } from "./frames.js";
import { Counters, isLostWith, Loads, type LostScheduler, type NodeMemory } from "./memory.js";
import { Placer } from "./placer.js";
import { RingReader, RingWriter } from "./ring.js";
import { RunQueue } from "./runQueue.js";
import { SharedNames } from "./sharedNames.js";
import { TimerHeap } from "./timers.js";
import { encodeWire, readWire } from "./wire.js";

/** Messages and starts that a process may handle before others get their turn. */
export const SLICE_REDUCTIONS = 1000;
/** ms of slices before the event loop gets a turn. */
const TURN_MS = 2;
/** In a nodeDown frame: there was no connection. */
const NO_CREATION = -1;
/** ms that an idle worker thread listens for more from the others before it parks. */
const SPIN_MS = 0.05;
/** Slices between two looks at the clock. */
const SLICES_PER_LOOK = 16;
/** ms that a killed slice gets to see the kill by itself. */
const KILL_GRACE_MS = 2;

/** The edge of a scheduler: its thread, and what lies beyond the node. Passed in, so that a simulator can. */
export interface Edge {
  readonly clock: Clock;
  readonly log: Log;
  /** Runs `turn` soon, after the event loop has had its own. */
  yieldToLoop(turn: () => void): void;
  /** Runs `turn` in `ms`, unless called again before; undefined: never mind. */
  alarm(ms: number | undefined, turn: () => void): void;
  /** Wakes the thread of another scheduler. */
  wake(scheduler: number): void;
  /** Terminates the slice of this process on another scheduler, if it still runs in `graceMs`. */
  kill(scheduler: number, serial: number, graceMs: number): void;
  load(module: string): Promise<unknown>;
  /** Runs a job on the dirty pool; `call` is proc and arguments, the answer its result, as terms. */
  dirty(call: Uint8Array): Promise<Uint8Array>;
  /** Takes a signal to another node. On scheduler 0 only; undefined on a node without a name. */
  uplink: ((node: string, payload: Uint8Array) => void) | undefined;
}

interface Peer {
  readonly writer: RingWriter;
  readonly reader: RingReader;
}

/** The two rings between a scheduler and a peer. */
export interface PeerRings {
  readonly outgoing: SharedArrayBuffer;
  readonly incoming: SharedArrayBuffer;
}

export class Scheduler implements Env {
  readonly index: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: TimerHeap;
  readonly names: SharedNames;
  readonly processes = new Map<number, Process>();
  readonly aliases = new Map<number, Process>();
  readonly messageTimers = new Map<number, TimerHandle>();
  readonly births: Births;
  readonly #runQueue = new RunQueue();
  readonly #peers: (Peer | undefined)[];
  readonly #doorbells: Doorbells;
  readonly #counters: Counters;
  readonly #placer: Placer;
  readonly #ring: Codec;
  readonly #wire: Codec;
  #current: Process | undefined;
  #attachment: Attachment | undefined;
  #inTurn = false;
  #turnComes = false;
  #stopped = false;
  /** Frames came from another scheduler since the last look. */
  #heard = false;
  /** Slices so far, and those that the guard ended. */
  slices = 0;
  kills = 0;

  constructor(
    readonly space: TermSpace,
    memory: NodeMemory,
    readonly edge: Edge,
  ) {
    this.index = space.scheduler;
    this.clock = edge.clock;
    this.log = edge.log;
    this.timers = new TimerHeap(edge.clock, () => this.#setAlarm());
    this.names = new SharedNames(memory.names, space);
    this.#peers = new Array(memory.schedulers).fill(undefined);
    this.#doorbells = new Doorbells(memory.doorbells, (scheduler) => edge.wake(scheduler));
    this.#counters = new Counters(memory, this.index);
    this.#placer = new Placer(new Loads(memory), memory.schedulers, this.index);
    this.births = new Births((signal) => deliver(this, signal));
    this.#ring = new Codec(space, false);
    this.#wire = new Codec(space, true);
    // A thread in another's place: what its predecessor spawned here is dead, not unborn.
    this.births.announce(this.index, this.#counters.spawnsTo(this.index));
    space.findHome = (serial) => this.processes.get(serial)?.pid;
  }

  /** Lets the scheduler run: with the guard of this thread, which calls `slice` (see `runGuarded`). */
  start(attachment: Attachment): void {
    this.#attachment = attachment;
    this.#yield();
  }

  /** No slice runs after this. */
  stop(): void {
    this.#stopped = true;
    this.edge.alarm(undefined, this.turn);
  }

  /** What the guard calls for each slice. */
  readonly slice = (): void => {
    const process = this.#current!;
    // A signal may have come between the last look and now, and it may end this very process: look first.
    if (this.#doorbells.hasNews(this.index)) this.#requeueCurrent();
    else runSlice(process);
  };

  /** One turn of the thread's event loop. */
  readonly turn = (): void => {
    if (this.#stopped || this.#inTurn || this.#attachment === undefined) return;
    this.#inTurn = true;
    this.#turnComes = false;
    try {
      do this.#work();
      while (this.#newsWhileSpinning());
    } finally {
      // Whatever went wrong, the thread comes back for the rest.
      this.#inTurn = false;
      if (this.#runQueue.size > 0 || !this.#doorbells.park(this.index)) this.#yield();
      this.#setAlarm();
    }
  };

  /**
   * Waking a parked thread costs tens of microseconds, so one that has just heard from another scheduler
   * listens a little longer. Not the main thread: its sockets cannot wait.
   */
  #newsWhileSpinning(): boolean {
    if (this.index === 0 || !this.#heard || this.#runQueue.size > 0 || this.#stopped) return false;
    this.#heard = false;
    const end = this.clock.now() + SPIN_MS;
    do {
      if (this.#doorbells.hasNews(this.index)) return true;
    } while (this.clock.now() < end);
    return false;
  }

  #work(): void {
    const end = this.clock.now() + TURN_MS;
    this.#readRings();
    do {
      this.timers.run();
      for (let i = 0; i < SLICES_PER_LOOK; i++) {
        if (this.#doorbells.hasNews(this.index)) this.#readRings();
        const process = this.#runQueue.take();
        if (process === undefined) break;
        this.#run(process);
      }
      this.#placer.publish(this.processes.size, this.#runQueue.size);
    } while (this.#runQueue.size > 0 && this.clock.now() < end);
  }

  #run(process: Process): void {
    process.queued = false;
    if (!process.alive) return;
    this.#current = process;
    process.budget = SLICE_REDUCTIONS;
    const serial = process.pid.serial;
    const killed = this.#attachment!.run(serial);
    process.budget = 0;
    this.#current = undefined;
    this.slices++;
    if (killed) this.#afterKill(process);
    else if (process.alive && isRunnable(process)) makeRunnable(process);
  }

  /** The guard ended the slice: the signal that asked for it is in a ring by now, with the reason. */
  #afterKill(process: Process): void {
    this.kills++;
    this.#readRings();
    terminate(process, "killed");
  }

  #requeueCurrent(): void {
    const process = this.#current!;
    process.queued = true;
    this.#runQueue.push(process);
  }

  // -- signals out -------------------------------------------------------------------------------------------------

  signal(signal: Signal): void {
    const to = signal[1];
    const { self } = this.space;
    if (to instanceof Pid || to instanceof Ref) {
      if (to.node === self)
        return to.scheduler === this.index ? this.#deliver(signal) : this.#toScheduler(to, signal);
      // An earlier life of this node: whoever that was is gone.
      if (to.node.name === self.name) return answerForLost(this, signal, "noproc");
      return this.#toNode(to.node.name, signal);
    }
    return to.node === self.name ? this.#deliver(signal) : this.#toNode(to.node, signal);
  }

  #deliver(signal: Signal): void {
    enter();
    try {
      deliver(this, signal);
    } finally {
      leave();
    }
  }

  #toScheduler(to: Pid | Ref, signal: Signal): void {
    const encoded = encodeSignal(this.#ring, signal);
    const peer = this.#peers[to.scheduler];
    if (peer === undefined) return answerForLost(this, signal, { schedulerDown: to.scheduler });
    enter();
    try {
      writeFrame(peer.writer, encoded);
    } finally {
      leave();
    }
    if (signal[0] === Op.exit && signal[3] === "kill") {
      this.edge.kill(to.scheduler, signal[1].serial, KILL_GRACE_MS);
    }
  }

  #toNode(node: string, signal: Signal): void {
    const payload = encodeWire(this.#wire, signal);
    enter();
    try {
      this.#sendWire(node, payload, signal);
    } finally {
      leave();
    }
  }

  #sendWire(node: string, payload: Uint8Array, signal: Signal): void {
    if (this.space.self.name === "nonode@nohost") answerForLost(this, signal, "noconnection");
    else if (this.index === 0) this.edge.uplink?.(node, payload);
    else {
      const name = Buffer.from(node);
      this.#peers[0]!.writer.write(Frame.forward, name.length, Buffer.concat([name, payload]));
    }
  }

  // -- signals in --------------------------------------------------------------------------------------------------

  /** A signal from another node, on scheduler 0. Its bytes are copied before this returns. Throws on garbage. */
  receiveWire(payload: Buffer): void {
    const { target, body, kills } = readWire(payload);
    const scheduler = typeof target === "number" ? target : (this.names.whereis(target)?.scheduler ?? 0);
    const peer = this.#peers[scheduler];
    if (scheduler === this.index || peer === undefined) this.#fromWire(body, body.length);
    else {
      peer.writer.write(Frame.wire, 0, Buffer.from(body));
      if (kills !== undefined) this.edge.kill(scheduler, kills, KILL_GRACE_MS);
    }
  }

  /**
   * The connection with a node is gone, or (without a creation) cannot be made: on scheduler 0, which tells the
   * others. Pids of another creation are not concerned: the node may have been restarted by now.
   */
  nodeDown(node: string, creation: number | undefined): void {
    const isLost = (pid: Pid) =>
      pid.node.name === node && (creation === undefined || pid.node.creation === creation);
    losePeers(this, isLost, node, "noconnection");
    if (this.index !== 0) return;
    for (const peer of this.#peers)
      peer?.writer.write(Frame.nodeDown, creation ?? NO_CREATION, Buffer.from(node));
  }

  #readRings(): void {
    this.#doorbells.answer(this.index);
    for (const peer of this.#peers) {
      if (peer === undefined) continue;
      if (peer.reader.drain(this.#guardedFrame) > 0) this.#heard = true;
      peer.writer.flush();
    }
  }

  /** A frame that cannot be taken is told and dropped: those behind it, and the other rings, still count. */
  readonly #guardedFrame = (kind: number, key: number, body: Buffer, size: number): void => {
    try {
      this.#frame(kind, key, body, size);
    } catch (error) {
      this.log.warn(`a frame of kind ${kind} was dropped: ${(error as Error).stack}`);
    }
  };

  readonly #frame = (kind: number, key: number, body: Buffer, size: number): void => {
    switch (kind) {
      case Frame.number:
      case Frame.atom:
      case Frame.message:
        return this.#messageFrame(kind, key, body, size);
      case Frame.aliasMessage:
        return deliver(this, [
          Op.send,
          this.space.ref(this.space.self, this.index, key),
          this.#ring.decode(body, size),
        ]);
      case Frame.signal:
        return deliver(this, this.#ring.decode(body, size) as Signal);
      case Frame.births:
        return this.births.announce(key % MAX_SCHEDULERS, Math.floor(key / MAX_SCHEDULERS));
      case Frame.wire:
        return this.#fromWire(body, size);
      case Frame.forward:
        return this.edge.uplink?.(body.toString("utf8", 0, key), Buffer.from(body.subarray(key, size)));
      case Frame.nodeDown:
        return this.nodeDown(body.toString("utf8", 0, size), key === NO_CREATION ? undefined : key);
      default:
        throw new Error(`unknown frame ${kind} on a ring`);
    }
  };

  #messageFrame(kind: number, serial: number, body: Buffer, size: number): void {
    const process = this.processes.get(serial);
    if (process === undefined && !this.births.isUnborn(serial)) return;
    const message = decodeMessage(this.#ring, kind, body, size);
    const pid = process?.pid ?? this.space.pid(this.space.self, this.index, serial);
    deliver(this, [Op.send, pid, message]);
  }

  /** What a peer sent as a signal; one that is none is dropped, and told. */
  #decodeWire(body: Buffer, size: number): Signal | undefined {
    try {
      const signal = this.#wire.decode(body, size);
      if (isSignal(signal)) return signal;
      this.log.warn("another node sent a term that is not a signal; it was dropped");
    } catch (error) {
      this.log.warn(`another node sent what is not a term (${(error as Error).message}); it was dropped`);
    }
    return undefined;
  }

  #fromWire(body: Buffer, size: number): void {
    const signal = this.#decodeWire(body, size);
    if (signal === undefined) return;
    const to = signal[1];
    const node = to instanceof Pid || to instanceof Ref ? to.node.name : to.node;
    // Only what is for this node: a peer may not make us its relay.
    if (node === this.space.self.name) this.signal(signal);
  }

  // -- Env -------------------------------------------------------------------------------------------------------

  enqueue(process: Process): void {
    this.#runQueue.push(process);
    if (!this.#inTurn) this.#yield();
  }

  place(wish: Placement | undefined): number {
    return this.#placer.place(wish);
  }

  nextSerial(scheduler: number): number {
    return this.#counters.nextSpawn(scheduler) * MAX_SCHEDULERS + this.index;
  }

  nextRefId(): number {
    return this.#counters.nextRef();
  }

  holdForUnborn(serial: number, signal: Signal): boolean {
    return this.births.hold(serial, signal);
  }

  outside(run: () => void): void {
    this.edge.yieldToLoop(run);
  }

  load(module: string): Promise<unknown> {
    return this.edge.load(module);
  }

  async dirty(job: AnyProc, args: readonly unknown[]): Promise<unknown> {
    return this.#ring.decode(await this.edge.dirty(this.#ring.encode([job, args], "dirty")));
  }

  noteBirth(serial: number): void {
    this.births.born(serial);
  }

  // -- peers -----------------------------------------------------------------------------------------------------

  /** From now on there is a scheduler at `peer`: reads from it, writes to it, places processes on it. */
  attachPeer(peer: number, rings: PeerRings): void {
    const writer = new RingWriter(rings.outgoing, () => this.#doorbells.ring(peer));
    const reader = new RingReader(rings.incoming, () => this.#doorbells.ring(peer));
    this.#peers[peer] = { writer, reader };
    // Whatever number a pid of `peer` had from us before, it was born then or never will be.
    writer.write(Frame.births, this.#counters.spawnsTo(peer) * MAX_SCHEDULERS + this.index);
    this.#placer.setAvailable(peer, true);
    this.#yield();
  }

  /** The thread of a peer is gone: takes what it still said, then its processes are lost. */
  losePeer(lost: LostScheduler): void {
    const gone = this.#peers[lost.scheduler];
    if (gone === undefined) return;
    gone.reader.drain(this.#guardedFrame);
    this.#peers[lost.scheduler] = undefined;
    this.#placer.setAvailable(lost.scheduler, false);
    this.births.forget(lost.scheduler);
    // Whatever we spawned there until now went to the old thread.
    const spawned = lost.spawned.with(this.index, this.#counters.spawnsTo(lost.scheduler));
    losePeers(this, (pid) => isLostWith({ ...lost, spawned }, pid, this.space.self), undefined, {
      schedulerDown: lost.scheduler,
    });
  }

  // -- the thread's event loop -------------------------------------------------------------------------------------

  #yield(): void {
    if (this.#turnComes || this.#stopped) return;
    this.#turnComes = true;
    this.edge.yieldToLoop(this.turn);
  }

  #setAlarm(): void {
    if (this.#inTurn || this.#stopped) return;
    const next = this.timers.next;
    this.edge.alarm(next === undefined ? undefined : Math.max(0, next - this.clock.now()), this.turn);
  }
}
