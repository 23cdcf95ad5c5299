/**
 * Values for people and for JSON, whatever they are: never throws, runs no getter of theirs, is capped,
 * so that the report of a crash with a huge state stays a report.
 *
 *     value --- show ---> plain objects and arrays, and `Leaf`s for what has a form of its own
 *                              | inspect: as text       | JSON.stringify: as JSON
 */
import { inspect } from "node:util";
import { Proc } from "../term/mfa.js";
import { Pid, Ref } from "../term/pid.js";

const MAX_DEPTH = 8;
/** Of one array, object, map or set. */
const MAX_ENTRIES = 50;
/** Of one value altogether. */
const MAX_VALUES = 2_000;
const MAX_CHARS = 16_000;
const MAX_STRING = 4_000;

/** Shown as this text, without quotes; in JSON as `json`. */
class Leaf {
  readonly #text: string;
  readonly #json: unknown;
  constructor(text: string, json: unknown = text) {
    this.#text = text;
    this.#json = json;
  }
  toJSON(): unknown {
    return this.#json;
  }
  [inspect.custom](): string {
    return this.#text;
  }
}

/** What JSON.stringify and inspect print in full. */
export function show(value: unknown): unknown {
  return new Walk().show(value, MAX_DEPTH);
}

/** As text: a string as it is, an error with its stack, all else as Node prints it. */
export function showText(value: unknown): string {
  const shown = show(value);
  return typeof shown === "string" ? shown : print(shown);
}

/** In full: it is capped already. */
function print(shown: unknown): string {
  return inspect(shown, {
    depth: Number.POSITIVE_INFINITY,
    breakLength: 100,
    maxStringLength: null,
    maxArrayLength: null,
  });
}

class Walk {
  #values = MAX_VALUES;
  #chars = MAX_CHARS;
  readonly #above: object[] = [];

  show(value: unknown, depth: number): unknown {
    if (--this.#values < 0) return new Leaf("...");
    switch (typeof value) {
      case "string":
        return this.#cut(value);
      case "bigint":
        return new Leaf(`${value}n`);
      case "symbol":
        return new Leaf(String(value));
      case "number":
        return Number.isFinite(value) ? value : new Leaf(String(value));
      case "function":
        return new Leaf("[function]");
      case "object":
        return value === null ? null : this.#object(value, depth);
    }
    return value;
  }

  #object(value: object, depth: number): unknown {
    if (this.#above.includes(value)) return new Leaf("[circular]");
    this.#above.push(value);
    try {
      return this.#known(value, depth) ?? this.#fields(value, depth);
    } catch {
      // A proxy, or a class that breaks its own rules.
      return new Leaf("[unreadable]");
    } finally {
      this.#above.pop();
    }
  }

  #known(value: object, depth: number): unknown {
    if (value instanceof Pid || value instanceof Ref || value instanceof Proc) return new Leaf(String(value));
    if (value instanceof Error) return this.#error(value, depth);
    if (value instanceof Date) return new Leaf(Number.isNaN(+value) ? "Invalid Date" : value.toISOString());
    if (value instanceof RegExp) return new Leaf(String(value));
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer)
      return new Leaf(`<<${value.byteLength} bytes>>`);
    if (depth === 0) return new Leaf(Array.isArray(value) ? "[...]" : "{...}");
    if (Array.isArray(value)) return this.#items(value, value.length, depth);
    if (value instanceof Set) return this.#items(value, value.size, depth);
    if (value instanceof Map) {
      const entries = this.#items(value, value.size, depth) as [unknown, unknown][];
      const text = entries.map((e) => (Array.isArray(e) ? e.map(print).join(" => ") : print(e)));
      return new Leaf(`Map { ${text.join(", ")} }`, entries);
    }
    return undefined;
  }

  #items(items: Iterable<unknown>, size: number, depth: number): unknown[] {
    const shown: unknown[] = [];
    for (const item of items) {
      if (shown.length === MAX_ENTRIES) break;
      shown.push(this.show(item, depth - 1));
    }
    if (size > shown.length) shown.push(new Leaf(`... ${size - shown.length} more`));
    return shown;
  }

  #fields(value: object, depth: number): Record<string, unknown> {
    const shown: Record<string, unknown> = {};
    const keys = Object.keys(value);
    for (const key of keys.slice(0, MAX_ENTRIES)) this.#put(shown, key, value, depth);
    if (keys.length > MAX_ENTRIES) shown["..."] = new Leaf(`${keys.length - MAX_ENTRIES} more`);
    return shown;
  }

  #put(shown: Record<string, unknown>, key: string, from: object, depth: number): void {
    const property = Object.getOwnPropertyDescriptor(from, key);
    const value = property?.get ? new Leaf("[getter]") : this.show(property?.value, depth - 1);
    // Not an assignment: the key may be `__proto__`.
    Object.defineProperty(shown, this.#cut(key), { value, enumerable: true, configurable: true });
  }

  /** Its stack as text; in JSON its fields, the stack among them. */
  #error(error: Error, depth: number): Leaf {
    const name = this.#cut(String(error.name));
    const message = this.#cut(String(error.message));
    const stack = this.#cut(String(error.stack ?? `${name}: ${message}`));
    const more = depth === 0 ? {} : this.#fields(error, depth);
    for (const said of ["name", "message", "stack"]) delete more[said];
    if (depth > 0 && error.cause !== undefined) this.#put(more, "cause", error, depth);
    const text = Object.keys(more).length === 0 ? stack : `${stack} ${print(more)}`;
    return new Leaf(text, { ...more, name, message, stack });
  }

  #cut(text: string): string {
    const most = Math.max(0, Math.min(MAX_STRING, this.#chars));
    this.#chars -= Math.min(text.length, most);
    return text.length <= most ? text : `${text.slice(0, most)}... ${text.length - most} more characters`;
  }
}
