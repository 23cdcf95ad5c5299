/**
 * What the process layer needs from the layers above: interfaces here, filled in by the scheduler, so
 * that the same code runs on threads and under a simulator.
 */
import type { AnyProc } from "../term/mfa.js";
import type { Pid } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";
import type { TermSpace } from "../term/space.js";
import type { Log } from "./log.js";
import type { NodeWatch } from "./nodes.js";
import type { Outflow } from "./outflow.js";
import type { Process } from "./process.js";
import type { Signal } from "./signal.js";

/** Milliseconds since some start; never goes back. */
export interface Clock {
  now(): number;
}

/** Timers of one scheduler. A handle is cancelled at most once. */
export interface Timers {
  /** Runs `fire` once, `ms` from now, between slices. */
  start(ms: number, fire: () => void): TimerHandle;
}

export interface TimerHandle {
  /** When it fires, on the scheduler's clock. */
  readonly at: number;
  /** True if it had not fired yet. */
  cancel(): boolean;
}

/** Registered names of the node, seen alike by all its schedulers. */
export interface Names {
  whereis(name: string): Pid | undefined;
  /** Gives the name to the pid if nobody has it; answers who has it then. */
  register(name: string, pid: Pid): Pid;
  /** Frees the name if this pid has it. */
  unregister(name: string, pid: Pid): boolean;
  registered(): string[];
}

/** The applications' environments (`application:get_env`), seen alike by all schedulers of the node. */
export interface Environments {
  /** Keys and values of one application, frozen at the top; whoever hands out a value copies it. */
  of(application: string): Readonly<Record<string, unknown>>;
}

/** One scheduler, as its processes see it. */
export interface Env {
  readonly space: TermSpace;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly names: Names;
  readonly environments: Environments;
  readonly log: Log;
  /** Live processes of this scheduler by serial. */
  readonly processes: Map<number, Process>;
  /** Running timers of `sendAfter` and `startTimer` by ref id. */
  readonly messageTimers: Map<number, TimerHandle>;
  /** Spawn requests with a link whose spawner ended before the reply, by ref id: the child is to end with it. */
  readonly orphans: Map<number, Orphan>;
  /** Processes that want to hear of nodes. */
  readonly nodeWatchers: Map<Process, NodeWatch>;
  /** Connected nodes by name, as this scheduler has heard. */
  readonly nodes: Map<string, ConnectedNode>;
  /** What is under way from here to other nodes. */
  readonly outflow: Outflow;
  /** Connects with a node; that it failed is told as its loss. */
  connect(node: string): void;
  /** Worker threads of the node. */
  readonly workers: number;
  /** Puts a runnable process into the run queue; it is not in it now. */
  enqueue(process: Process): void;
  /**
   * Brings a signal to its target: a process here, on another scheduler of this node, or on another node.
   * @param first what has to happen in one step with it, once nothing in it can be refused any more
   */
  signal(signal: Signal, first?: () => void): void;
  /** Whether other nodes may spawn here, or what modules' processes. Only scheduler 0, which they ask, knows. */
  readonly allowSpawn: boolean | readonly string[];
  /** Chooses the scheduler of a new process. */
  place(wish: Placement | undefined): number;
  /** The serial for the next process that this scheduler spawns on `scheduler`. */
  nextSerial(scheduler: number): number;
  nextRefId(): number;
  /** The pid was made elsewhere and its process may still be on its way here: keeps the signal till then. */
  holdForUnborn(serial: number, signal: Signal): boolean;
  /** Runs something soon, outside of every slice. */
  outside(run: () => void): void;
  /** Loads a module on this thread. */
  load(module: string): Promise<unknown>;
  /** Runs a job on the dirty pool. Rejects with what the job threw. */
  dirty(job: AnyProc, args: readonly unknown[]): Promise<unknown>;
  /** A process was born under this serial. */
  noteBirth(serial: number): void;
  /** A scheduler of another node was lost: that of `one`, and whatever was spawned there up to these numbers. */
  schedulerLost(one: Pid, spawned: readonly number[]): void;
}

/** The request for a child whose spawner is gone. */
export interface Orphan {
  readonly node: string;
  readonly reason: ExitReason;
}

/** A connected node. */
export interface ConnectedNode {
  readonly creation: number;
  readonly hidden: boolean;
}

/** Where to start a process: a scheduler's number, beside the caller, or wherever the load is least (the default). */
export type Placement = number | "here" | "balanced";
