/**
 * Timers that send messages (`erlang:send_after/3`, `start_timer/3`). They outlive the process that started them. A timer
 * lives on the scheduler where it was started; from elsewhere it is cancelled or read by a signal and its answer.
 */
import { copy } from "../term/copy.js";
import type { Pid, Ref } from "../term/pid.js";
import { checkTime } from "./checks.js";
import { critical } from "./critical.js";
import type { Env } from "./env.js";
import { post } from "./mail.js";
import type { TimeoutMessage, TimerLeft } from "./messages.js";
import { newRef } from "./monitors.js";
import type { Process } from "./process.js";
import { ask, askAndWait } from "./requests.js";
import type { TimerOptions } from "./selfOptions.js";
import { type Dest, send } from "./send.js";
import { Op, type TimerOrder } from "./signal.js";

/** How an answer about a timer comes: as a message, or not at all. */
export interface AsyncTimerOptions {
  /** The answer comes as a `TimerLeft` message. */
  readonly async: true;
  /** False: no message. */
  readonly info?: boolean;
}

/** The timer may be one of another scheduler: the answer takes a while. */
export interface AnyTimerOptions {
  /** The answer is awaited. */
  readonly anywhere: true;
}

const TAGS = { cancel: "cancelTimer", read: "readTimer" } as const;

/** Sends `message` to `dest` after `ms`. */
export function sendAfter(process: Process, ms: number, dest: Dest, message: unknown): Ref {
  const ref = newRef(process);
  schedule(process, ref, ms, dest, copy(message));
  return ref;
}

/** As `sendAfter`, but the message arrives as `{ tag: "timeout", ref, message }`. */
export function startTimer(process: Process, ms: number, dest: Dest, message: unknown): Ref {
  const ref = newRef(process);
  const timeout: TimeoutMessage = { tag: "timeout", ref, message: copy(message) };
  schedule(process, ref, ms, dest, timeout);
  return ref;
}

/** ms from now. Throws RangeError for what is no time. */
export function dueIn(process: Process, what: string, ms: number, { abs }: TimerOptions): number {
  if (!abs) checkTime(what, ms);
  else if (Number.isNaN(ms)) throw new RangeError(`${what}: NaN is not a time`);
  return abs ? Math.max(0, ms - process.env.clock.now()) : ms;
}

/** Stops a timer, or only looks: the ms it had left, or undefined if it fired or never was. */
export function orderTimer(
  process: Process,
  ref: Ref,
  order: TimerOrder,
  options: AnyTimerOptions | AsyncTimerOptions | undefined,
): number | undefined | Promise<number | undefined> {
  if (options === undefined) return orderHere(process, ref, order);
  if ("anywhere" in options) return orderAnywhere(process, ref, order);
  orderAsync(process, ref, order, options.info !== false);
  return undefined;
}

/** A timer of this scheduler. Throws RangeError for one of another scheduler. */
function orderHere(process: Process, ref: Ref, order: TimerOrder): number | undefined {
  const { env } = process;
  const scheduler = foreignScheduler(env, ref);
  if (scheduler === undefined) return carryOut(env, ref, order);
  throw new RangeError(
    `${TAGS[order]}: the timer is on scheduler ${scheduler}, this process on ${env.space.scheduler}; ` +
      "await it with { anywhere: true }, or have a message with { async: true }",
  );
}

/** A timer of any scheduler: the answer comes as a `TimerLeft` message, if it is wanted. */
function orderAsync(process: Process, ref: Ref, order: TimerOrder, info: boolean): void {
  const { env } = process;
  const scheduler = foreignScheduler(env, ref);
  if (scheduler === undefined) {
    const left = carryOut(env, ref, order);
    if (info) post(process, { tag: TAGS[order], ref, left } satisfies TimerLeft);
  } else if (info) {
    const request = { kind: "timer", to: scheduler, timer: ref, tag: TAGS[order] } as const;
    ask(process, request, (question) => [Op.timer, ref, process.pid, question, order]);
  } else env.signal([Op.timer, ref, process.pid, undefined, order]);
}

/** A timer of any scheduler, waiting for the answer. */
async function orderAnywhere(process: Process, ref: Ref, order: TimerOrder): Promise<number | undefined> {
  const scheduler = foreignScheduler(process.env, ref);
  if (scheduler === undefined) return carryOut(process.env, ref, order);
  const answer = askAndWait(process, scheduler, (question) => [Op.timer, ref, process.pid, question, order]);
  return (await answer) as number | undefined;
}

export function receiveTimerOrder(
  env: Env,
  timer: Ref,
  from: Pid,
  request: Ref | undefined,
  order: TimerOrder,
): void {
  const left = carryOut(env, timer, order);
  if (request !== undefined) env.signal([Op.answer, from, request, left]);
}

function carryOut(env: Env, ref: Ref, order: TimerOrder): number | undefined {
  // Ids are counted on each scheduler: a timer here may have the number of one elsewhere.
  const { self, scheduler } = env.space;
  if (ref.node !== self || ref.scheduler !== scheduler) return undefined;
  const timer = env.messageTimers.get(ref.id);
  if (timer === undefined) return undefined;
  if (order === "cancel") {
    critical(() => {
      timer.cancel();
      env.messageTimers.delete(ref.id);
    });
  }
  return Math.max(0, Math.ceil(timer.at - env.clock.now()));
}

/** The other scheduler of this node that the timer is on. A timer of another node is no timer here, as in Erlang. */
function foreignScheduler(env: Env, { node, scheduler }: Ref): number | undefined {
  return node === env.space.self && scheduler !== env.space.scheduler ? scheduler : undefined;
}

function schedule(process: Process, ref: Ref, ms: number, dest: Dest, message: unknown): void {
  const { env } = process;
  const timer = env.timers.start(ms, () => {
    env.messageTimers.delete(ref.id);
    // A name that is gone by now drops the message, as it does in Erlang.
    if (typeof dest !== "string" || env.names.whereis(dest) !== undefined) send(env, dest, message);
  });
  env.messageTimers.set(ref.id, timer);
}
