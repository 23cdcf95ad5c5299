/**
 * A server: state, and handlers that get one message at a time (OTP: `gen_server`; its `gen_server(3)` is the
 * specification of what is not said here).
 *
 * ```ts
 * import { call, cast, genServer, startLink } from "ringbeam";
 *
 * export const counter = genServer(import.meta.url, "counter", {
 *   init: (_self, start: number) => ({ count: start }),
 *   handleCall: {
 *     add: (ctx, by: number) => (ctx.state.count += by),
 *     get: (ctx) => ctx.state.count,
 *   },
 *   handleCast: {
 *     reset(ctx) {
 *       ctx.state.count = 0;
 *     },
 *   },
 * });
 *
 * const pid = await startLink(self, counter, [10], { name: "counter" });
 * await call(self, pid, ["add", 5]); //=> 15
 * cast(self, pid, ["reset"]);
 * await call(self, pid, ["get"]); //=> 0
 * ```
 *
 * Messages and where they go:
 *
 * | message | handler | if there is none |
 * | --- | --- | --- |
 * | `$call` | `handleCall[name](ctx, ...args)`; what it gives is the reply | the caller gets `{ badRequest, calls }` |
 * | `$cast` | `handleCast[name](ctx, ...args)` | warned and dropped |
 * | `$stop`, EXIT of the parent | `terminate(ctx, reason)`, then exit | exit |
 * | `$system` | `sysLoop`: see `sys` | |
 * | all else | `handleInfo(ctx, message)` | warned and dropped |
 *
 * Between messages:
 *
 *     ctx.continueWith(name, ...args)   once the handler is done, `handleContinue[name](ctx, ...args)` runs, before any message
 *     ctx.timeout = ms                  if no message comes for so long then, `handleTimeout(ctx)`; else nothing
 *
 * `init` gives the state, or one of `continueWith(state, name, ...args)`, `withTimeout(state, ms)`, `ignore`,
 * `stopWith(reason)`.
 *
 * A handler may be async: until it is done, the server takes no other message. One that throws ends the server
 * with that reason, after `terminate(ctx, reason)`.
 */
import type { ExitReason, From, Self } from "../runtime/index.js";
import type { Protocol } from "./gen.js";
import { defineGen, type GenProc } from "./genDefinition.js";
import { ownHandlers } from "./genLoop.js";
import { begin, type InitialState, type InitResult } from "./serverInit.js";
import { type AnyCallbacks, type Code, Server } from "./serverLoop.js";
import type { NoReply, StopWith } from "./serverResult.js";
import type { SystemEvent } from "./sysDebug.js";

/** What handlers of all kinds hold: one object for the whole life of a server. */
export interface Context<State> {
  /** The server's own process. */
  readonly self: Self<unknown>;
  /** Assign to replace it. */
  state: State;
}

/** What a server's handlers hold. `Continue`: the names of its continue handlers. */
export interface ServerContext<State, Continue extends string = never> extends Context<State> {
  /**
   * ms that the wait for the next message may take, if set; then `handleTimeout` is called. Any message ends it (a
   * system message: it begins anew). 0: comes next unless a message waits already.
   */
  timeout: number | undefined;
  /** Runs a continue handler after this one, before any message. Of several in one handler the last counts. */
  continueWith(name: Continue, ...args: unknown[]): void;
}

/** What call handlers hold. */
export interface CallContext<State, Continue extends string = never> extends ServerContext<State, Continue> {
  /** Who waits for the reply to the call at hand; take it out before an `await`, or for a reply later. */
  readonly from: From;
}

type Outcome = void | StopWith | Promise<void | StopWith>;
type CallHandlers<State, Continue extends string> = Record<
  string,
  (ctx: CallContext<State, Continue>, ...args: never[]) => unknown
>;
type CastHandlers<State, Continue extends string> = Record<
  string,
  (ctx: ServerContext<State, Continue>, ...args: never[]) => Outcome
>;

/** What `formatStatus` is given and gives. */
export interface ServerStatus<State> {
  /** The state as it is. */
  readonly state: State;
  /** The latest events, if `sys.log` keeps any. */
  readonly log: readonly SystemEvent[];
}

/** The callbacks of a server; each may be async but `formatStatus`. */
export interface Callbacks<
  Args extends readonly unknown[],
  State,
  Calls,
  Casts,
  Info,
  Continue extends string = never,
> {
  /** Gives the state. The starter waits for it; what it throws is why the start failed. */
  init(
    self: Self<unknown>,
    ...args: Args
  ): InitResult<State, Continue> | Promise<InitResult<State, Continue>>;
  /** What `call` names: gives the reply, `noReply` or `stopWith(reason, reply)`. */
  handleCall?: Calls & CallHandlers<State, Continue>;
  /** What `cast` names: gives nothing, or `stopWith(reason)`. */
  handleCast?: Casts & CastHandlers<State, Continue>;
  /** What `continueWith` names. The compiler checks the names, not the arguments. */
  handleContinue?: {
    readonly [Name in Continue]: (ctx: ServerContext<State, Continue>, ...args: never[]) => Outcome;
  };
  /** Any other message: DOWN, EXIT (if it traps exits), timers, plain sends. */
  handleInfo?(ctx: ServerContext<State, Continue>, message: Info): Outcome;
  /** No message came for `ctx.timeout` ms. Without it, `handleInfo` gets `"timeout"`. */
  handleTimeout?(ctx: ServerContext<State, Continue>): Outcome;
  /** Called before the server exits by itself; if it traps exits, also before it follows its parent. */
  terminate?(ctx: ServerContext<State, Continue>, reason: ExitReason): void | Promise<void>;

  /** What `sys.getStatus` shows instead of the whole state and log; for secrets, and for states that are no terms. */
  formatStatus?(status: ServerStatus<State>): { readonly state?: unknown; readonly log?: unknown };
  /** `sys.changeCode`: the state that this definition works with, made from that of an older one. */
  codeChange?(oldVersion: unknown, state: unknown, extra: unknown): NoInfer<State> | Promise<NoInfer<State>>;
  /** `sys.updateState`: gives the new state. */
  stateUpdates?: Record<string, (state: State, ...args: never[]) => NoInfer<State> | Promise<NoInfer<State>>>;
}

/** What callers see of call handlers: arguments without `ctx`, replies without promises and flow control. */
export type CallsOf<Handlers> = {
  readonly [Name in keyof Handlers]: (...args: Tail<Handlers[Name]>) => ReplyTo<Handlers[Name]>;
};
/** What clients see of cast handlers: arguments without `ctx`. */
export type CastsOf<Handlers> = {
  readonly [Name in keyof Handlers]: (...args: Tail<Handlers[Name]>) => void;
};

type Tail<F> = F extends (ctx: never, ...args: infer A) => unknown ? A : never;
type ReplyTo<F> = F extends (...args: never[]) => infer R ? KnownReply<Reply<Awaited<R>>> : never;
type Reply<R> = R extends NoReply ? never : R extends StopWith<infer Last> ? Last : R;
/** A handler that only ever replies later says nothing about the reply. */
type KnownReply<R> = [R] extends [never] ? unknown : R;
/** A definition that does not say what `handleInfo` takes is no licence to send it anything. */
type InfoMessage<Info> = unknown extends Info ? never : Info;

/**
 * Defines a server, as `proc` does a process: under its name, in a module that other schedulers and nodes can
 * load. Start it with `start`, `startLink` or a child spec.
 */
export function genServer<
  Args extends readonly unknown[],
  State,
  Calls = object,
  Casts = object,
  Info = unknown,
  Continue extends string = never,
>(
  module: string,
  name: string,
  callbacks: Callbacks<Args, State, Calls, Casts, Info, Continue>,
): GenProc<
  Args,
  Protocol<CallsOf<Calls>, CastsOf<Casts>> | InfoMessage<Info>,
  State | InitialState<State, Continue>
> {
  const codeWith = (latest: () => Code<State>): Code<State> => ({
    name,
    callbacks: callbacks as unknown as AnyCallbacks<State>,
    calls: ownHandlers(callbacks.handleCall),
    casts: ownHandlers(callbacks.handleCast),
    continues: ownHandlers(callbacks.handleContinue),
    updates: ownHandlers(callbacks.stateUpdates),
    latest,
  });
  return defineGen<Args, InitResult<State, string>, Code<State>>(module, name, (latest) => {
    const code = codeWith(latest);
    return {
      code,
      init: (self, ...args) => callbacks.init(self, ...args),
      run: (self, parent, given) => new Server(self, parent, code, begin(self, given)),
    };
  });
}
