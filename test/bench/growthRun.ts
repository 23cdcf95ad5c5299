/** Runs the growth rows, point by point, and draws what comes out. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "./compare.js";
import type { GrowthRow } from "./growth.js";
import { draw } from "./picture.js";
import { number } from "./report.js";
import type { Placed } from "./rows.js";
import { BEAM, OURS, packageRoot, type Sides } from "./sides.js";
import { playRow } from "./turns.js";

/** With `--quick`. */
const QUICK_POINTS = 2;

interface Point {
  readonly x: number;
  readonly ours: number;
  readonly theirs: number | null;
}

/** A curve, as in the JSON. */
export interface Curve {
  readonly row: string;
  readonly what: string;
  readonly axis: string;
  readonly unit: string;
  readonly better: "less" | "more";
  readonly points: readonly Point[];
}

/** A point that fails is left out of its curve. */
export async function measureGrowth(
  rows: readonly Placed[],
  sides: Sides,
  plan: { readonly rounds: number; readonly quick: boolean },
  pictures: string | undefined,
  fail: (row: string, error: unknown) => void,
): Promise<Curve[]> {
  const folder = pictures ?? join(packageRoot(), "test", "bench", "pictures");
  const curves: Curve[] = [];
  for (const placed of rows) {
    const row = placed.row as GrowthRow;
    const { label, better } = row.figures[0]!.unit;
    console.log(`${row.name}: ${row.what}, ${label}`);
    const points: Point[] = [];
    for (const x of plan.quick ? row.points.slice(0, QUICK_POINTS) : row.points) {
      try {
        const point = await measure({ ...placed, row: at(row, x) }, x, sides, plan);
        points.push(point);
        const theirs = point.theirs === null ? "" : `  BEAM ${number(point.theirs)}`;
        console.log(`  ${x.toLocaleString("en")} ${row.axis}: ${number(point.ours)}${theirs}`);
      } catch (error) {
        fail(`${row.name} at ${x}`, error);
      }
    }
    const curve = { row: row.name, what: row.what, axis: row.axis, unit: label, better, points };
    curves.push(curve);
    if (points.length === 0 || (plan.quick && pictures === undefined)) continue;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${row.name}.svg`), draw(curve));
  }
  return curves;
}

function at(row: GrowthRow, x: number): GrowthRow {
  return {
    ...row,
    ...(row.pointsAreSchedulers && { schedulers: x }),
    ...(row.pointsAreCounts && { count: { first: x, fixed: x } }),
  };
}

async function measure(
  placed: Placed,
  x: number,
  sides: Sides,
  plan: { readonly rounds: number; readonly quick: boolean },
): Promise<Point> {
  const { row } = placed;
  const played = await playRow(row, await sides.of(placed, row.schedulers), { ...plan, x });
  const of = (name: string) => median(played.get(name)!.map(([figure]) => figure!));
  return { x, ours: of(OURS), theirs: played.has(BEAM) ? of(BEAM) : null };
}
