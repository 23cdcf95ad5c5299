/** A server, as system messages see it; made when the first one comes. */
import { formatReason, type Self } from "../runtime/index.js";
import type { Code, HandlerContext } from "./serverLoop.js";
import type { Debug, SystemEvent } from "./sysDebug.js";
import type { SystemReceiver } from "./sysLoop.js";

/** What only the server itself can do. */
interface Controls<State> {
  switchTo(code: Code<State>): void;
  debugWith(debug: Debug | undefined): void;
}

export class ServerSystem<State> implements SystemReceiver {
  readonly #ctx: HandlerContext<State>;
  readonly #code: () => Code<State>;
  readonly #controls: Controls<State>;
  #debug: Debug | undefined = undefined;

  constructor(ctx: HandlerContext<State>, code: () => Code<State>, controls: Controls<State>) {
    this.#ctx = ctx;
    this.#code = code;
    this.#controls = controls;
  }

  get self(): Self<unknown> {
    return this.#ctx.self;
  }

  get name(): string {
    return this.#code().name;
  }

  get debug(): Debug | undefined {
    return this.#debug;
  }

  set debug(debug: Debug | undefined) {
    this.#debug = debug;
    this.#controls.debugWith(debug);
  }

  getState(): State {
    return this.#ctx.state;
  }

  replaceState(state: unknown): void {
    this.#ctx.state = state as State;
  }

  updateState(name: string, args: readonly unknown[]): unknown {
    const update = this.#code().updates.get(name);
    return update?.(this.#ctx.state, ...args);
  }

  formatStatus(log: readonly SystemEvent[]): { readonly state: unknown; readonly log: unknown } {
    const { callbacks } = this.#code();
    const status = { state: this.#ctx.state, log };
    if (callbacks.formatStatus === undefined) return status;
    try {
      return { ...status, ...callbacks.formatStatus(status) };
    } catch (thrown) {
      // A state that its owner hides must not come to light because hiding it failed.
      return { state: `formatStatus failed: ${formatReason(thrown)}`, log: [] };
    }
  }

  async changeCode(oldVersion: unknown, extra: unknown): Promise<void> {
    const next = this.#code().latest();
    const change = next.callbacks.codeChange;
    if (change !== undefined)
      this.#ctx.state = await change.call(next.callbacks, oldVersion, this.#ctx.state, extra);
    this.#controls.switchTo(next);
  }
}
