/**
 * The handlers of one event manager, the newest first (`gen_event.erl`, its `MSL`).
 *
 *     add ---> installed --- delete, remove, swap, crash, end of its owner or of the manager ---> terminate ---> gone
 *
 * A handler that throws is removed, and nothing else happens to the manager or the other handlers. The owner, who
 * added it with `addSupHandler`, is linked with the manager and told when the handler is gone.
 */
import { type AnyPid, Exit, type ExitReason, type Self } from "../runtime/index.js";
import {
  type AnyEventHandler,
  type HandlerCode,
  type HandlerContext,
  HandlerEnd,
  type HandlerRef,
  loadHandler,
} from "./eventHandler.js";
import { warn } from "./report.js";
import { sameTerm } from "./sameTerm.js";
import { reportHandler } from "./terminationReport.js";

/** To who added a handler with `addSupHandler`: it is gone. `normal`: deleted or removed; `shutdown`: the manager ends. */
export interface GenEventExit {
  readonly tag: "genEventExit";
  /** Which handler. */
  readonly handler: HandlerRef;
  /** `normal`, `shutdown`, `{ swapped }` where another took its place, or what it threw. */
  readonly reason: ExitReason | { readonly swapped: HandlerRef; readonly owner: AnyPid | undefined };
}

interface Installed {
  readonly ref: HandlerRef;
  readonly code: HandlerCode;
  readonly ctx: HandlerContext<unknown>;
  readonly owner: AnyPid | undefined;
}

/** What a call to a handler came to: a reply, or why there is none. */
export type Answer = { readonly reply: unknown } | { readonly failure: ExitReason };

export class HandlerList {
  #installed: Installed[] = [];

  constructor(readonly self: Self<unknown>) {}

  get refs(): HandlerRef[] {
    return this.#installed.map(({ ref }) => ref);
  }

  /** For `sys.getStatus`, as OTP shows them. */
  get states(): readonly { readonly handler: HandlerRef; readonly state: unknown }[] {
    return this.#installed.map(({ ref, ctx }) => ({ handler: ref, state: ctx.state }));
  }

  /** Throws what `init` throws. */
  async add(ref: HandlerRef, args: readonly unknown[], owner?: AnyPid): Promise<void> {
    if (owner !== undefined) this.self.link(owner);
    try {
      this.#installed.unshift(await this.#init(ref, args, owner));
    } catch (thrown) {
      this.#release(owner);
      throw thrown;
    }
  }

  /** Gives what `terminate` gave. Throws what it threw, or Exit `moduleNotFound`. */
  async delete(ref: HandlerRef, why: unknown): Promise<unknown> {
    const found = this.#find(ref);
    if (found === undefined) throw new Exit("moduleNotFound");
    return this.#end(found, why, "normal");
  }

  /** Where there is no such handler, the new one is added all the same. `owner`: of the new one, else the old one's. */
  async swap(
    from: HandlerRef,
    why: unknown,
    to: HandlerRef,
    args: readonly unknown[],
    owner?: AnyPid,
  ): Promise<void> {
    const old = this.#find(from);
    const nextOwner = owner ?? old?.owner;
    const given = old && (await this.#handOver(old, why, to, nextOwner));
    await this.add(to, [...args, given], nextOwner);
  }

  /** Calls `handleEvent` or `handleInfo` of all. A promise only where one of them gives one. */
  tell(how: "handleEvent" | "handleInfo", message: unknown): void | Promise<void> {
    return this.#tellFrom([...this.#installed], 0, how, message);
  }

  get hearsInfo(): boolean {
    return this.#installed.some(({ code }) => code.callbacks.handleInfo !== undefined);
  }

  async call(ref: HandlerRef, request: readonly unknown[]): Promise<Answer> {
    const found = this.#find(ref);
    if (found === undefined) return { failure: "badModule" };
    const handler = found.code.calls.get(request[0] as string);
    if (handler === undefined)
      return { failure: { badRequest: request[0], calls: [...found.code.calls.keys()] } };
    try {
      const result = await handler(found.ctx, ...request.slice(1));
      if (!(result instanceof HandlerEnd)) return { reply: result };
      await this.#leave(found, result);
      return { reply: result.replies[0] };
    } catch (thrown) {
      await this.#crash(found, request, thrown);
      return { failure: reasonOf(thrown) };
    }
  }

  /** The process ended: so do the handlers that it supervises. */
  async ownerEnded(owner: AnyPid, reason: ExitReason): Promise<void> {
    for (const installed of this.#installed.filter((other) => other.owner === owner))
      await this.#quietly(this.#end(installed, { stop: reason }, "shutdown"));
  }

  /** The manager ends. */
  async stop(): Promise<void> {
    for (const installed of [...this.#installed])
      await this.#quietly(this.#end(installed, "stop", "shutdown"));
  }

  // -- one handler -----------------------------------------------------------------------------------------------

  async #init(ref: HandlerRef, args: readonly unknown[], owner: AnyPid | undefined): Promise<Installed> {
    const code = await loadHandler(this.self, handlerOf(ref));
    const state = await code.callbacks.init(this.self, ...args);
    return { ref, code, owner, ctx: { self: this.self, state } };
  }

  #tellFrom(
    all: readonly Installed[],
    first: number,
    how: "handleEvent" | "handleInfo",
    message: unknown,
  ): void | Promise<void> {
    for (let i = first; i < all.length; i++) {
      const pending = this.#tellOne(all[i]!, how, message);
      if (pending !== undefined) return pending.then(() => this.#tellFrom(all, i + 1, how, message));
    }
  }

  #tellOne(one: Installed, how: "handleEvent" | "handleInfo", message: unknown): Promise<void> | undefined {
    try {
      const result = one.code.callbacks[how]?.(one.ctx, message);
      if (result instanceof HandlerEnd) return this.#leave(one, result);
      if (!(result instanceof Promise)) return;
      return result.then(
        (end) => (end instanceof HandlerEnd ? this.#leave(one, end) : undefined),
        (thrown) => this.#crash(one, message, thrown),
      );
    } catch (thrown) {
      return this.#crash(one, message, thrown);
    }
  }

  /** A callback asked for it. A new handler takes the old one's place in the list. */
  async #leave(one: Installed, { swap }: HandlerEnd<unknown>): Promise<void> {
    if (swap === undefined) {
      await this.#quietly(this.#end(one, "removeHandler", "normal"));
      return;
    }
    const place = this.#installed.indexOf(one);
    try {
      const given = await this.#handOver(one, swap.why, swap.to, one.owner);
      if (one.owner !== undefined) this.self.link(one.owner);
      const next = await this.#init(swap.to, [...swap.args, given], one.owner);
      this.#installed.splice(place, 0, next);
    } catch (thrown) {
      warn(this.self, `event handler ${handlerOf(swap.to)} did not start`, reasonOf(thrown));
      this.#tellOwner(one.owner, swap.to, reasonOf(thrown));
    }
  }

  /** Gives what the old handler has for the next one: what its `terminate` gave, or `{ error: reason }`. */
  #handOver(old: Installed, why: unknown, to: HandlerRef, owner: AnyPid | undefined): Promise<unknown> {
    return this.#end(old, why, { swapped: to, owner }).catch((thrown) => ({ error: reasonOf(thrown) }));
  }

  async #crash(one: Installed, message: unknown, thrown: unknown): Promise<void> {
    this.#report(one, message, thrown);
    await this.#quietly(this.#end(one, { error: reasonOf(thrown) }, reasonOf(thrown)));
  }

  /** Takes the handler out, calls its `terminate`, tells its owner. */
  async #end(one: Installed, why: unknown, reason: GenEventExit["reason"]): Promise<unknown> {
    this.#installed = this.#installed.filter((other) => other !== one);
    try {
      return await one.code.callbacks.terminate?.(one.ctx, why);
    } finally {
      this.#tellOwner(one.owner, one.ref, reason);
    }
  }

  async #quietly(ending: Promise<unknown>): Promise<void> {
    await ending.catch((thrown) => warn(this.self, "terminate of an event handler", reasonOf(thrown)));
  }

  #tellOwner(owner: AnyPid | undefined, handler: HandlerRef, reason: GenEventExit["reason"]): void {
    if (owner === undefined) return;
    const exit: GenEventExit = { tag: "genEventExit", handler, reason };
    this.self.send(owner, exit as never);
    this.#release(owner);
  }

  /** The link goes with the last handler of an owner; the one with the parent stays. */
  #release(owner: AnyPid | undefined): void {
    if (owner === undefined || owner === (this.self.parent as AnyPid)) return;
    if (!this.#installed.some((other) => other.owner === owner)) this.self.unlink(owner);
  }

  #report({ ref, ctx }: Installed, lastMessage: unknown, thrown: unknown): void {
    const { state } = ctx;
    reportHandler(this.self, { handler: handlerOf(ref), lastMessage, state, reason: reasonOf(thrown) });
  }

  #find(ref: HandlerRef): Installed | undefined {
    return this.#installed.find((one) => sameTerm(one.ref, ref));
  }
}

function handlerOf(ref: HandlerRef): AnyEventHandler {
  return Array.isArray(ref) ? (ref as readonly [AnyEventHandler, unknown])[0] : (ref as AnyEventHandler);
}

/** The exit reason that follows from what was thrown. */
export function reasonOf(thrown: unknown): ExitReason {
  return thrown instanceof Exit ? thrown.reason : thrown;
}
