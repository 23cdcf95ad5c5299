/** A call that fails while the server goes on: the caller gets a CallError with this reason. */
import type { ExitReason } from "../runtime/index.js";
import type { CallContext } from "./genServer.js";
import { type NoReply, noReply } from "./serverResult.js";

/** For a call handler: `return failCall(ctx, "notFound")`. Only before the call at hand has been answered. */
export function failCall(ctx: Pick<CallContext<unknown>, "self" | "from">, reason: ExitReason): NoReply {
  ctx.self.replyFailure(ctx.from, reason);
  return noReply;
}
