/** From rounds to a line of the table: medians, ratio, spread. Pure. */
import type { Aim, Unit } from "./row.js";

/** What one side made of a figure, round by round. */
export type Rounds = readonly number[];

export interface Comparison {
  /** Median. */
  readonly ours: number;
  readonly theirs: number | null;
  /** How many times better we are, whatever the unit: above 1 we are ahead. Null without an opponent, or with a 0. */
  readonly ratio: number | null;
  /** The least and the greatest ratio of a round. */
  readonly spread: readonly [least: number, greatest: number] | null;
}

export function median(rounds: Rounds): number {
  const sorted = [...rounds].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** How many times better `ours` is. Null where the question makes no sense: something takes nothing, or less. */
function ratioOf(unit: Unit, ours: number, theirs: number): number | null {
  if (!(ours > 0 && theirs > 0)) return null;
  return unit.better === "less" ? theirs / ours : ours / theirs;
}

/** Compares rounds that were played in turns. */
export function compare(unit: Unit, ours: Rounds, theirs: Rounds | undefined): Comparison {
  const our = median(ours);
  if (theirs === undefined) return { ours: our, theirs: null, ratio: null, spread: null };
  const their = median(theirs);
  const ratios = ours.map((value, round) => ratioOf(unit, value, theirs[round]!));
  const known = ratios.filter((ratio) => ratio !== null);
  return {
    ours: our,
    theirs: their,
    ratio: ratioOf(unit, our, their),
    spread: known.length < ratios.length ? null : [Math.min(...known), Math.max(...known)],
  };
}

/** Whether a line is where it should be; undefined if that cannot be said. */
export function meets(aim: Aim, { ours, ratio }: Comparison): boolean | undefined {
  if (typeof aim === "object") return ours <= aim.atMost;
  return ratio === null ? undefined : ratio >= aim;
}
