/** How terms read in a trace; `oracle.erl` prints the same for Erlang's. */
import {
  type AnyPid,
  type Down,
  type ExitMessage,
  Pid,
  Ref,
  type TimeoutMessage,
} from "../../runtime/index.js";
import { type Message, tagOf } from "./protocol.js";
import type { Drained } from "./scenario.js";

/** Pids and refs by what the scenario calls them. */
export type Names = ReadonlyMap<AnyPid | Ref, string>;

export function textOf(value: unknown, names: Names): string {
  if (value instanceof Pid) return `<${names.get(value) ?? "?"}>`;
  if (value instanceof Ref) return names.get(value) ?? "#?";
  if (value instanceof Error) return "error";
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, names)).join(",")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  return messageText(value as { tag?: unknown }, names) ?? objectText(value, names);
}

function messageText(value: { tag?: unknown }, names: Names): string | undefined {
  switch (value.tag) {
    case "m":
      return textOf((value as Message).term, names);
    case "EXIT": {
      const { pid, reason } = value as ExitMessage;
      return `EXIT ${textOf(pid, names)} ${textOf(reason, names)}`;
    }
    case "DOWN": {
      const { ref, process, reason } = value as Down;
      return `DOWN ${textOf(ref, names)} ${textOf(process, names)} ${textOf(reason, names)}`;
    }
    case "$reply":
      return `reply ${textOf((value as { reply?: unknown }).reply, names)}`;
    case "timeout": {
      const { ref, message } = value as TimeoutMessage;
      return `timeout ${textOf(ref, names)} ${textOf(message, names)}`;
    }
  }
  return undefined;
}

/** An address is its name; `{ shutdown: x }` and `{ failedToStartChild: id, reason }` are tuples. */
function objectText(value: object, names: Names): string {
  if ("name" in value && "node" in value) return `{${String(value.name)}}`;
  const [key] = Object.keys(value);
  return `{${key},${Object.values(value)
    .map((part) => textOf(part, names))
    .join(",")}}`;
}

/** A message and its sender. */
export function drained(message: unknown, names: Names): Drained {
  const tag = tagOf(message);
  if (tag === "$here") return ["", ""];
  return [senderOf(tag, message, names), textOf(message, names)];
}

function senderOf(tag: unknown, message: unknown, names: Names): string {
  if (tag === "m") return (message as Message).from;
  if (tag === "EXIT") return textOf((message as ExitMessage).pid, names);
  if (tag === "DOWN") return textOf((message as Down).process, names);
  return "timer";
}
