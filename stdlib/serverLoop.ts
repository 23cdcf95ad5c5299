/**
 * The inside of a server: takes one message at a time, runs its handler, replies, ends (`gen_server.erl`, its
 * loop). A plain handler costs no promise.
 *
 *     message -> handler -> reply, nothing, or StopWith -> terminate -> reply -> exit
 *                   throws -> terminate -> exit
 *
 *     handleCall: { last: (ctx) => stopWith("normal", ctx.state) }
 */
import {
  type CallMessage,
  type CastMessage,
  Exit,
  type ExitMessage,
  type ExitReason,
  type From,
  type Receiver,
  Ref,
  type Self,
} from "../runtime/index.js";
import type { StopMessage } from "./gen.js";
import type { Callbacks } from "./genServer.js";
import { warn } from "./report.js";

declare const noReplyType: unique symbol;
export interface NoReply {
  readonly [noReplyType]: true;
}

/** What a call handler gives when the reply comes later, by `reply(self, from, value)`. */
export const noReply = Symbol("noReply") as unknown as NoReply;

/** What a handler gives to end its server. */
export class StopWith<out R = never> {
  constructor(
    readonly reason: ExitReason,
    /** Holds the reply to the call at hand, if there is to be one. */
    readonly replies: readonly [R] | readonly [],
  ) {}
}

/**
 * Ends the server after this message: `terminate` is called, then the reply is sent, then the server exits.
 * Without a reply the caller sees the reason.
 */
export function stopWith(reason: ExitReason): StopWith;
export function stopWith<R>(reason: ExitReason, reply: R): StopWith<R>;
export function stopWith(reason: ExitReason, ...replies: [unknown] | []): StopWith<unknown> {
  return new StopWith(reason, replies);
}

type Handler = (ctx: unknown, ...args: unknown[]) => unknown;
export type AnyCallbacks<State> = Callbacks<readonly unknown[], State, unknown, unknown, unknown>;

/** A definition, ready to run. */
export interface Code<State> {
  readonly name: string;
  readonly callbacks: AnyCallbacks<State>;
  readonly calls: ReadonlyMap<string, Handler>;
  readonly casts: ReadonlyMap<string, Handler>;
}

/** Own properties only: a client that asks for `constructor` must not find one. */
export function ownHandlers(handlers: object | undefined): ReadonlyMap<string, Handler> {
  return new Map(
    Object.entries(handlers ?? {}).map(([name, handler]: [string, Handler]) => [
      name,
      handler.bind(handlers),
    ]),
  );
}

/** The server is to end. `from` waits for the last reply. */
interface Stopping {
  readonly reason: ExitReason;
  readonly from?: From;
  readonly reply?: unknown;
}

export class Server<State> implements Receiver<unknown> {
  readonly #code: Code<State>;
  readonly #ctx: { readonly self: Self<unknown>; state: State; from: From };
  readonly #parent: unknown;

  constructor(self: Self<unknown>, code: Code<State>, state: State) {
    this.#code = code;
    this.#ctx = { self, state, from: undefined as unknown as From };
    this.#parent = self.parent;
  }

  handle(message: unknown): void | Promise<void> {
    let stopping: Stopping | undefined | Promise<Stopping | undefined>;
    try {
      stopping = this.#take(message);
    } catch (thrown) {
      return this.#crash(thrown);
    }
    if (stopping === undefined) return;
    if (!(stopping instanceof Promise)) return this.#end(stopping);
    return stopping.then(
      (later) => later && this.#end(later),
      (thrown) => this.#crash(thrown),
    );
  }

  /** Runs the handler of a message, and replies. */
  #take(message: unknown): Stopping | undefined | Promise<Stopping | undefined> {
    switch (tagOf(message)) {
      case "$call":
        if ((message as Partial<CallMessage>).from?.ref instanceof Ref)
          return this.#call(message as CallMessage);
        break;
      case "$cast":
        return this.#cast(message as CastMessage);
      case "$stop":
        return { reason: (message as StopMessage).reason };
      case "EXIT":
        if ((message as ExitMessage).pid === this.#parent) return { reason: (message as ExitMessage).reason };
    }
    return this.#info(message);
  }

  #call({ from, request }: CallMessage): Stopping | undefined | Promise<Stopping | undefined> {
    const handler = handlerOf(this.#code.calls, request);
    if (handler === undefined) {
      this.#warn("no such call", request);
      this.#ctx.self.replyFailure(from, { badRequest: nameOf(request), calls: [...this.#code.calls.keys()] });
      return;
    }
    this.#ctx.from = from;
    const result = run(handler, this.#ctx, request as unknown[]);
    return result instanceof Promise
      ? result.then((value) => this.#answer(from, value))
      : this.#answer(from, result);
  }

  #answer(from: From, result: unknown): Stopping | undefined {
    if (result === noReply) return;
    if (result instanceof StopWith) {
      const [reply] = result.replies;
      return { reason: result.reason, ...(result.replies.length > 0 && { from, reply }) };
    }
    this.#ctx.self.reply(from, result);
    return;
  }

  #cast({ request }: CastMessage): Stopping | undefined | Promise<Stopping | undefined> {
    const handler = handlerOf(this.#code.casts, request);
    if (handler === undefined) return this.#warn("no such cast", request);
    return outcome(run(handler, this.#ctx, request as unknown[]));
  }

  #info(message: unknown): Stopping | undefined | Promise<Stopping | undefined> {
    const { callbacks } = this.#code;
    if (callbacks.handleInfo === undefined) return this.#warn("no handleInfo for", message);
    return outcome(callbacks.handleInfo(this.#ctx, message));
  }

  #warn(text: string, what: unknown): undefined {
    warn(this.#ctx.self, `${this.#code.name}: ${text}`, what);
  }

  /** A handler threw: that is the reason, and the runtime reports it. */
  #crash(thrown: unknown): Promise<void> {
    return this.#leave(thrown instanceof Exit ? thrown.reason : thrown, thrown);
  }

  /** The last reply is sent even if `terminate` throws. */
  async #end({ reason, from, reply }: Stopping): Promise<void> {
    try {
      await this.#code.callbacks.terminate?.(this.#ctx, reason);
    } finally {
      if (from !== undefined) this.#ctx.self.reply(from, reply);
    }
    throw new Exit(reason);
  }

  /** What `terminate` throws takes the reason's place. */
  async #leave(reason: ExitReason, thrown: unknown): Promise<void> {
    await this.#code.callbacks.terminate?.(this.#ctx, reason);
    throw thrown;
  }
}

function tagOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? (message as { tag?: unknown }).tag : undefined;
}

function nameOf(request: unknown): unknown {
  return Array.isArray(request) ? request[0] : undefined;
}

function handlerOf(handlers: ReadonlyMap<string, Handler>, request: unknown): Handler | undefined {
  return handlers.get(nameOf(request) as string);
}

/** Without spreading where there is nothing to spread: this is the path of every call. */
function run(handler: Handler, ctx: unknown, request: readonly unknown[]): unknown {
  if (request.length === 1) return handler(ctx);
  if (request.length === 2) return handler(ctx, request[1]);
  return handler(ctx, ...request.slice(1));
}

function outcome(result: unknown): Stopping | undefined | Promise<Stopping | undefined> {
  if (result === undefined) return;
  if (result instanceof Promise) return result.then(stopOf);
  return stopOf(result);
}

function stopOf(result: unknown): Stopping | undefined {
  return result instanceof StopWith ? { reason: result.reason } : undefined;
}
