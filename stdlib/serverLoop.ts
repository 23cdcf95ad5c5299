/**
 * The inside of a server: takes one message at a time, runs its handler, replies, ends (`gen_server.erl`, its
 * loop). A plain handler costs no promise.
 *
 *     message -> handler -> reply, nothing, or StopWith -> handleContinue... -> the next message, or the timeout
 *                                   |                          | StopWith       of the wait for it
 *                                   v                          v
 *                    throws ->  terminate -> reply -> exit
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
import { parentOf, type Request, type StopMessage } from "./gen.js";
import type { Callbacks } from "./genServer.js";
import { IdleTimeout, isIdleMessage } from "./idleTimeout.js";
import { warn } from "./report.js";
import type { InitialState } from "./serverInit.js";
import { noReply, StopWith } from "./serverResult.js";
import { ServerSystem } from "./serverSystem.js";
import type { Debug } from "./sysDebug.js";
import { handleSystem, isSystemMessage, type SystemMessage } from "./sysLoop.js";

export { type NoReply, noReply, StopWith, stopWith } from "./serverResult.js";

type Handler = (ctx: unknown, ...args: unknown[]) => unknown;
export type AnyCallbacks<State> = Callbacks<readonly unknown[], State, unknown, unknown, unknown, string>;

/** A definition, ready to run. */
export interface Code<State> {
  readonly name: string;
  readonly callbacks: AnyCallbacks<State>;
  readonly calls: ReadonlyMap<string, Handler>;
  readonly casts: ReadonlyMap<string, Handler>;
  readonly continues: ReadonlyMap<string, Handler>;
  /** Of the state, first argument; for `sys.updateState`. */
  readonly updates: ReadonlyMap<string, Handler>;
  /** What the definition is by now: another one once its module was loaded again. */
  latest(): Code<State>;
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

/** To oneself: begin with what `init` asked for, there may be no other message. */
const BEGIN = { tag: "$begin" };

/** The server is to end. `from` waits for the last reply. */
interface Stopping {
  readonly reason: ExitReason;
  readonly from?: From;
  readonly reply?: unknown;
}
type Step = Stopping | undefined | Promise<Stopping | undefined>;

/** What all handlers hold, whatever their types say. */
export class HandlerContext<State> {
  from: From = undefined as unknown as From;
  timeout: number | undefined = undefined;
  /** The continue handler to run next, with its arguments. */
  next: Request | undefined = undefined;
  constructor(
    readonly self: Self<unknown>,
    public state: State,
  ) {}
  continueWith(name: string, ...args: unknown[]): void {
    this.next = [name, ...args];
  }
}

export class Server<State> implements Receiver<unknown> {
  #code: Code<State>;
  readonly #ctx: HandlerContext<State>;
  readonly #parent: unknown;
  #idle: IdleTimeout | undefined = undefined;
  #system: ServerSystem<State> | undefined = undefined;
  #debug: Debug | undefined = undefined;
  /** Something is to be done before the next message is taken: see `#attend`. */
  #attentive = false;

  constructor(self: Self<unknown>, code: Code<State>, initial: InitialState<State, string>) {
    this.#code = code;
    this.#ctx = new HandlerContext(self, initial.state);
    this.#parent = parentOf(self);
    this.#ctx.timeout = initial.timeout;
    if (initial.timeout !== undefined) this.#wait();
    if (initial.next === undefined) return;
    this.#ctx.next = initial.next;
    this.#attentive = true;
    self.send(self.pid, BEGIN);
  }

  handle(message: unknown): void | Promise<void> {
    let step: Step;
    try {
      step = this.#attentive ? this.#attend(message) : this.#take(message);
      if (step === undefined && this.#ctx.next === undefined) {
        if (this.#ctx.timeout !== undefined) this.#wait();
        return;
      }
    } catch (thrown) {
      return this.#crash(thrown);
    }
    return this.#settle(step);
  }

  /** The handler is async, or asked for another one, or the server is to end. */
  async #settle(step: Step): Promise<void> {
    let stopping: Stopping | undefined;
    try {
      stopping = (await step) ?? (await this.#continue());
      if (stopping === undefined && this.#ctx.timeout !== undefined) this.#wait();
    } catch (thrown) {
      return this.#crash(thrown);
    }
    if (stopping !== undefined) return this.#end(stopping);
  }

  // -- messages ----------------------------------------------------------------------------------------------------

  /** Runs the handler of a message, and replies. */
  #take(message: unknown): Step {
    switch (tagOf(message)) {
      case "$call":
        if ((message as Partial<CallMessage>).from?.ref instanceof Ref)
          return this.#call(message as CallMessage);
        break;
      case "$cast":
        return this.#cast(message as CastMessage);
      case "$stop":
        return { reason: (message as StopMessage).reason };
      case "$system":
        if (isSystemMessage(message)) return this.#handleSystem(message);
        break;
      case "$begin":
        return;
      case "timeout":
        if (isIdleMessage(message)) return;
        break;
      case "EXIT":
        if ((message as ExitMessage).pid === this.#parent) return { reason: (message as ExitMessage).reason };
    }
    return this.#info(message);
  }

  #call({ from, request }: CallMessage): Step {
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
    this.#reply(from, result);
    return;
  }

  #reply(from: From, reply: unknown): void {
    this.#ctx.self.reply(from, reply);
    if (this.#debug !== undefined) this.#debug.sent(reply, from);
  }

  #cast({ request }: CastMessage): Step {
    const handler = handlerOf(this.#code.casts, request);
    if (handler === undefined) return this.#warn("no such cast", request);
    return outcome(run(handler, this.#ctx, request as unknown[]));
  }

  #info(message: unknown): Step {
    const { callbacks } = this.#code;
    if (callbacks.handleInfo === undefined) return this.#warn("no handleInfo for", message);
    return outcome(callbacks.handleInfo(this.#ctx, message));
  }

  #warn(text: string, what: unknown): undefined {
    warn(this.#ctx.self, `${this.#code.name}: ${text}`, what);
  }

  // -- between messages --------------------------------------------------------------------------------------------

  /** Before a message is taken: `init` asked for a continue, an idle timeout runs, or somebody watches. */
  #attend(message: unknown): Step {
    if (this.#ctx.next !== undefined) return this.#begin(message);
    const idle = this.#idle;
    if (idle?.ms !== undefined) {
      const over = idle.isOver(message);
      if (!over && (tagOf(message) === BEGIN.tag || isIdleMessage(message))) return;
      // A system message interrupts the wait; afterwards it begins anew.
      if (tagOf(message) === "$system") this.#ctx.timeout = idle.ms;
      idle.cancel();
      this.#look();
      if (over) return this.#timedOut();
    }
    if (tagOf(message) !== "$system") this.#debug?.received(message);
    return this.#take(message);
  }

  async #begin(message: unknown): Promise<Stopping | undefined> {
    this.#look();
    const stopping = await this.#continue();
    if (stopping !== undefined || tagOf(message) === BEGIN.tag) return stopping;
    this.#ctx.timeout = undefined;
    return this.#take(message);
  }

  /** Runs the continue handler that is due, and those that it asks for. */
  async #continue(): Promise<Stopping | undefined> {
    const ctx = this.#ctx;
    for (let next = ctx.next; next !== undefined; next = ctx.next) {
      ctx.next = undefined;
      const handler = handlerOf(this.#code.continues, next);
      if (handler === undefined) throw new Error(`${this.#code.name}: no such continue handler: ${next[0]}`);
      const stopping = await outcome(run(handler, ctx, next));
      if (stopping !== undefined) return stopping;
    }
    return undefined;
  }

  /** A handler has set `ctx.timeout`, for the wait that begins now. */
  #wait(): void {
    const ms = this.#ctx.timeout!;
    this.#ctx.timeout = undefined;
    this.#idle ??= new IdleTimeout(this.#ctx.self);
    this.#idle.start(ms);
    this.#look();
  }

  #timedOut(): Step {
    const { callbacks } = this.#code;
    this.#debug?.received("timeout");
    if (callbacks.handleTimeout === undefined) return this.#info("timeout");
    return outcome(callbacks.handleTimeout(this.#ctx));
  }

  #look(): void {
    this.#attentive = this.#idle?.ms !== undefined || this.#debug !== undefined;
  }

  #handleSystem(message: SystemMessage): Step {
    this.#system ??= new ServerSystem(this.#ctx, () => this.#code, {
      switchTo: (code) => {
        this.#code = code;
      },
      debugWith: (debug) => {
        this.#debug = debug;
        this.#look();
      },
    });
    return handleSystem(this.#system, message);
  }

  // -- the end -----------------------------------------------------------------------------------------------------

  /** A handler threw: that is the reason, and the runtime reports it. */
  #crash(thrown: unknown): Promise<void> {
    return this.#leave(thrown instanceof Exit ? thrown.reason : thrown, thrown);
  }

  /** The last reply is sent even if `terminate` throws. */
  async #end({ reason, from, reply }: Stopping): Promise<void> {
    try {
      await this.#code.callbacks.terminate?.(this.#ctx, reason);
    } finally {
      if (from !== undefined) this.#reply(from, reply);
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

function outcome(result: unknown): Step {
  if (result === undefined) return;
  if (result instanceof Promise) return result.then(stopOf);
  return stopOf(result);
}

function stopOf(result: unknown): Stopping | undefined {
  return result instanceof StopWith ? { reason: result.reason } : undefined;
}
