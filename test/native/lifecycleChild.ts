/**
 * A node's worth of threads that start and end, in an OS process of its own: an abort shows in how it ends.
 *
 *   lifecycleChild.js cycle ENDING COUNT   COUNT threads, four at a time, end that way; exit code 0
 *   lifecycleChild.js quit ENDING CODE     process.exit(CODE) while four threads are in that state
 *   lifecycleChild.js quitInSlice CODE     process.exit(CODE) within a slice that is being killed
 *   lifecycleChild.js ref                  ends of itself once unref() was called, not before
 */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { native } from "../../native/index.js";
import type { Ending } from "./lifecycleWorker.js";
import { signal } from "./support.js";

const THREADS = 4;

/** What the exit event of a thread must say. */
const EXIT_CODES: Record<Ending, number> = {
  detach: 0,
  exit: 3,
  exitInSlice: 3,
  throw: 1,
  throwInSlice: 1,
  parked: 1,
  looping: 1,
  killed: 1,
};

const [scenario, first, second] = process.argv.slice(2);
if (scenario === "cycle") await cycle(first as Ending, Number(second));
else if (scenario === "quit") await quit(first as Ending, Number(second));
else if (scenario === "quitInSlice") quitInSlice(Number(first));
else if (scenario === "ref") await refAndUnref();
else throw new Error(`no scenario ${scenario}`);

async function cycle(ending: Ending, count: number): Promise<void> {
  const waker = new Worker(new URL("./wakerWorker.js", import.meta.url));
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await oneThread(ending, waker);
  };
  await Promise.all(Array.from({ length: THREADS }, lane));
  waker.postMessage("stop");
  await once(waker, "exit");
}

async function oneThread(ending: Ending, waker: Worker): Promise<void> {
  const { worker, slot, ready, exit } = start(ending);
  waker.postMessage(slot);
  if (ready !== undefined) {
    await ready;
    void worker.terminate();
  }
  const code = await exit;
  if (code !== EXIT_CODES[ending]) throw new Error(`${ending}: exit code ${code}`);
  native.closeSlot(slot);
}

/** Starts a thread and wakes it once it is attached. `ready`: in the state in which it waits for its end. */
function start(ending: Ending) {
  const slot = native.openSlot();
  const worker = new Worker(new URL("./lifecycleWorker.js", import.meta.url), {
    workerData: { slot, ending },
  });
  const ready = signal();
  const exit = new Promise<number>((resolve) => worker.on("exit", resolve));
  worker.on("error", (error: Error) => {
    if (error.message !== "planned") throw error;
  });
  worker.on("message", (message: string) => {
    if (message === "attached") native.wake(slot);
    else ready.fire();
  });
  const waits = ending === "parked" || ending === "looping" || ending === "killed";
  return { worker, slot, exit, ready: waits ? ready.promise : undefined };
}

async function quit(ending: Ending, code: number): Promise<void> {
  await Promise.all(Array.from({ length: THREADS }, () => start(ending).ready));
  process.exit(code);
}

function quitInSlice(code: number): void {
  const slot = native.openSlot();
  const attachment = native.attach(
    slot,
    () => {
      // Killed before process.exit() came to its end.
      if (attachment.run(1)) process.exit(code);
    },
    () => {
      native.requestKill(slot, 1, 0);
      process.exit(code);
    },
  );
  native.wake(slot);
}

async function refAndUnref(): Promise<void> {
  const slot = native.openSlot();
  const attachment = native.attach(
    slot,
    () => {
      process.exitCode = 0;
      attachment.unref();
    },
    () => {},
  );
  // Without a reference the loop would end here, and this would be the exit code.
  process.exitCode = 9;
  const worker = start("detach").worker;
  await once(worker, "exit");
  worker.unref();
  setTimeout(() => native.wake(slot), 20).unref();
}
