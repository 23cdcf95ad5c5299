/** A message reaches a process: into the mailbox, and the process into the run queue if it waits for one. */
import { enter, leave } from "./critical.js";
import { type Process, State } from "./process.js";

/** Puts a message, already the receiver's own copy, into the mailbox. */
export function post(process: Process, message: unknown): void {
  enter();
  process.mailbox.push(message);
  if (process.resume !== undefined || (process.receiver !== undefined && !process.pending))
    makeRunnable(process);
  leave();
}

/** Puts the process into the run queue, unless it is there or suspended. */
export function makeRunnable(process: Process): void {
  if (process.queued || process.suspended > 0 || process.state === State.exited) return;
  enter();
  process.queued = true;
  process.env.enqueue(process);
  leave();
}

/** Whether a slice would find something to do. */
export function isRunnable(process: Process): boolean {
  if (process.suspended > 0) return false;
  if (process.resume !== undefined)
    return process.timedOut || (process.mailbox.size > 0 && process.mailbox.end > process.scanned);
  return process.receiver !== undefined && !process.pending && process.mailbox.size > 0;
}
