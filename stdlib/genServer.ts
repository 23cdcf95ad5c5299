/**
 * A server: state, and handlers that get one message at a time (OTP: `gen_server`; its `gen_server(3)` is the
 * specification of what is not said here).
 *
 *     export const counter = genServer(import.meta.url, "counter", {
 *       init: (_self, start: number) => ({ count: start }),
 *       handleCall: {
 *         add: (ctx, by: number) => (ctx.state.count += by),
 *         get: (ctx) => ctx.state.count,
 *       },
 *       handleCast: {
 *         reset(ctx) {
 *           ctx.state.count = 0;
 *         },
 *       },
 *     });
 *     const pid = await startLink(self, counter, [0], { name: "counter" });
 *     await call(self, pid, ["add", 5]);
 *
 * Messages and where they go:
 *
 * | message | handler | if there is none |
 * | --- | --- | --- |
 * | `$call` | `handleCall[name](ctx, ...args)`; what it gives is the reply | the caller gets `{ badRequest, calls }` |
 * | `$cast` | `handleCast[name](ctx, ...args)` | warned and dropped |
 * | `$stop`, EXIT of the parent | `terminate(ctx, reason)`, then exit | exit |
 * | all else | `handleInfo(ctx, message)` | warned and dropped |
 *
 * A handler may be async: until it is done, the server takes no other message. One that throws ends the server
 * with that reason, after `terminate(ctx, reason)`.
 */
import { behaviour, type ExitReason, type From, type Proc, type Self } from "../runtime/index.js";
import type { Protocol } from "./gen.js";
import {
  type AnyCallbacks,
  type Code,
  type NoReply,
  ownHandlers,
  Server,
  type StopWith,
} from "./serverLoop.js";

/** What handlers hold: one object for the whole life of a server. */
export interface Context<State> {
  readonly self: Self<unknown>;
  /** Assign to replace it. */
  state: State;
}

/** What call handlers hold. */
export interface CallContext<State> extends Context<State> {
  /** Who waits for the reply to the call at hand; take it out before an `await`, or for a reply later. */
  readonly from: From;
}

type Outcome = void | StopWith;
type CallHandlers<State> = Record<string, (ctx: CallContext<State>, ...args: never[]) => unknown>;
type CastHandlers<State> = Record<
  string,
  (ctx: Context<State>, ...args: never[]) => Outcome | Promise<Outcome>
>;

/** The callbacks of a server; each may be async. */
export interface Callbacks<Args extends readonly unknown[], State, Calls, Casts, Info> {
  /** Gives the state. The starter waits for it; what it throws is why the start failed. */
  init(self: Self<unknown>, ...args: Args): State | Promise<State>;
  handleCall?: Calls & CallHandlers<State>;
  handleCast?: Casts & CastHandlers<State>;
  /** Any other message: DOWN, EXIT (if it traps exits), timers, plain sends. */
  handleInfo?(ctx: Context<State>, message: Info): Outcome | Promise<Outcome>;
  /** Called before the server exits by itself; if it traps exits, also before it follows its parent. */
  terminate?(ctx: Context<State>, reason: ExitReason): void | Promise<void>;
}

/** What callers see of call handlers: arguments without `ctx`, replies without promises and flow control. */
export type CallsOf<Handlers> = {
  readonly [Name in keyof Handlers]: (...args: Tail<Handlers[Name]>) => ReplyTo<Handlers[Name]>;
};
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
>(
  module: string,
  name: string,
  callbacks: Callbacks<Args, State, Calls, Casts, Info>,
): Proc<Args, Protocol<CallsOf<Calls>, CastsOf<Casts>> | InfoMessage<Info>> {
  const code: Code<State> = {
    name,
    callbacks: callbacks as unknown as AnyCallbacks<State>,
    calls: ownHandlers(callbacks.handleCall),
    casts: ownHandlers(callbacks.handleCast),
  };
  return behaviour<unknown, Args>(module, name, (self, ...args) => {
    const state = callbacks.init(self, ...args);
    return state instanceof Promise
      ? state.then((s) => new Server(self, code, s))
      : new Server(self, code, state);
  });
}
