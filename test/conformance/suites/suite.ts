/** How the lists of cases are written: see `index.ts`. */

export interface Suite {
  /** Where the cases are. */
  readonly of: string;
  readonly rows: readonly Row[];
}

/** Cases that one verdict is for, and what they check, in our words. */
export type Row = readonly [cases: string | readonly string[], checks: string, verdict: Verdict];

export type Verdict =
  /** Scenarios by name; tests as `folder/file: title`, or how the title begins. `*` is for any characters. */
  | { readonly coveredBy: readonly string[] }
  | { readonly doesNotApply: string }
  /** A word of the list of what is open in ../README.md. */
  | { readonly open: string };

export const by = (...coveredBy: readonly string[]) => ({ coveredBy });
/** It does not apply, because. */
export const no = (because: string): Verdict => ({ doesNotApply: because });
export const open = (word: string): Verdict => ({ open: word });

/** The cases of a row. One string holds several names, apart by blanks: OTP's have none inside. */
export function casesOf([cases]: Row): readonly string[] {
  return typeof cases === "string" ? cases.split(" ") : cases;
}

// Reasons that come again and again.
export const HIBERNATE = no("a process has no heap of its own that could be compacted");
export const CALLBACKS = no(
  "a definition is an object of handlers: what is not there is a type error, or dropped as unknown",
);
export const UNKNOWN = by(
  "stdlib/genServer.test.ts: an unknown call fails and names the calls; the server lives on",
  "stdlib/genServer.test.ts: an unknown cast, and a message without handleInfo, are dropped",
);
/** Any object is a report, and one formatter prints them all. */
export const REPORTS_READ = [
  "log/show.test.ts: an event as text: a head, its kind, its fields",
  "log/show.test.ts: an event as an object: time, report, metadata",
  "log/show.test.ts: * is cut, and says so",
] as const;
const requests = (title: string) => `stdlib/requestIds.test.ts: ${title}`;
export const REQUEST_COLLECTIONS = by(
  requests("replies come in their order, with their labels"),
  requests("a server that ends, or is not there, is an error"),
  requests("an answered request stays if told so"),
  requests("receiveResponse that times out gives all of them up"),
  requests("checkResponse knows the message that answers one of them"),
);
export const BEAM = no(
  "of BEAM's own making: its heaps, binaries, signal queues, dirty schedulers or tracing",
);
export const ELIXIR_FORM = no("a matter of Elixir's modules, options or syntax");
