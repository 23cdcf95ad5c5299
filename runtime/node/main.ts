#!/usr/bin/env node
/** The `ringbeam` command: finds the command, tells failures in one line, sets the exit code. */
import { readFileSync } from "node:fs";
import { ConnectError } from "../dist/connectError.js";
import { EpmdError } from "../dist/epmd/client.js";
import { TlsError } from "../dist/tls.js";
import { CallError } from "../process/call.js";
import { ApplicationError } from "./application.js";
import { type Command, Failure } from "./cli/command.js";
import { epmd } from "./cli/epmd.js";
import { names } from "./cli/names.js";
import { node } from "./cli/node.js";
import { call, ping, ps, send, stop } from "./cli/remote.js";
import { CookieError } from "./cookie.js";
import { OptionError } from "./names.js";

const COMMANDS: readonly Command[] = [node, epmd, names, ping, ps, send, call, stop];

const USAGE = `usage: ringbeam COMMAND [options]

${COMMANDS.map((command) => `  ${command.name.padEnd(8)}${command.summary}`).join("\n")}

\`ringbeam COMMAND --help\` says more; \`ringbeam --version\` tells the version.`;

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    console.log(USAGE);
    return name === undefined ? 2 : 0;
  }
  if (name === "--version") {
    console.log(version());
    return 0;
  }
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) {
    console.error(`ringbeam: no command ${JSON.stringify(name)}; \`ringbeam --help\` lists them`);
    return 2;
  }
  if (asksForHelp(command, args)) {
    console.log(command.usage);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    return explain(command, error);
  }
}

/** `--help` counts for `node` only before FILE: behind it, it is the application's. */
function asksForHelp(command: Command, args: string[]): boolean {
  const own =
    command === node ? args.slice(0, args.findIndex((arg) => /\.[cm]?[jt]sx?$/.test(arg)) >>> 0) : args;
  return own.includes("--help") || own.includes("-h");
}

/** One line for what a user can act on; anything else is a bug, and its stack is wanted. */
function explain(command: Command, error: unknown): number {
  if (error instanceof OptionError) {
    console.error(`ringbeam ${command.name}: ${error.message} (see ringbeam ${command.name} --help)`);
    return 2;
  }
  if (error instanceof EpmdError && error.code === "nameTaken") {
    console.error(`ringbeam ${command.name}: the name is taken: ${error.message}`);
    return 1;
  }
  if ((error as NodeJS.ErrnoException)?.code === "EADDRINUSE") {
    console.error(`ringbeam ${command.name}: the port is in use: ${(error as Error).message}`);
    return 1;
  }
  const expected = [Failure, EpmdError, ConnectError, CookieError, TlsError, ApplicationError, CallError];
  const known = expected.some((Class) => error instanceof Class) || (error as NodeJS.ErrnoException)?.syscall;
  console.error(
    `ringbeam ${command.name}: ${known ? (error as Error).message : ((error as Error)?.stack ?? error)}`,
  );
  return 1;
}

function version(): string {
  const file = new URL("../../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

const code = await main(process.argv.slice(2));
// Whatever the program left behind (a timer of the application, a pooled socket) must not keep the node here.
process.exit(code);
