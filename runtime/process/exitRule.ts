/** What an exit signal does to its receiver (Erlang reference manual, "Receiving Exit Signals"). */
import type { ExitReason } from "../term/reason.js";

export type ExitAction = "ignore" | "message" | "die";

/**
 * @param reason what the signal says
 * @param trapping whether the receiver traps exits
 * @param how "link": a linked process ended; "exit": exit/2 by another; "self": exit/2 to oneself
 */
export function exitRule(reason: ExitReason, trapping: boolean, how: "link" | "exit" | "self"): ExitAction {
  if (reason === "kill" && how !== "link") return "die";
  if (trapping) return "message";
  if (reason === "normal" && how !== "self") return "ignore";
  return "die";
}

/** The reason that others see: an untrappable kill shows as `killed`, so that it does not kill on through links. */
export function visibleReason(reason: ExitReason, how: "link" | "exit" | "self"): ExitReason {
  return reason === "kill" && how !== "link" ? "killed" : reason;
}
