/**
 * A state machine: a state, data, and handlers for the events of each state (OTP: `gen_statem`; its
 * `gen_statem(3)` is the specification of what is not said here).
 *
 * ```ts
 * import { call, cast, genStatem, initialState, startLink } from "ringbeam";
 *
 * // Locked until the code is typed; open for ten seconds then.
 * export const codeLock = genStatem(import.meta.url, "codeLock", {
 *   init: (_self, code: string) => initialState("locked", { code, typed: "" }),
 *   states: {
 *     locked: {
 *       enter(ctx) {
 *         ctx.data.typed = "";
 *       },
 *       cast: {
 *         button(ctx, digit: string) {
 *           ctx.data.typed = (ctx.data.typed + digit).slice(-ctx.data.code.length);
 *           if (ctx.data.typed === ctx.data.code) return ctx.nextState("open");
 *           return ctx.keepState().eventTimeout(5_000);
 *         },
 *       },
 *       eventTimeout(ctx) {
 *         ctx.data.typed = "";
 *       },
 *     },
 *     open: {
 *       enter: (ctx) => ctx.keepState().stateTimeout(10_000),
 *       stateTimeout: (ctx) => ctx.nextState("locked"),
 *       cast: { button: (ctx) => ctx.keepState().postpone() },
 *     },
 *   },
 *   handleEvent: { call: { state: (ctx) => ctx.state } },
 * });
 *
 * const lock = await startLink(self, codeLock, ["1234"]);
 * await call(self, lock, ["state"]); //=> "locked"
 * for (const digit of "1234") cast(self, lock, ["button", digit]);
 * await call(self, lock, ["state"]); //=> "open"
 * ```
 *
 * `states` is callback mode `state_functions`, `handleEvent` alone is `handle_event_function`: then a state is any
 * term, such as `{ door: "open", alarm: true }`, and changes when it is another term. With both, `handleEvent`
 * takes what the state at hand has no handler for. Where nothing fits: a call fails with `{ badRequest, calls }`,
 * casts and messages are warned of and dropped, an internal event or a timeout ends the machine, as its own fault.
 *
 * Rules, in the order in which they come to bear after a handler:
 *
 *  1. Replies are sent. The state changes. If it did, or is repeated, its state enter call is made, and the
 *     actions that gives are added.
 *  2. A postponed event is put aside. The event timeout is cancelled, by any event.
 *  3. If the state has changed, the state timeout is cancelled and all postponed events come again, oldest first.
 *  4. Events of `nextEvent` go before them, and before all others that wait.
 *  5. Timeouts are set; of several actions on the same one the last counts. One of 0 ms starts no timer: its event
 *     comes after all events that wait in the machine and before any message, unless it is cancelled till then.
 *  6. The next event is handled. Only if none waits, a message is taken.
 *
 * A handler may be async: until it is done, nothing else is handled. One that throws ends the machine with that
 * reason, after `terminate(ctx, reason)`. All that one message causes is done in one go: a machine that inserts
 * events without end takes no further message.
 */
import type { Protocol } from "./gen.js";
import { defineGen, type GenProc } from "./genDefinition.js";
import { type Ignore, unlessRefused } from "./serverInit.js";
import type { StopWith } from "./serverResult.js";
import { type Definition, type StatemCode, statemCode } from "./statemCode.js";
import { Machine } from "./statemLoop.js";
import type { Initial } from "./statemTransition.js";
import type { StatemCallbacks, StatemCalls, StatemCasts, StatemInfo, StateOf } from "./statemTypes.js";

/** The process of a machine with these sets of handlers. */
export type Statem<Args extends readonly unknown[], Sets, Given = never> = GenProc<
  Args,
  Protocol<StatemCalls<Sets>, StatemCasts<Sets>> | StatemInfo<Sets>,
  Given
>;

/**
 * Defines a state machine under its name, in a module that other schedulers and nodes can load. Start it with
 * `start`, `startLink` or a child spec; `call`, `cast` and `stop` work as with any server. Throws TypeError for
 * handlers of what is no event type.
 */
export function genStatem<
  Args extends readonly unknown[],
  First,
  Data,
  Names extends string = never,
  States = Record<never, never>,
  All = Record<never, never>,
>(
  module: string,
  name: string,
  callbacks: StatemCallbacks<Args, First, Names, Data, States, All>,
): Statem<Args, States[keyof States] | All, Initial<StateOf<Names, First>, Data>> {
  type Given = Initial<First, Data> | Ignore | StopWith;
  return defineGen<Args, Given, StatemCode>(module, name, (latest) => {
    const code = statemCode(name, callbacks as unknown as Definition, latest);
    return {
      code,
      init: (self, ...args) => callbacks.init(self, ...args),
      run: (self, parent, given) => new Machine(self, parent, code, unlessRefused(self, given)),
    };
  });
}
