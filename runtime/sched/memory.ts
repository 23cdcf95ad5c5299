/**
 * The shared memory of a node: made once by the main thread, handed to every scheduler.
 *
 * | part | holds | written by |
 * | --- | --- | --- |
 * | doorbells | one word each (doorbell.ts) | everybody |
 * | counters | spawns [origin][target], then refs [scheduler]; doubles, so that a thread in another's place counts on | the origin alone |
 * | loads | processes and run queue length of each scheduler, for placement | each its own |
 * | names | registered names (sharedNames.ts) | everybody |
 * | environments | of the applications (sharedEnvironments.ts) | the main thread alone |
 */
import { type AnyPid, MAX_SCHEDULERS, type NodeId } from "../term/pid.js";
import { doorbellBytes } from "./doorbell.js";
import { createEnvironments } from "./sharedEnvironments.js";
import { createNames, MAX_NAMES } from "./sharedNames.js";

export interface NodeMemory {
  /** How many schedulers, the main thread included. */
  readonly schedulers: number;
  readonly doorbells: SharedArrayBuffer;
  readonly counters: SharedArrayBuffer;
  readonly loads: SharedArrayBuffer;
  readonly names: SharedArrayBuffer;
  readonly environments: SharedArrayBuffer;
}

/** @param names how many names the node can ever have used, a power of two */
export function createMemory(schedulers: number, names = MAX_NAMES): NodeMemory {
  return {
    schedulers,
    doorbells: new SharedArrayBuffer(doorbellBytes(schedulers)),
    counters: new SharedArrayBuffer(8 * (schedulers * schedulers + schedulers)),
    loads: new SharedArrayBuffer(Loads.bytes(schedulers)),
    names: createNames(names),
    environments: createEnvironments(),
  };
}

/** Serials and ref ids that this scheduler gives out. Read and written by it alone. */
export class Counters {
  readonly #counts: Float64Array;
  readonly #spawns: number;
  readonly #refs: number;
  constructor(
    { counters, schedulers }: NodeMemory,
    readonly scheduler: number,
  ) {
    this.#counts = new Float64Array(counters);
    this.#spawns = scheduler * schedulers;
    this.#refs = schedulers * schedulers + scheduler;
  }

  /** Counts the spawns from here to `target`, from 1. */
  nextSpawn(target: number): number {
    return asSmall(++this.#counts[this.#spawns + target]!);
  }

  spawnsTo(target: number): number {
    return this.#counts[this.#spawns + target]!;
  }

  nextRef(): number {
    return asSmall(++this.#counts[this.#refs]!);
  }
}

/** What is read from a double array is a double to V8, and a slow key of a Map, even where a small integer would do. */
function asSmall(n: number): number {
  return n < 2 ** 30 ? n | 0 : n;
}

/**
 * A scheduler whose thread died, and how many processes each scheduler had spawned on it by then: whoever has a
 * higher number belongs to the thread in its place.
 */
export interface LostScheduler {
  readonly scheduler: number;
  /** By origin. */
  readonly spawned: readonly number[];
}

/** Taken by the main thread as the thread has ended. */
export function lostScheduler({ counters, schedulers }: NodeMemory, scheduler: number): LostScheduler {
  const counts = new Float64Array(counters);
  return {
    scheduler,
    spawned: Array.from({ length: schedulers }, (_, origin) => counts[origin * schedulers + scheduler]!),
  };
}

/** Whether this process went with it. */
export function isLostWith(lost: LostScheduler, pid: AnyPid, self: NodeId): boolean {
  if (pid.node !== self || pid.scheduler !== lost.scheduler) return false;
  return Math.floor(pid.serial / MAX_SCHEDULERS) <= lost.spawned[pid.serial % MAX_SCHEDULERS]!;
}

/** How loaded each scheduler is, as it says itself. Out of date by a slice or so, which placement can bear. */
export class Loads {
  static readonly #STRIDE = 16;
  static bytes(schedulers: number): number {
    return schedulers * Loads.#STRIDE * 4;
  }
  readonly #words: Int32Array;
  constructor({ loads }: NodeMemory) {
    this.#words = new Int32Array(loads);
  }

  publish(scheduler: number, processes: number, runnable: number): void {
    this.#words[scheduler * Loads.#STRIDE] = processes + runnable * 8;
  }

  of(scheduler: number): number {
    return this.#words[scheduler * Loads.#STRIDE]!;
  }
}
