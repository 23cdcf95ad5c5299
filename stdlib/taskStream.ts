/**
 * Tasks for a stream of inputs, so many at a time (Elixir: `Task.async_stream`).
 *
 * ```ts
 * import { Task, task } from "ringbeam";
 *
 * export const half = task(import.meta.url, async function half(self, n: number) {
 *   if (n % 2 !== 0) self.exit({ shutdown: "odd" });
 *   return n / 2;
 * });
 *
 * self.processFlag("trapExit", true); // else a task that fails ends its owner
 * const results: unknown[] = [];
 * for await (const one of Task.asyncStream(self, half, [[2], [3], [4]], { maxConcurrency: 2 }))
 *   results.push(one.tag === "ok" ? one.result : one.reason);
 * results; //=> [1, { shutdown: "odd" }, 2]
 * ```
 *
 *     inputs -> start, while fewer than `maxConcurrency` run -> running -> finished -> results, in order or not
 *
 * The tasks belong to the process that reads the results. It gets none of their EXIT messages; leaving the loop
 * early ends those that run.
 */
import { type Ref, type Self, type SpawnOptions, TIMEOUT } from "../runtime/index.js";
import { schedulersOnline } from "./onSchedulers.js";
import type { AnySelf } from "./procLib.js";
import type { DynamicSupervisor } from "./supervisorClient.js";
import { async, asyncNolink, shutdown, type TaskProc } from "./task.js";
import { dropExit, type Handle, type Outcome, settle, TaskError } from "./taskMessages.js";

/** How many tasks run, where, and what of those that take too long. */
export interface StreamOptions extends Omit<SpawnOptions, "name"> {
  /** Tasks that run at a time; by default one for each worker scheduler. */
  readonly maxConcurrency?: number;
  /** Results in the order of the inputs, the default, or as they come. */
  readonly ordered?: boolean;
  /** ms that each task may take; 5000 by default. */
  readonly timeout?: number;
  /** For a task that takes longer: throw TaskError, the default, or kill it and give `exit` with reason `timeout`. */
  readonly onTimeout?: "exit" | "killTask";
  /** Where the tasks run, not linked with the caller; by default they are the caller's own and linked. */
  readonly supervisor?: DynamicSupervisor;
}

interface Running<R> {
  readonly task: Handle<R>;
  /** On the clock of `now()`. */
  readonly deadline: number;
  outcome?: Outcome<R>;
}

/**
 * Runs a task for each of the inputs, which are tuples of arguments, and gives what came of each. A linked task
 * that crashes ends a caller that does not trap exits, as with `async`; else its reason is a result.
 */
export async function* asyncStream<Args extends readonly unknown[], R>(
  self: AnySelf,
  task: TaskProc<Args, R>,
  inputs: Iterable<Readonly<NoInfer<Args>>> | AsyncIterable<Readonly<NoInfer<Args>>>,
  options: StreamOptions = {},
): AsyncGenerator<Outcome<R>, void, undefined> {
  const { maxConcurrency = schedulersOnline(self), ordered = true } = options;
  if (!(maxConcurrency >= 1)) throw new RangeError(`asyncStream: maxConcurrency must be 1 or more`);
  const stream = new TaskStream<Args, R>(self as Self<unknown>, task, options);
  const source = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]();
  /** What is not given out yet; where the order counts. */
  const queue: Running<R>[] = [];
  let isOver = false;
  try {
    for (;;) {
      while (!isOver && stream.size < maxConcurrency) {
        const input = await source.next();
        if (input.done) isOver = true;
        else queue.push(await stream.start(input.value));
      }
      if (stream.size > 0) await stream.finishOne();
      for (const one of due(queue, ordered)) yield one.outcome!;
      if (isOver && stream.size === 0) return;
    }
  } finally {
    await stream.end();
    if (!isOver) await source.return?.();
  }
}

/** Takes what can be given out of the queue. */
function due<R>(queue: Running<R>[], ordered: boolean): Running<R>[] {
  const open = queue.findIndex((one) => one.outcome === undefined);
  const ready = queue.splice(0, open < 0 ? queue.length : open);
  if (ordered) return ready;
  for (let i = queue.length - 1; i >= 0; i--)
    if (queue[i]!.outcome !== undefined) ready.push(...queue.splice(i, 1));
  return ready;
}

class TaskStream<Args extends readonly unknown[], R> {
  /** By ref, in the order of start, which is that of their deadlines. */
  readonly #running = new Map<Ref, Running<R>>();

  constructor(
    readonly self: Self<unknown>,
    readonly task: TaskProc<Args, R>,
    readonly options: StreamOptions,
  ) {}

  get size(): number {
    return this.#running.size;
  }

  async start(args: Readonly<Args>): Promise<Running<R>> {
    const { supervisor, scheduler, priority, timeout = 5000 } = this.options;
    const where = {
      ...(scheduler !== undefined && { scheduler }),
      ...(priority !== undefined && { priority }),
    };
    const task =
      supervisor === undefined
        ? async(this.self, this.task, args as Args, where)
        : await asyncNolink(this.self, supervisor, this.task, args as Args, where);
    const one: Running<R> = { task, deadline: this.self.now() + timeout };
    this.#running.set(task.ref, one);
    return one;
  }

  /** Waits until one has ended, or its time has. Throws TaskError for the latter, unless it is to be killed. */
  async finishOne(): Promise<void> {
    const [first] = this.#running.values();
    const after = Math.max(0, first!.deadline - this.self.now());
    const message = await this.self.receive((m) => this.#of(m) !== undefined, { after });
    const one = message === TIMEOUT ? first! : this.#of(message)!;
    one.outcome = message === TIMEOUT ? await this.#late(one.task) : settle(this.self, one.task, message);
    this.#running.delete(one.task.ref);
    await dropExit(this.self, one.task);
  }

  /** Ends all that run: told first, awaited then. */
  async end(): Promise<void> {
    for (const { task } of this.#running.values()) {
      this.self.unlink(task.pid);
      this.self.exit(task.pid, "kill");
    }
    for (const { task } of this.#running.values()) await shutdown(this.self, task, "brutalKill");
    this.#running.clear();
  }

  async #late(task: Handle<R>): Promise<Outcome<R>> {
    if (this.options.onTimeout !== "killTask") throw new TaskError("timeout", task.name);
    return (await shutdown(this.self, task, "brutalKill")) ?? { tag: "exit", reason: "timeout" };
  }

  /** Which of the running a message is about. */
  #of(message: unknown): Running<R> | undefined {
    const { tag, ref } = (message ?? {}) as { readonly tag?: unknown; readonly ref?: Ref };
    return tag === "$task" || tag === "DOWN" ? this.#running.get(ref!) : undefined;
  }
}
