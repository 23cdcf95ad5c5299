/**
 * A scheduler: the processes of one thread, their run queue and timers, and the rings to the others.
 *
 *     turn:  answer the doorbell, read the rings, fire timers, run slices  -- until `turnMs` are over
 *     then:  work left: again after the event loop had its turn;   nothing left: park
 *
 * A slice starts with a look at the doorbell. So whoever sends a kill and finds no slice of its target
 * running knows that the next one will see the signal first.
 */
import type { Attachment } from "../../native/index.js";
import { deliver } from "../process/deliver.js";
import type { Clock, ConnectedNode, Env, Orphan, Placement, TimerHandle } from "../process/env.js";
import { terminate } from "../process/exit.js";
import type { Log } from "../process/log.js";
import { isRunnable, makeRunnable } from "../process/mail.js";
import type { NodeWatch } from "../process/nodes.js";
import { type FlowLimits, Outflow } from "../process/outflow.js";
import type { Process } from "../process/process.js";
import { loadModule, runSlice, wantsModule } from "../process/run.js";
import type { Signal } from "../process/signal.js";
import type { AnyProc } from "../term/mfa.js";
import { MAX_SCHEDULERS, type Pid } from "../term/pid.js";
import type { TermSpace } from "../term/space.js";
import { Births } from "./births.js";
import { Doorbells } from "./doorbell.js";
import { Counters, Loads, type LostScheduler, type NodeMemory } from "./memory.js";
import { Placer } from "./placer.js";
import { type PeerRings, Router, type RouterEdge } from "./router.js";
import { RunQueue } from "./runQueue.js";
import { SharedEnvironments } from "./sharedEnvironments.js";
import { SharedNames } from "./sharedNames.js";
import { TimerHeap } from "./timers.js";

/** Messages and starts that a process may handle before others get their turn. */
export const SLICE_REDUCTIONS = 1000;

/** How much a scheduler does before it looks up. */
export interface Pace {
  /** ms of slices before the event loop gets a turn. */
  readonly turnMs: number;
  /** ms that an idle worker thread listens for more from the others before it parks. */
  readonly spinMs: number;
  /** Slices between two looks at the clock. */
  readonly slicesPerLook: number;
}

/** After that many spins in vain, one in two to the power of it is tried. */
const MOST_VAIN_SPINS = 6;

/** What Erlang's `+zdbbl` has by default, and how far a loop that never waits may go beyond it. */
export const FLOW: FlowLimits = { busy: 1024 * 1024, most: 64 * 1024 * 1024 };

const PACE: Pace = { turnMs: 2, spinMs: 0.05, slicesPerLook: 16 };

/** The edge of a scheduler: its thread, and what lies beyond the node. Passed in, so that a simulator can. */
export interface Edge extends RouterEdge {
  readonly clock: Clock;
  readonly log: Log;
  /** Of what is under way to another node; FLOW by default. */
  readonly flow?: FlowLimits | undefined;
  /** Runs `turn` soon, after the event loop has had its own. */
  yieldToLoop(turn: () => void): void;
  /** Runs `turn` in `ms`, unless called again before; undefined: never mind. */
  alarm(ms: number | undefined, turn: () => void): void;
  /** Wakes the thread of another scheduler. */
  wake(scheduler: number): void;
  load(module: string): Promise<unknown>;
  /** Runs a job on the dirty pool; `call` is proc and arguments, the answer its result, as terms. */
  dirty(call: Uint8Array): Promise<Uint8Array>;
}

export class Scheduler implements Env {
  readonly index: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: TimerHeap;
  readonly names: SharedNames;
  readonly environments: SharedEnvironments;
  readonly processes = new Map<number, Process>();
  readonly messageTimers = new Map<number, TimerHandle>();
  readonly orphans = new Map<number, Orphan>();
  readonly nodeWatchers = new Map<Process, NodeWatch>();
  readonly nodes = new Map<string, ConnectedNode>();
  readonly workers: number;
  readonly outflow: Outflow;
  allowSpawn: boolean | readonly string[] = true;
  readonly #births: Births;
  readonly #router: Router;
  readonly #runQueue = new RunQueue();
  readonly #doorbells: Doorbells;
  readonly #counters: Counters;
  readonly #placer: Placer;
  #current: Process | undefined;
  #attachment: Attachment | undefined;
  #inTurn = false;
  #turnComes = false;
  /** In a row. */
  #vainSpins = 0;
  #spinAgainIn = 0;
  /** A module is being imported: no further slice in this turn. */
  #importing = false;
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
    readonly pace: Pace = PACE,
  ) {
    this.index = space.scheduler;
    this.clock = edge.clock;
    this.log = edge.log;
    this.timers = new TimerHeap(edge.clock, () => this.#setAlarm());
    this.names = new SharedNames(memory.names, space);
    this.environments = new SharedEnvironments(memory.environments, space);
    this.#doorbells = new Doorbells(memory.doorbells, (scheduler) => edge.wake(scheduler));
    const flow = edge.flow ?? FLOW;
    // On scheduler 0 it is the connection that says when it is busy: what it had no room for is all that counts.
    this.outflow = new Outflow(this.index === 0 ? { busy: 1, most: flow.most } : flow);
    this.#counters = new Counters(memory, this.index);
    this.workers = memory.schedulers - 1;
    this.#placer = new Placer(new Loads(memory), memory.schedulers, this.index);
    this.#births = new Births((signal) => deliver(this, signal));
    this.#router = new Router({
      env: this,
      edge,
      doorbells: this.#doorbells,
      counters: this.#counters,
      placer: this.#placer,
      births: this.#births,
      flow,
    });
    // A thread in another's place: what its predecessor spawned here is dead, not unborn.
    this.#births.announce(this.index, this.#counters.spawnsTo(this.index));
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
    this.#importing = false;
    try {
      do this.#work();
      while (!this.#importing && this.#newsWhileSpinning());
    } finally {
      // Whatever went wrong, the thread comes back for the rest.
      this.#inTurn = false;
      if (this.#runQueue.size > 0 || !this.#doorbells.park(this.index)) this.#yield();
      this.#setAlarm();
    }
  };

  /**
   * Waking a parked thread costs tens of microseconds, so one that has just heard from another scheduler
   * listens a little longer. Not the main thread: its sockets cannot wait. Where it listens in vain, as on a machine
   * whose cores are all busy, it listens ever more rarely: there, spinning takes the time that the others need to answer.
   */
  #newsWhileSpinning(): boolean {
    if (this.index === 0 || !this.#heard || this.#runQueue.size > 0 || this.#stopped) return false;
    this.#heard = false;
    if (--this.#spinAgainIn > 0) return false;
    const end = this.clock.now() + this.pace.spinMs;
    do {
      if (this.#doorbells.hasNews(this.index)) {
        this.#vainSpins = 0;
        return true;
      }
    } while (this.clock.now() < end);
    this.#vainSpins = Math.min(this.#vainSpins + 1, MOST_VAIN_SPINS);
    this.#spinAgainIn = 2 ** this.#vainSpins;
    return false;
  }

  #work(): void {
    const end = this.clock.now() + this.pace.turnMs;
    this.#readRings();
    do {
      this.timers.run();
      for (let i = 0; i < this.pace.slicesPerLook; i++) {
        if (this.#doorbells.hasNews(this.index)) this.#readRings();
        const process = this.#runQueue.take();
        if (process === undefined) break;
        if (wantsModule(process)) return this.#import(process);
        this.#run(process);
      }
      this.#placer.publish(this.processes.size, this.#runQueue.size);
    } while (this.#runQueue.size > 0 && this.clock.now() < end);
  }

  /** Ends the turn: the loader's microtasks have to run before the next slice, which would take them for its own. */
  #import(process: Process): void {
    process.queued = false;
    if (!process.alive) return;
    this.#importing = true;
    loadModule(process);
  }

  #run(process: Process): void {
    process.queued = false;
    if (!process.alive || process.suspended > 0) return;
    this.#current = process;
    process.budget = SLICE_REDUCTIONS;
    const serial = process.pid.serial;
    const killed = this.#attachment!.run(serial, process);
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

  #readRings(): void {
    if (this.#router.readRings()) this.#heard = true;
  }

  #requeueCurrent(): void {
    const process = this.#current!;
    process.queued = true;
    this.#runQueue.push(process);
  }

  // -- what comes from elsewhere -----------------------------------------------------------------------------------

  /** A signal from another node, on scheduler 0. Its bytes are copied before this returns. Throws on garbage. */
  receiveWire(payload: Buffer): void {
    this.#router.receiveWire(payload);
  }

  /** A node was connected: on scheduler 0, which tells the others. */
  nodeUp(node: string, connected: ConnectedNode): void {
    this.#router.nodeUp(node, connected);
  }

  /** The connection with a node is gone, or cannot be made: on scheduler 0, which tells the others. */
  nodeDown(node: string, creation: number | undefined, reason: string): void {
    this.#router.nodeDown(node, creation, reason);
  }

  /** A signal that its node does not understand: on scheduler 0, which answers its sender. */
  unsupported(payload: Uint8Array): void {
    this.#router.unsupported(payload);
  }

  /** The connection with a node is not busy any more: on scheduler 0, which tells the others. */
  nodeDrained(node: string): void {
    this.#router.drained(node);
  }

  /** From now on there is a scheduler at `peer`: reads from it, writes to it, places processes on it. */
  attachPeer(peer: number, rings: PeerRings): void {
    this.#router.attachPeer(peer, rings);
    this.#yield();
  }

  /** The thread of a peer is gone, and its processes with it. */
  losePeer(lost: LostScheduler): void {
    this.#router.losePeer(lost);
  }

  /** What has not arrived yet: signals for the unborn, and bytes that wait for room in a ring. */
  backlog(): { readonly unborn: number; readonly spilled: number } {
    return { unborn: this.#births.waiting, spilled: this.#router.spilled };
  }

  // -- Env -------------------------------------------------------------------------------------------------------

  signal(signal: Signal, first?: () => void): void {
    this.#router.signal(signal, first);
  }

  connect(node: string): void {
    this.#router.connect(node);
  }

  schedulerLost(one: Pid, spawned: readonly number[]): void {
    this.#router.schedulerLost(one, spawned);
  }

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
    return this.#births.hold(serial, signal);
  }

  outside(run: () => void): void {
    this.edge.yieldToLoop(run);
  }

  load(module: string): Promise<unknown> {
    return this.edge.load(module);
  }

  async dirty(job: AnyProc, args: readonly unknown[]): Promise<unknown> {
    return this.#router.codec.decode(await this.edge.dirty(this.#router.codec.encode([job, args], "dirty")));
  }

  noteBirth(serial: number): void {
    this.#births.born(serial);
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
