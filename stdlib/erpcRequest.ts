/**
 * Requests of `erpc` on their way: what is sent, which message is the answer, and how one is given up.
 *
 * The id's ref is a spawn request first, and from the reply to it a monitor: giving up is `spawnRequestAbandon` before,
 * `demonitor` after, and where neither was in time the answer is in the mailbox.
 */
import {
  type Down,
  type Job,
  type Proc,
  type Ref,
  type Self,
  type SpawnReply,
  TIMEOUT,
} from "../runtime/index.js";
import { type Answer, execute, executeCast } from "./erpcExecute.js";
import { ErpcError, erpcFailure, type Outcome } from "./erpcOutcome.js";
import type { AnySelf } from "./procLib.js";
import type { TaskProc } from "./task.js";

declare const resultType: unique symbol;

/** What can be called: a `job`, on the dirty pool, or a `task`, in a process; both by module and name. */
export type Callable<Args extends readonly unknown[] = never, R = unknown> = Job<Args, R> | TaskProc<Args, R>;

/** A request on its way. `R`: what the function gives. Only the process that sent it can use it. */
export class RequestId<out R = unknown> {
  declare readonly [resultType]?: R;

  /** @internal: ids come from `sendRequest`. */
  constructor(
    /** @internal */
    readonly ref: Ref,
    /** @internal */
    readonly res: Ref,
  ) {}
}

/** Sends the request. Throws ErpcError `{ erpc: "badarg" }`, TermError. */
export function request(
  self: AnySelf,
  node: string,
  fn: Callable,
  args: readonly unknown[],
): RequestId<never> {
  checkTarget(node, args);
  const me = self as Self<unknown>;
  const res = me.makeRef();
  const options = { node, monitor: true, reply: "errorOnly" } as const;
  return new RequestId(me.spawnRequest(execute, [res, fn as Proc, args], options), res);
}

/** The same for nobody who waits. */
export function requestCast(self: AnySelf, node: string, fn: Callable, args: readonly unknown[]): void {
  checkTarget(node, args);
  (self as Self<unknown>).spawnRequest(executeCast, [fn as Proc, args], { node, reply: "no" });
}

/** Throws ErpcError `{ erpc: "badarg" }`. */
export function checkTarget(node: unknown, args: unknown): void {
  if (typeof node !== "string" || !Array.isArray(args)) throw badarg();
}

export function checkTimeout(timeout: number): void {
  if (!(timeout >= 0)) throw badarg();
}

export function badarg(): ErpcError {
  return new ErpcError("error", { erpc: "badarg" });
}

type AnswerMessage = Down | SpawnReply;

/** The ref of a message that answers some request. */
export function answeredRef(message: unknown): Ref | undefined {
  const { tag, ref } = (message ?? {}) as Partial<AnswerMessage>;
  return tag === "DOWN" || tag === "spawnReply" ? ref : undefined;
}

/** Waits for what comes of the request, `timeout` ms at most. */
export async function waitOutcome<R>(
  self: AnySelf,
  id: RequestId<R>,
  timeout: number,
): Promise<Outcome<R> | typeof TIMEOUT> {
  const isAnswer = (m: unknown): boolean => answeredRef(m) === id.ref;
  const message = await (self as Self<unknown>).receive(isAnswer, { after: timeout, since: id.ref });
  return message === TIMEOUT ? TIMEOUT : outcomeIn(id, message);
}

/** Waits, and gives up in time: nothing of the request comes any more. */
export async function receiveOutcome<R>(
  self: AnySelf,
  id: RequestId<R>,
  timeout: number,
): Promise<Outcome<R>> {
  const outcome = await waitOutcome(self, id, timeout);
  if (outcome !== TIMEOUT) return outcome;
  if (giveUp(self, id)) return erpcFailure("timeout");
  // What came since the time was up is no less an answer; an id that was used before has none.
  const last = await waitOutcome(self, id, 0);
  return last === TIMEOUT ? erpcFailure("badarg") : last;
}

/** False if the answer is in the mailbox, or was taken out of it. */
export function giveUp(self: AnySelf, { ref }: RequestId): boolean {
  return self.spawnRequestAbandon(ref) || self.demonitor(ref);
}

/** What a message says that answers this request. */
export function outcomeIn<R>({ res }: RequestId<R>, message: unknown): Outcome<R> {
  const answer = message as AnswerMessage;
  if (answer.tag === "spawnReply") return erpcFailure(answer.failure);
  const { reason } = answer;
  if (isAnswerOf(reason, res)) return reason.outcome as Outcome<R>;
  if (reason === "noconnection") return erpcFailure("noconnection");
  if (isUndefOf(reason)) return erpcFailure("notsup");
  return { class: "exit", reason: { signal: reason } };
}

function isAnswerOf(reason: unknown, res: Ref): reason is Answer {
  const { tag, res: of } = (reason ?? {}) as Partial<Answer>;
  return tag === "$erpc" && of === res;
}

/** The other node does not have the far side. */
function isUndefOf(reason: unknown): boolean {
  const { undef } = (reason ?? {}) as { readonly undef?: unknown };
  return undef === `${execute.module}#${execute.name}`;
}
