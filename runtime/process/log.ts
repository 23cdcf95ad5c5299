/**
 * What is logged (OTP: `logger`, its log events): a level, a text or a report, and metadata. The process layer
 * makes events; where they go is `runtime/log`, passed in as a `Log`.
 */
import type { AnyProc } from "../term/mfa.js";
import type { AnyPid } from "../term/pid.js";

/** OTP's eight, the gravest first. */
export const LEVELS = [
  "emergency",
  "alert",
  "critical",
  "error",
  "warning",
  "notice",
  "info",
  "debug",
] as const;
export type Level = (typeof LEVELS)[number];

/** A report: what happened, as an object. `label` says which kind of report it is: who reports, and what of. */
export interface Report {
  readonly label?: readonly [who: string, what: string];
  readonly [field: string]: unknown;
}

/** A function is called only if its result is to be logged. */
export type Message = string | Report | (() => string | Report);

/** What is known beside the message. */
export interface Metadata {
  readonly pid?: AnyPid;
  readonly registeredName?: string;
  /** What the process was spawned from (OTP: `mfa`). */
  readonly proc?: AnyProc;
  /** URL of the module that logs, where it is not that of `proc`. */
  readonly module?: string;
  /** What part of the system: `["otp"]` is the library's, `["otp", "sasl"]` what OTP's sasl tells of. */
  readonly domain?: readonly string[];
  readonly [key: string]: unknown;
}

/** Metadata as a caller gives it: with `self`, that of the process is added. */
export interface MetadataInput extends Metadata {
  readonly self?: { readonly logMetadata: Metadata };
}

/** What a handler gets. `time`: ms since 1970. */
export interface LogEvent {
  readonly level: Level;
  readonly msg: string | Report;
  readonly meta: Metadata & { readonly time: number };
}

/** Where events go. */
export interface Log {
  log(level: Level, message: Message, metadata?: MetadataInput): void;
}
