/**
 * What a server's `init` may give instead of a mere state; `ignore` and `stopWith` a state machine's as well (OTP: the returns of `gen_server:init/1`).
 *
 *     init: (_self, path: string) => continueWith({ path, lines: [] }, "load")   {ok, State, {continue, load}}
 *     init: () => withTimeout({ seen: 0 }, 1000)                                 {ok, State, 1000}
 *     init: () => ignore                                                         ignore
 *     init: () => stopWith("noDisk")                                             {stop, noDisk}
 *
 * ```ts
 * import { call, continueWith, genServer, Ignored, ignore, startLink } from "ringbeam";
 *
 * export const journal = genServer(import.meta.url, "journal", {
 *   init: (_self, path: string) => (path === "" ? ignore : continueWith({ path, lines: [""] }, "load")),
 *   handleContinue: {
 *     // Its starter goes on already; requests wait until this is done.
 *     async load(ctx) {
 *       ctx.state.lines = ["first", "second"];
 *     },
 *   },
 *   handleCall: { lines: (ctx) => ctx.state.lines },
 * });
 *
 * const pid = await startLink(self, journal, ["today"]);
 * await call(self, pid, ["lines"]); //=> ["first", "second"]
 * await startLink(self, journal, [""]).catch((error) => error instanceof Ignored); //=> true
 * ```
 */
import { Exit, type Self } from "../runtime/index.js";
import type { Request } from "./gen.js";
import type { IgnoredMessage } from "./procLib.js";
import { StopWith } from "./serverResult.js";

declare const ignoreType: unique symbol;
/** The type of `ignore`. */
export interface Ignore {
  readonly [ignoreType]: true;
}

/** `init` gives it: there is nothing to serve. The process ends in order; who starts it gets `Ignored`. */
export const ignore = Symbol("ignore") as unknown as Ignore;

/** Under a symbol, so that no state of anybody's is taken for an InitialState. */
const STATE: unique symbol = Symbol("state");
declare const continueType: unique symbol;

/** A state, and what is to be done with it first. */
export class InitialState<out State, out Continue extends string = never> {
  declare readonly [continueType]?: Continue;
  readonly [STATE]: State;
  constructor(
    state: State,
    /** The continue handler that runs first, and its arguments. */
    readonly next: Request | undefined,
    /** ms until `handleTimeout`, if no message comes. */
    readonly timeout: number | undefined,
  ) {
    this[STATE] = state;
  }
  /** What `init` gave. */
  get state(): State {
    return this[STATE];
  }
}

/** `init` gives it: the server is up, and `handleContinue[name](ctx, ...args)` runs before any message. */
export function continueWith<State, const Name extends string>(
  state: State,
  name: Name,
  ...args: readonly unknown[]
): InitialState<State, Name> {
  return new InitialState(state, [name, ...args], undefined);
}

/** `init` gives it: `handleTimeout` runs if no message comes for `ms`. */
export function withTimeout<State>(state: State, ms: number): InitialState<State> {
  return new InitialState<State>(state, undefined, ms);
}

/** What `init` gives. `Continue`: the names of the definition's continue handlers. */
export type InitResult<State, Continue extends string> =
  | State
  | Ignore
  | StopWith
  | InitialState<State, NoInfer<Continue>>;

/** The state to begin with. Throws the exit where there is to be no server. */
export function begin<State>(
  self: Self<unknown>,
  result: InitResult<State, string>,
): InitialState<State, string> {
  const given = unlessRefused(self, result);
  return given instanceof InitialState ? given : new InitialState(given as State, undefined, undefined);
}

/** What `init` gave. Throws the exit where that is `ignore` or `stopWith`. */
export function unlessRefused<Given>(self: Self<unknown>, result: Given | Ignore | StopWith): Given {
  if (result === ignore) {
    const message: IgnoredMessage = { tag: "$ignored", pid: self.pid };
    self.send(self.parent, message);
    throw new Exit("normal");
  }
  if (result instanceof StopWith) throw new Exit(result.reason);
  return result as Given;
}
