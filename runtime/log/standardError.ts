/**
 * The default handler: standard error, by pino, and synchronously. When a call comes back the event is out, whatever
 * becomes of the thread then; and it takes no way through the main thread, which `console` on a worker thread does.
 */
import { createRequire } from "node:module";
import type { DestinationStream, Logger as Pino } from "pino";
import { enter, leave } from "../process/critical.js";
import { LEVELS, type Level, type LogEvent } from "../process/log.js";
import { asObject, asText } from "./format.js";
import { settings } from "./settings.js";

const STDERR = 2;

interface Output {
  readonly destination: DestinationStream;
  readonly pino: Pino<Level>;
}

let output: Output | undefined;

/** Prints an event. Throws nothing: where standard error is closed, there is nobody to tell. */
export function printEvent(event: LogEvent): void {
  const line = lineOf(event);
  // Formatting may be cut in two by a kill, but not this: the destination would wait for ever for the end of a write.
  enter();
  try {
    output ??= open();
    if (typeof line === "string") output.destination.write(line);
    else output.pino[event.level](line);
  } finally {
    leave();
  }
}

/** What is logged is of the user's making: the report itself may have a getter that throws, or be a proxy. */
function lineOf(event: LogEvent): string | Record<string, unknown> {
  const format = settings.format === "text" ? asText : asObject;
  try {
    return format(event);
  } catch (reason) {
    const { level, meta } = event;
    return format({ level, msg: { label: ["logger", "unprintable"], reason }, meta: { time: meta.time } });
  }
}

/** When the first event comes: pino takes longer to load than all else that a thread needs, and most log nothing. */
function open(): Output {
  const { pino } = createRequire(import.meta.url)("pino") as typeof import("pino");
  const destination = pino.destination({ dest: STDERR, sync: true });
  destination.on("error", () => {});
  const options = {
    // As in pino, the graver the higher.
    customLevels: Object.fromEntries(LEVELS.map((level, i) => [level, 80 - 10 * i])) as Record<Level, number>,
    useOnlyCustomLevels: true,
    level: "debug",
    base: null,
    timestamp: false,
    formatters: { level: (level: string) => ({ level }) },
    // What it is given is capped already, by rules that hold for text too.
    depthLimit: 100,
    edgeLimit: 10_000,
  } as const;
  return { destination, pino: pino(options, destination) };
}
