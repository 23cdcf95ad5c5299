/** The commands that ask a running node: ping, ps, send, call, stop. */
import { CALL_TIMEOUT } from "../../process/call.js";
import { KERNEL } from "../../process/signal.js";
import type { SchedulerReport } from "../../sched/control.js";
import { type Address, formatAddress, parseAddress } from "../../term/pid.js";
import { OptionError, parseTime } from "../names.js";
import { CLIENT_OPTIONS, CLIENT_USAGE, withNode } from "./client.js";
import { type Command, parseFlags } from "./command.js";

export const ping: Command = {
  name: "ping",
  summary: "ask whether a node is there",
  usage: `usage: ringbeam ping NODE [options]\n\n${CLIENT_USAGE}`,
  async run(args) {
    const { values, positionals } = parseFlags(args, CLIENT_OPTIONS, ["NODE"]);
    const target = positionals[0]!;
    const ms = await withNode(target, values, async (node) => {
      const started = performance.now();
      await node.self.call({ name: KERNEL, node: target }, ["ping"]);
      return performance.now() - started;
    });
    console.log(`pong from ${target} (${ms.toFixed(2)} ms)`);
    return 0;
  },
};

export const ps: Command = {
  name: "ps",
  summary: "list the processes of a node",
  usage: `usage: ringbeam ps NODE [--json] [options]

Prints each process with its scheduler, name, application, status, waiting messages and reductions.

  --json            the same as JSON
${CLIENT_USAGE}`,
  async run(args) {
    const { values, positionals } = parseFlags(args, { ...CLIENT_OPTIONS, json: { type: "boolean" } }, [
      "NODE",
    ]);
    const target = positionals[0]!;
    const reports = await withNode(target, values, async (node) => {
      return (await node.self.call({ name: KERNEL, node: target }, ["inspect"])) as SchedulerReport[];
    });
    console.log(values.json ? JSON.stringify(reports, null, 2) : table(reports));
    return 0;
  },
};

export const send: Command = {
  name: "send",
  summary: "send a message to a registered process",
  usage: `usage: ringbeam send '<name, node>' JSON [options]

  ringbeam send '<logger, alpha@127.0.0.1>' '{"level": "info"}'

${CLIENT_USAGE}`,
  async run(args) {
    const { values, positionals } = parseFlags(args, CLIENT_OPTIONS, ["'<name, node>'", "JSON"]);
    const address = remoteAddress(positionals[0]!);
    const message = parseJson(positionals[1]!);
    await withNode(address.node, values, async (node) => node.self.send(address, message));
    console.log(`sent to ${formatAddress(address)}`);
    return 0;
  },
};

export const call: Command = {
  name: "call",
  summary: "call a registered server and print its reply",
  usage: `usage: ringbeam call '<name, node>' JSON [--timeout MS] [options]

  ringbeam call '<counter, alpha@127.0.0.1>' '["add", 5]'

The reply is printed as JSON.

  --timeout MS      how long to wait (default: ${CALL_TIMEOUT})
${CLIENT_USAGE}`,
  async run(args) {
    const options = { ...CLIENT_OPTIONS, timeout: { type: "string" } } as const;
    const { values, positionals } = parseFlags(args, options, ["'<name, node>'", "JSON"]);
    const address = remoteAddress(positionals[0]!);
    const request = parseJson(positionals[1]!);
    const timeout = parseTime("--timeout", values.timeout ?? CALL_TIMEOUT);
    const reply = await withNode(address.node, values, (node) => node.self.call(address, request, timeout));
    console.log(toJson(reply));
    return 0;
  },
};

export const stop: Command = {
  name: "stop",
  summary: "stop a node, its applications first, and wait until it is gone",
  usage: `usage: ringbeam stop NODE [options]\n\n${CLIENT_USAGE}`,
  async run(args) {
    const { values, positionals } = parseFlags(args, CLIENT_OPTIONS, ["NODE"]);
    const target = positionals[0]!;
    await withNode(target, values, async ({ self }) => {
      const kernel = { name: KERNEL, node: target };
      const ref = self.monitor(kernel);
      await self.call(kernel, ["stop"]);
      await self.receive((m): m is { ref: typeof ref } => (m as { ref?: unknown }).ref === ref);
    });
    console.log(`${target} has stopped`);
    return 0;
  },
};

function remoteAddress(text: string): Address {
  let address: Address | string;
  try {
    address = parseAddress(text);
  } catch (error) {
    throw new OptionError((error as Error).message);
  }
  if (typeof address === "string")
    throw new OptionError(`not '<name, node>': ${JSON.stringify(text)} names no node`);
  return address;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OptionError(`not JSON: ${text} (${(error as Error).message})`);
  }
}

/** JSON, with what it lacks written as what comes nearest. */
function toJson(term: unknown): string {
  const text = JSON.stringify(term, (_key, value) => {
    if (typeof value === "bigint") return value.toString();
    if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), item]));
    if (value instanceof Set) return [...value];
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return value;
  });
  return text ?? "undefined";
}

const COLUMNS = ["PID", "SCHED", "NAME", "APPLICATION", "INITIAL CALL", "STATUS", "MAILBOX", "REDUCTIONS"];

function table(reports: SchedulerReport[]): string {
  const rows = reports.flatMap(({ processes }) =>
    processes.map((p) =>
      [
        ...[p.pid, p.scheduler, p.name ?? "-", p.application ?? "-"],
        ...[p.initialCall, p.status, p.mailbox, p.reductions],
      ].map(String),
    ),
  );
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd();
  return [line(COLUMNS), ...rows.map(line)].join("\n");
}
