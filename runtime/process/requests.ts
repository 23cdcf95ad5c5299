/**
 * Questions to another scheduler of this node that get one answer: a ref to ask under, and what becomes of the answer.
 * If the scheduler is lost, the answer is `undefined` (lost.ts).
 */
import type { Pid, Ref } from "../term/pid.js";
import { critical } from "./critical.js";
import { post } from "./mail.js";
import type { ReplyMessage, TimerLeft } from "./messages.js";
import { newRef } from "./monitors.js";
import { homeOf, type Process, type Request } from "./process.js";
import { receive } from "./receive.js";
import type { Signal } from "./signal.js";

/** Asks by the signal that `signalOf` makes for the ref, which is the answer's as well. */
export function ask(process: Process, request: Request, signalOf: (ref: Ref) => Signal): Ref {
  const ref = newRef(process);
  process.env.signal(signalOf(ref), () => {
    process.requests ??= new Map();
    process.requests.set(ref, request);
  });
  return ref;
}

/** Asks a scheduler and waits for the answer. The signal, and whatever `signalOf` does beside it, are one step. */
export async function askAndWait(
  process: Process,
  scheduler: number,
  signalOf: (ref: Ref) => Signal,
): Promise<unknown> {
  const ref = critical(() => ask(process, { kind: "call", to: scheduler }, signalOf));
  const isAnswer = (m: unknown) => (m as { ref?: unknown } | null)?.ref === ref;
  return ((await receive(process, isAnswer, undefined, ref)) as ReplyMessage).reply;
}

export function receiveAnswer(to: Pid, ref: Ref, answer: unknown): void {
  const process = homeOf(to);
  const request = process?.requests?.get(ref);
  if (process === undefined || request === undefined || request.kind === "spawn") return;
  process.requests!.delete(ref);
  const message: ReplyMessage | TimerLeft =
    request.kind === "timer"
      ? { tag: request.tag, ref: request.timer, left: answer as number | undefined }
      : { tag: "$reply", ref, reply: answer };
  post(process, message);
}
