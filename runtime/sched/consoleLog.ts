/** Reports as lines on standard error: what went wrong, where, and in which process. */
import type { Log } from "../process/env.js";
import type { Process } from "../process/process.js";
import { type ExitReason, formatReason } from "../term/reason.js";

export const consoleLog: Log = {
  crash(process: Process, reason: ExitReason): void {
    const name = process.name === undefined ? "" : ` ${JSON.stringify(process.name)}`;
    const why = reason instanceof Error ? (reason.stack ?? formatReason(reason)) : formatReason(reason);
    console.error(`ringbeam: process ${process.pid}${name} (${process.proc}) crashed: ${why}`);
  },
  warn(text: string): void {
    console.error(`ringbeam: ${text}`);
  },
};
