/**
 * Where a kill must wait. A slice can be terminated anywhere in JavaScript, the runtime's own included; a
 * run queue or a ring half changed would take the whole scheduler down. So whatever changes what processes
 * share runs between `enter` and `leave`.
 *
 * One pair of words for each thread: [0] the depth, written here; [1] a kill is due, written by the native guard, on
 * this same thread, when it interrupts the slice. At depth 0 it terminates the slice as well, but that takes
 * effect only at V8's next check, which may lie behind an `enter`: so `enter` looks, before anything is changed.
 * At a greater depth it leaves the rest to `leave`. No lock is needed: all of this is one thread.
 */
const DEPTH = 0;
const KILL_DUE = 1;

export const criticalWords = new Int32Array(2);

let endSlice: () => void = () => {};

/** @param end terminates the running slice on the spot; called when a kill is due and nothing is half changed */
export function onKillDue(end: () => void): void {
  endSlice = end;
}

export function enter(): void {
  if (criticalWords[DEPTH]!++ === 0 && criticalWords[KILL_DUE] !== 0) endSlice();
}

export function leave(): void {
  if (--criticalWords[DEPTH]! === 0 && criticalWords[KILL_DUE] !== 0) endSlice();
}

/** Runs `change` as one step that no kill can cut in two. It must call no user code. */
export function critical<T>(change: () => T): T {
  enter();
  try {
    return change();
  } finally {
    leave();
  }
}
