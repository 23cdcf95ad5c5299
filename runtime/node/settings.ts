/**
 * Settings of the command: flags, then `RINGBEAM_*` environment variables, then a config file. The config
 * file is JSON with the flags' names as keys: `--config FILE`, `RINGBEAM_CONFIG`, or `ringbeam.json` here.
 */
import { existsSync, readFileSync } from "node:fs";
import { OptionError } from "./names.js";

export const SETTINGS = [
  "name",
  "cookie",
  "schedulers",
  "epmd",
  "listen",
  "log-level",
  "log-format",
] as const;
export type Setting = (typeof SETTINGS)[number];
export type Settings = Partial<Record<Setting, string>>;

const DEFAULT_FILE = "ringbeam.json";

/** Throws OptionError for a config file that is not there, or not right. */
export function readSettings(
  flags: Settings & { readonly config?: string },
  environment: NodeJS.ProcessEnv = process.env,
): Settings {
  const file = readConfig(flags.config ?? environment.RINGBEAM_CONFIG);
  const settings: Settings = {};
  for (const key of SETTINGS) {
    const value = flags[key] ?? environment[variableOf(key)] ?? file[key];
    if (value !== undefined) settings[key] = value;
  }
  return settings;
}

function variableOf(key: Setting): string {
  return `RINGBEAM_${key.toUpperCase().replaceAll("-", "_")}`;
}

function readConfig(file: string | undefined): Settings {
  if (file === undefined && !existsSync(DEFAULT_FILE)) return {};
  const path = file ?? DEFAULT_FILE;
  let config: unknown;
  try {
    config = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new OptionError(`config file ${path}: ${(error as Error).message}`);
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw new OptionError(`config file ${path}: expected an object such as {"name": "alpha@127.0.0.1"}`);
  }
  return checkConfig(path, config as Record<string, unknown>);
}

function checkConfig(path: string, config: Record<string, unknown>): Settings {
  const settings: Settings = {};
  for (const [key, value] of Object.entries(config)) {
    if (!(SETTINGS as readonly string[]).includes(key)) {
      throw new OptionError(
        `config file ${path}: unknown key ${JSON.stringify(key)}; it takes ${SETTINGS.join(", ")}`,
      );
    }
    if (typeof value !== "string" && typeof value !== "number") {
      throw new OptionError(`config file ${path}: ${key} must be a string or a number`);
    }
    settings[key as Setting] = String(value);
  }
  return settings;
}
