/**
 * One slice of one process: start it, let its waiting receive go on, or hand messages to its receiver until
 * the mailbox or the reductions run out. The scheduler calls `runSlice` under the guard and drains the
 * microtasks after it, so a body goes on from `receive` to `receive` inside the same slice.
 */
import { reasonOf } from "../term/reason.js";
import { isExit, reportCrash } from "./crashReport.js";
import { asTerm, terminate } from "./exit.js";
import { loadModuleOf } from "./load.js";
import { isRunnable, makeRunnable } from "./mail.js";
import type { Started } from "./messages.js";
import { type Code, type Process, type Receiver, State } from "./process.js";
import { resumeReceive } from "./receive.js";
import { Self } from "./self.js";
import { send } from "./send.js";

export function runSlice(process: Process): void {
  try {
    if (process.state === State.born) start(process);
    else if (process.resume !== undefined) resumeReceive(process);
    else if (process.receiver !== undefined && !process.pending) handleMessages(process, process.receiver);
  } catch (thrown) {
    crash(process, thrown);
  }
}

function start(process: Process): void {
  const code = process.proc.code as Code;
  const args = process.args ?? [];
  process.args = undefined;
  process.state = State.running;
  process.budget--;
  process.reductions++;
  const self = new Self(process);
  if (code.kind === "body") {
    acknowledge(process);
    settle(process, code.run(self, ...args), () => terminate(process, "normal"));
  } else
    settle(process, code.init(self, ...args), (receiver) => ready(process, receiver as Receiver<unknown>));
}

/** Answers the synchronous start that waits for this process (`proc_lib:init_ack`). */
function acknowledge(process: Process): void {
  if (process.startRef === undefined) return;
  const started: Started = { tag: "$started", ref: process.startRef };
  process.startRef = undefined;
  send(process.env, process.parent, started);
}

/** Whether the module of a new process is yet to be loaded on this thread. */
export function wantsModule(process: Process): boolean {
  return process.state === State.born && process.proc.code === undefined;
}

/** Makes the process runnable once its module is there; without such an export it ends with `undef`. Not in a slice. */
export function loadModule(process: Process): void {
  loadModuleOf(process.env, process.proc).then(
    () => makeRunnable(process),
    (undef) => crash(process, undef),
  );
}

/** Goes on with `done` when the value, or its promise, is there and the process still is. */
function settle(process: Process, value: unknown, done: (value: unknown) => void): void {
  if (!(value instanceof Promise)) {
    if (process.alive) done(value);
    return;
  }
  value.then(
    (result) => {
      if (process.alive) done(result);
    },
    (thrown) => crash(process, thrown),
  );
}

function ready(process: Process, receiver: Receiver<unknown>): void {
  process.receiver = receiver;
  acknowledge(process);
  if (process.mailbox.size > 0) makeRunnable(process);
}

function handleMessages(process: Process, receiver: Receiver<unknown>): void {
  const mailbox = process.mailbox;
  while (mailbox.size > 0 && process.budget > 0) {
    process.budget--;
    process.reductions++;
    const pending = receiver.handle(mailbox.shift());
    if (pending !== undefined) return handleLater(process, pending);
    if (process.state === State.exited || process.suspended > 0) return;
  }
}

/** One message at a time, always: none is handed out until the callback's promise is settled. */
function handleLater(process: Process, pending: Promise<void>): void {
  process.pending = true;
  settle(process, pending, () => {
    process.pending = false;
    if (isRunnable(process)) makeRunnable(process);
  });
}

/** The body, a callback, or what it left behind, threw. An Exit is a reason that somebody chose. */
export function crash(process: Process, thrown: unknown): void {
  if (!process.alive) return;
  const reason = asTerm(isExit(thrown) ? reasonOf(thrown) : thrown);
  reportCrash(process, thrown, reason);
  terminate(process, reason);
}
