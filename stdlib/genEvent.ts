/**
 * An event manager: a process with any number of event handlers; each gets every event (OTP: `gen_event`; its
 * `gen_event(3)` is the specification of what is not said here).
 *
 * ```ts
 * import { addHandler, callHandler, eventHandler, genEvent, startLink, syncNotify } from "ringbeam";
 *
 * type Alarm = { kind: "fire" | "water"; room: string };
 * export const alarms = genEvent<Alarm>(import.meta.url, "alarms");
 * export const bell = eventHandler(import.meta.url, "bell", {
 *   init: () => ({ rung: 0 }),
 *   handleEvent(ctx, event: Alarm) {
 *     if (event.kind === "fire") ctx.state.rung += 1;
 *   },
 *   handleCall: { rung: (ctx) => ctx.state.rung },
 * });
 *
 * const pid = await startLink(self, alarms, [], { name: "alarms" });
 * await addHandler(self, pid, bell, []);
 * await syncNotify(self, pid, { kind: "fire", room: "kitchen" });
 * await syncNotify(self, pid, { kind: "water", room: "cellar" });
 * await callHandler(self, pid, bell, ["rung"]); //=> 1
 * ```
 *
 * | message | does |
 * | --- | --- |
 * | cast `notify`, call `syncNotify` | `handleEvent` of all handlers, the newest first |
 * | calls | `addHandler addSupHandler deleteHandler swapHandler callHandler whichHandlers` |
 * | EXIT of the parent, `$stop` | `terminate(ctx, "stop")` of all handlers, then exit |
 * | EXIT of who called `addSupHandler` | `terminate(ctx, { stop: reason })` of those handlers; then `handleInfo` |
 * | all else | `handleInfo` of all handlers |
 *
 * A handler that throws is removed, after `terminate(ctx, { error: reason })`; the manager and the others live on.
 */
import type { Address, ExitMessage, Pid, Proc, Self } from "../runtime/index.js";
import type { EventHandler, HandlerRef } from "./eventHandler.js";
import { call, cast, type Protocol, type ServerRef } from "./gen.js";
import { type CallContext, genServer } from "./genServer.js";
import { HandlerList, reasonOf } from "./handlerList.js";
import type { AnySelf } from "./procLib.js";
import { warn } from "./report.js";
import { type ReqId, sendRequest } from "./requestId.js";
import { type NoReply, noReply } from "./serverResult.js";
import type { ViaName } from "./via.js";

type Calls<E> = { syncNotify(event: E): void; whichHandlers(): HandlerRef[] };
type Casts<E> = { notify(event: E): void };

/** What an event manager for events `E` understands. */
export type ManagerMessage<E> = Protocol<Calls<E>, Casts<E>>;
/** An event manager, by pid or by name. */
export type EventManager<E> = Pid<ManagerMessage<E>> | ServerRef<ManagerMessage<E>> | string | Address;

type Args = readonly unknown[];
/** A handler that takes the events of the manager; of one known by a mere name, any handler. */
type Ref<A extends Args, E> = HandlerRef<EventHandler<A, E, never>>;

/** Defines an event manager. */
export function genEvent<E = unknown>(module: string, name: string): Proc<[], ManagerMessage<E>> {
  const proc = genServer(module, name, {
    init(self: Self<unknown>) {
      self.processFlag("trapExit", true);
      return new HandlerList(self);
    },
    handleCall: {
      async syncNotify(ctx, event: unknown) {
        await ctx.state.tell("handleEvent", event);
      },
      whichHandlers: (ctx) => ctx.state.refs,
      addHandler: (ctx, ref: HandlerRef, args: Args) => answer(ctx, ctx.state.add(ref, args)),
      addSupHandler: (ctx, ref: HandlerRef, args: Args) =>
        answer(ctx, ctx.state.add(ref, args, ctx.from.pid)),
      deleteHandler: (ctx, ref: HandlerRef, why: unknown) => answer(ctx, ctx.state.delete(ref, why)),
      swapHandler: (ctx, from: HandlerRef, why: unknown, to: HandlerRef, args: Args) =>
        answer(ctx, ctx.state.swap(from, why, to, args)),
      swapSupHandler: (ctx, from: HandlerRef, why: unknown, to: HandlerRef, args: Args) =>
        answer(ctx, ctx.state.swap(from, why, to, args, ctx.from.pid)),
      async callHandler(ctx, ref: HandlerRef, request: Args) {
        const { from } = ctx;
        const given = await ctx.state.call(ref, request);
        if ("reply" in given) return given.reply;
        ctx.self.replyFailure(from, given.failure);
        return noReply;
      },
    },
    handleCast: { notify: (ctx, event: unknown) => ctx.state.tell("handleEvent", event) },
    async handleInfo(ctx, message: unknown) {
      const exit = message as Partial<ExitMessage> | null;
      if (exit?.tag === "EXIT") await ctx.state.ownerEnded(exit.pid!, exit.reason);
      else if (!ctx.state.hearsInfo) warn(ctx.self, `${name}: no handler has handleInfo for`, message);
      await ctx.state.tell("handleInfo", message);
    },
    terminate: (ctx) => ctx.state.stop(),
    formatStatus: ({ state }) => ({ state: state.states }),
  });
  return proc as unknown as Proc<[], ManagerMessage<E>>;
}

/** What the handler does is the caller's matter: what it throws fails the call, not the manager. */
async function answer(ctx: CallContext<HandlerList>, doing: Promise<unknown>): Promise<unknown | NoReply> {
  const { from } = ctx;
  try {
    return await doing;
  } catch (thrown) {
    ctx.self.replyFailure(from, reasonOf(thrown));
    return noReply;
  }
}

// -- for clients -------------------------------------------------------------------------------------------------

/** Sends an event to all handlers; with a via name, when the promise is settled. */
export function notify<E>(
  self: AnySelf,
  manager: ViaName<ManagerMessage<E>>,
  event: NoInfer<E>,
): Promise<void>;
export function notify<E>(self: AnySelf, manager: EventManager<E>, event: NoInfer<E>): void;
export function notify(self: AnySelf, manager: unknown, event: unknown): void | Promise<void> {
  return cast(self, manager as string, ["notify", event]);
}

/** Sends an event to all handlers and waits until all have handled it. Throws CallError. */
export async function syncNotify<E>(
  self: AnySelf,
  manager: EventManager<E>,
  event: NoInfer<E>,
  timeout?: number,
): Promise<void> {
  await call(self, manager as string, ["syncNotify", event], timeout);
}

/** Adds a handler. Throws CallError: what its `init` threw, or `{ undef }` if the manager cannot load it. */
export async function addHandler<A extends Args, E = never>(
  self: AnySelf,
  manager: EventManager<E>,
  handler: Ref<A, NoInfer<E>>,
  args: NoInfer<A>,
): Promise<void> {
  await call(self, manager as string, ["addHandler", handler, args]);
}

/**
 * As `addHandler`; the handler is removed when the caller ends, and the caller gets a `GenEventExit` when the
 * handler is gone. Both are linked: if the manager ends, the caller gets its exit signal.
 */
export async function addSupHandler<A extends Args, E = never>(
  self: AnySelf,
  manager: EventManager<E>,
  handler: Ref<A, NoInfer<E>>,
  args: NoInfer<A>,
): Promise<void> {
  await call(self, manager as string, ["addSupHandler", handler, args]);
}

/** Removes a handler; gives what its `terminate(ctx, why)` gives. Throws CallError, `moduleNotFound` among others. */
export function deleteHandler<E>(
  self: AnySelf,
  manager: EventManager<E>,
  handler: HandlerRef,
  why?: unknown,
): Promise<unknown> {
  return call(self, manager as string, ["deleteHandler", handler, why]);
}

/**
 * Replaces a handler: `terminate(ctx, why)` of the old one, then `init(self, ...args, given)` of the new one with
 * what that gave; undefined if there was no such handler. The new one is supervised by who supervised the old one.
 */
export async function swapHandler<A extends Args, E = never>(
  self: AnySelf,
  manager: EventManager<E>,
  [from, why]: readonly [handler: HandlerRef, why?: unknown],
  [to, args]: readonly [handler: Ref<A, NoInfer<E>>, args: NoInfer<A>],
): Promise<void> {
  await call(self, manager as string, ["swapHandler", from, why, to, args]);
}

/** As `swapHandler`, and the caller supervises the new handler, as with `addSupHandler`. */
export async function swapSupHandler<A extends Args, E = never>(
  self: AnySelf,
  manager: EventManager<E>,
  [from, why]: readonly [handler: HandlerRef, why?: unknown],
  [to, args]: readonly [handler: Ref<A, NoInfer<E>>, args: NoInfer<A>],
): Promise<void> {
  await call(self, manager as string, ["swapSupHandler", from, why, to, args]);
}

/** Calls one handler (`gen_event:call/3`). Throws CallError: `badModule` if it is not there, or what it threw. */
export function callHandler<C, Name extends keyof C & string>(
  self: AnySelf,
  manager: Pid<never> | ServerRef<never> | string | Address,
  handler: HandlerRef<EventHandler<never, never, C>>,
  request: HandlerRequest<C, Name>,
  timeout?: number,
): Promise<HandlerReply<C, Name>> {
  return call(self, manager as string, ["callHandler", handler, request], timeout) as Promise<never>;
}

type HandlerReply<C, Name extends keyof C> = C[Name] extends (...args: never[]) => infer R ? R : never;
type HandlerRequest<C, Name extends keyof C> = readonly [
  name: Name,
  ...args: C[Name] extends (...args: infer A) => unknown ? A : never,
];

/** As `callHandler`, for a reply that is fetched later (`gen_event:send_request/3`); with a via name, as a promise. */
export function sendHandlerRequest<C, Name extends keyof C & string>(
  self: AnySelf,
  manager: ViaName<never>,
  handler: HandlerRef<EventHandler<never, never, C>>,
  request: HandlerRequest<C, Name>,
): Promise<ReqId<HandlerReply<C, Name>>>;
export function sendHandlerRequest<C, Name extends keyof C & string>(
  self: AnySelf,
  manager: Pid<never> | ServerRef<never> | string | Address,
  handler: HandlerRef<EventHandler<never, never, C>>,
  request: HandlerRequest<C, Name>,
): ReqId<HandlerReply<C, Name>>;
export function sendHandlerRequest(
  self: AnySelf,
  manager: unknown,
  handler: HandlerRef,
  request: Args,
): ReqId | Promise<ReqId> {
  return sendRequest(self, manager as string, ["callHandler", handler, request]);
}

/** The handlers, the newest first. */
export function whichHandlers<E>(self: AnySelf, manager: EventManager<E>): Promise<HandlerRef[]> {
  return call(self, manager as string, ["whichHandlers"]) as Promise<HandlerRef[]>;
}
