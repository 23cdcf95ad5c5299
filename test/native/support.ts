/** What the tests of native/ share: skipping without the addon, a limit in time, seeded randomness. */

import type { Test } from "uvu";
import { native } from "../../native/index.js";

type Body = () => void | Promise<void>;

/** `test`, or its `skip` with the reason printed once, for what only the addon can do. */
export function needsAddon(test: Test): (name: string, body: Body) => void {
  if (native.kind === "addon") return (name, body) => test(name, body);
  console.log(`skipping tests of the guard: portable (${native.reason})`);
  return (name, body) => test.skip(name, body);
}

/** Rejects when the promise has not settled after `ms`: a lost wake-up is a failure, not a test that hangs. */
export async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A promise and what resolves it. */
export function signal(): { promise: Promise<void>; fire: () => void } {
  let fire = (): void => {};
  const promise = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { promise, fire };
}

/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Keeps the thread busy for `us` microseconds; a loop the guard can end. */
export function spin(us: number): void {
  const end = performance.now() + us / 1000;
  while (performance.now() < end);
}

/**
 * Adds a last test without which the OS process fails: uvu takes it for success when a suite breaks off,
 * as it does when a termination gets out of the guard. Call it just before `run()`.
 */
export function mustReachItsEnd(test: Test): void {
  let reached = false;
  test("suiteReachedItsEnd", () => {
    reached = true;
  });
  process.on("exit", () => {
    if (reached) return;
    console.error("the suite broke off");
    process.exitCode = 1;
  });
}
