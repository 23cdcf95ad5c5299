/** What every command of `ringbeam` is made of: a usage text, options, and an exit code. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { OptionError } from "../names.js";

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly usage: string;
  /** Gives the exit code: 0 done, 1 it failed. Throws OptionError for what was typed wrong (exit code 2). */
  run(args: string[]): Promise<number>;
}

/** A failure to be told in one line, with exit code 1. */
export class Failure extends Error {
  override readonly name = "Failure";
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The values of the flags that were given, by name. */
type Values<O extends Options> = {
  -readonly [K in keyof O]?: O[K]["type"] extends "boolean"
    ? boolean
    : O[K] extends { multiple: true }
      ? string[]
      : string;
};

/** Parses flags and operands. Throws OptionError for an unknown or incomplete flag, or another number of operands. */
export function parseFlags<const O extends Options>(
  args: string[],
  options: O,
  operands: readonly string[],
): { values: Values<O>; positionals: string[] } {
  const parsed = parseStrictly(args, options);
  const given = parsed.positionals.length;
  if (given < operands.length) throw new OptionError(`missing ${operands[given]}`);
  if (given > operands.length)
    throw new OptionError(`unexpected ${JSON.stringify(parsed.positionals[operands.length])}`);
  return parsed;
}

function parseStrictly<O extends Options>(args: string[], options: O) {
  try {
    const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: true });
    return { values: values as Values<O>, positionals };
  } catch (error) {
    throw new OptionError((error as Error).message.split(/\.\s/)[0]!); // what follows are hints, over lines
  }
}
