/**
 * The inside of every behaviour that takes messages (OTP: the loops of `gen_server` and `gen_statem`, with
 * `sys:handle_system_msg`): what is for the behaviour goes to its handlers, what is for the process is dealt with here.
 *
 *     message --- $call $cast, timeouts, all else ---> handler --> done(result) --> the next message
 *            |                                            ^            | a promise: awaited, then the same
 *            |                                            '------------'
 *            |--- $system ---------------> handleSystem
 *            '--- $stop, EXIT of parent -> terminate -> exit        as when a handler throws
 *
 * A plain handler costs no promise and no object; one that is watched by nobody costs one look at `attentive`.
 */
import {
  type AnyPid,
  type CallMessage,
  type CastMessage,
  Exit,
  type ExitMessage,
  type ExitReason,
  type From,
  formatReason,
  type Receiver,
  Ref,
  type Self,
  type TimeoutMessage,
} from "../runtime/index.js";
import type { StopMessage } from "./gen.js";
import { warn } from "./report.js";
import { noReply } from "./serverResult.js";
import type { Debug, SystemEvent } from "./sysDebug.js";
import { handleSystem, isSystemMessage, type SystemMessage, type SystemReceiver } from "./sysLoop.js";
import { reportTermination, type TerminationReport } from "./terminationReport.js";

export type Handler = (ctx: unknown, ...args: unknown[]) => unknown;
export type Handlers = ReadonlyMap<string, Handler>;

/** A definition, ready to run: what all behaviours have in theirs. */
export interface GenCode {
  readonly name: string;
  readonly callbacks: {
    terminate?(ctx: never, reason: ExitReason): unknown;
    formatStatus?(status: never): object;
    codeChange?(oldVersion: unknown, state: never, extra: unknown): unknown;
  };
  /** Of the state, first argument; for `sys.updateState`. */
  readonly updates: Handlers;
  /** What the definition is by now: another one once its module was loaded again. */
  latest(): this;
}

/** What all handlers hold. */
interface GenContext {
  readonly self: Self<unknown>;
  from: From | undefined;
}

/** What is under way: a handler's promise. Undefined: the message is dealt with. */
export type Pending = Promise<unknown> | undefined;

/** To oneself: there is something to do before any message, and there may be none. */
const BEGIN = { tag: "$begin" };

export abstract class GenLoop<Code extends GenCode, Ctx extends GenContext>
  implements Receiver<unknown>, SystemReceiver
{
  protected code: Code;
  protected readonly ctx: Ctx;
  readonly parent: AnyPid;
  /** A message is shown to `attend` before it is taken. */
  protected attentive = false;
  #beginning = false;
  #debug: Debug | undefined = undefined;

  /** @param parent whose EXIT ends it; itself where nobody is linked with it from its start, as in OTP */
  constructor(ctx: Ctx, parent: AnyPid, code: Code) {
    this.ctx = ctx;
    this.parent = parent;
    this.code = code;
  }

  get self(): Self<unknown> {
    return this.ctx.self;
  }

  handle(message: unknown): void | Promise<void> {
    try {
      const pending = this.attentive ? this.#look(message) : this.take(message);
      if (pending !== undefined) return this.#finish(pending, message);
    } catch (thrown) {
      return this.#leave(thrown, message);
    }
  }

  // -- what a behaviour fills in -----------------------------------------------------------------------------------

  /** Each runs a handler, and gives its promise or what `done` gave for its result. */
  protected abstract call(message: CallMessage): Pending;
  protected abstract cast(message: CastMessage): Pending;
  protected abstract timeout(message: TimeoutMessage): Pending;
  protected abstract info(message: unknown): Pending;
  /** A handler gave this (`noReply`: there was none): it takes effect. What is due then is run, in the same way. */
  protected abstract done(result: unknown): Pending;

  protected abstract readonly kind: TerminationReport["label"][0];
  abstract getState(): unknown;
  abstract replaceState(state: unknown): void;
  /** The process as `formatStatus` of the definition is given it, and as `sys.getStatus` shows it without. */
  protected abstract status(log: readonly SystemEvent[]): object;
  /** The same, where nothing may be shown. */
  protected abstract hidden(reason: string): object;

  /** A message while `attentive`. */
  protected attend(message: unknown): Pending {
    return this.take(message);
  }

  /** Sets `attentive`: whether there is need for `attend`. */
  protected look(): void {
    this.attentive = false;
  }

  /** The last words. What they throw takes the reason's place. */
  protected async terminate(reason: ExitReason): Promise<void> {
    await this.code.callbacks.terminate?.(this.ctx as never, reason);
  }

  /** What was at hand when it ended, for the report: a message as it came. */
  protected lastMessage(message: unknown): unknown {
    return message;
  }

  /** How it was when it ended, for the report. */
  protected lastStatus(): { readonly state: unknown } {
    return this.formatStatus(this.#debug?.log ?? []) as { readonly state: unknown };
  }

  // -- what a behaviour uses ---------------------------------------------------------------------------------------

  /** From the constructor: `done(noReply)` is to run before any message. */
  protected begin(): void {
    this.#beginning = this.attentive = true;
    this.self.send(this.self.pid, BEGIN);
  }

  /** Runs the handler of a message that is not for the process itself. */
  protected take(message: unknown): Pending {
    switch (tagOf(message)) {
      case "$call":
        if ((message as Partial<CallMessage>).from?.ref instanceof Ref)
          return this.call(message as CallMessage);
        break;
      case "$cast":
        return this.cast(message as CastMessage);
      case "timeout":
        return this.timeout(message as TimeoutMessage);
      case "$system":
        if (isSystemMessage(message)) return this.#system(message);
        break;
      case "$stop":
        throw new Exit((message as StopMessage).reason);
      case BEGIN.tag:
        return undefined;
      case "EXIT":
        if ((message as ExitMessage).pid === this.parent) throw new Exit((message as ExitMessage).reason);
    }
    return this.info(message);
  }

  protected reply(from: From, value: unknown): void {
    this.self.reply(from, value);
    if (this.#debug !== undefined) this.#debug.note({ type: "out", message: value, to: from.pid });
  }

  /** There is no handler for the call: its caller is told, and the process lives on. */
  protected refuse(from: From, request: unknown, calls: Handlers): void {
    this.self.replyFailure(from, { badRequest: nameOf(request), calls: [...calls.keys()] });
  }

  protected warn(text: string, what: unknown): void {
    warn(this.self, `${this.code.name}: ${text}`, what);
  }

  // -- system messages ---------------------------------------------------------------------------------------------

  get name(): string {
    return this.code.name;
  }

  get debug(): Debug | undefined {
    return this.#debug;
  }

  set debug(debug: Debug | undefined) {
    this.#debug = debug;
    this.look();
  }

  updateState(name: string, args: readonly unknown[]): unknown {
    return this.code.updates.get(name)?.(this.getState(), ...args);
  }

  formatStatus(log: readonly SystemEvent[]): object {
    const status = this.status(log);
    const { callbacks } = this.code;
    if (callbacks.formatStatus === undefined) return status;
    try {
      return { ...status, ...callbacks.formatStatus(status as never) };
    } catch (thrown) {
      // A state that its owner hides must not come to light because hiding it failed.
      return this.hidden(`formatStatus failed: ${formatReason(thrown)}`);
    }
  }

  async changeCode(oldVersion: unknown, extra: unknown): Promise<void> {
    const before = this.code;
    const next = before.latest();
    const { callbacks } = next;
    const state = this.getState();
    const changed = callbacks.codeChange
      ? await callbacks.codeChange(oldVersion, state as never, extra)
      : state;
    this.code = next;
    try {
      this.replaceState(changed);
    } catch (error) {
      this.code = before;
      throw error;
    }
  }

  async #system(message: SystemMessage): Promise<unknown> {
    const ending = await handleSystem(this, message);
    if (ending !== undefined) throw new Exit(ending.reason);
    return noReply;
  }

  // -- the way of a message ----------------------------------------------------------------------------------------

  #look(message: unknown): Pending {
    return this.#beginning ? this.#begin(message) : this.attend(message);
  }

  async #begin(message: unknown): Promise<unknown> {
    this.#beginning = false;
    this.look();
    for (let due = this.done(noReply); due !== undefined; ) due = this.done(await due);
    const pending = this.attentive ? this.attend(message) : this.take(message);
    return pending === undefined ? noReply : pending;
  }

  async #finish(first: Promise<unknown>, message: unknown): Promise<void> {
    try {
      for (let pending: Pending = first; pending !== undefined; ) pending = this.done(await pending);
    } catch (thrown) {
      await this.#leave(thrown, message);
    }
  }

  /** A handler threw, or the process is to end: what was thrown says why, unless `terminate` throws. */
  #leave(thrown: unknown, message: unknown): Promise<void> {
    const ending = this.terminate(thrown instanceof Exit ? thrown.reason : thrown).then(() => {
      throw thrown;
    });
    return reportTermination(this.self, this.kind, this.lastMessage(message), ending, () =>
      this.lastStatus(),
    );
  }
}

// -- requests ------------------------------------------------------------------------------------------------------

/** Own properties only: a client that asks for `constructor` must not find one. */
export function ownHandlers(handlers: object | undefined): Handlers {
  return new Map(
    Object.entries(handlers ?? {}).map(([name, handler]: [string, Handler]) => [
      name,
      handler.bind(handlers),
    ]),
  );
}

export function tagOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? (message as { tag?: unknown }).tag : undefined;
}

export function nameOf(request: unknown): unknown {
  return Array.isArray(request) ? request[0] : undefined;
}

export function handlerOf(handlers: Handlers, request: unknown): Handler | undefined {
  return handlers.get(nameOf(request) as string);
}

/** Without spreading where there is nothing to spread: this is the path of every call. */
export function run(handler: Handler, ctx: unknown, request: readonly unknown[]): unknown {
  if (request.length === 1) return handler(ctx);
  if (request.length === 2) return handler(ctx, request[1]);
  return handler(ctx, ...request.slice(1));
}
