/** What is logged of applications (OTP: `application_controller`, its reports). */
import type { Log } from "../process/log.js";
import { type ExitReason, formatReason } from "../term/reason.js";
import { endsNode, type RestartType } from "./application.js";

/** The application is up: a progress report. */
export function reportProgress(log: Log, application: string, startedAt: string): void {
  log.log(
    "info",
    { label: ["application", "progress"], application, startedAt },
    { domain: ["otp", "sasl"] },
  );
}

/** Its root has ended by itself; graver if the node follows. */
export function reportExit(log: Log, application: string, reason: ExitReason, type: RestartType): void {
  const text = `application ${application} ended: ${formatReason(reason)}`;
  if (endsNode(type, reason)) log.log("error", `${text}; it is ${type}: the node stops`, { domain: ["otp"] });
  else log.log("notice", text, { domain: ["otp"] });
}
