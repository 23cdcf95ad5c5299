/**
 * What a row of the table is: one program, written here and, under the same name, in Erlang (`FAMILY.erl`) and for the
 * JavaScript libraries that can do the same work (`peers/`).
 *
 *   row "ping-pong" of family messaging  ->  `run` here,  messaging:ping_pong(N) there
 *
 * Both give raw figures, mostly the ns that the measured part took; a unit makes of them what the table shows.
 */
import type { Self } from "ringbeam";

/** What a figure is told in, and whether less of it is better. */
export interface Unit {
  readonly label: string;
  readonly better: "less" | "more";
  /** From a raw figure of a round of `n` operations. */
  of(raw: number, n: number): number;
}

export const NS_PER_OP: Unit = { label: "ns/op", better: "less", of: (ns, n) => ns / n };
export const OPS_PER_S: Unit = { label: "ops/s", better: "more", of: (ns, n) => (n / ns) * 1e9 };
export const BYTES_EACH: Unit = { label: "B each", better: "less", of: (bytes, n) => bytes / n };
export const WAKE_UPS: Unit = { label: "wake-ups/s", better: "less", of: (raw) => raw };
export const PERCENT_CPU: Unit = { label: "% CPU", better: "less", of: (raw) => raw };
/** Of what there was before: 1 is all given back. */
export const OF_START: Unit = { label: "x start", better: "less", of: (raw) => raw };

export const gigabytesPerSecond = (bytesPerOp: number): Unit => ({
  label: "GB/s",
  better: "more",
  of: (ns, n) => (n * bytesPerOp) / ns,
});

/** One line of the table. */
export interface Figure {
  readonly row: string;
  readonly unit: Unit;
  readonly aim: Aim;
}

/** How many times BEAM's speed (or a bound that ours must not exceed, in the figure's unit, whatever BEAM does). */
export type Aim = number | { readonly atMost: number };

/** How many operations a round has. */
export interface Count {
  /** The first try, and the count of `--quick`. */
  readonly first: number;
  /** Always so many (but with `--quick`), instead of as many as take about half a second. */
  readonly fixed?: number;
}

/** What a program is told beside its count. */
export interface Setting {
  /** Of a growth row: the point on its x axis. */
  readonly x: number;
  /** The name of the second node, where there is one. */
  readonly partner: string;
}

export type Run = (self: Self<unknown>, n: number, setting: Setting) => Promise<number | readonly number[]>;

export interface Row {
  readonly name: string;
  /** What is done, for the README and `--list`. */
  readonly what: string;
  /** On each side. */
  readonly schedulers: number;
  readonly count: Count;
  /** What `run` gives, in its order. */
  readonly figures: readonly Figure[];
  /** Whether there is an Erlang program of it; default true. */
  readonly beam?: boolean;
  /** Also against ourselves, on a node with a name. */
  readonly alsoNamed?: boolean;
  /** Two nodes, on each side. */
  readonly partner?: boolean;
  /** May collect garbage before it weighs. */
  readonly weighs?: boolean;
  /** An OS process of its own for each round: what one leaves behind would hide what the next takes. */
  readonly fresh?: boolean;
  /** More processes than BEAM allows by default. */
  readonly many?: boolean;
  /** `run` only sets the scene; the figures are what the OS process does while nobody asks it anything. */
  readonly watched?: boolean;
  run: Run;
}

type Timed = Omit<Row, "figures" | "count"> & {
  readonly first: number;
  readonly unit?: Unit;
  readonly aim?: Aim;
};

/** A row of one figure, from the ns that `run` gives: ns/op unless told otherwise, and no slower than BEAM. */
export function timed({ first, unit = NS_PER_OP, aim = 1, ...row }: Timed): Row {
  return { ...row, count: { first }, figures: [{ row: row.name, unit, aim }] };
}
