/**
 * What the handlers of servers and state machines give, beside replies.
 *
 * ```ts
 * import {
 *   call,
 *   cast,
 *   type From,
 *   genServer,
 *   noReply,
 *   receiveResponse,
 *   reply,
 *   sendRequest,
 *   start,
 *   stopWith,
 * } from "ringbeam";
 *
 * export const hatch = genServer(import.meta.url, "hatch", {
 *   init: () => ({ waiting: [] as From[] }),
 *   handleCall: {
 *     take(ctx) {
 *       ctx.state.waiting.push(ctx.from);
 *       return noReply;
 *     },
 *     close: () => stopWith("normal", "closed"),
 *   },
 *   handleCast: {
 *     put(ctx, dish: string) {
 *       const from = ctx.state.waiting.shift();
 *       if (from !== undefined) reply(ctx.self, from, dish);
 *     },
 *   },
 * });
 *
 * const pid = await start(self, hatch, []);
 * const taken = sendRequest(self, pid, ["take"]);
 * cast(self, pid, ["put", "soup"]);
 * await receiveResponse(self, taken); //=> "soup"
 * await call(self, pid, ["close"]); //=> "closed"
 * ```
 */
import type { ExitReason } from "../runtime/index.js";

declare const noReplyType: unique symbol;
/** The type of `noReply`. */
export interface NoReply {
  readonly [noReplyType]: true;
}

/** What a call handler gives when the reply comes later, by `reply(self, from, value)`. */
export const noReply = Symbol("noReply") as unknown as NoReply;

/** What a handler gives to end its server. */
export class StopWith<out R = never> {
  constructor(
    /** What the process exits with. */
    readonly reason: ExitReason,
    /** Holds the reply to the call at hand, if there is to be one. */
    readonly replies: readonly [R] | readonly [],
  ) {}
}

/**
 * Ends the server after this message: `terminate` is called, then the reply is sent, then the server exits.
 * Without a reply the caller sees the reason. From `init`: the start fails with the reason.
 */
export function stopWith(reason: ExitReason): StopWith;
export function stopWith<R>(reason: ExitReason, reply: R): StopWith<R>;
export function stopWith(reason: ExitReason, ...replies: [unknown] | []): StopWith<unknown> {
  return new StopWith(reason, replies);
}
