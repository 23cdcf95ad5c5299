/**
 * The far side of a remote procedure call: a process that runs the function and exits with what came of it, so that
 * one signal, the DOWN of the caller's monitor, is both result and end (after `erpc.erl`).
 *
 *     caller                                  the other node
 *       | -- spawnRequest, with a monitor ------> |  execute(res, fn, args)
 *       | <---- DOWN, { tag: "$erpc", res, outcome } --|
 *
 * `res` is a ref of the caller: an exit signal from elsewhere cannot pass for a result.
 */
import { copy, Exit, type Job, Proc, proc, type Ref, type Self } from "../runtime/index.js";
import { type ErpcReason, erpcFailure, type Failure, type Outcome } from "./erpcOutcome.js";
import { taskBody } from "./task.js";

/** The exit reason of a process that ran a call. */
export interface Answer {
  readonly tag: "$erpc";
  readonly res: Ref;
  readonly outcome: Outcome<unknown>;
}

/** Runs a function for a caller. */
export const execute = proc(
  import.meta.url,
  async function execute(self: Self<unknown>, res: Ref, fn: Proc, args: readonly unknown[]) {
    const refused = allowErpc(fn, args);
    const outcome = refused === undefined ? await outcomeOf(self, fn, args) : erpcFailure(refused);
    self.exit({ tag: "$erpc", res, outcome } satisfies Answer);
  },
);

/** Runs a function for nobody. What it throws is logged as of any process. */
export const executeCast = proc(
  import.meta.url,
  async function executeCast(self: Self<unknown>, fn: Proc, args: readonly unknown[]) {
    if (allowErpc(fn, args) === undefined) await apply(self, fn, args);
  },
);

/** Whether this node lets others run the function here; if not, the reason that they get. All calls and casts pass here. */
function allowErpc(fn: unknown, args: unknown): ErpcReason | undefined {
  return fn instanceof Proc && Array.isArray(args) ? undefined : "badarg";
}

async function outcomeOf(self: Self<unknown>, fn: Proc, args: readonly unknown[]): Promise<Outcome<unknown>> {
  try {
    await self.ensureLoaded(fn);
  } catch (undef) {
    return { class: "error", reason: { exception: (undef as Exit).reason } };
  }
  try {
    return { ok: copy(await apply(self, fn, args), "result") };
  } catch (thrown) {
    return failureOf(thrown);
  }
}

/** A task here, in this process; a job on the dirty pool. */
async function apply(self: Self<unknown>, fn: Proc, args: readonly unknown[]): Promise<unknown> {
  await self.ensureLoaded(fn);
  const body = taskBody(fn);
  return body === undefined ? self.dirty(fn as Job, args as never) : body(self, ...args);
}

function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Exit) return { class: "exit", reason: { exception: thrown.reason } };
  if (thrown instanceof Error) return { class: "error", reason: { exception: thrown } };
  return { class: "throw", reason: thrown };
}
