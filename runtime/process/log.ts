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
/** How grave an event is; `notice` and graver are logged at first. */
export type Level = (typeof LEVELS)[number];

/** A report: what happened, as an object. `label` says which kind of report it is: who reports, and what of. */
export interface Report {
  /** As `["supervisor", "progress"]`; those of OTP's reports are OTP's, in camelCase. */
  readonly label?: readonly [who: string, what: string];
  readonly [field: string]: unknown;
}

/** A function is called only if its result is to be logged. */
export type Message = string | Report | (() => string | Report);

/** What is known beside the message. */
export interface Metadata {
  /** The process that logs. */
  readonly pid?: AnyPid;
  /** The name that it is registered under. */
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
  /** The process that logs; its pid, name and `proc` are added. */
  readonly self?: { readonly logMetadata: Metadata };
}

/** What a handler gets. `time`: ms since 1970. */
export interface LogEvent {
  /** How grave it is. */
  readonly level: Level;
  /** A text or a report; what a function gave, if it was one. */
  readonly msg: string | Report;
  /** What the caller gave, that of the process, and `time`. */
  readonly meta: Metadata & { readonly time: number };
}

/** Where events go. */
export interface Log {
  log(level: Level, message: Message, metadata?: MetadataInput): void;
}
