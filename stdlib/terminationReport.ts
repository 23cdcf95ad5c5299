/**
 * What a behaviour logs of its end (OTP: the `terminate` reports of `gen_server`, `gen_statem`, `gen_event`), before
 * the crash report of its process: what it was doing, and for whom. Nothing if it ends `normal`, `shutdown` or
 * `{ shutdown: _ }`.
 */
import {
  type AnyPid,
  type AnyProc,
  type CallMessage,
  Exit,
  type ExitReason,
  isOrderly,
  logger,
  type Report,
  type Self,
} from "../runtime/index.js";

/** A behaviour ended with an error; logged as an error. A state machine's has more fields. */
export interface TerminationReport extends Report {
  /** OTP: `{gen_server, terminate}`, `{gen_statem, terminate}`. */
  readonly label: readonly ["genServer" | "genStatem", "terminate"];
  /** By registered name if it has one. */
  readonly name: string | AnyPid;
  /** The request of a call, else the message. */
  readonly lastMessage: unknown;
  /** As `formatStatus` shows it. */
  readonly state: unknown;
  /** What it ended with. */
  readonly reason: ExitReason;
  /** Who waits for the reply to the last message, if that was a call. */
  readonly clientInfo: AnyPid | undefined;
}

/**
 * Reports what the end came to, when all callbacks are done with it: the reason that `ending` rejects with. Rejects
 * with it as well.
 * @param details of the behaviour; called only for a report. `state` is as people are to see it
 */
export async function reportTermination(
  self: Self<unknown>,
  who: TerminationReport["label"][0],
  message: unknown,
  ending: Promise<void>,
  details: () => { readonly state: unknown; readonly [field: string]: unknown },
): Promise<void> {
  try {
    await ending;
  } catch (thrown) {
    const reason = thrown instanceof Exit ? thrown.reason : thrown;
    if (!isOrderly(reason))
      logger.error(() => report(self, who, message, reason, details()), { self, domain: ["otp"] });
    throw thrown;
  }
}

/** An event handler crashed and is removed; its manager goes on (OTP: `{gen_event, terminate}`). */
export function reportHandler(
  self: Self<unknown>,
  crash: {
    readonly handler: AnyProc;
    readonly lastMessage: unknown;
    readonly state: unknown;
    readonly reason: ExitReason;
  },
): void {
  const name = nameOf(self);
  logger.error({ label: ["genEvent", "terminate"], name, ...crash }, { self, domain: ["otp"] });
}

function nameOf({ logMetadata, pid }: Self<unknown>): string | AnyPid {
  return logMetadata.registeredName ?? pid;
}

function report(
  self: Self<unknown>,
  who: TerminationReport["label"][0],
  message: unknown,
  reason: ExitReason,
  details: { readonly state: unknown },
): TerminationReport {
  const { tag, from, request } = (message ?? {}) as Partial<CallMessage>;
  const isCall = tag === "$call";
  return {
    label: [who, "terminate"],
    name: nameOf(self),
    lastMessage: isCall ? request : (tag as unknown) === "$stop" ? undefined : message,
    ...details,
    reason,
    clientInfo: isCall ? from?.pid : undefined,
  };
}
