/**
 * Terms are values: what a receiver sees can never change under it. `copy` gives the receiver its own copy,
 * or refuses with the path to what is not a term. The rule is the same for a local and a remote receiver.
 *
 * Terms: undefined, null, boolean, number, string, bigint, plain objects, arrays, Map, Set, Date, Error,
 * ArrayBuffer views, pid, ref and proc. A frozen object or array whose parts are all immutable is shared, not copied.
 */
import { Proc } from "./mfa.js";
import { Pid, Ref } from "./pid.js";
import { MAX_DEPTH, Refusal, refuseCycle, refuseInstance, step, walkFrom } from "./refusal.js";

/** Own properties of an Error that travel beside these travel too. */
export const ERROR_FIELDS = ["name", "message", "stack", "cause"] as const;

/** A copy of the term for its receiver. `root` names the term in a refusal. Throws TermError. */
export function copy<T>(term: T, root = "message"): T {
  return walkFrom(root, copyValue, term) as T;
}

/** Travels as it is: a primitive, and no symbol. */
function isImmediate(value: unknown): boolean {
  return typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol";
}

function copyValue(term: unknown, depth: number): unknown {
  switch (typeof term) {
    case "object":
      return term === null ? null : copyObject(term, depth);
    case "function":
      throw new Refusal("function");
    case "symbol":
      throw new Refusal("symbol");
    default:
      return term;
  }
}

function copyObject(term: object, depth: number): unknown {
  if (depth > MAX_DEPTH) refuseCycle();
  const prototype = Object.getPrototypeOf(term);
  if (prototype === Object.prototype || prototype === null)
    return copyPlain(term as Record<string, unknown>, depth);
  if (Array.isArray(term)) return copyArray(term, depth);
  if (term instanceof Pid || term instanceof Ref || term instanceof Proc) return term;
  if (ArrayBuffer.isView(term)) return copyView(term);
  if (prototype === Map.prototype) return copyMap(term as Map<unknown, unknown>, depth);
  if (prototype === Set.prototype) return copySet(term as Set<unknown>, depth);
  if (prototype === Date.prototype) return new Date((term as Date).getTime());
  if (term instanceof Error) return copyError(term, depth);
  refuseInstance(term);
}

function copyPlain(term: Record<string, unknown>, depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  let shared = true;
  for (const key of Object.keys(term)) {
    const value = term[key];
    const copied = isImmediate(value) ? value : step(copyValue, value, depth, key);
    if (copied !== value) shared = false;
    if (key === "__proto__") throw new Refusal("a key named __proto__");
    result[key] = copied;
  }
  return shared && Object.isFrozen(term) ? term : result;
}

function copyArray(term: readonly unknown[], depth: number): readonly unknown[] {
  const result = new Array<unknown>(term.length);
  let shared = true;
  for (let i = 0; i < term.length; i++) {
    const value = term[i];
    const copied = isImmediate(value) ? value : step(copyValue, value, depth, i);
    if (copied !== value) shared = false;
    result[i] = copied;
  }
  return shared && Object.isFrozen(term) ? term : result;
}

function copyMap(term: Map<unknown, unknown>, depth: number): Map<unknown, unknown> {
  const result = new Map<unknown, unknown>();
  for (const [key, value] of term)
    result.set(step(copyValue, key, depth, "(key)"), step(copyValue, value, depth, key));
  return result;
}

function copySet(term: Set<unknown>, depth: number): Set<unknown> {
  const result = new Set<unknown>();
  for (const value of term) result.add(step(copyValue, value, depth, "(element)"));
  return result;
}

function copyView(term: ArrayBufferView): ArrayBufferView {
  // A Buffer arrives as the Uint8Array it is: its class and its pool do not travel.
  if (term instanceof Uint8Array) return new Uint8Array(term);
  if (term instanceof DataView) {
    return new DataView(term.buffer.slice(term.byteOffset, term.byteOffset + term.byteLength));
  }
  return (term as Float64Array).slice();
}

function copyError(term: Error, depth: number): Error {
  const fields = errorFields(term);
  for (const key of Object.keys(fields)) fields[key] = step(copyValue, fields[key], depth, key);
  return makeError(fields);
}

/** What an Error is as data. The class becomes its name: code does not travel. */
export function errorFields(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...error };
  for (const key of ERROR_FIELDS) if (error[key] !== undefined) fields[key] = error[key];
  return fields;
}

const ERROR_CLASSES: Record<string, ErrorConstructor> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** The Error that the fields describe: of a built-in class where the name is one's, else a plain Error. */
export function makeError(fields: Record<string, unknown>): Error {
  const name = String(fields.name);
  const Class = Object.hasOwn(ERROR_CLASSES, name) ? ERROR_CLASSES[name]! : Error;
  const error = new Class(String(fields.message ?? ""));
  for (const [key, value] of Object.entries(fields)) {
    if (key === "message" || (key === "name" && error.name === name)) continue;
    Object.defineProperty(error, key, {
      value,
      writable: true,
      configurable: true,
      enumerable: !(ERROR_FIELDS as readonly string[]).includes(key),
    });
  }
  return error;
}
