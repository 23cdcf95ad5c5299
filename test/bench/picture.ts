/**
 * A curve as an SVG: both axes logarithmic, one line for us and one for BEAM, each point marked, labels that can be
 * read on a light and on a dark page.
 */
import type { Curve } from "./growthRun.js";
import { number } from "./report.js";

const WIDTH = 640;
const HEIGHT = 400;
/** Of the plot within the picture. */
const LEFT = 84;
const RIGHT = 100;
const TOP = 48;
const BOTTOM = 56;
const LINE_HEIGHT = 16;
/** Colours that differ for the colour-blind too. */
const OURS = "#0072b2";
const THEIRS = "#d55e00";

/** An axis: from numbers to pixels, and the numbers that are written beside it. */
interface Axis {
  readonly ticks: readonly number[];
  at(value: number): number;
}

function logAxis(values: readonly number[], ticks: readonly number[], from: number, to: number): Axis {
  const all = [...values, ...ticks].map(Math.log10);
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const width = greatest - least || 1;
  return { ticks, at: (value) => from + ((Math.log10(value) - least) / width) * (to - from) };
}

/** 1, 2 and 5 of each power of ten that is around the values; of many powers only the 1. */
function niceTicks(values: readonly number[]): number[] {
  const first = Math.floor(Math.log10(Math.min(...values)));
  const last = Math.ceil(Math.log10(Math.max(...values)));
  const steps = last - first > 2 ? [1] : [1, 2, 5];
  const all = [];
  for (let power = first; power <= last; power++) for (const step of steps) all.push(step * 10 ** power);
  const below = all.filter((tick) => tick <= Math.min(...values)).at(-1)!;
  const above = all.find((tick) => tick >= Math.max(...values)) ?? 10 ** last;
  return all.filter((tick) => tick >= below && tick <= above);
}

export function draw({ row, what, axis, unit, better, points }: Curve): string {
  const beam = points.filter(({ theirs }) => theirs !== null) as { x: number; theirs: number }[];
  const ys = [...points.map(({ ours }) => ours), ...beam.map(({ theirs }) => theirs)].filter((y) => y > 0);
  const xs = points.map(({ x }) => x);
  const x = logAxis(xs, xs, LEFT, WIDTH - RIGHT);
  const y = logAxis(ys, niceTicks(ys), HEIGHT - BOTTOM, TOP);
  const ours = points.map((point) => [x.at(point.x), y.at(point.ours)] as const);
  const theirs = beam.map((point) => [x.at(point.x), y.at(point.theirs)] as const);
  const [ourName, theirName] = apart(ours.at(-1)?.[1], theirs.at(-1)?.[1]);
  const curves = [line("ringbeam", OURS, ours, ourName), line("BEAM", THEIRS, theirs, theirName)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">
<title>${escaped(`${row}: ${what}`)}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
<text x="${LEFT}" y="22" font-size="15" font-weight="bold">${escaped(what)}</text>
<text x="${LEFT}" y="39" fill="#555">${escaped(`${unit} (${better} is better) over ${axis}, both axes logarithmic`)}</text>
${x.ticks.map((tick) => xTick(tick, x.at(tick))).join("\n")}
${y.ticks.map((tick) => yTick(tick, y.at(tick))).join("\n")}
<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(axis)}</text>
${curves.join("\n")}
</svg>
`;
}

function xTick(tick: number, at: number): string {
  return `<line x1="${px(at)}" x2="${px(at)}" y1="${TOP}" y2="${HEIGHT - BOTTOM}" stroke="#ddd"/>
<text x="${px(at)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${short(tick)}</text>`;
}

function yTick(tick: number, at: number): string {
  return `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(at)}" y2="${px(at)}" stroke="#ddd"/>
<text x="${LEFT - 8}" y="${px(at + 4)}" text-anchor="end">${short(tick)}</text>`;
}

/** Where two names stand beside the ends of their lines, without covering each other. */
function apart(a = 0, b = 0): [number, number] {
  const missing = Math.max(0, LINE_HEIGHT - Math.abs(a - b)) / 2;
  return a <= b ? [a - missing, b + missing] : [a + missing, b - missing];
}

/** The line with its points, and at its right end its name. */
function line(
  name: string,
  colour: string,
  points: readonly (readonly [number, number])[],
  nameAt: number,
): string {
  const drawn = points.filter(([, y]) => Number.isFinite(y));
  const end = drawn.at(-1);
  if (end === undefined) return "";
  const dots = drawn.map(([x, y]) => `<circle cx="${px(x)}" cy="${px(y)}" r="4" fill="${colour}"/>`);
  const path = drawn.map(([x, y]) => `${px(x)},${px(y)}`).join(" ");
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>
${dots.join("\n")}
<text x="${px(end[0] + 10)}" y="${px(nameAt + 4)}" fill="${colour}" font-weight="bold">${name}</text>`;
}

const px = (value: number) => value.toFixed(1);

/** 1,000,000 as 1 M; what is not round as it is. */
function short(value: number): string {
  for (const [unit, size] of [
    ["G", 1e9],
    ["M", 1e6],
    ["k", 1e3],
  ] as const)
    if (value >= size) return `${number(value / size).replace(/\.0+$/, "")} ${unit}`;
  return number(value).replace(/\.0+$/, "");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
