/**
 * What escapes a process: a rejection that nobody hears of, or what is thrown in a timer or an event handler that the
 * process started. It ends that process, with the error as its reason, as if its body had thrown it.
 *
 * Whose it is, `origin.ts` says. Node 20 and 22 keep origins with promises only: there, what timers, ticks and event
 * emitters run is wrapped, and an error that passes is marked. What is nobody's, or cannot be known (callbacks of
 * `fs` with these; without the addon, everything), is a stray.
 */
import { native } from "../../native/index.js";
import { originIn } from "../process/origin.js";
import { Process } from "../process/process.js";
import { crash } from "../process/run.js";
import { markEscapes, markedOwner } from "./markEscapes.js";

/** Called with what is no process's own. */
export type OnStray = (what: "unhandled rejection" | "uncaught exception", cause: unknown) => void;

/** The process that an error has escaped from, for the two handlers of Node's, while they run. */
export function ownerOf(cause: unknown, promise?: Promise<unknown>): Process | undefined {
  const owner = originIn(native.origin(promise)) ?? markedOwner(cause);
  return owner instanceof Process ? owner : undefined;
}

let users = 0;

/** From now on, on this thread, until the function that it gives is called; nodes of one program share the first's. */
export function catchEscapes(onStray: OnStray): () => void {
  if (users++ === 0) listen(onStray);
  return () => {
    if (--users === 0) unlisten();
  };
}

let unlisten = () => {};

function listen(onStray: OnStray): void {
  markEscapes();
  const onRejection = (cause: unknown, promise: Promise<unknown>) => {
    const owner = ownerOf(cause, promise);
    if (owner === undefined) onStray("unhandled rejection", cause);
    else crash(owner, cause);
  };
  const onException = (cause: unknown) => {
    const owner = ownerOf(cause);
    if (owner === undefined) onStray("uncaught exception", cause);
    else crash(owner, cause);
  };
  process.on("unhandledRejection", onRejection).on("uncaughtException", onException);
  unlisten = () => void process.off("unhandledRejection", onRejection).off("uncaughtException", onException);
}

/**
 * For the main thread of a program, which has its own idea of strays, or none: as if nobody had listened here, and Node
 * then ends the program.
 */
export const leaveToProgram: OnStray = (what, cause) => {
  const rejection = what === "unhandled rejection";
  if (process.listenerCount(rejection ? "unhandledRejection" : "uncaughtException") > 1) return;
  // A rejection without a listener becomes an exception, which the program may listen for.
  if (!rejection) unlisten();
  setImmediate(() => {
    throw cause;
  });
};
