/**
 * Functions run on other nodes (OTP: `erpc`). What can be called is named by module and export, for code does not
 * travel: a `job` runs on the dirty pool there, a `task` in a process of its own, as which it has `self`.
 *
 * ```ts
 * import { erpc, job, task } from "ringbeam";
 *
 * export const sum = job(import.meta.url, function sum(a: number, b: number) {
 *   if (b < 0) throw new RangeError("b < 0");
 *   return a + b;
 * });
 * export const nodeOf = task(import.meta.url, function nodeOf(self, greeting: string) {
 *   return `${greeting} from ${self.node}`;
 * });
 *
 * const n: number = await erpc.call(self, self.node, sum, [1, 2]); //=> 3
 * await erpc.call(self, self.node, nodeOf, ["hello"]); //=> `hello from ${self.node}`
 * const error = await erpc.call(self, self.node, sum, [1, -2]).catch((error) => error);
 * [error instanceof erpc.ErpcError, error.failureClass]; //=> [true, "error"]
 * String(error.reason.exception); //=> "RangeError: b < 0"
 * // All nodes at once; what came of each, in their order.
 * const [here, there] = await erpc.multicall(self, [self.node, "nobody@127.0.0.1"], sum, [3, 4]);
 * here; //=> { ok: 7 }
 * there; //=> { class: "error", reason: { erpc: "noconnection" } }
 * ```
 *
 * How a call fails is said in `erpcOutcome.ts`; the protocol in `erpcExecute.ts`. The module of the function has to be
 * there, at the same URL. Without a limit of time unless told otherwise; a call that was given up may still run.
 */
import { TIMEOUT } from "../runtime/index.js";
import { type Outcome, resultOf } from "./erpcOutcome.js";
import {
  type Callable,
  checkTarget,
  checkTimeout,
  outcomeIn,
  type RequestId,
  receiveOutcome,
  request,
  requestCast,
  waitOutcome,
} from "./erpcRequest.js";
import * as many from "./erpcRequestIds.js";
import type { AnySelf } from "./procLib.js";

export { ErpcError, type ErpcReason, type Failure, type Outcome } from "./erpcOutcome.js";
export type { Callable, RequestId } from "./erpcRequest.js";
export { type LabelledOutcome, RequestIds } from "./erpcRequestIds.js";

const NO_LIMIT = Number.POSITIVE_INFINITY;

/**
 * Runs the function on the node and gives its result (`erpc:call/5`); `timeout` ms. Throws ErpcError, what the function
 * threw if that is no Error, TermError for arguments that are not terms.
 */
export async function call<Args extends readonly unknown[], R>(
  self: AnySelf,
  node: string,
  fn: Callable<Args, R>,
  args: NoInfer<Args>,
  timeout = NO_LIMIT,
): Promise<R> {
  checkTimeout(timeout);
  return resultOf(await receiveOutcome(self, sendRequest(self, node, fn, args), timeout));
}

/** Has the function run on the node; what comes of it is told to nobody (`erpc:cast/4`). Throws ErpcError `{ erpc: "badarg" }`, TermError. */
export function cast<Args extends readonly unknown[]>(
  self: AnySelf,
  node: string,
  fn: Callable<Args>,
  args: NoInfer<Args>,
): void {
  requestCast(self, node, fn as Callable, args);
}

/**
 * Runs the function on each of the nodes, at the same time; `timeout` ms are for all together (`erpc:multicall/5`). Gives
 * what came of each, in the order of the nodes. Throws ErpcError `{ erpc: "badarg" }`, TermError.
 */
export async function multicall<Args extends readonly unknown[], R>(
  self: AnySelf,
  nodes: readonly string[],
  fn: Callable<Args, R>,
  args: NoInfer<Args>,
  timeout = NO_LIMIT,
): Promise<Outcome<R>[]> {
  checkTimeout(timeout);
  // All or none.
  for (const node of nodes) checkTarget(node, args);
  const end = self.now() + timeout;
  const ids = nodes.map((node) => sendRequest(self, node, fn, args));
  const outcomes: Outcome<R>[] = [];
  for (const id of ids) outcomes.push(await receiveOutcome(self, id, Math.max(0, end - self.now())));
  return outcomes;
}

/** `cast` to each of the nodes (`erpc:multicast/4`). */
export function multicast<Args extends readonly unknown[]>(
  self: AnySelf,
  nodes: readonly string[],
  fn: Callable<Args>,
  args: NoInfer<Args>,
): void {
  for (const node of nodes) checkTarget(node, args);
  for (const node of nodes) cast(self, node, fn, args);
}

/** A call whose result is fetched later (`erpc:send_request/4`). Throws ErpcError `{ erpc: "badarg" }`, TermError. */
export function sendRequest<Args extends readonly unknown[], R>(
  self: AnySelf,
  node: string,
  fn: Callable<Args, R>,
  args: NoInfer<Args>,
): RequestId<R> {
  return request(self, node, fn as Callable, args);
}

/** Waits for the result, `timeout` ms at most; after that the request is given up. Throws as `call` does. */
export function receiveResponse<R>(self: AnySelf, id: RequestId<R>, timeout?: number): Promise<R>;
/** What came of the first of them; without one in `timeout` ms all are given up. `remove`: the one answered, true by default. */
export function receiveResponse<R, L>(
  self: AnySelf,
  ids: many.RequestIds<R, L>,
  timeout?: number,
  remove?: boolean,
): Promise<many.LabelledOutcome<R, L> | "noRequest" | typeof TIMEOUT>;
export async function receiveResponse(
  self: AnySelf,
  ids: RequestId | many.RequestIds,
  timeout = NO_LIMIT,
  remove = true,
): Promise<unknown> {
  checkTimeout(timeout);
  if (ids instanceof many.RequestIds) return many.receiveResponse(self, ids, timeout, remove);
  return resultOf(await receiveOutcome(self, ids, timeout));
}

/** Waits for the result, `timeout` ms at most; TIMEOUT leaves the request as it is. Throws as `call` does. */
export function waitResponse<R>(
  self: AnySelf,
  id: RequestId<R>,
  timeout?: number,
): Promise<R | typeof TIMEOUT>;
/** What came of the first of them; TIMEOUT leaves them as they are. */
export function waitResponse<R, L>(
  self: AnySelf,
  ids: many.RequestIds<R, L>,
  timeout?: number,
  remove?: boolean,
): Promise<many.LabelledOutcome<R, L> | "noRequest" | typeof TIMEOUT>;
export async function waitResponse(
  self: AnySelf,
  ids: RequestId | many.RequestIds,
  timeout = NO_LIMIT,
  remove = true,
): Promise<unknown> {
  checkTimeout(timeout);
  if (ids instanceof many.RequestIds) return many.waitResponse(self, ids, timeout, remove);
  const outcome = await waitOutcome(self, ids, timeout);
  return outcome === TIMEOUT ? TIMEOUT : resultOf(outcome);
}

/** For a message that the process has taken already: the result, if it answers this request. Throws as `call` does. */
export function checkResponse<R>(message: unknown, id: RequestId<R>): { readonly response: R } | undefined;
/** The same, for an answer to any of them. */
export function checkResponse<R, L>(
  message: unknown,
  ids: many.RequestIds<R, L>,
  remove?: boolean,
): many.LabelledOutcome<R, L> | "noRequest" | undefined;
export function checkResponse(message: unknown, ids: RequestId | many.RequestIds, remove = true): unknown {
  if (ids instanceof many.RequestIds) return many.checkResponse(message, ids, remove);
  return many.answers(message, ids) ? { response: resultOf(outcomeIn(ids, message)) } : undefined;
}
