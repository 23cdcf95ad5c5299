/** What is logged of applications (OTP: `application_controller`, its reports). */
import { logger } from "../log/logger.js";
import type { Self } from "../process/self.js";

/** The application is up: a progress report. @param self its master */
export function reportProgress(application: string, self: Self<unknown>): void {
  logger.info(
    { label: ["application", "progress"], application, startedAt: self.node },
    { self, domain: ["otp", "sasl"] },
  );
}
