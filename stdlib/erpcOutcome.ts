/**
 * What comes of a remote procedure call, by class as in OTP:
 *
 * | class   | reason               | what happened                                                             |
 * | ------- | -------------------- | ------------------------------------------------------------------------- |
 * | `error` | `{ exception: E }`   | the function threw the Error `E`, with its stack; `{ undef }`: no such export |
 * | `throw` | `V`                  | the function threw `V`, which is no Error                                 |
 * | `exit`  | `{ exception: R }`   | it left by `self.exit(R)`, or did not catch an Exit of a call             |
 * | `exit`  | `{ signal: R }`      | its process got an exit signal                                            |
 * | `error` | `{ erpc: R }`        | the operation failed, see `ErpcReason`                                    |
 */
import { Exit, type ExitReason } from "../runtime/index.js";

/**
 * Why the operation failed: `noconnection` and `timeout` (the function may have run, or not), `badarg` (no node, no
 * arguments, no time, nothing that can be called), `notsup` (the other node has no erpc), or why that node refused to
 * spawn.
 */
export type ErpcReason = "noconnection" | "timeout" | "badarg" | "notsup" | unknown;

/** What a call failed with, as data. */
export type Failure =
  | {
      readonly class: "error";
      readonly reason: { readonly exception: unknown } | { readonly erpc: ErpcReason };
    }
  | { readonly class: "throw"; readonly reason: unknown }
  | {
      readonly class: "exit";
      readonly reason: { readonly exception: ExitReason } | { readonly signal: ExitReason };
    };

/** What came of one call. */
export type Outcome<R> = { readonly ok: R } | Failure;

/** A call that failed with class `error` or `exit`; what the function threw is thrown as it is. Not caught, `reason` is the exit reason. */
export class ErpcError extends Exit {
  /** @internal */
  constructor(
    /** Of Erlang's exceptions. */
    readonly failureClass: "error" | "exit",
    reason: ExitReason,
  ) {
    super(reason);
  }
}

export function erpcFailure(reason: ErpcReason): Failure {
  return { class: "error", reason: { erpc: reason } };
}

/** The value, or throws what came in its place. */
export function resultOf<R>(outcome: Outcome<R>): R {
  if ("ok" in outcome) return outcome.ok;
  if (outcome.class === "throw") throw outcome.reason;
  throw new ErpcError(outcome.class, outcome.reason);
}
