/** The table: every row, by family. A family is a module here and one in Erlang. */
import { behaviours } from "./behaviours.js";
import { growth } from "./growth.js";
import { memory } from "./memory.js";
import { messaging } from "./messaging.js";
import { nodes } from "./nodes.js";
import { programs } from "./programs.js";
import type { Row } from "./row.js";
import { schedulers } from "./schedulers.js";
import { spawning } from "./spawning.js";

export interface Placed {
  readonly family: string;
  readonly row: Row;
}

const place = (families: Record<string, readonly Row[]>): Placed[] =>
  Object.entries(families).flatMap(([family, rows]) => rows.map((row) => ({ family, row })));

export const table = place({ messaging, spawning, behaviours, schedulers, programs, nodes, memory });
export const growing = place({ growth });

/** What `--only` names: rows, or lines of the table. */
export class UnknownRow extends Error {
  override readonly name = "UnknownRow";
}

/** The rows of that name, in the order of the table; all of them if nothing is asked for. Throws UnknownRow. */
export function select(rows: readonly Placed[], only: readonly string[] | undefined): Placed[] {
  if (only === undefined) return [...rows];
  const names = ({ row }: Placed) => [row.name, ...row.figures.map((figure) => figure.row)];
  const unknown = only.filter((name) => !rows.some((placed) => names(placed).includes(name)));
  if (unknown.length > 0) {
    const known = rows.map(({ row }) => row.name).join(", ");
    throw new UnknownRow(`no such row: ${unknown.join(", ")}; there are ${known}`);
  }
  return rows.filter((placed) => names(placed).some((name) => only.includes(name)));
}

/** Throws UnknownRow. */
export function find(name: string): Row {
  return select([...table, ...growing], [name])[0]!.row;
}
