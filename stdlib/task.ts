/**
 * A computation in a process of its own, whose result the caller awaits (Elixir: `Task`).
 *
 * ```ts
 * import { Task, task } from "ringbeam";
 *
 * export const square = task(import.meta.url, async function square(_self, n: number) {
 *   return n * n;
 * });
 *
 * const running = Task.async(self, square, [5]);
 * await Task.await(self, running); //=> 25
 * const squares: number[] = [];
 * for await (const one of Task.asyncStream(self, square, [[1], [2], [3]], { maxConcurrency: 2 }))
 *   if (one.tag === "ok") squares.push(one.result);
 * squares; //=> [1, 4, 9]
 * ```
 *
 * What runs is an export by name, as everything that is spawned: a closure cannot go to another scheduler. Owner
 * and task are linked, so a task that crashes ends an owner that does not trap exits, and no task outlives its
 * owner; where that is not wanted, there is `asyncNolink`.
 */
import {
  type AnyPid,
  type AnyProc,
  type Proc,
  proc,
  type Self,
  type SpawnOptions,
  TIMEOUT,
} from "../runtime/index.js";
import { type ChildOptions, type ChildSpec, child } from "./childSpec.js";
import { dynamicSupervisor } from "./dynamicSupervisor.js";
import type { AnySelf } from "./procLib.js";
import { type DynamicSupervisor, startChild } from "./supervisorClient.js";
import {
  checkOwner,
  dropExit,
  giveResult,
  type Handle,
  isAbout,
  isOf,
  type Outcome,
  ready,
  settle,
  TaskError,
  untilReady,
} from "./taskMessages.js";

declare const taskType: unique symbol;

/** What `task` defined: something to run with `Args` that gives `R`. */
export interface TaskProc<in Args extends readonly unknown[] = never, out R = unknown>
  extends Proc<never, never> {
  /** A type only. */
  readonly [taskType]: (args: Args) => R;
}

/** Declares a task, as `proc` does a process: by module and function name. The function may be async. */
export function task<Args extends readonly unknown[], R, M = never>(
  module: string,
  body: (self: Self<M>, ...args: Args) => R,
): TaskProc<Args, Awaited<R>> {
  const run = async (self: Self<M>, owner: AnyPid | null, ...args: Args): Promise<void> => {
    const me = self as Self<unknown>;
    const ref = owner && (await untilReady(me, owner));
    const result = await body(self, ...args);
    if (ref !== null) giveResult(me, ref, result);
  };
  Object.defineProperty(run, "name", { value: body.name });
  const declared: AnyProc = proc(module, run);
  bodies.set(declared, body as unknown as TaskBody);
  return declared as TaskProc<Args, Awaited<R>>;
}

/** What a task runs, without what passes between a task and its owner. */
export type TaskBody = (self: Self<unknown>, ...args: readonly unknown[]) => unknown;

/** Of the modules that this thread has loaded. */
const bodies = new Map<AnyProc, TaskBody>();

/** The body of a task whose module is loaded on this thread; undefined for what is no task. */
export function taskBody(task: AnyProc): TaskBody | undefined {
  return bodies.get(task);
}

type Runner = Proc<[owner: AnyPid | null, ...unknown[]], never>;

/** Starts a task, linked (`Task.async`). Throws TermError for arguments that are not terms. */
export function async<Args extends readonly unknown[], R>(
  self: AnySelf,
  task: TaskProc<Args, R>,
  args: NoInfer<Args>,
  options: SpawnOptions = {},
): Handle<R> {
  const me = self as Self<unknown>;
  return own(me, task, me.spawnLink(task as AnyProc as Runner, [me.pid, ...args], options), true);
}

/**
 * Starts a task under a task supervisor, not linked with the caller (`Task.Supervisor.async_nolink`): what becomes
 * of the task is told by `await` or `yield` alone. Throws CallError as `startChild` does.
 */
export async function asyncNolink<Args extends readonly unknown[], R>(
  self: AnySelf,
  supervisor: DynamicSupervisor,
  task: TaskProc<Args, R>,
  args: NoInfer<Args>,
  options: ChildOptions = {},
): Promise<Handle<R>> {
  const me = self as Self<unknown>;
  return own(me, task, await startChild(me, supervisor, runSpec(task, [me.pid, ...args], options)), false);
}

function own(self: Self<unknown>, task: TaskProc, pid: AnyPid, linked: boolean): Handle<never> {
  const ref = self.monitor(pid, { alias: "replyDemonitor" });
  ready(self, pid, ref);
  return { pid, owner: self.pid, ref, linked, name: String(task) };
}

/** A child spec for a task whose result nobody waits for; `temporary` by default (`Task.child_spec`). */
export function spec<Args extends readonly unknown[], R>(
  task: TaskProc<Args, R>,
  args: NoInfer<Args>,
  options: ChildOptions = {},
): ChildSpec {
  return runSpec(task, [null, ...args], options);
}

function runSpec(task: TaskProc, args: [AnyPid | null, ...unknown[]], options: ChildOptions): ChildSpec {
  return child(task as AnyProc as Runner, args, { restart: "temporary", ...options } as ChildOptions);
}

/** A supervisor of tasks: `child(taskSupervisor, [], { name: "tasks" })` (`Task.Supervisor`). */
export const taskSupervisor = dynamicSupervisor(
  import.meta.url,
  "taskSupervisor",
  (limits: { readonly maxChildren?: number } = {}) => limits,
);

/**
 * The result of a task (`Task.await`); `timeout` ms are allowed for it, 5000 by default. Throws TaskError:
 * `timeout`, then the task may still run, or what the task ended with. Await a task once.
 */
export async function awaitTask<R>(self: AnySelf, task: Handle<R>, timeout = 5000): Promise<R> {
  const outcome = await yieldTask(self, task, timeout);
  if (outcome?.tag === "ok") return outcome.result;
  await flush(self as Self<unknown>, task);
  throw new TaskError(outcome === undefined ? "timeout" : outcome.reason, task.name);
}

/** The results of tasks, in their order; the `timeout` is for all together (`Task.await_many`). Throws TaskError. */
export async function awaitMany<const Tasks extends readonly Handle[]>(
  self: AnySelf,
  tasks: Tasks,
  timeout = 5000,
): Promise<{ -readonly [I in keyof Tasks]: Tasks[I] extends Handle<infer R> ? R : never }> {
  const end = self.now() + timeout;
  const results: unknown[] = [];
  for (const one of tasks) results.push(await awaitTask(self, one, Math.max(0, end - self.now())));
  return results as never;
}

/**
 * What came of a task, or undefined if nothing did in `timeout` ms, 5000 by default; then it can be asked again
 * (`Task.yield`).
 */
export async function yieldTask<R>(
  self: AnySelf,
  task: Handle<R>,
  timeout = 5000,
): Promise<Outcome<R> | undefined> {
  const me = self as Self<unknown>;
  checkOwner(me, task);
  const answer = await me.receive((m) => isAbout(m, task), { after: timeout });
  return answer === TIMEOUT ? undefined : settle(me, task, answer);
}

/**
 * Ends a task, as a supervisor does a child: exit signal `shutdown`, and after `timeout` ms `kill`, or at once with
 * `brutalKill` (`Task.shutdown`). Gives what came of the task before that, or undefined if nothing did.
 */
export async function shutdown<R>(
  self: AnySelf,
  task: Handle<R>,
  timeout: number | "brutalKill" = 5000,
): Promise<Outcome<R> | undefined> {
  const me = self as Self<unknown>;
  checkOwner(me, task);
  me.unlink(task.pid);
  const last = me.monitor(task.pid);
  me.exit(task.pid, timeout === "brutalKill" ? "kill" : "shutdown");
  const after = timeout === "brutalKill" ? Number.POSITIVE_INFINITY : timeout;
  let down = await me.receive((m) => isOf(m, "DOWN", last), { after, since: last });
  const killed = timeout === "brutalKill" || down === TIMEOUT;
  if (down === TIMEOUT) {
    me.exit(task.pid, "kill");
    down = await me.receive((m) => isOf(m, "DOWN", last), { after: Number.POSITIVE_INFINITY, since: last });
  }
  // The monitor that is there since the start knows the reason, if the task had ended before it was told to.
  const answer = await flush(me, task);
  await dropExit(me, task);
  if (answer === TIMEOUT) return undefined;
  const outcome = settle(me, { ...task, linked: false }, answer);
  const asTold =
    outcome.tag === "exit" && (outcome.reason === "shutdown" || (killed && outcome.reason === "killed"));
  return asTold ? undefined : outcome;
}

/** Nothing of the task comes any more, but for the EXIT of its link; gives what is here already, or TIMEOUT. */
function flush(self: Self<unknown>, task: Handle): Promise<unknown> {
  self.demonitor(task.ref);
  return self.receive((m) => isAbout(m, task), { after: 0 });
}
