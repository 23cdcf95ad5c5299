/** A message reaches a process: into the mailbox, and the process into the run queue if it waits for one. */
import { type Process, State } from "./process.js";

/** Puts a message, already the receiver's own copy, into the mailbox. */
export function post(process: Process, message: unknown): void {
  process.mailbox.push(message);
  if (process.resume !== undefined || (process.receiver !== undefined && !process.pending)) makeRunnable(process);
}

/** Puts the process into the run queue unless it is there. */
export function makeRunnable(process: Process): void {
  if (process.queued || process.state === State.exited) return;
  process.queued = true;
  process.env.enqueue(process);
}

/** Whether a slice would find something to do. */
export function isRunnable(process: Process): boolean {
  if (process.resume !== undefined) return process.timedOut || (process.mailbox.size > 0 && process.mailbox.end > process.scanned);
  return process.receiver !== undefined && !process.pending && process.mailbox.size > 0;
}
