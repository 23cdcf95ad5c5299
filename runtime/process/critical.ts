/**
 * Where a kill must wait. A slice can be terminated anywhere in JavaScript, the runtime's own included; a
 * run queue or a ring half changed would take the whole scheduler down. So whatever changes what
 * processes share runs between `enter` and `leave`; the native guard looks at the depth before it
 * terminates, and where it had to hold back, `leave` ends the slice.
 *
 * One pair of words for each thread: [0] depth, written here; [1] a kill was held back, written by native code
 * on this same thread. No lock: both run on one thread.
 */
export const criticalWords = new Int32Array(2);

let endSlice: () => void = () => {};

/** @param end terminates the running slice; called when a kill was held back and the way is free now */
export function onHeldBack(end: () => void): void {
  endSlice = end;
}

export function enter(): void {
  criticalWords[0]!++;
}

export function leave(): void {
  if (--criticalWords[0]! === 0 && criticalWords[1] !== 0) {
    criticalWords[1] = 0;
    endSlice();
  }
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
