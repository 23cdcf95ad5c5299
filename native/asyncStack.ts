/**
 * Mends Node's stack of asynchronous execution ids after a slice was terminated.
 *
 * `AsyncResource.runInAsyncScope`, and with `async_hooks` on every promise reaction, pushes an id and pops
 * it on the way out. A terminated slice never gets there, and Node, when it next checks, takes the foreign
 * id for memory corruption and ends the OS process. The one thing that clears the stack is Node's handler
 * of uncaught exceptions, once somebody has handled one. So one is raised here and handled at once.
 *
 * `AsyncLocalStorage.run` of Node 20 and 22 leaves its store on the resource instead, for the rest of the
 * macrotask. With the stack gone, so is the store.
 */

import { executionAsyncId, executionAsyncResource } from "node:async_hooks";

type FatalException = (error: Error, fromPromise: boolean) => boolean;

const MONITOR = "uncaughtExceptionMonitor";

/** Empties the stack if anything is on it; ids below the slice's leave it too, which Node permits. Never throws. */
export function clearAsyncStack(): void {
  // As the scheduler's wake-up starts: no id, nothing stored.
  if (executionAsyncId() === 0 && Reflect.ownKeys(executionAsyncResource()).length === 0) return;
  const fatalException = (process as { _fatalException?: FatalException })._fatalException;
  if (fatalException === undefined) return;
  const monitors = process.rawListeners(MONITOR) as NodeJS.UncaughtExceptionListener[];
  process.removeAllListeners(MONITOR);
  // Somebody's capture callback (`domain` has one) cannot be put aside: it is told what this is.
  const ours = !process.hasUncaughtExceptionCaptureCallback();
  try {
    if (ours) process.setUncaughtExceptionCaptureCallback(() => {});
    fatalException.call(process, new Error("ringbeam: a process was killed; ignore this error"), false);
  } finally {
    if (ours) process.setUncaughtExceptionCaptureCallback(null);
    for (const monitor of monitors) process.on(MONITOR, monitor);
  }
}
