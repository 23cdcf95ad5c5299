/**
 * Keeps every loop interruptible: a kill, `worker.terminate()` and a heap limit end code only where V8 looks
 * for interrupts, which it does once in each turn of a loop.
 *
 * The V8 of Node 24 (13.6) unrolls loops and takes the check out of some that have no end: once it is optimised,
 * `for (;;) new Array(1000).fill(0)` cannot be stopped by anything. Node 20 does not know the flag, in 22 it is
 * off by default.
 */
import { setFlagsFromString } from "node:v8";

const FIRST_NODE_THAT_UNROLLS = 24;

/** For the whole OS process: code compiled from now on, on every thread. */
export function keepLoopsInterruptible(): void {
  const major = Number.parseInt(process.versions.node, 10);
  if (major >= FIRST_NODE_THAT_UNROLLS) setFlagsFromString("--no-turboshaft-loop-unrolling");
}
