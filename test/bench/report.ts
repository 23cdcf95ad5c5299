/** The table: as lines to read, and as JSON. */
import { arch, cpus, platform, release, totalmem } from "node:os";
import { type Comparison, compare, meets } from "./compare.js";
import type { Aim, Figure, Row } from "./row.js";
import { OURS } from "./sides.js";
import type { Played } from "./turns.js";

/** One line of the table. `opponent` and what is theirs is null where nobody else played. */
export interface Line extends Comparison {
  readonly row: string;
  readonly opponent: string | null;
  readonly unit: string;
  /** How many times better than the opponent, or the most that ours may be in its unit. */
  readonly aim: Aim;
  /** Null if it cannot be said. */
  readonly met: boolean | null;
}

/** JavaScript peers must not be faster at all, whatever BEAM is. A name is to cost nothing, within the noise. */
const OTHERS_AIM = 1;
const NAMED_AIM = 0.95;

/** The lines that a row's rounds give: one for each figure and opponent. */
export function linesOf(row: Row, played: Played): Line[] {
  const opponents: (string | null)[] = [...played.keys()].filter((name) => name !== OURS);
  if (opponents.length === 0) opponents.push(null);
  return row.figures.flatMap((figure, i) => {
    const rounds = (name: string) => played.get(name)!.map((figures) => figures[i]!);
    return opponents.map((opponent) => {
      const comparison = compare(figure.unit, rounds(OURS), opponent === null ? undefined : rounds(opponent));
      const aim = aimAgainst(opponent, figure);
      return {
        row: figure.row,
        opponent,
        ...comparison,
        unit: figure.unit.label,
        aim,
        met: meets(aim, comparison) ?? null,
      };
    });
  });
}

function aimAgainst(opponent: string | null, { aim }: Figure): Aim {
  if (opponent === null || opponent === "BEAM" || typeof aim === "object") return aim;
  return opponent.startsWith(OURS) ? NAMED_AIM : OTHERS_AIM;
}

const WIDTHS = [24, 17, 12, 12, 12, 8, 15, 8];

function columns(cells: readonly string[]): string {
  const left = (i: number) => i < 2 || i === 4;
  return cells
    .map((cell, i) => (left(i) ? cell.padEnd(WIDTHS[i]!) : cell.padStart(WIDTHS[i]!)))
    .join(" ")
    .trimEnd();
}

export const HEADER = columns(["row", "opponent", "ours", "theirs", "unit", "ratio", "spread", "aim"]);

export function printed(line: Line): string {
  const { row, opponent, ours, theirs, unit, ratio, spread, aim, met } = line;
  return columns([
    row,
    opponent ?? "-",
    number(ours),
    theirs === null ? "-" : number(theirs),
    unit,
    ratio === null ? "-" : ratio.toFixed(2),
    spread === null ? "-" : `${spread[0].toFixed(2)}..${spread[1].toFixed(2)}`,
    (typeof aim === "object" ? `<= ${aim.atMost}` : `${aim} x`) + (met === false ? " !" : "  "),
  ]);
}

/** Three digits that count, without exponents. */
export function number(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** Null if Erlang is not there. */
  readonly erlang: string | null;
}

export function machine(erlang: string | null): Machine {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    v8: process.versions.v8,
    erlang,
  };
}
