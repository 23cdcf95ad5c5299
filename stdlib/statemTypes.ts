/**
 * The types of a state machine's definition: what its handlers are given and may give, and what its clients see
 * of them. Nothing here is there at run time.
 */
import type { ExitReason, From, Self } from "../runtime/index.js";
import type { Ignore } from "./serverInit.js";
import type { NoReply, StopWith } from "./serverResult.js";
import type {
  CallTransition,
  EnterTransition,
  Initial,
  StatemEvent,
  Transition,
} from "./statemTransition.js";
import type { SystemEvent } from "./sysDebug.js";

/** What handlers hold: one object for the whole life of a machine. `Here`: the states the handler is for. */
export interface StatemContext<Here, Data> {
  /** The machine's own process. */
  readonly self: Self<unknown>;
  /** The state that it is in. */
  readonly state: Here;
  /** Assign to replace it. */
  data: Data;
}

/** What state enter calls hold: they cannot change the state. */
export interface EnterContext<Here, Data> extends StatemContext<Here, Data> {
  /** Stays, as is meant by default; for actions to follow. */
  keepState(): EnterTransition;
  /** Enters the state again. */
  repeatState(): EnterTransition;
}

/** What handlers of events hold. Who gives nothing keeps the state. */
export interface EventContext<S, Here, Data> extends StatemContext<Here, Data> {
  /** Goes to a state; if that is the one it is in, the same as `keepState`. */
  nextState(state: S): Transition;
  /** Keeps the state, as is meant by default; for actions to follow. */
  keepState(): Transition;
  /** Keeps the state, but makes its state enter call again. */
  repeatState(): Transition;
}

/** What handlers of calls hold. */
export interface StatemCallContext<S, Here, Data> extends StatemContext<Here, Data> {
  /** Who waits for the reply to the call at hand. */
  readonly from: From;
  /** Goes to a state; if that is the one it is in, the same as `keepState`. */
  nextState(state: S): CallTransition<never>;
  /** Keeps the state; `reply(value)` and other actions follow, or the reply comes later. */
  keepState(): CallTransition<never>;
  /** Keeps the state, but makes its state enter call again. */
  repeatState(): CallTransition<never>;
}

type Later<T> = T | Promise<T>;
type Outcome = Later<void | Transition | StopWith>;
type EnterOutcome = Later<void | EnterTransition | StopWith>;
type Handlers<Ctx, Result> = Record<string, (ctx: Ctx, ...args: never[]) => Result>;

/**
 * The handlers of one state, or of all, by type of event; each may be async. A call handler gives the reply, or
 * a transition that holds it (without: the reply comes later), or `stopWith`.
 */
export interface EventHandlers<S, Here, Data> {
  /** The state enter call: the state has just been entered from `oldState` (from itself when the machine begins). */
  enter?(ctx: EnterContext<Here, Data>, oldState: S): EnterOutcome;
  /** What `call` names. */
  call?: Handlers<StatemCallContext<S, Here, Data>, unknown>;
  /** What `cast` names. */
  cast?: Handlers<EventContext<S, Here, Data>, Outcome>;
  /** Events that the machine gave itself by `nextEvent("internal", [name, ...args])`. */
  internal?: Handlers<EventContext<S, Here, Data>, Outcome>;
  /** Any other message: DOWN, EXIT (if it traps exits), plain sends. */
  info?(ctx: EventContext<S, Here, Data>, message: unknown): Outcome;
  /** No event came for as long as `eventTimeout(ms, content)` said. */
  eventTimeout?(ctx: EventContext<S, Here, Data>, content: unknown): Outcome;
  /** The state did not change for as long as `stateTimeout(ms, content)` said. */
  stateTimeout?(ctx: EventContext<S, Here, Data>, content: unknown): Outcome;
  /** By the names that `genericTimeout(name, ms, content)` gave: the time is over. */
  genericTimeout?: Handlers<EventContext<S, Here, Data>, Outcome>;
}

/** Each property that is no event type is an error, so that a slip of the pen is found. */
type Known<Sets> = {
  readonly [K in keyof Sets]: {
    readonly [P in Exclude<keyof Sets[K], keyof EventHandlers<never, never, never>>]: never;
  };
};

/** The names of the states; without `states`, what `init` says that a state is. */
export type StateOf<Names, First> = [Names] extends [never] ? First : Names;
/** `init` begins in one of the states. */
type Begun<First> = { readonly [State in NoInfer<First> & string]: object };

/** A definition: with `states`, with `handleEvent`, or with both. `Names` are those of the states. */
export interface StatemCallbacks<
  Args extends readonly unknown[],
  First,
  Names extends string,
  Data,
  States,
  All,
> {
  /**
   * Gives the first state and the data, or `ignore`, or `stopWith(reason)`. The starter waits for it; what it throws is
   * why the start failed.
   */
  init(self: Self<unknown>, ...args: Args): Later<Initial<First, Data> | Ignore | StopWith>;
  /** The handlers of each state (OTP: `state_functions`). */
  states?: States & { readonly [Here in Names]: EventHandlers<NoInfer<Names>, Here, Data> } & Known<States> &
    Begun<First>;
  /** Handlers for all states (OTP: `handle_event_function`), where the state at hand has none of its own. */
  handleEvent?: All & EventHandlers<StateOf<Names, First>, StateOf<Names, First>, Data>;
  /**
   * Called before the machine exits by itself; if it traps exits, also before it follows its parent. After
   * `stopWith` the last reply has been sent by then.
   */
  terminate?(ctx: StatemContext<StateOf<Names, First>, Data>, reason: ExitReason): void | Promise<void>;

  /** What `sys.getStatus` shows instead of all; for secrets, and for data that is no term. */
  formatStatus?(status: StatemStatus<StateOf<Names, First>, Data>): {
    readonly state?: unknown;
    readonly log?: unknown;
    readonly postponed?: unknown;
    readonly timeouts?: unknown;
  };
  /** `sys.changeCode`: state and data that this definition works with, made from those of an older one. */
  codeChange?(
    oldVersion: unknown,
    state: { readonly state: unknown; readonly data: unknown },
    extra: unknown,
  ): Later<StatemState<StateOf<Names, First>, NoInfer<Data>>>;
  /** `sys.updateState`: gives the new state and data. To put another state there is no change of state, see `sys`. */
  stateUpdates?: Record<
    string,
    (
      state: StatemState<StateOf<Names, First>, Data>,
      ...args: never[]
    ) => Later<StatemState<StateOf<Names, First>, NoInfer<Data>>>
  >;
}

/** A machine's state and data, as `sys` gives and takes them. */
export interface StatemState<S, Data> {
  readonly state: S;
  readonly data: Data;
}

/** What `formatStatus` is given: with the events that are postponed, and those of the timeouts that run. */
export interface StatemStatus<S, Data> {
  readonly state: StatemState<S, Data>;
  readonly log: readonly SystemEvent[];
  readonly postponed: readonly StatemEvent[];
  readonly timeouts: readonly StatemEvent[];
}

// -- what clients see ----------------------------------------------------------------------------------------------

/** The calls that any of the handler sets answers. All states must agree on the arguments; they may ignore them. */
export type StatemCalls<Sets> = {
  readonly [Name in NamesIn<Group<Sets, "call">>]: (
    ...args: ArgsFor<Group<Sets, "call">, Name>
  ) => KnownReply<ReplyOf<HandlersOf<Group<Sets, "call">, Name>>>;
};
export type StatemCasts<Sets> = {
  readonly [Name in NamesIn<Group<Sets, "cast">>]: (...args: ArgsFor<Group<Sets, "cast">, Name>) => void;
};

/** What every `info` of the sets takes; a machine that does not say what that is, is sent nothing. */
export type StatemInfo<Sets> = [InfoHandler<Sets>] extends [never]
  ? never
  : InfoHandler<Sets> extends (message: infer M) => void
    ? unknown extends M
      ? never
      : M
    : never;

type InfoHandler<Sets> = Sets extends { info(ctx: never, message: infer M): unknown }
  ? (message: M) => void
  : never;
type Group<Sets, Type extends string> = Sets extends { readonly [T in Type]: infer Handlers }
  ? Handlers
  : never;
type NamesIn<Group> = Group extends unknown ? keyof Group & string : never;
type HandlersOf<Group, Name> = Group extends unknown
  ? Name extends keyof Group
    ? Group[Name]
    : never
  : never;

type Args = readonly unknown[];
type Tail<F> = F extends (ctx: never, ...args: infer A) => unknown ? A : never;
type ArgsFor<G, Name> = Extract<Agreed<Tail<HandlersOf<G, Name>>>, Args>;

/** Of several argument lists the longest, each argument such that all of them take it. */
type Agreed<A, All = A> = A extends Args
  ? [Longer<All, A>] extends [never]
    ? { [I in keyof A]: ArgumentAt<All, I> }
    : never
  : never;
type Longer<All, A extends Args> = All extends readonly [
  ...{ [I in keyof A]: unknown },
  unknown,
  ...unknown[],
]
  ? All
  : never;
type ArgumentAt<All, I> = (
  All extends unknown
    ? I extends keyof All
      ? (argument: All[I]) => void
      : never
    : never
) extends (argument: infer Argument) => void
  ? Argument
  : never;

type ReplyOf<F> = F extends (...args: never[]) => infer R ? Reply<Awaited<R>> : never;
type Reply<R> = R extends NoReply
  ? never
  : R extends StopWith<infer Last>
    ? Last
    : R extends CallTransition<infer Value>
      ? Value
      : R;
/** Handlers that only ever reply later say nothing about the reply. */
type KnownReply<R> = [R] extends [never] ? unknown : R;
