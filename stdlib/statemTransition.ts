/**
 * What the handlers of a state machine give: where to go, and the transition actions, in order.
 *
 * ```ts
 * import { call, cast, genStatem, initialState, receiveResponse, sendRequest, startLink } from "ringbeam";
 *
 * // Whoever enters while the door is closed waits until it opens.
 * export const door = genStatem(import.meta.url, "door", {
 *   init: () => initialState("closed", { entered: 0 }),
 *   states: {
 *     closed: {
 *       call: { enter: (ctx) => ctx.keepState().postpone() },
 *       cast: { open: (ctx) => ctx.nextState("open").stateTimeout(10_000) },
 *     },
 *     open: {
 *       call: { enter: (ctx) => ctx.keepState().reply(++ctx.data.entered) },
 *       stateTimeout: (ctx) => ctx.nextState("closed"),
 *     },
 *   },
 * });
 *
 * const pid = await startLink(self, door, []);
 * const first = sendRequest(self, pid, ["enter"]);
 * cast(self, pid, ["open"]);
 * await receiveResponse(self, first); //=> 1
 * await call(self, pid, ["enter"]); //=> 2
 * ```
 *
 * Actions only say what is to be done; the machine (`statemLoop`) does it when the handler is done.
 */
import type { From } from "../runtime/index.js";
import type { Request } from "./gen.js";

/** What a handler is called for. */
export interface StatemEvent {
  readonly type: "call" | "cast" | "internal" | "info" | TimeoutType;
  /** The request of a call, cast or internal event; the message; the content of a timeout. */
  readonly content: unknown;
  /** Of a call: who waits. */
  readonly from?: From;
  /** Of a generic timeout. */
  readonly name?: string;
}

export type TimeoutType = "eventTimeout" | "stateTimeout" | "genericTimeout";

/**
 * How to set a timeout: `(ms, content)` starts it, or starts it anew (0: see `genStatem`; Infinity: cancels);
 * `("update", content)` gives a running one new content, or comes at once if none runs.
 */
export type TimeoutChange =
  | readonly [ms: number, content?: unknown]
  | readonly [what: "update", content: unknown]
  | readonly [what: "cancel"];

/** A timeout to set. Each has its key: one for `eventTimeout`, one for `stateTimeout`, one for each name. */
export interface TimeoutAction {
  readonly type: TimeoutType;
  readonly name?: string;
  readonly change: TimeoutChange;
}

declare const replies: unique symbol;

/** What a state enter call may give (OTP: `enter_action()`). All methods throw RangeError for what is no time. */
export interface EnterTransition {
  /** An event `eventTimeout`, unless any other event comes first. */
  eventTimeout(...change: TimeoutChange): this;
  /** An event `stateTimeout`, unless the state changes first. */
  stateTimeout(...change: TimeoutChange): this;
  /** An event `genericTimeout[name]`; nothing but an action cancels it. */
  genericTimeout(name: string, ...change: TimeoutChange): this;
  /** Answers a call, this or an older one. */
  reply(from: From, value: unknown): this;
}

interface Inserting {
  /** Inserts an event, to be handled before all that waits; the first one inserted comes first. */
  nextEvent(type: "internal" | "cast", request: Request): this;
  nextEvent(type: { readonly call: From }, request: Request): this;
  nextEvent(type: "info" | "eventTimeout" | "stateTimeout", content: unknown): this;
  nextEvent(type: { readonly genericTimeout: string }, content: unknown): this;
}

/** What handlers of events may give. */
export interface Transition extends EnterTransition, Inserting {
  /** Puts this event aside; it comes again after the state has changed. */
  postpone(flag?: boolean): this;
}

/** What call handlers may give: `R` is what the call at hand is answered. */
export interface CallTransition<R> extends Transition {
  readonly [replies]: R;
  reply(from: From, value: unknown): this;
  reply<V>(value: V): CallTransition<R | V>;
}

/** Where it goes: to `state`, or nowhere (`keep`), or in again (`repeat`). */
type Goal =
  | { readonly kind: "keep" }
  | { readonly kind: "repeat" }
  | { readonly kind: "next"; readonly state: unknown };

/** All of the above, as recorded. */
export class Actions implements Transition {
  postponed = false;
  readonly replies: { readonly from: From; readonly value: unknown }[] = [];
  readonly inserted: StatemEvent[] = [];
  readonly timeouts: TimeoutAction[] = [];

  constructor(
    readonly goal: Goal,
    readonly from: From | undefined,
  ) {}

  eventTimeout(...change: TimeoutChange): this {
    return this.#timeout({ type: "eventTimeout", change });
  }

  stateTimeout(...change: TimeoutChange): this {
    return this.#timeout({ type: "stateTimeout", change });
  }

  genericTimeout(name: string, ...change: TimeoutChange): this {
    return this.#timeout({ type: "genericTimeout", name, change });
  }

  reply(...args: [from: From, value: unknown] | [value: unknown]): this {
    const [from, value] = args.length === 2 ? args : [this.from, args[0]];
    if (from === undefined) throw new TypeError("reply: there is no call at hand; pass whom to reply to");
    this.replies.push({ from, value });
    return this;
  }

  postpone(flag = true): this {
    this.postponed = flag;
    return this;
  }

  nextEvent(
    type: StatemEvent["type"] | { readonly call: From } | { readonly genericTimeout: string },
    content: unknown,
  ): this {
    if (typeof type === "string") this.inserted.push({ type, content });
    else if ("call" in type) this.inserted.push({ type: "call", from: type.call, content });
    else this.inserted.push({ type: "genericTimeout", name: type.genericTimeout, content });
    return this;
  }

  #timeout(action: TimeoutAction): this {
    const [what] = action.change;
    if (typeof what === "number" ? !(what >= 0) : what !== "cancel" && what !== "update")
      throw new RangeError(
        `${action.type}: ${what} is not a time; expected ms, 0 or more, "cancel" or "update"`,
      );
    this.timeouts.push(action);
    return this;
  }
}

/** How a machine begins: in this state, with this data, after these actions. */
export interface Initial<out S, out Data> extends EnterTransition, Inserting {
  /** The first state. */
  readonly state: S;
  /** The data to begin with. */
  readonly data: Data;
}

class InitialActions<S, Data> extends Actions implements Initial<S, Data> {
  constructor(
    readonly state: S,
    readonly data: Data,
  ) {
    super({ kind: "keep" }, undefined);
  }
}

/** What `init` gives: the first state and the data; actions may follow (OTP: `{ok, State, Data, Actions}`). */
export function initialState<const S, Data>(state: S, data: Data): Initial<S, Data> {
  return new InitialActions(state, data);
}
