/**
 * The inside of a server: runs the handler of each message, replies, ends (`gen_server.erl`, its loop); what it has
 * in common with other behaviours is in `genLoop.ts`.
 *
 *     message -> handler -> reply, nothing, or StopWith -> handleContinue... -> the next message, or the timeout
 *                                   |                          | StopWith       of the wait for it
 *                                   v                          v
 *                    throws ->  terminate -> reply -> exit
 *
 *     handleCall: { last: (ctx) => stopWith("normal", ctx.state) }
 */
import {
  type AnyPid,
  type CallMessage,
  type CastMessage,
  Exit,
  type ExitReason,
  type From,
  type Self,
  type TimeoutMessage,
} from "../runtime/index.js";
import type { Request } from "./gen.js";
import { type GenCode, GenLoop, type Handlers, handlerOf, type Pending, run, tagOf } from "./genLoop.js";
import type { Callbacks } from "./genServer.js";
import { IdleTimeout, isIdleMessage } from "./idleTimeout.js";
import type { InitialState } from "./serverInit.js";
import { noReply, StopWith } from "./serverResult.js";
import type { SystemEvent } from "./sysDebug.js";

export type AnyCallbacks<State> = Callbacks<readonly unknown[], State, unknown, unknown, unknown, string>;

/** A definition, ready to run. */
export interface Code<State> extends GenCode {
  readonly callbacks: AnyCallbacks<State>;
  readonly calls: Handlers;
  readonly casts: Handlers;
  readonly continues: Handlers;
}

/** What all handlers hold, whatever their types say. */
class HandlerContext<State> {
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

export class Server<State> extends GenLoop<Code<State>, HandlerContext<State>> {
  protected readonly kind = "genServer";
  #idle: IdleTimeout | undefined = undefined;
  /** Whose call the handler at hand is to answer. */
  #caller: From | undefined = undefined;
  /** A reply that is sent behind `terminate`. */
  #last: { readonly to: From; readonly reply: unknown } | undefined = undefined;

  constructor(self: Self<unknown>, parent: AnyPid, code: Code<State>, initial: InitialState<State, string>) {
    super(new HandlerContext(self, initial.state), parent, code);
    this.ctx.timeout = initial.timeout;
    if (initial.timeout !== undefined) this.#wait();
    if (initial.next === undefined) return;
    this.ctx.next = initial.next;
    this.begin();
  }

  // -- messages ----------------------------------------------------------------------------------------------------

  protected call({ from, request }: CallMessage): Pending {
    const handler = handlerOf(this.code.calls, request);
    if (handler === undefined) {
      this.warn("no such call", request);
      this.refuse(from, request, this.code.calls);
      return this.done(noReply);
    }
    this.ctx.from = this.#caller = from;
    return this.#when(run(handler, this.ctx, request as unknown[]));
  }

  protected cast({ request }: CastMessage): Pending {
    const handler = handlerOf(this.code.casts, request);
    if (handler !== undefined) return this.#when(run(handler, this.ctx, request as unknown[]));
    this.warn("no such cast", request);
    return this.done(noReply);
  }

  protected timeout(message: TimeoutMessage): Pending {
    return isIdleMessage(message) ? undefined : this.info(message);
  }

  protected info(message: unknown): Pending {
    const { callbacks } = this.code;
    if (callbacks.handleInfo !== undefined) return this.#when(callbacks.handleInfo(this.ctx, message));
    this.warn("no handleInfo for", message);
    return this.done(noReply);
  }

  #when(result: unknown): Pending {
    return result instanceof Promise ? result : this.done(result);
  }

  // -- what handlers give ------------------------------------------------------------------------------------------

  protected done(first: unknown): Pending {
    const { ctx } = this;
    this.#apply(first);
    for (let next = ctx.next; next !== undefined; next = ctx.next) {
      ctx.next = undefined;
      const handler = handlerOf(this.code.continues, next);
      if (handler === undefined) throw new Error(`${this.name}: no such continue handler: ${next[0]}`);
      const result = run(handler, ctx, next);
      if (result instanceof Promise) return result;
      this.#apply(result);
    }
    if (ctx.timeout !== undefined) this.#wait();
    return undefined;
  }

  #apply(result: unknown): void {
    const caller = this.#caller;
    this.#caller = undefined;
    if (result instanceof StopWith) {
      if (caller !== undefined && result.replies.length > 0)
        this.#last = { to: caller, reply: result.replies[0] };
      throw new Exit(result.reason);
    }
    if (caller !== undefined && result !== noReply) this.reply(caller, result);
  }

  /** The last reply is sent even if `terminate` throws. */
  protected override async terminate(reason: ExitReason): Promise<void> {
    try {
      await super.terminate(reason);
    } finally {
      if (this.#last !== undefined) this.reply(this.#last.to, this.#last.reply);
    }
  }

  // -- the wait for a message --------------------------------------------------------------------------------------

  protected override look(): void {
    this.attentive = this.#idle?.ms !== undefined || this.debug !== undefined;
  }

  /** An idle timeout runs, or somebody watches. */
  protected override attend(message: unknown): Pending {
    const idle = this.#idle;
    const tag = tagOf(message);
    if (tag === "$begin") return undefined;
    if (idle?.ms !== undefined) {
      const over = idle.isOver(message);
      if (!over && isIdleMessage(message)) return undefined;
      // A system message interrupts the wait; afterwards it begins anew.
      if (tag === "$system") this.ctx.timeout = idle.ms;
      idle.cancel();
      this.look();
      if (over) return this.#timedOut();
    }
    if (tag !== "$system") this.debug?.note({ type: "in", message });
    return this.take(message);
  }

  /** A handler has set `ctx.timeout`, for the wait that begins now. */
  #wait(): void {
    const ms = this.ctx.timeout!;
    this.ctx.timeout = undefined;
    this.#idle ??= new IdleTimeout(this.self);
    this.#idle.start(ms);
    this.look();
  }

  #timedOut(): Pending {
    const { callbacks } = this.code;
    this.debug?.note({ type: "in", message: "timeout" });
    if (callbacks.handleTimeout === undefined) return this.info("timeout");
    return this.#when(callbacks.handleTimeout(this.ctx));
  }

  // -- system messages ---------------------------------------------------------------------------------------------

  getState(): State {
    return this.ctx.state;
  }

  replaceState(state: unknown): void {
    this.ctx.state = state as State;
  }

  protected status(log: readonly SystemEvent[]): object {
    return { state: this.ctx.state, log };
  }

  protected hidden(reason: string): object {
    return { state: reason, log: [] };
  }
}
