/**
 * Mends Node's stack of asynchronous execution ids after a slice was terminated.
 *
 * `AsyncResource.runInAsyncScope`, and with `async_hooks` on every promise reaction, pushes an id and pops
 * it on the way out. A terminated slice never gets there, and Node, when it next checks, takes the foreign
 * id for memory corruption and ends the OS process. The one thing that clears the stack is Node's handler
 * of uncaught exceptions, once somebody has handled one. So one is raised here and handled at once.
 *
 * `AsyncLocalStorage.run` of Node 20 and 22 leaves its store behind, under a symbol of the current resource.
 */

import { executionAsyncId, executionAsyncResource } from "node:async_hooks";

type FatalException = (error: Error, fromPromise: boolean) => boolean;

const MONITOR = "uncaughtExceptionMonitor";

/** As at the bottom of the event loop: no id, nothing stored. Ids below the slice's go too, which Node permits. */
export function clearAsyncStack(): void {
  if (executionAsyncId() !== 0) popAll();
  // Either that of the wake-up or, of an empty stack, the thread's.
  const resource = executionAsyncResource();
  for (const store of Object.getOwnPropertySymbols(resource)) Reflect.set(resource, store, undefined);
}

function popAll(): void {
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
