/**
 * Jobs for the dirty pool: plain functions that may compute or block for long (BEAM: dirty NIFs).
 *
 * ```ts
 * import { job } from "ringbeam";
 *
 * export const sumTo = job(import.meta.url, function sumTo(n: number) {
 *   let sum = 0;
 *   for (let i = 1; i <= n; i++) sum += i;
 *   return sum;
 * });
 *
 * await self.dirty(sumTo, [1_000_000]); //=> 500000500000
 * ```
 */
import { define, type Proc } from "../term/mfa.js";

declare const resultType: unique symbol;

/** A job by name; `R` is what it gives. */
export interface Job<in Args extends readonly unknown[] = never, out R = unknown> extends Proc<Args, never> {
  readonly [resultType]?: R;
}

interface JobCode {
  readonly kind: "job";
  run(...args: readonly unknown[]): unknown;
}

/** Declares a job, as `proc` declares a process body: by module and function name. */
export function job<Args extends readonly unknown[], R>(
  module: string,
  run: (...args: Args) => R | Promise<R>,
): Job<Args, R> {
  const code: JobCode = { kind: "job", run: run as unknown as JobCode["run"] };
  return define<Args, never>(module, run.name, code);
}

/** Runs a job on this thread, loading its module if need be. Throws what it throws; TypeError if it is none. */
export async function runJob(
  proc: Job,
  args: readonly unknown[],
  load: (module: string) => Promise<unknown>,
): Promise<unknown> {
  if (proc.code === undefined) await load(proc.module);
  const code = proc.code as JobCode | undefined;
  if (code?.kind !== "job")
    throw new TypeError(`${proc} is not a job: declare it with job(import.meta.url, ...)`);
  return code.run(...args);
}

export { ensureLoaded } from "./load.js";
