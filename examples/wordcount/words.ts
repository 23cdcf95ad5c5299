/** Counting words: plain functions, used by the workers and by the plain count that checks them. */
import { createHash } from "node:crypto";

/** How often each word occurs. */
export type Counts = Map<string, number>;

/** What two counts must have in common to be the same. */
export interface Summary {
  readonly total: number;
  readonly distinct: number;
  /** Over all words and their numbers, sorted. */
  readonly checksum: string;
  readonly top: readonly (readonly [word: string, count: number])[];
}

export function countWords(text: string): Counts {
  const counts: Counts = new Map();
  for (const word of text.toLowerCase().match(/\p{L}+/gu) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Adds `more` to `counts`. */
export function addCounts(counts: Counts, more: Counts): void {
  for (const [word, count] of more) counts.set(word, (counts.get(word) ?? 0) + count);
}

export function summarize(counts: Counts): Summary {
  const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  const checksum = createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 16);
  const top = [...sorted].sort(([, a], [, b]) => b - a).slice(0, 5);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return { total, distinct: sorted.length, checksum, top };
}
