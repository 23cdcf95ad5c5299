/**
 * Many requests at once, each with a label, whose replies are taken in the order in which they come (OTP: the
 * `reqids_*` of `gen_server` and `gen_statem`).
 *
 * ```ts
 * import { genServer, ReqIds, receiveResponse, sendRequest, startLink, TIMEOUT } from "ringbeam";
 *
 * export const counter = genServer(import.meta.url, "counter", {
 *   init: (_self, count: number) => count,
 *   handleCall: { count: (ctx) => ctx.state },
 * });
 *
 * const ids = new ReqIds<number, string>();
 * for (const [label, count] of [["cats", 3], ["dogs", 5]] as const)
 *   ids.add(sendRequest(self, await startLink(self, counter, [count]), ["count"]), label);
 * const counts: Record<string, number> = {};
 * for (;;) {
 *   const answer = await receiveResponse(self, ids, 5000);
 *   if (answer === "noRequest" || answer === TIMEOUT) break;
 *   if ("reply" in answer) counts[answer.label] = answer.reply;
 * }
 * counts; //=> { cats: 3, dogs: 5 }
 * ```
 *
 * | | what it gives for a reply or a failure | nothing there in time | no request in the collection |
 * | --- | --- | --- | --- |
 * | `receiveResponse` | `{ label, id, reply }`, `{ label, id, error }` | TIMEOUT; all are given up and taken out | `"noRequest"` |
 * | `waitResponse` | the same | TIMEOUT; may be asked again | `"noRequest"` |
 * | `checkResponse` | the same | undefined: another message | `"noRequest"` |
 *
 * A request that was answered is taken out of the collection, unless told otherwise: then it waits for nothing.
 */
import {
  type CallError,
  type Down,
  type Ref,
  type ReplyMessage,
  type Self,
  TIMEOUT,
} from "../runtime/index.js";
import type { AnySelf } from "./procLib.js";
import type { ReqId } from "./requestId.js";
import * as one from "./requestId.js";

/** What came of a request. `error`: the server ended, refused, or was not there. */
export type LabelledResponse<Reply, Label> =
  | { readonly label: Label; readonly id: ReqId<Reply>; readonly reply: Reply }
  | { readonly label: Label; readonly id: ReqId<Reply>; readonly error: CallError };

interface Labelled<Reply, Label> {
  readonly id: ReqId<Reply>;
  readonly label: Label;
}

/** Requests on their way, with their labels (`gen_server:reqids_new/0`). Only the process that sent them can use it. */
export class ReqIds<Reply = unknown, Label = unknown> {
  readonly #byRef = new Map<Ref, Labelled<Reply, Label>>();

  /** `reqids_add/3`; with `sendRequest` in it, `send_request/4`. Throws TypeError if the id is there already. */
  add(id: ReqId<Reply>, label: Label): void {
    if (this.#byRef.has(id.ref)) throw new TypeError("ReqIds.add: this request is in the collection already");
    this.#byRef.set(id.ref, { id, label });
  }

  /** `reqids_size/1` */
  get size(): number {
    return this.#byRef.size;
  }

  /** `reqids_to_list/1` */
  toList(): [id: ReqId<Reply>, label: Label][] {
    return Array.from(this.#byRef.values(), ({ id, label }) => [id, label]);
  }

  /** @internal: which of them the message answers */
  find(message: unknown): Labelled<Reply, Label> | undefined {
    const { ref, tag } = (message ?? {}) as Partial<ReplyMessage | Down>;
    return tag === "$reply" || tag === "DOWN" ? this.#byRef.get(ref as Ref) : undefined;
  }

  /** @internal */
  remove(id: ReqId): void {
    this.#byRef.delete(id.ref);
  }
}

type Answer<Reply, Label> = LabelledResponse<Reply, Label> | "noRequest";

/** Waits for the reply, `timeout` ms at most, without limit by default; after that the request is given up. */
export function receiveResponse<R>(self: AnySelf, id: ReqId<R>, timeout?: number): Promise<R>;
/** The first reply to any of them; without one in `timeout` ms all are given up. `remove`: the one answered, true by default. */
export function receiveResponse<R, L>(
  self: AnySelf,
  ids: ReqIds<R, L>,
  timeout?: number,
  remove?: boolean,
): Promise<Answer<R, L> | typeof TIMEOUT>;
export async function receiveResponse(
  self: AnySelf,
  ids: ReqId | ReqIds,
  timeout?: number,
  remove?: boolean,
): Promise<unknown> {
  if (!(ids instanceof ReqIds)) return one.receiveResponse(self, ids, timeout);
  const answer = await waitResponse(self, ids, timeout, remove);
  if (answer !== TIMEOUT) return answer;
  for (const [id] of ids.toList()) self.demonitor(id.ref);
  // What came since the time was up is no less an answer.
  const last = await waitResponse(self, ids, 0, remove);
  for (const [id] of ids.toList()) {
    self.demonitor(id.ref, { flush: true });
    ids.remove(id);
  }
  return last;
}

/** Waits for the reply, `timeout` ms at most; TIMEOUT leaves the request as it is. */
export function waitResponse<R>(self: AnySelf, id: ReqId<R>, timeout?: number): Promise<R | typeof TIMEOUT>;
/** The first reply to any of them; TIMEOUT leaves them as they are. */
export function waitResponse<R, L>(
  self: AnySelf,
  ids: ReqIds<R, L>,
  timeout?: number,
  remove?: boolean,
): Promise<Answer<R, L> | typeof TIMEOUT>;
export async function waitResponse(
  self: AnySelf,
  ids: ReqId | ReqIds,
  timeout = Number.POSITIVE_INFINITY,
  remove = true,
): Promise<unknown> {
  if (!(ids instanceof ReqIds)) return one.waitResponse(self, ids, timeout);
  if (ids.size === 0) return "noRequest";
  const isAnswer = (m: unknown): boolean => ids.find(m) !== undefined;
  const message = await (self as Self<unknown>).receive(isAnswer, { after: timeout });
  return message === TIMEOUT ? TIMEOUT : checkResponse(message, ids, remove);
}

/** For a message that the process has taken already: the reply, if it is the one to this request. */
export function checkResponse<R>(message: unknown, id: ReqId<R>): { readonly reply: R } | undefined;
/** The same, for a reply to any of them. */
export function checkResponse<R, L>(
  message: unknown,
  ids: ReqIds<R, L>,
  remove?: boolean,
): Answer<R, L> | undefined;
export function checkResponse(message: unknown, ids: ReqId | ReqIds, remove = true): unknown {
  if (!(ids instanceof ReqIds)) return one.checkResponse(message, ids);
  if (ids.size === 0) return "noRequest";
  const found = ids.find(message);
  if (found === undefined) return undefined;
  if (remove) ids.remove(found.id);
  try {
    return { ...found, reply: one.checkResponse(message, found.id)!.reply };
  } catch (error) {
    return { ...found, error: error as CallError };
  }
}
