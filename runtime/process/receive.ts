/**
 * Receive: the first message that fits, in mailbox order, or TIMEOUT. Matchers run in their own process's
 * slice, never in a sender's, and each message is looked at once by a waiting receive.
 */
import type { Ref } from "../term/pid.js";
import { isRunnable, makeRunnable } from "./mail.js";
import { type Process, State } from "./process.js";

/** What a receive with a timeout gives when time ran out; no message can be this, for a symbol is no term. */
export const TIMEOUT: unique symbol = Symbol("timeout");

export type Match = (message: unknown) => boolean;

let settleNew: (value: unknown) => void;
/** One executor for all receives: a promise is made for each, a closure is not. */
const executor = (resolve: (value: unknown) => void) => {
  settleNew = resolve;
};

/**
 * @param after ms until TIMEOUT; undefined waits for ever, 0 only looks
 * @param since skip what came before this ref was made, if it is the youngest of its process
 */
export function receive(
  process: Process,
  match: Match | undefined,
  after?: number,
  since?: Ref,
): Promise<unknown> {
  if (process.resume !== undefined) {
    throw new Error("a receive of this process is waiting already: a process receives one message at a time");
  }
  const from = since !== undefined && since === process.markRef ? process.markAt : 0;
  if (process.budget > 0 && process.suspended === 0) {
    if (takeFitting(process, match, from)) {
      process.budget--;
      process.reductions++;
      return Promise.resolve(takeOut(process));
    }
    process.scanned = process.mailbox.end;
  } else process.scanned = from;
  return wait(process, match, after);
}

function wait(process: Process, match: Match | undefined, after: number | undefined): Promise<unknown> {
  const promise = new Promise(executor);
  process.resume = settleNew;
  process.match = match;
  process.state = State.waiting;
  if (after === 0) process.timedOut = true;
  else if (after !== undefined && after !== Number.POSITIVE_INFINITY) {
    process.timeout = process.env.timers.start(after, () => {
      process.timeout = undefined;
      process.timedOut = true;
      makeRunnable(process);
    });
  }
  if (isRunnable(process)) makeRunnable(process);
  return promise;
}

/** Lets others run (`erlang:yield/0`). */
export async function yieldTurn(process: Process): Promise<void> {
  if (process.resume !== undefined) throw new Error("yield: a receive of this process is waiting");
  process.scanned = process.mailbox.end;
  await wait(process, () => false, 0);
}

/** A slice for a process that waits in a receive: looks at what is new, and at the clock. */
export function resumeReceive(process: Process): void {
  const from = process.scanned;
  process.scanned = process.mailbox.end;
  try {
    if (takeFitting(process, process.match, from)) finish(process, takeOut(process));
    else if (process.timedOut) finish(process, TIMEOUT);
  } catch (error) {
    // The matcher's own: the body that waits gets it, as if it had not had to wait.
    finish(process, Promise.reject(error));
  }
}

function finish(process: Process, value: unknown): void {
  const resume = process.resume!;
  process.timeout?.cancel();
  process.resume = process.match = process.timeout = undefined;
  process.timedOut = false;
  process.state = State.running;
  process.budget--;
  process.reductions++;
  if (process.embedded) process.env.outside(() => resume(value));
  else resume(value);
}

function takeFitting(process: Process, match: Match | undefined, from: number): boolean {
  const mailbox = process.mailbox;
  if (match !== undefined) return mailbox.take(from, match);
  if (mailbox.size === 0) return false;
  if (from > mailbox.start) return mailbox.take(from, () => true);
  mailbox.taken = mailbox.shift();
  return true;
}

function takeOut(process: Process): unknown {
  const message = process.mailbox.taken;
  process.mailbox.taken = undefined;
  return message;
}
