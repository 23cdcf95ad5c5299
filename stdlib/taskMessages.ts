/**
 * What passes between a task and its owner, and what it means for the owner.
 *
 *     owner                                    task
 *       | -- spawn ----------------------------> |  waits
 *       | -- monitor, with the alias `ref` ----> |
 *       | -- { tag: "$run", ref } -------------> |  runs
 *       | <- { tag: "$task", ref, result } ------|  to `ref`: once nobody waits, it is dropped
 *       | <----------------- DOWN, under `ref` --|  or: it ended without a result
 *
 * It waits for `$run` so that the monitor is there before it can end: else the reason might be lost.
 */
import { type AnyPid, type Down, Exit, type ExitReason, type Ref, type Self } from "../runtime/index.js";

declare const resultType: unique symbol;

/** A task that was started. Only its owner can await it. It is a term. */
export interface Handle<out R = unknown> {
  /** The task's own process. */
  readonly pid: AnyPid;
  /** Who started it, and alone can await it. */
  readonly owner: AnyPid;
  /** The owner's monitor of the task, and its alias for the result. */
  readonly ref: Ref;
  /** Whether owner and task are linked: `async`, not `asyncNolink`. */
  readonly linked: boolean;
  /** What it runs, for people: `file.js#name`. */
  readonly name: string;
  readonly [resultType]?: R;
}

/** What came of a task. */
export type Outcome<R> =
  | { readonly tag: "ok"; readonly result: R }
  | { readonly tag: "exit"; readonly reason: ExitReason };

interface ResultMessage {
  readonly tag: "$task";
  readonly ref: Ref;
  readonly result: unknown;
}

/** A task that was awaited has no result; not caught, it is the exit reason of who awaited it. */
export class TaskError extends Exit {
  constructor(
    /** `timeout`, or what the task ended with. */
    readonly failure: ExitReason,
    task: string,
  ) {
    super({ reason: failure, task });
  }
}

// -- the task's side ---------------------------------------------------------------------------------------------

/** Waits till the owner is ready. Exits if the owner ends first: a task that is not linked would wait for ever. */
export async function untilReady(self: Self<unknown>, owner: AnyPid): Promise<Ref> {
  const watch = self.monitor(owner);
  const first = await self.receive((m) => isRun(m) || isOf(m, "DOWN", watch));
  if (!isRun(first)) self.exit({ shutdown: (first as Down).reason });
  if (!self.demonitor(watch)) self.demonitor(watch, { flush: true });
  return first.ref;
}

export function ready(self: Self<unknown>, pid: AnyPid, ref: Ref): void {
  self.send(pid, { tag: "$run", ref } as never);
}

export function giveResult(self: Self<unknown>, ref: Ref, result: unknown): void {
  const message: ResultMessage = { tag: "$task", ref, result };
  self.send(ref, message as never);
}

// -- the owner's side --------------------------------------------------------------------------------------------

/** Whether a message says what came of a task. */
export function isAbout(message: unknown, { ref }: Handle): boolean {
  return isOf(message, "$task", ref) || isOf(message, "DOWN", ref);
}

/** What a message about the task says; it was the last of it but for an EXIT. */
export function settle<R>(self: Self<unknown>, task: Handle<R>, message: unknown): Outcome<R> {
  const answer = message as ResultMessage | Down;
  if (answer.tag === "$task") return { tag: "ok", result: answer.result as R };
  obeyLink(self, task, answer.reason);
  return { tag: "exit", reason: answer.reason };
}

/** Takes the EXIT message of a linked task away, whether it is here or on its way. */
export async function dropExit(self: Self<unknown>, { linked, pid }: Handle): Promise<void> {
  if (!linked || !trapsExits(self)) return;
  self.unlink(pid);
  await self.receive((m) => isExitOf(m, pid), { after: 0 });
}

/** Throws TypeError if it is another's task: its messages do not come here. */
export function checkOwner(self: Self<unknown>, { name, owner }: Handle): void {
  if (owner !== self.pid) throw new TypeError(`task ${name} belongs to ${owner}, not to ${self.pid}`);
}

/**
 * The DOWN of a linked task is a moment ahead of the exit signal that ends an owner that does not trap exits:
 * let it have its effect now, so that what comes of it is never a matter of luck.
 */
function obeyLink(self: Self<unknown>, { linked }: Handle, reason: ExitReason): void {
  if (linked && reason !== "normal" && !trapsExits(self)) self.exit(self.pid, reason);
}

function trapsExits(self: Self<unknown>): boolean {
  const traps = self.processFlag("trapExit", true);
  self.processFlag("trapExit", traps);
  return traps;
}

/** Whether a message has this tag and this ref. */
export function isOf(message: unknown, tag: "DOWN" | "$task", ref: Ref): boolean {
  const m = message as { readonly tag?: unknown; readonly ref?: unknown } | null | undefined;
  return m?.tag === tag && m.ref === ref;
}

function isRun(message: unknown): message is { readonly tag: "$run"; readonly ref: Ref } {
  return (message as { readonly tag?: unknown } | null | undefined)?.tag === "$run";
}

function isExitOf(message: unknown, pid: AnyPid): boolean {
  const m = message as { readonly tag?: unknown; readonly pid?: unknown } | null | undefined;
  return m?.tag === "EXIT" && m.pid === pid;
}
