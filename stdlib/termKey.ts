/**
 * Terms as keys of a `Map`, by value: `["user", 5]` that came in one message is the key that came in another
 * (Erlang compares all keys like this). What JavaScript compares by value already stands for itself; a composite
 * term is turned into text, the same for equal terms whatever the order of their keys.
 *
 *     termKey(5) === 5        termKey(["user", 5]) === '\0["user",5]'
 */
import { Pid, Proc, Ref } from "../runtime/index.js";

/** In front of the text of a term, so that no string that is a key itself can be taken for it. */
const MARK = "\0";

export function termKey(term: unknown): unknown {
  if (typeof term === "string") return term.startsWith(MARK) ? MARK + textOf(term) : term;
  return typeof term !== "object" || isIdentity(term) ? term : MARK + textOf(term);
}

/** 0 to `count` - 1, the same for equal terms on every scheduler and node; a whole number goes round. */
export function termSlot(term: unknown, count: number): number {
  if (Number.isSafeInteger(term)) return (((term as number) % count) + count) % count;
  let hash = 0x811c9dc5; // FNV-1a
  for (const char of textOf(term)) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
  return (hash >>> 0) % count;
}

/** One object for each, wherever it came from. */
function isIdentity(term: unknown): boolean {
  return term === null || term instanceof Pid || term instanceof Ref || term instanceof Proc;
}

function textOf(term: unknown): string {
  switch (typeof term) {
    case "string":
      return JSON.stringify(term);
    case "bigint":
      return `${term}n`;
    case "object":
      return term === null ? "null" : objectText(term);
    default:
      return String(term);
  }
}

function objectText(term: object): string {
  if (term instanceof Pid || term instanceof Ref) return `${term}/${term.node.creation}`;
  if (term instanceof Proc) return `${term.module}#${term.name}`;
  if (Array.isArray(term)) return `[${term.map(textOf).join()}]`;
  if (term instanceof Map) return `Map{${Array.from(term, pairText).sort().join()}}`;
  if (term instanceof Set) return `Set{${Array.from(term, textOf).sort().join()}}`;
  if (term instanceof Date) return `Date(${term.getTime()})`;
  if (term instanceof DataView) return `DataView(${bytesOf(term).join()})`;
  if (ArrayBuffer.isView(term)) return `${term.constructor.name}(${bytesOf(term).join()})`;
  if (term instanceof Error) return `${term.name}(${JSON.stringify(term.message)})`;
  return `{${Object.entries(term).map(pairText).sort().join()}}`;
}

function pairText([key, value]: [unknown, unknown]): string {
  return `${textOf(key)}:${textOf(value)}`;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
