/** Where the library's own warnings go. */
import { formatReason } from "../runtime/index.js";
import type { AnySelf } from "./procLib.js";

/** One line about something odd that a process lived through; `reason` is printed behind it. */
export function warn(self: AnySelf, text: string, reason?: unknown): void {
  const line = reason === undefined ? text : `${text}: ${formatReason(reason)}`;
  console.error(`${(self as { pid?: unknown }).pid}: ${line}`);
}
