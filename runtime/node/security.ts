/** From settings to what NodeOptions says of security: TLS, who is let in, who may spawn. Throws OptionError. */
import { pathToFileURL } from "node:url";
import type { TlsOptions } from "../dist/tls.js";
import type { NodeOptions } from "./boot.js";
import { OptionError } from "./names.js";
import type { Settings } from "./settings.js";

/** What a command that dials needs of it. */
export function tlsOption(settings: Settings): { tls?: TlsOptions } {
  const { "tls-cert": cert, "tls-key": key, "tls-ca": ca, "tls-name": name } = settings;
  if ([cert, key, ca, name].every((value) => value === undefined)) return {};
  if (cert === undefined || key === undefined || ca === undefined)
    throw new OptionError("--tls-cert, --tls-key and --tls-ca belong together: one of them is missing");
  return { tls: { cert, key, ca, ...(name !== undefined && { name }) } };
}

export function securityOptions(settings: Settings): Pick<NodeOptions, "tls" | "allow" | "allowSpawn"> {
  const { allow, "allow-spawn": allowSpawn } = settings;
  return {
    ...tlsOption(settings),
    ...(allow !== undefined && { allow: parseAllow(allow) }),
    ...(allowSpawn !== undefined && { allowSpawn: parseAllowSpawn(allowSpawn) }),
  };
}

function parseAllow(text: string): string[] {
  const patterns = listOf(text);
  for (const pattern of patterns) {
    if (!/^[A-Za-z0-9_.*-]+@[A-Za-z0-9_.*-]+$/.test(pattern))
      throw new OptionError(
        `--allow: ${JSON.stringify(pattern)} is not name@host, with * for any characters`,
      );
  }
  return patterns;
}

/** `all`, `none`, or modules: files here, or URLs. */
function parseAllowSpawn(text: string): boolean | string[] {
  if (text === "all") return true;
  if (text === "none") return false;
  return listOf(text).map((module) => (/^[a-z]+:/.test(module) ? module : pathToFileURL(module).href));
}

function listOf(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}
