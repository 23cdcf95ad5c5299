/** Reading what people write: node names, ports, addresses. Each throws OptionError with what was expected. */

import type { EpmdAddress } from "../dist/epmd/client.js";
import { defaultPort, isNodeName } from "../dist/epmd/protocol.js";
import { FORMATS, type Format, THRESHOLDS, type Threshold } from "../log/settings.js";

/** An option, a variable or a config entry that cannot be right. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/** The two parts of `name@host`. */
export function parseNodeName(text: string): { name: string; host: string } {
  const [name, host, ...rest] = text.split("@");
  const good = /^[A-Za-z0-9_.-]{1,128}$/;
  if (name && host && rest.length === 0 && isNodeName(name) && good.test(name) && good.test(host))
    return { name, host };
  throw new OptionError(
    `not a node name: ${JSON.stringify(text)}; expected name@host, of letters, digits and _ . -`,
  );
}

/** A time in ms, fractions and Infinity included. */
export function parseTime(what: string, text: string | number): number {
  const ms = Number(text);
  if (ms >= 0 && String(text).trim() !== "") return ms;
  throw new OptionError(`${what}: ${JSON.stringify(text)} is not a time in ms`);
}

/** A cookie can be any text but none: without a secret everybody would be let in. */
export function parseCookie(text: string): string {
  if (text !== "") return text;
  throw new OptionError("--cookie: it is empty; leave it out to use that in ~/.ringbeam.cookie");
}

export function parsePort(what: string, text: string | number): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && String(text).trim() !== "") return port;
  throw new OptionError(`${what}: ${JSON.stringify(text)} is not a port; expected 0 to 65535`);
}

/** A port, or `unix:` and an absolute path. */
export function parseListen(text: string): number | `unix:/${string}` {
  return text.startsWith("unix:/") ? (text as `unix:/${string}`) : parsePort("--listen", text);
}

/** `HOST:PORT`, `HOST` or `:PORT`; what is missing is 127.0.0.1 and 4369. */
export function parseEpmd(text: string): EpmdAddress {
  const m = /^([^:]*)(?::(\d+))?$/.exec(text.trim());
  if (m === null)
    throw new OptionError(`--epmd: ${JSON.stringify(text)} is not an address; expected HOST:PORT`);
  return { host: m[1] || "127.0.0.1", port: m[2] === undefined ? defaultPort : parsePort("--epmd", m[2]) };
}

export function parseLogLevel(text: string): Threshold {
  if (THRESHOLDS.includes(text as Threshold)) return text as Threshold;
  throw new OptionError(`--log-level: ${JSON.stringify(text)} is none of ${THRESHOLDS.join(", ")}`);
}

export function parseLogFormat(text: string): Format {
  if (FORMATS.includes(text as Format)) return text as Format;
  throw new OptionError(`--log-format: ${JSON.stringify(text)} is none of ${FORMATS.join(", ")}`);
}

/** A count of scheduler threads. */
export function parseSchedulers(text: string | number, most: number): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 0 && n <= most && String(text).trim() !== "") return n;
  throw new OptionError(
    `--schedulers: ${JSON.stringify(text)} is not a number of threads; expected 0 to ${most}`,
  );
}

/** Throws OptionError for what is no number of bytes. */
export function parseBytes(option: string, bytes: number): number {
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new OptionError(`${option}: ${JSON.stringify(bytes)} is not a number of bytes; expected 1 or more`);
}
