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

export type ErrorContext = "startError" | "childTerminated" | "shutdownError" | "shutdown";

/** A child, as reports tell of it. */
export interface Offender {
  /** What it is, or was; undefined if it never ran, or waits for its restart. */
  readonly pid: AnyPid | undefined;
  readonly id: string;
  readonly mfargs: readonly [proc: AnyProc, args: readonly unknown[]];
  readonly restartType: ChildSpec["restart"];
  readonly significant: boolean;
  readonly shutdown: ChildSpec["shutdown"];
  readonly childType: ChildSpec["type"];
}

export interface SupervisorReport extends Report {
  readonly label: readonly ["supervisor", ErrorContext];
  /** By name if it has one. */
  readonly supervisor: string | AnyPid;
  readonly errorContext: ErrorContext;
  readonly reason: ExitReason;
  readonly offender: Offender;
}

export interface ProgressReport extends Report {
  readonly label: readonly ["supervisor", "progress"];
  readonly supervisor: string | AnyPid;
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
