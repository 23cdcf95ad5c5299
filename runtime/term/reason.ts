/**
 * Exit reasons, as the Erlang reference manual names them. A reason is a term; these are the ones the
 * runtime itself gives. An error that nobody caught is its own reason (an `Error`).
 */
export type ExitReason =
  | "normal"
  | "shutdown"
  | { readonly shutdown: unknown }
  | "kill"
  | "killed"
  | "noproc"
  | "noconnection"
  | "undef"
  | unknown;

/** Thrown to leave a process with a reason, as `erlang:exit/1`; can be caught, as there. */
export class Exit extends Error {
  override readonly name = "Exit";
  constructor(
    /** What the process exits with, if nobody catches this. */
    readonly reason: ExitReason,
  ) {
    super(`exit: ${formatReason(reason)}`);
  }
}

/** The reason that follows from what a process body threw. */
export function reasonOf(thrown: unknown): ExitReason {
  return thrown instanceof Exit ? thrown.reason : thrown;
}

/** `normal`, `shutdown` and `{ shutdown: _ }` are ends that nobody reports as a crash. */
export function isOrderly(reason: ExitReason): boolean {
  if (reason === "normal" || reason === "shutdown") return true;
  return typeof reason === "object" && reason !== null && Object.hasOwn(reason, "shutdown");
}

/** One line for people. */
export function formatReason(reason: ExitReason): string {
  if (typeof reason === "string") return reason;
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
  try {
    return JSON.stringify(reason, (_key, value) =>
      typeof value === "bigint"
        ? `${value}n`
        : value instanceof Error
          ? `${value.name}: ${value.message}`
          : value,
    );
  } catch {
    return String(reason);
  }
}
