/**
 * Settings of the command: flags, then `RINGBEAM_*` environment variables, then a config file. The config
 * file is JSON with the flags' names as keys: `--config FILE`, `RINGBEAM_CONFIG`, or `ringbeam.json` here.
 *
 * The applications' environments are merged key by key: `--env app.key=JSON` (each key counts, the last one most),
 * RINGBEAM_ENV and `env` of the file, both `{"app": {"key": value}}`.
 */
import { existsSync, readFileSync } from "node:fs";
import { type EnvSettings, mergeSettings } from "./applicationEnv.js";
import { OptionError } from "./names.js";

export const SETTINGS = [
  "name",
  "cookie",
  "schedulers",
  "epmd",
  "listen",
  "tls-cert",
  "tls-key",
  "tls-ca",
  "tls-name",
  "allow",
  "allow-spawn",
  "log-level",
  "log-format",
] as const;
export type Setting = (typeof SETTINGS)[number];
export type Settings = Partial<Record<Setting, string>> & { env?: EnvSettings };
type Flags = Partial<Record<Setting, string>> & {
  readonly config?: string;
  readonly env?: readonly string[];
};

const DEFAULT_FILE = "ringbeam.json";

/** Throws OptionError for a config file that is not there, or not right. */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv = process.env): Settings {
  const file = readConfig(flags.config ?? environment.RINGBEAM_CONFIG);
  const settings: Settings = {};
  for (const key of SETTINGS) {
    const value = flags[key] ?? environment[variableOf(key)] ?? file[key];
    if (value !== undefined) settings[key] = value;
  }
  const variable = environment.RINGBEAM_ENV;
  const fromVariable =
    variable === undefined ? undefined : checkEnv("RINGBEAM_ENV", parseJson("RINGBEAM_ENV", variable));
  settings.env = mergeSettings(file.env, fromVariable, ...(flags.env ?? []).map(parseEnvFlag));
  return settings;
}

function variableOf(key: Setting): string {
  return `RINGBEAM_${key.toUpperCase().replaceAll("-", "_")}`;
}

/** `app.key=JSON`: the key may have dots in it, the application's name has none here. */
function parseEnvFlag(text: string): EnvSettings {
  const m = /^([^.=]+)\.([^=]+)=(.*)$/s.exec(text);
  if (m === null) throw new OptionError(`--env: ${JSON.stringify(text)} is not APP.KEY=JSON`);
  const [, app, key, json] = m as unknown as [string, string, string, string];
  return { [app]: { [key]: parseJson(`--env ${app}.${key}`, json) } };
}

function parseJson(what: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new OptionError(`${what}: not JSON: ${json} (a text is written "text", in quotes)`);
  }
}

function checkEnv(what: string, env: unknown): EnvSettings {
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject(env) || !Object.values(env as object).every(isObject))
    throw new OptionError(`${what}: expected an object such as {"app": {"key": 1}}`);
  return env as EnvSettings;
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
    if (key === "env") {
      settings.env = checkEnv(`config file ${path}: env`, value);
      continue;
    }
    if (!(SETTINGS as readonly string[]).includes(key)) {
      throw new OptionError(
        `config file ${path}: unknown key ${JSON.stringify(key)}; it takes ${[...SETTINGS, "env"].join(", ")}`,
      );
    }
    if (typeof value !== "string" && typeof value !== "number") {
      throw new OptionError(`config file ${path}: ${key} must be a string or a number`);
    }
    settings[key as Setting] = String(value);
  }
  return settings;
}
