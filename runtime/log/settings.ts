/**
 * What all threads of a Node.js process log alike: one shared word each, written by whoever sets it and read for
 * every event. A thread that starts is given the memory of the one that starts it.
 *
 * | word | holds |
 * | --- | --- |
 * | 0 | the primary level: its place in LEVELS; -1 is `none` |
 * | 1 | the level of the default handler, the same way; -1 as well if it is removed |
 * | 2 | the format of the default handler: its place in FORMATS |
 *
 * No word depends on another, and an event more or less around a change harms nobody: plain reads and writes do.
 */
import { LEVELS, type Level } from "../process/log.js";

/** A level as a threshold: what is as grave or graver is logged. `all` is `debug`. */
export type Threshold = Level | "all" | "none";
export const THRESHOLDS: readonly Threshold[] = [...LEVELS, "all", "none"];
export const FORMATS = ["text", "json"] as const;
/** How the default handler prints: for people, or an object a line. */
export type Format = (typeof FORMATS)[number];

const PRIMARY = 0;
const DEFAULT_HANDLER = 1;
const FORMAT = 2;
const LOWEST = LEVELS.length - 1;

const places = new Map<string, number>([
  ...LEVELS.map((level, place) => [level, place] as const),
  ["none", -1],
  ["all", LOWEST],
]);

/** The higher, the less grave. Throws TypeError for what is no level. */
export function placeOf(level: Threshold): number {
  const place = places.get(level);
  if (place === undefined)
    throw new TypeError(`not a level: ${String(level)}; expected ${THRESHOLDS.join(", ")}`);
  return place;
}

let memory = new SharedArrayBuffer(3 * 4);
let words = new Int32Array(memory);
words[PRIMARY] = placeOf("notice");
words[DEFAULT_HANDLER] = LOWEST;

/** For the threads that this one starts. */
export function logMemory(): SharedArrayBuffer {
  return memory;
}

/** From now on this thread logs as the one that gave its memory. */
export function adoptLogMemory(given: SharedArrayBuffer): void {
  memory = given;
  words = new Int32Array(memory);
}

/** The settings as they are now. */
export const settings = {
  get primary(): number {
    return words[PRIMARY]!;
  },
  set primary(place: number) {
    words[PRIMARY] = place;
  },
  get defaultHandler(): number {
    return words[DEFAULT_HANDLER]!;
  },
  set defaultHandler(place: number) {
    words[DEFAULT_HANDLER] = place;
  },
  get format(): Format {
    return FORMATS[words[FORMAT]!]!;
  },
  set format(format: Format) {
    const place = FORMATS.indexOf(format);
    if (place < 0) throw new TypeError(`not a format: ${String(format)}; expected ${FORMATS.join(", ")}`);
    words[FORMAT] = place;
  },
};
