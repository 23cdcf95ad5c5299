/**
 * What supervisors log (OTP: `supervisor`, its reports), each with the name of the supervisor and the child's record:
 *
 * | report | level | when |
 * | --- | --- | --- |
 * | `progress` | info | a child is up; not those of a dynamic supervisor, as with `simple_one_for_one` |
 * | `startError` | error | a child does not start, with its supervisor or again; not on `startChild`, whose caller is told |
 * | `childTerminated` | error | a child ended by itself; not in order, unless it is permanent |
 * | `shutdownError` | error | a child did not end as it was told to |
 * | `shutdown` | error | too many restarts: `reachedMaxRestartIntensity` |
 */
import {
  type AnyPid,
  type AnyProc,
  type ExitReason,
  isOrderly,
  logger,
  type Metadata,
  type Report,
  type Self,
} from "../runtime/index.js";
import type { ChildSpec } from "./childSpec.js";

/** What went wrong: see the table at the head of `supervisorReport.ts`. */
export type ErrorContext = "startError" | "childTerminated" | "shutdownError" | "shutdown";

/** A child, as reports tell of it. */
export interface Offender {
  /** What it is, or was; undefined if it never ran, or waits for its restart. */
  readonly pid: AnyPid | undefined;
  /** Its id in the supervisor. */
  readonly id: string;
  /** What it was started from. */
  readonly mfargs: readonly [proc: AnyProc, args: readonly unknown[]];
  /** When it is started again. */
  readonly restartType: ChildSpec["restart"];
  /** Whether its end can end the supervisor (`autoShutdown`). */
  readonly significant: boolean;
  /** ms that it has to end, `infinity`, or `brutalKill`. */
  readonly shutdown: ChildSpec["shutdown"];
  /** A worker, or a supervisor itself. */
  readonly childType: ChildSpec["type"];
}

/** Something went wrong with a child; logged as an error. */
export interface SupervisorReport extends Report {
  /** OTP: `{supervisor, Context}`. */
  readonly label: readonly ["supervisor", ErrorContext];
  /** By name if it has one. */
  readonly supervisor: string | AnyPid;
  /** What went wrong. */
  readonly errorContext: ErrorContext;
  /** What the child ended with, or why it did not start. */
  readonly reason: ExitReason;
  /** The child. */
  readonly offender: Offender;
}

/** A child is up; logged as info. */
export interface ProgressReport extends Report {
  /** OTP: `{supervisor, progress}`. */
  readonly label: readonly ["supervisor", "progress"];
  /** By name if it has one. */
  readonly supervisor: string | AnyPid;
  /** The child. */
  readonly started: Offender;
}

const domain = ["otp", "sasl"];

/** A supervisor report. @param pid of the child, if it has or had one */
export function reportError(
  self: Self<unknown>,
  errorContext: ErrorContext,
  reason: ExitReason,
  spec: ChildSpec,
  pid: AnyPid | undefined,
): void {
  const report = (): SupervisorReport => ({
    label: ["supervisor", errorContext],
    supervisor: nameOf(self.logMetadata),
    errorContext,
    reason,
    offender: offenderOf(spec, pid),
  });
  logger.error(report, { self, domain });
}

/** A child ended by itself: a supervisor report, unless that is what such children do. */
export function reportEnd(self: Self<unknown>, reason: ExitReason, spec: ChildSpec, pid: AnyPid): void {
  if (spec.restart === "permanent" || !isOrderly(reason))
    reportError(self, "childTerminated", reason, spec, pid);
}

/** A child is up: a progress report. */
export function reportProgress(self: Self<unknown>, spec: ChildSpec, pid: AnyPid): void {
  const report = (): ProgressReport => ({
    label: ["supervisor", "progress"],
    supervisor: nameOf(self.logMetadata),
    started: offenderOf(spec, pid),
  });
  logger.info(report, { self, domain });
}

function nameOf({ registeredName, pid }: Metadata): string | AnyPid {
  return registeredName ?? pid!;
}

function offenderOf(spec: ChildSpec, pid: AnyPid | undefined): Offender {
  const { id, proc, args, restart, significant = false, shutdown, type } = spec;
  return { pid, id, mfargs: [proc, args], restartType: restart, significant, shutdown, childType: type };
}
