/** The library's own warnings. */
import { logger } from "../runtime/index.js";
import type { AnySelf } from "./procLib.js";

/** Something odd that a process lived through. `what`: shown behind the text. */
export function warn(self: AnySelf, text: string, what?: unknown): void {
  const seen = what === undefined ? {} : { what };
  logger.warning(text, { self, domain: ["otp"], ...seen });
}
