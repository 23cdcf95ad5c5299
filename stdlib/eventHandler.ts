/**
 * An event handler: what an event manager (`genEvent`) does with events. It is a definition, not a process; it
 * runs in the manager that it is added to, with a state of its own (OTP: a callback module of `gen_event`).
 *
 * ```ts
 * import {
 *   addHandler,
 *   eventHandler,
 *   genEvent,
 *   removeHandler,
 *   startLink,
 *   syncNotify,
 *   whichHandlers,
 * } from "ringbeam";
 *
 * export const orders = genEvent<string>(import.meta.url, "orders");
 * export const firstFew = eventHandler(import.meta.url, "firstFew", {
 *   init: (_self, limit: number) => ({ limit, seen: 0 }),
 *   handleEvent(ctx, _order: string) {
 *     ctx.state.seen += 1;
 *     if (ctx.state.seen === ctx.state.limit) return removeHandler();
 *   },
 * });
 *
 * const pid = await startLink(self, orders, []);
 * await addHandler(self, pid, firstFew, [2]);
 * await syncNotify(self, pid, "tea");
 * await whichHandlers(self, pid); //=> [firstFew]
 * await syncNotify(self, pid, "cake");
 * await whichHandlers(self, pid); //=> []
 * ```
 *
 * It travels by name, as what can be spawned does: the manager may be on any scheduler of any node. Callbacks may
 * be async; the manager takes nothing else until they are done.
 */
import { Exit, type Proc, type Self } from "../runtime/index.js";
import { ownHandlers } from "./genLoop.js";
import type { CallsOf } from "./genServer.js";
import { exportName, loadExport } from "./loadExport.js";

declare const protocol: unique symbol;

/** What a handler takes: events `E`, and `Calls` by `callHandler`. A type only. */
export interface HandlerProtocol<out E, out Calls> {
  readonly [protocol]?: { readonly event: E; readonly calls: Calls };
}

/** A definition of an event handler; a term. */
export type EventHandler<Args extends readonly unknown[], E, Calls> = Proc<Args, HandlerProtocol<E, Calls>>;
/** Any event handler, whatever it takes. */
export type AnyEventHandler = Proc<never, never>;

/** An installed handler: the definition, or `[definition, id]`, so that one manager can have several of it. */
export type HandlerRef<H = AnyEventHandler> = H | readonly [handler: H, id: unknown];

/** How a handler leaves its manager by itself: removed, or with another in its place. */
export class HandlerEnd<out R = never> {
  constructor(
    /** Who takes its place, if anybody. */
    readonly swap:
      | { readonly why: unknown; readonly to: HandlerRef; readonly args: readonly unknown[] }
      | undefined,
    /** Holds the reply to the call at hand, if there is to be one. */
    readonly replies: readonly [R] | readonly [] = [],
  ) {}

  /** Answers the call at hand. */
  reply<V>(value: V): HandlerEnd<V> {
    return new HandlerEnd(this.swap, [value]);
  }
}

/** What a callback gives to have its handler removed: `terminate(ctx, "removeHandler")` is called. */
export function removeHandler(): HandlerEnd {
  return new HandlerEnd(undefined);
}

/** What a callback gives to have another handler in its handler's place, as `swapHandler` does: `terminate(ctx, why)`. */
export function swapInto<A extends readonly unknown[]>(
  to: HandlerRef<Proc<A, never>>,
  args: NoInfer<A>,
  why?: unknown,
): HandlerEnd {
  return new HandlerEnd({ why, to: to as HandlerRef, args });
}

/** What callbacks hold: one object for as long as the handler is installed. `self` is the manager. */
export interface HandlerContext<State> {
  /** The manager. */
  readonly self: Self<unknown>;
  /** Assign to replace it. */
  state: State;
}

type Later<T> = T | Promise<T>;
type Outcome = Later<void | HandlerEnd>;

/** The callbacks of an event handler. */
export interface EventCallbacks<Args extends readonly unknown[], State, E, Calls> {
  /**
   * Gives the state; what it throws is what `addHandler` throws. `self` is the manager. Where the handler takes
   * another one's place, the last argument is what that one's `terminate` gave.
   */
  init(self: Self<unknown>, ...args: Args): Later<State>;
  /**
   * Each event of `notify` and `syncNotify`. One that throws is removed: `terminate(ctx, { error: reason })`.
   */
  handleEvent(ctx: HandlerContext<State>, event: E): Outcome;
  /** What it gives is the reply, or a `removeHandler().reply(value)`. */
  handleCall?: Calls & Record<string, (ctx: HandlerContext<State>, ...args: never[]) => unknown>;
  /** Any other message to the manager. */
  handleInfo?(ctx: HandlerContext<State>, message: unknown): Outcome;
  /**
   * `why`: what `deleteHandler` or a swap say, `removeHandler`, `stop` (the manager ends), `{ stop: reason }` (the
   * supervising process ended), `{ error: reason }` (a callback threw). What it gives is what `deleteHandler`
   * gives, or goes to the next handler's `init`.
   */
  terminate?(ctx: HandlerContext<State>, why: unknown): unknown;
}

/** A definition, ready to run. */
export interface HandlerCode {
  readonly callbacks: EventCallbacks<readonly unknown[], unknown, unknown, unknown>;
  readonly calls: ReadonlyMap<string, (ctx: unknown, ...args: unknown[]) => unknown>;
}

/** Of the modules that this thread has loaded. */
const codes = new Map<AnyEventHandler, HandlerCode>();

/** Defines an event handler, under its name, in a module that other schedulers and nodes can load. */
export function eventHandler<Args extends readonly unknown[], State, E, Calls = object>(
  module: string,
  name: string,
  callbacks: EventCallbacks<Args, State, E, Calls>,
): EventHandler<Args, E, EventCalls<Calls>> {
  const handler = exportName(module, name);
  codes.set(handler as unknown as AnyEventHandler, {
    callbacks: callbacks as unknown as HandlerCode["callbacks"],
    calls: ownHandlers(callbacks.handleCall),
  });
  return handler as unknown as EventHandler<Args, E, EventCalls<Calls>>;
}

type EventCalls<Calls> = {
  readonly [Name in keyof CallsOf<Calls>]: CallsOf<Calls>[Name] extends (...args: infer A) => infer R
    ? (...args: A) => R extends HandlerEnd<infer Last> ? Last : R
    : never;
};

/** The code of a handler, from its module, loaded if need be. Throws the reason that it cannot be had. */
export async function loadHandler(self: Self<unknown>, handler: AnyEventHandler): Promise<HandlerCode> {
  const code = await loadExport(self, handler, codes);
  if (code === undefined) throw new Exit({ noEventHandler: String(handler) });
  return code;
}
