/** Timers that send messages (`erlang:send_after/3`, `start_timer/3`). They outlive the process that started them. */
import { copy } from "../term/copy.js";
import type { Ref } from "../term/pid.js";
import type { TimeoutMessage } from "./messages.js";
import { newRef } from "./monitors.js";
import type { Process } from "./process.js";
import { type Dest, send } from "./send.js";

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

/** Stops a timer of this scheduler: the ms it had left, or undefined if it fired or never was. */
export function cancelTimer(process: Process, ref: Ref): number | undefined {
  const left = readTimer(process, ref);
  if (left === undefined) return undefined;
  process.env.messageTimers.get(ref.id)?.cancel();
  process.env.messageTimers.delete(ref.id);
  return left;
}

/** The ms that a timer of this scheduler has left, or undefined if it fired or never was. */
export function readTimer(process: Process, ref: Ref): number | undefined {
  const { space } = process.env;
  // Ids are counted on each scheduler: a timer here may have the number of one elsewhere.
  if (ref.node !== space.self || ref.scheduler !== space.scheduler) return undefined;
  const timer = process.env.messageTimers.get(ref.id);
  return timer && Math.max(0, Math.ceil(timer.at - process.env.clock.now()));
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
