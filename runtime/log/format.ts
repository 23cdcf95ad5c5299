/**
 * An event as text, and as an object for JSON.
 *
 *     =SUPERVISOR REPORT==== 2026-11-21T04:15:29.250Z === <alpha@127.0.0.1:0.3> shop
 *         supervisor: shop
 *         errorContext: childTerminated
 *         ...
 *     {"level":"error","time":"2026-11-21T04:15:29.250Z","report":{...},"meta":{"pid":"<alpha@127.0.0.1:0.3>",...}}
 */
import type { LogEvent, Report } from "../process/log.js";
import { show, showText } from "./show.js";

/** The reports that have a title of their own; the others are titled by their level. */
const TITLES: Readonly<Record<string, string>> = {
  "procLib crash": "CRASH",
  "supervisor startError": "SUPERVISOR",
  "supervisor childTerminated": "SUPERVISOR",
  "supervisor shutdownError": "SUPERVISOR",
  "supervisor shutdown": "SUPERVISOR",
  "supervisor progress": "PROGRESS",
  "application progress": "PROGRESS",
};

/** Metadata that the head says, or that is for machines. */
const NOT_IN_TEXT = ["pid", "registeredName", "proc", "module", "time", "domain"];

/** For people: some lines, the last one ended. */
export function asText({ level, msg, meta }: LogEvent): string {
  const label = typeof msg === "string" ? undefined : labelOf(msg);
  const title = label === undefined ? undefined : TITLES[label];
  const time = new Date(meta.time).toISOString();
  const who = [meta.pid, meta.registeredName].filter((part) => part !== undefined).join(" ");
  const head = `=${title ?? level.toUpperCase()} REPORT==== ${time} === ${who}`.trimEnd();
  const named = label !== undefined && title === undefined ? [`    ${label}`] : [];
  const body = typeof msg === "string" ? [showText(msg)] : fieldLines(msg, ["label"]);
  return `${[head, ...named, ...body, ...fieldLines(meta, NOT_IN_TEXT)].join("\n")}\n`;
}

/** For machines, all but the level; JSON.stringify prints it in full. */
export function asObject({ msg, meta }: LogEvent): Record<string, unknown> {
  const { time, ...rest } = meta;
  const what = typeof msg === "string" ? { msg: show(msg) } : { report: show(msg) };
  return { time: new Date(time).toISOString(), ...what, meta: show(rest) };
}

function labelOf({ label }: Report): string | undefined {
  return Array.isArray(label) ? label.join(" ") : undefined;
}

function fieldLines(fields: Readonly<Record<string, unknown>>, without: readonly string[]): string[] {
  const lines: string[] = [];
  for (const [key, value] of Object.entries(fields))
    if (value !== undefined && !without.includes(key))
      lines.push(`    ${key}: ${showText(value).replaceAll("\n", "\n    ")}`);
  return lines;
}
