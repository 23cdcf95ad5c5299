/**
 * The worker threads of a node, from the main thread's side: starts them, connects each with each, and puts a
 * new one in the place of one that died.
 *
 * Nobody mistakes the processes of the new thread for those of the old one: a loss says how many had been
 * spawned there by then (`LostScheduler`). Whatever linked or monitored the lost gets `{ schedulerDown: number }`.
 */
import { MessageChannel, Worker } from "node:worker_threads";
import { expose, type Remote, releaseProxy, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { native, type Slot } from "../../native/index.js";
import { logMemory } from "../log/settings.js";
import type { FlowLimits } from "../process/outflow.js";
import type { MainControl, SchedulerReport, ThreadControl, ThreadData } from "./control.js";
import { inspect, membersOf } from "./control.js";
import { isLostWith, type LostScheduler, lostScheduler, type NodeMemory } from "./memory.js";
import { createRing } from "./ring.js";
import type { PeerRings } from "./router.js";
import type { Scheduler } from "./scheduler.js";

/** ms between two replacements of the same scheduler, if its thread keeps dying. */
const REPLACE_PAUSE_MS = 1000;
/** ms that a thread has to end by itself, or to answer an inspection. */
const PATIENCE_MS = 1000;
/**
 * Young generation of a thread, V8's default being 48. A collection may move two thirds of it to an old generation that
 * is full, and Node, which then ends the thread, lets V8 exceed the limit by 16 MiB; beyond that V8 aborts the OS process.
 */
const YOUNG_GENERATION_MIB = 24;

export interface ThreadsOptions {
  readonly main: Scheduler;
  readonly memory: NodeMemory;
  readonly slots: (Slot | undefined)[];
  readonly node: { readonly name: string; readonly creation: number };
  /** Bytes of each ring. */
  readonly ringBytes: number;
  readonly services: MainControl;
  readonly flow: FlowLimits;
  /** Heap of a thread in MiB; undefined: Node's default. */
  readonly heapMiB?: number;
}

interface Thread {
  readonly worker: Worker;
  readonly control: Remote<ThreadControl>;
  /** Resolves when the worker has ended. */
  readonly ended: Promise<number>;
  readonly release: () => void;
}

export class Threads {
  readonly #options: ThreadsOptions;
  readonly #threads: (Thread | undefined)[];
  readonly #modules: string[] = [];
  #stopping = false;

  constructor(options: ThreadsOptions) {
    this.#options = options;
    this.#threads = new Array(options.memory.schedulers).fill(undefined);
  }

  /** Starts all threads and connects them. Rejects with what a thread died of. */
  async start(): Promise<void> {
    const { schedulers } = this.#options.memory;
    const rings = ringMatrix(schedulers, this.#options.ringBytes);
    for (let i = 1; i < schedulers; i++) this.#options.slots[i] = native.openSlot();
    for (let i = 1; i < schedulers; i++) {
      this.#options.main.attachPeer(i, rings(0, i));
      const others = [...Array(schedulers).keys()].filter((j) => j !== i);
      this.#launch(
        i,
        others.map((j) => ({ index: j, rings: rings(i, j) })),
      );
    }
    await this.load([]);
  }

  /** Loads modules on every thread, those to come included. Rejects with what the first of them threw. */
  async load(modules: readonly string[]): Promise<void> {
    this.#modules.push(...modules);
    await Promise.all(this.#live().map((thread) => orDeath(thread, thread.control.load(modules))));
  }

  /** What runs where. A thread that does not answer is left out. */
  async inspect(): Promise<SchedulerReport[]> {
    const answers = this.#live().map((thread) => within(PATIENCE_MS, thread.control.inspect()));
    const reports = await Promise.all(answers);
    return [inspect(this.#options.main), ...reports.filter((report) => report !== undefined)];
  }

  /** The processes that belong to an application, as text. A thread that does not answer is left out. */
  async membersOf(application: string): Promise<string[]> {
    const answers = this.#live().map((thread) => within(PATIENCE_MS, thread.control.membersOf(application)));
    const found = await Promise.all(answers);
    return [...membersOf(this.#options.main, application), ...found.flatMap((texts) => texts ?? [])];
  }

  /** Ends all threads, by force where one does not. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all(
      this.#live().map(async (thread) => {
        thread.control.stop().catch(() => {});
        if ((await within(PATIENCE_MS, thread.ended)) === undefined) await thread.worker.terminate();
      }),
    );
  }

  #live(): Thread[] {
    return this.#threads.filter((thread) => thread !== undefined);
  }

  #launch(index: number, peers: ThreadData["peers"]): Thread {
    const { memory, slots, node, services, flow, heapMiB } = this.#options;
    const data: ThreadData = {
      index,
      node,
      memory,
      log: logMemory(),
      slots: [...slots],
      peers,
      flow,
      modules: this.#modules,
    };
    const toThread = new MessageChannel();
    const toMain = new MessageChannel();
    const worker = new Worker(new URL("./thread.js", import.meta.url), {
      name: `ringbeam scheduler ${index}`,
      workerData: { data, toThread: toThread.port2, toMain: toMain.port2 },
      transferList: [toThread.port2, toMain.port2],
      resourceLimits: {
        maxYoungGenerationSizeMb: YOUNG_GENERATION_MIB,
        ...(heapMiB !== undefined && { maxOldGenerationSizeMb: heapMiB }),
      },
    });
    expose(services, nodeEndpoint(toMain.port1));
    const control = wrap<ThreadControl>(nodeEndpoint(toThread.port1));
    let cause: unknown;
    worker.on("error", (error) => {
      cause = error;
    });
    const ended = new Promise<number>((resolve) => worker.once("exit", resolve));
    const release = () => {
      control[releaseProxy]();
      toThread.port1.close();
      toMain.port1.close();
    };
    const thread: Thread = { worker, control, ended, release };
    this.#threads[index] = thread;
    ended.then((code) => this.#ended(index, thread, cause ?? new Error(`thread ended with code ${code}`)));
    return thread;
  }

  async #ended(index: number, thread: Thread, cause: unknown): Promise<void> {
    thread.release();
    this.#threads[index] = undefined;
    const { slots, main } = this.#options;
    const slot = slots[index];
    slots[index] = undefined;
    if (slot !== undefined) native.closeSlot(slot);
    if (this.#stopping) return;
    main.log.log(
      "error",
      `scheduler ${index} is lost with its processes: ${cause instanceof Error ? cause.message : cause}`,
    );
    const started = performance.now();
    this.#announceLoss(lostScheduler(this.#options.memory, index));
    await this.#pauseSince(started, index);
    if (!this.#stopping) await this.#replace(index);
  }

  /** Does not wait for the others: one that is busy hears of it when it is free, and is not mistaken then. */
  #announceLoss(lost: LostScheduler): void {
    const { main } = this.#options;
    const sweep = () => main.names.sweep((pid) => isLostWith(lost, pid, main.space.self));
    // Before anybody hears of an end, so that a supervisor can start the next one under the same name.
    sweep();
    main.losePeer(lost);
    const heard = this.#live().map((other) => orDeath(other, other.control.losePeer(lost)).catch(() => {}));
    // What others gave to its processes before they heard.
    void Promise.all(heard).then(sweep);
  }

  readonly #replacedAt: number[] = [];

  async #pauseSince(now: number, index: number): Promise<void> {
    const last = this.#replacedAt[index] ?? Number.NEGATIVE_INFINITY;
    this.#replacedAt[index] = now;
    if (now - last > REPLACE_PAUSE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, REPLACE_PAUSE_MS).unref());
  }

  async #replace(index: number): Promise<void> {
    const { main, slots, ringBytes } = this.#options;
    const slot = native.openSlot();
    slots[index] = slot;
    const others = this.#threads.flatMap((thread, i) => (thread ? [{ i, thread }] : []));
    const rings = ringMatrix(this.#threads.length, ringBytes);
    const peers = [0, ...others.map(({ i }) => i)];
    const thread = this.#launch(
      index,
      peers.map((j) => ({ index: j, rings: rings(index, j) })),
    );
    try {
      await orDeath(thread, thread.control.load(this.#modules));
    } catch (error) {
      if (!this.#stopping)
        main.log.log("error", `scheduler ${index}: its new thread cannot load the application: ${error}`);
    }
    // It may have ended, or the node been stopped, while it was loading.
    if (this.#stopping || this.#threads[index] !== thread) return;
    main.attachPeer(index, rings(0, index));
    for (const { i, thread: other } of others) {
      if (this.#threads[i] === other) other.control.attachPeer(index, rings(i, index), slot).catch(() => {});
    }
  }
}

/** Rings for every ordered pair, made when first asked for; `rings(a, b)` are those that `a` has with `b`. */
function ringMatrix(schedulers: number, bytes: number): (a: number, b: number) => PeerRings {
  const made = new Map<number, SharedArrayBuffer>();
  const ring = (from: number, to: number): SharedArrayBuffer => {
    const key = from * schedulers + to;
    const memory = made.get(key) ?? createRing(bytes);
    made.set(key, memory);
    return memory;
  };
  return (a, b) => ({ outgoing: ring(a, b), incoming: ring(b, a) });
}

/** The answer of a thread, or a rejection if it ends before it answers. */
function orDeath<T>(thread: Thread, answer: Promise<T>): Promise<T> {
  const death = thread.ended.then((code) => {
    throw new Error(`the thread ended with code ${code}`);
  });
  return Promise.race([answer, death]);
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([answer.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
