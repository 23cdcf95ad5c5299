/**
 * The inside of a state machine: one event at a time (`gen_statem.erl`, its loop).
 *
 *     event -> handler -> actions -> state changed, or repeated: enter call -> its actions -> settle -> next event
 *
 *     settle: 1. a postponed event is put aside              queue, top first:  inserted by nextEvent
 *             2. cancelled: the event timeout, and on a                         postponed, oldest first,
 *                change of state the state timeout                                after a change of state
 *             3. the queue grows as on the right                                what was there before
 *             4. timeouts are set
 *
 * The next event is the top of the queue; if it is empty the oldest zero timeout; then only a message. So one
 * message is taken at a time, and all that it causes is done before the next one is looked at.
 */
import {
  type AnyPid,
  type CallMessage,
  type CastMessage,
  Exit,
  type From,
  type Self,
  type TimeoutMessage,
} from "../runtime/index.js";
import { GenLoop, nameOf, type Pending, run } from "./genLoop.js";
import { sameTerm } from "./sameTerm.js";
import { noReply, StopWith } from "./serverResult.js";
import type { EventSet, StatemCode } from "./statemCode.js";
import { Timeouts } from "./statemTimeouts.js";
import { Actions, type Initial, type StatemEvent } from "./statemTransition.js";
import type { SystemEvent } from "./sysDebug.js";

/** What the first state enter call belongs to. */
const INIT: StatemEvent = { type: "internal", content: ["init"] };

/** What all handlers hold, whatever their types say. */
class MachineContext {
  from: From | undefined = undefined;
  constructor(
    readonly self: Self<unknown>,
    public state: unknown,
    public data: unknown,
  ) {}
  nextState(state: unknown): Actions {
    return new Actions({ kind: "next", state }, this.from);
  }
  keepState(): Actions {
    return new Actions({ kind: "keep" }, this.from);
  }
  repeatState(): Actions {
    return new Actions({ kind: "repeat" }, this.from);
  }
}

export class Machine extends GenLoop<StatemCode, MachineContext> {
  readonly #timeouts: Timeouts;
  /** Events to be handled before any message, the next one last. */
  readonly #queue: StatemEvent[] = [];
  /** Oldest first. */
  #postponed: StatemEvent[] = [];

  protected readonly kind = "genStatem";
  /** The event at hand, till it is settled. */
  #event: StatemEvent | undefined = INIT;
  /** The state that the event came in. */
  #before: unknown;
  #postpone = false;
  /** Asked for by the actions of the event at hand. */
  #inserted: StatemEvent[] = [];
  #changes: Actions["timeouts"][number][] = [];
  /** A state enter call is due, from this state. */
  #entering: { readonly from: unknown } | undefined;
  /** It is the state enter call that runs, or gave the result at hand. */
  #inEnter = false;

  constructor(self: Self<unknown>, parent: AnyPid, code: StatemCode, initial: Initial<unknown, unknown>) {
    if (!(initial instanceof Actions))
      throw new TypeError(`${code.name}: init gives initialState(state, data), and nothing else`);
    super(new MachineContext(self, initial.state, initial.data), parent, code);
    this.#timeouts = new Timeouts(self);
    this.#before = initial.state;
    code.setFor(initial.state);
    this.#record(initial);
    this.#entering = { from: initial.state };
    if (code.hasEnter || initial.inserted.length + initial.timeouts.length > 0) this.begin();
  }

  /** Calls handlers until there is nothing left to do, or one gives a promise. */
  protected done(result: unknown): Pending {
    this.#apply(result);
    for (;;) {
      let next: unknown;
      if (this.#entering !== undefined) next = this.#enter(this.#entering.from);
      else {
        if (this.#event !== undefined) this.#settle(this.#event);
        const event = this.#queue.pop() ?? this.#nextZero();
        if (event === undefined) return undefined;
        this.#event = event;
        this.#before = this.ctx.state;
        next = this.#dispatch(event);
      }
      if (next instanceof Promise) return next;
      this.#apply(next);
    }
  }

  // -- what comes ------------------------------------------------------------------------------------------------

  protected call({ from, request }: CallMessage): Pending {
    return this.#come({ type: "call", from, content: request });
  }

  protected cast({ request }: CastMessage): Pending {
    return this.#come({ type: "cast", content: request });
  }

  protected timeout(message: TimeoutMessage): Pending {
    const event = this.#timeouts.fired(message);
    if (event === Timeouts.LATE) return undefined;
    return event === undefined ? this.info(message) : this.#come(event);
  }

  protected info(message: unknown): Pending {
    return this.#come({ type: "info", content: message });
  }

  #come(event: StatemEvent): Pending {
    if (this.debug !== undefined) this.#note("in", event);
    this.#queue.push(event);
    return this.done(noReply);
  }

  #nextZero(): StatemEvent | undefined {
    const event = this.#timeouts.takeZero();
    if (event !== undefined && this.debug !== undefined) this.#note("in", event);
    return event;
  }

  #enter(from: unknown): unknown {
    this.#entering = undefined;
    this.#inEnter = true;
    this.ctx.from = undefined;
    return this.code.setFor(this.ctx.state).enter?.(this.ctx, from);
  }

  #dispatch(event: StatemEvent): unknown {
    this.#inEnter = false;
    this.ctx.from = event.from;
    const { type, content } = event;
    const set = this.code.setFor(this.ctx.state);
    if (type === "call" || type === "cast" || type === "internal") {
      const handler = set[type].get(nameOf(content) as string);
      if (handler === undefined) return this.#unknown(event, set);
      return run(handler, this.ctx, content as readonly unknown[]);
    }
    const handler = type === "genericTimeout" ? set.genericTimeout.get(event.name!) : set[type];
    return handler === undefined ? this.#unknown(event, set) : handler(this.ctx, content);
  }

  /** What others sent is refused or dropped; what the machine gave itself is a mistake of its own. */
  #unknown({ type, from, content, name }: StatemEvent, set: EventSet): unknown {
    const text = `no handler in state ${JSON.stringify(this.ctx.state)} for ${type}`;
    if (type !== "call" && type !== "cast" && type !== "info")
      throw new Error(`${this.name}: ${text} ${JSON.stringify(name ?? content)}`);
    this.warn(text, content);
    if (from !== undefined) this.refuse(from, content, set.call);
    return noReply;
  }

  // -- what handlers give ----------------------------------------------------------------------------------------

  #apply(result: unknown): void {
    if (result instanceof Actions) this.#follow(result);
    else if (result instanceof StopWith) this.#stop(result);
    else if (result !== noReply && !this.#inEnter && this.ctx.from !== undefined)
      this.reply(this.ctx.from, result);
  }

  #follow(actions: Actions): void {
    const { goal } = actions;
    const { state } = this.ctx;
    const leaves = goal.kind === "next" && !sameTerm(goal.state, state);
    if (this.#inEnter && (leaves || actions.postponed || actions.inserted.length > 0))
      throw new Error(`${this.name}: a state enter call cannot change the state, postpone or insert events`);
    if (leaves) {
      this.code.setFor(goal.state);
      this.ctx.state = goal.state;
    }
    this.#record(actions);
    if (leaves || goal.kind === "repeat") this.#entering = { from: state };
  }

  #record({ replies, postponed, inserted, timeouts }: Actions): void {
    for (const { from, value } of replies) this.reply(from, value);
    if (postponed) this.#postpone = true;
    if (this.debug !== undefined) for (const event of inserted) this.#note("in", event);
    this.#inserted.push(...inserted);
    this.#changes.push(...timeouts);
  }

  /** The event is dealt with: what it asked for takes effect. */
  #settle(event: StatemEvent): void {
    this.#event = undefined;
    if (this.debug !== undefined && event !== INIT)
      this.#note(this.#postpone ? "postpone" : "consume", event);
    if (this.#postpone) this.#postponed.push(event);
    this.#postpone = false;
    this.#timeouts.cancel("eventTimeout");
    if (!sameTerm(this.#before, this.ctx.state)) {
      this.#timeouts.cancel("stateTimeout");
      for (let i = this.#postponed.length - 1; i >= 0; i--) this.#queue.push(this.#postponed[i]!);
      this.#postponed = [];
    }
    for (let i = this.#inserted.length - 1; i >= 0; i--) this.#queue.push(this.#inserted[i]!);
    this.#inserted.length = 0;
    if (this.debug !== undefined) this.#noteTimers();
    this.#timeouts.apply(this.#changes);
    this.#changes.length = 0;
  }

  #stop({ reason, replies }: StopWith<unknown>): never {
    if (replies.length > 0) {
      if (this.ctx.from === undefined) throw new TypeError("stopWith: there is no call at hand to reply to");
      this.reply(this.ctx.from, replies[0]);
    }
    throw new Exit(reason);
  }

  // -- for who looks on ------------------------------------------------------------------------------------------

  #note(type: "in" | "consume" | "postpone", message: StatemEvent): void {
    const { state } = this.ctx;
    this.debug?.note(
      type === "in" ? { type, message, state } : { type, message, state: this.#before, nextState: state },
    );
  }

  #noteTimers(): void {
    const { state } = this.ctx;
    for (const timeout of this.#changes)
      if (typeof timeout.change[0] === "number") this.debug?.note({ type: "startTimer", timeout, state });
  }

  /** OTP: `{State, Data}`. */
  getState(): StatemState {
    const { state, data } = this.ctx;
    return { state, data };
  }

  /** As in OTP, this is no change of state: no enter call is made, no event comes again, no timeout ends. */
  replaceState(value: unknown): void {
    const next = value as Partial<StatemState> | null;
    if (typeof next !== "object" || next === null || !Object.hasOwn(next, "state"))
      throw new TypeError(`${this.name}: expected { state, data }`);
    this.code.setFor(next.state);
    this.ctx.state = next.state;
    this.ctx.data = next.data;
  }

  protected status(log: readonly SystemEvent[]): object {
    return { state: this.getState(), log, postponed: this.#postponed, timeouts: this.#timeouts.events };
  }

  protected hidden(reason: string): object {
    return { state: reason, log: [], postponed: [], timeouts: [] };
  }

  protected override lastMessage(): unknown {
    const last = this.#event;
    return last?.type === "call" ? { tag: "$call", from: last.from, request: last.content } : last;
  }

  protected override lastStatus(): { readonly state: unknown } {
    const queue = [...(this.#event ? [this.#event] : []), ...this.#queue.toReversed()];
    return { ...super.lastStatus(), queue } as { readonly state: unknown };
  }
}

interface StatemState {
  readonly state: unknown;
  readonly data: unknown;
}
