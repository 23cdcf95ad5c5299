/**
 * Marks what is thrown with the process that is to answer for it, on Node 20 and 22: their timers, ticks and event
 * emitters know nothing of origins. What a process hands to a timer, and the emitters that it makes, run under its
 * origin; all others are as they were.
 */
import { EventEmitter } from "node:events";
import timers from "node:timers";
import { native } from "../../native/index.js";
import { originIn } from "../process/origin.js";

const FIRST_NODE_THAT_KNOWS = 24;

/** By what was thrown; of a primitive only the last is known. */
const marks = new WeakMap<object, object>();
let lastPrimitive: { readonly cause: unknown; readonly owner: object } | undefined;

/** Whose handler threw this, if it passed one of ours. */
export function markedOwner(cause: unknown): object | undefined {
  if (typeof cause === "object" && cause !== null) return marks.get(cause);
  return lastPrimitive !== undefined && lastPrimitive.cause === cause ? lastPrimitive.owner : undefined;
}

type Callback = (...args: unknown[]) => unknown;

function runAs(origin: object, run: () => unknown): unknown {
  const before = native.origin();
  native.setOrigin(origin);
  try {
    return run();
  } catch (cause) {
    if (typeof cause === "object" && cause !== null) marks.set(cause, origin);
    else lastPrimitive = { cause, owner: origin };
    throw cause;
  } finally {
    native.setOrigin(before);
  }
}

let marking = false;

/** Once for each thread. */
export function markEscapes(): void {
  if (
    marking ||
    native.kind === "portable" ||
    Number.parseInt(process.versions.node, 10) >= FIRST_NODE_THAT_KNOWS
  )
    return;
  marking = true;
  for (const holder of [globalThis, timers] as unknown as Record<string, Callback>[])
    for (const name of ["setTimeout", "setInterval", "setImmediate"])
      holder[name] = underOrigin(holder[name]!);
  globalThis.queueMicrotask = underOrigin(globalThis.queueMicrotask as Callback) as typeof queueMicrotask;
  process.nextTick = underOrigin(process.nextTick as Callback) as typeof process.nextTick;
  markEmitters();
}

/** Its first argument is the callback. */
function underOrigin(start: Callback): Callback {
  const marked = function (this: unknown, callback: unknown, ...rest: unknown[]): unknown {
    const origin = originIn(native.origin());
    if (origin === undefined || typeof callback !== "function") return start.call(this, callback, ...rest);
    const run = callback as Callback;
    return start.call(
      this,
      function (this: unknown, ...args: unknown[]) {
        return runAs(origin, () => run.apply(this, args));
      },
      ...rest,
    );
  };
  // `promisify` has its own way with timers, kept under a symbol.
  return Object.defineProperties(marked, Object.getOwnPropertyDescriptors(start)) as Callback;
}

function markEmitters(): void {
  const origins = new WeakMap<object, object>();
  const emitters = EventEmitter as unknown as { init: Callback };
  const { init } = emitters;
  const { emit } = EventEmitter.prototype;
  emitters.init = function (this: object, ...args: unknown[]) {
    const origin = originIn(native.origin());
    if (origin !== undefined) origins.set(this, origin);
    return init.apply(this, args);
  };
  EventEmitter.prototype.emit = function (this: EventEmitter, ...args: Parameters<typeof emit>): boolean {
    const origin = origins.get(this);
    if (origin === undefined) return emit.apply(this, args);
    return runAs(origin, () => emit.apply(this, args)) as boolean;
  };
}
