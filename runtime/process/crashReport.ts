/**
 * What is logged of a process that crashed (OTP: `proc_lib`, its crash reports; erts, its error messages).
 *
 * | process | uncaught error | exit, by itself | exit signal, kill |
 * | --- | --- | --- | --- |
 * | a behaviour, or started by `procLib` | crash report | crash report | nothing |
 * | any other | "Error in process" | nothing | nothing |
 *
 * Of the reasons `normal`, `shutdown` and `{ shutdown: _ }` there is never a report.
 */
import type { AnyPid } from "../term/pid.js";
import { Exit, type ExitReason, formatReason, isOrderly } from "../term/reason.js";
import type { Metadata, Report } from "./log.js";
import { homeOf, type Process } from "./process.js";

/** As many of the messages that wait are in a report. */
const MESSAGES_SHOWN = 10;

/** OTP's fields but for dictionary and heap; flat. Lists as long as they may be: handlers cap what they print. */
export interface CrashReport extends Report {
  /** OTP: `{proc_lib, crash}`. */
  readonly label: readonly ["procLib", "crash"];
  /** `module#export`. */
  readonly initialCall: string;
  /** Who crashed. */
  readonly pid: AnyPid;
  /** Its name, or null. */
  readonly registeredName: string | null;
  /** `exit`: it left by itself; `throw`: with what is no Error. The stack is in the reason, where it is an Error. */
  readonly errorInfo: { readonly class: "error" | "exit" | "throw"; readonly reason: ExitReason };
  /** Its parent, and on, as long as they are known on this scheduler. */
  readonly ancestors: readonly AnyPid[];
  /** How many messages wait. */
  readonly messageQueueLen: number;
  /** The first of those that wait. */
  readonly messages: readonly unknown[];
  /** With whom it is linked. */
  readonly links: readonly AnyPid[];
  /** Whether exit signals come to it as messages. */
  readonly trapExit: boolean;
  /** It crashed as it ran. */
  readonly status: "running";
  /** Messages and starts handled so far. */
  readonly reductions: number;
}

/** Logs the end of a process whose body or callback threw. @param reason what was thrown, as a term */
export function reportCrash(process: Process, thrown: unknown, reason: ExitReason): void {
  const exits = isExit(thrown);
  if (exits && (!process.reportsCrash || isOrderly(reason))) return;
  const meta = metadataOf(process);
  const { log } = process.env;
  if (process.reportsCrash)
    log.log("error", () => crashReport(process, exits, reason), { ...meta, domain: ["otp", "sasl"] });
  else log.log("error", () => errorText(process, reason), meta);
}

export function metadataOf({ pid, name, proc }: Process): Metadata {
  return { pid, proc, ...(name !== undefined && { registeredName: name }) };
}

/** A revoked proxy can be thrown, and throws when it is looked at. */
export function isExit(thrown: unknown): boolean {
  try {
    return thrown instanceof Exit;
  } catch {
    return false;
  }
}

function crashReport(process: Process, exits: boolean, reason: ExitReason): CrashReport {
  return {
    label: ["procLib", "crash"],
    initialCall: String(process.proc),
    pid: process.pid,
    registeredName: process.name ?? null,
    errorInfo: { class: exits ? "exit" : reason instanceof Error ? "error" : "throw", reason },
    ancestors: ancestorsOf(process),
    messageQueueLen: process.mailbox.size,
    messages: process.mailbox.first(MESSAGES_SHOWN),
    links: [...(process.links ?? [])].filter(([, unlinking]) => unlinking === 0).map(([pid]) => pid),
    trapExit: process.trapExit,
    status: "running",
    reductions: process.reductions,
  };
}

/** An embedded process is its own parent. */
function ancestorsOf(process: Process): AnyPid[] {
  const ancestors: AnyPid[] = [];
  for (
    let at: Process | undefined = process;
    at !== undefined && at.parent !== at.pid;
    at = homeOf(at.parent)
  )
    ancestors.push(at.parent);
  return ancestors;
}

function errorText({ pid, proc }: Process, reason: ExitReason): string {
  const why = reason instanceof Error ? (reason.stack ?? formatReason(reason)) : formatReason(reason);
  return `Error in process ${pid} (${proc}) with exit value:\n${why}`;
}
