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
  type CallMessage,
  type CastMessage,
  Exit,
  type ExitMessage,
  type ExitReason,
  type From,
  type Receiver,
  Ref,
  type Self,
  type TimeoutMessage,
} from "../runtime/index.js";
import { parentOf, type StopMessage } from "./gen.js";
import { warn } from "./report.js";
import { sameTerm } from "./sameTerm.js";
import { noReply, StopWith } from "./serverLoop.js";
import type { EventSet, StatemCode } from "./statemCode.js";
import { Timeouts } from "./statemTimeouts.js";
import { Actions, type Initial, type StatemEvent } from "./statemTransition.js";

/** There is no message to take. */
const NONE = Symbol("none");
/** To oneself: begin, there may be no other message. It is sent where a machine has something to do unasked. */
const BEGIN = "$begin";
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

export class Machine implements Receiver<unknown> {
  readonly #code: StatemCode;
  readonly #ctx: MachineContext;
  readonly #parent: unknown;
  readonly #timeouts: Timeouts;
  /** Events to be handled before any message, the next one last. */
  readonly #queue: StatemEvent[] = [];
  /** Oldest first. */
  #postponed: StatemEvent[] = [];
  #message: unknown = NONE;

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

  constructor(self: Self<unknown>, code: StatemCode, initial: Initial<unknown, unknown>) {
    if (!(initial instanceof Actions))
      throw new TypeError(`${code.name}: init gives initialState(state, data), and nothing else`);
    this.#code = code;
    this.#parent = parentOf(self);
    this.#timeouts = new Timeouts(self);
    this.#ctx = new MachineContext(self, initial.state, initial.data);
    this.#before = initial.state;
    code.setFor(initial.state);
    this.#record(initial);
    this.#entering = { from: initial.state };
    if (code.hasEnter || initial.inserted.length + initial.timeouts.length > 0) self.send(self.pid, BEGIN);
  }

  handle(message: unknown): void | Promise<void> {
    this.#message = message;
    try {
      const pending = this.#run();
      if (pending !== undefined) return this.#goOn(pending);
    } catch (thrown) {
      return this.#leave(thrown);
    }
  }

  async #goOn(first: Promise<unknown>): Promise<void> {
    try {
      for (let pending: Promise<unknown> | undefined = first; pending !== undefined; pending = this.#run())
        this.#apply(await pending);
    } catch (thrown) {
      await this.#leave(thrown);
    }
  }

  /** Calls handlers until there is nothing left to do, or one gives a promise. */
  #run(): Promise<unknown> | undefined {
    for (;;) {
      let result: unknown;
      if (this.#entering !== undefined) result = this.#enter(this.#entering.from);
      else {
        if (this.#event !== undefined) this.#settle(this.#event);
        const event = this.#queue.pop() ?? this.#timeouts.takeZero() ?? this.#receive();
        if (event === undefined) return;
        this.#event = event;
        this.#before = this.#ctx.state;
        result = this.#dispatch(event);
      }
      if (result instanceof Promise) return result;
      this.#apply(result);
    }
  }

  // -- what comes ------------------------------------------------------------------------------------------------

  /** The message at hand, if it is an event. Throws the exit that it asks for. */
  #receive(): StatemEvent | undefined {
    const message = this.#message;
    this.#message = NONE;
    if (message === NONE || message === BEGIN) return undefined;
    switch (tagOf(message)) {
      case "$call": {
        const { from, request } = message as CallMessage;
        if (from?.ref instanceof Ref) return { type: "call", from, content: request };
        break;
      }
      case "$cast":
        return { type: "cast", content: (message as CastMessage).request };
      case "$stop":
        throw new Exit((message as StopMessage).reason);
      case "EXIT":
        if ((message as ExitMessage).pid === this.#parent) throw new Exit((message as ExitMessage).reason);
        break;
      case "timeout": {
        const event = this.#timeouts.fired(message as TimeoutMessage);
        if (event === Timeouts.LATE) return undefined;
        if (event !== undefined) return event;
      }
    }
    return { type: "info", content: message };
  }

  #enter(from: unknown): unknown {
    this.#entering = undefined;
    this.#inEnter = true;
    this.#ctx.from = undefined;
    return this.#code.setFor(this.#ctx.state).enter?.(this.#ctx, from);
  }

  #dispatch(event: StatemEvent): unknown {
    this.#inEnter = false;
    this.#ctx.from = event.from;
    const { type, content } = event;
    const set = this.#code.setFor(this.#ctx.state);
    if (type === "call" || type === "cast" || type === "internal") {
      const handler = set[type].get(nameOf(content) as string);
      if (handler === undefined) return this.#unknown(event, set);
      const request = content as readonly unknown[];
      return request.length === 1 ? handler(this.#ctx) : handler(this.#ctx, ...request.slice(1));
    }
    const handler = type === "genericTimeout" ? set.genericTimeout.get(event.name!) : set[type];
    return handler === undefined ? this.#unknown(event, set) : handler(this.#ctx, content);
  }

  /** What others sent is refused or dropped; what the machine gave itself is a mistake of its own. */
  #unknown({ type, from, content, name }: StatemEvent, set: EventSet): unknown {
    const { self, state } = this.#ctx;
    const where = `${this.#code.name}: no handler in state ${JSON.stringify(state)} for`;
    if (type === "call" || type === "cast" || type === "info") warn(self, `${where} ${type}`, content);
    else throw new Error(`${where} ${type} ${JSON.stringify(name ?? content)}`);
    if (from !== undefined)
      self.replyFailure(from, { badRequest: nameOf(content), calls: [...set.call.keys()] });
    return noReply;
  }

  // -- what handlers give ----------------------------------------------------------------------------------------

  #apply(result: unknown): void {
    if (result instanceof Actions) this.#follow(result);
    else if (result instanceof StopWith) this.#stop(result);
    else if (result !== noReply && !this.#inEnter && this.#ctx.from !== undefined)
      this.#ctx.self.reply(this.#ctx.from, result);
  }

  #follow(actions: Actions): void {
    const { goal } = actions;
    const { state } = this.#ctx;
    const leaves = goal.kind === "next" && !sameTerm(goal.state, state);
    if (this.#inEnter && (leaves || actions.postponed || actions.inserted.length > 0))
      throw new Error(
        `${this.#code.name}: a state enter call cannot change the state, postpone or insert events`,
      );
    if (leaves) {
      this.#code.setFor(goal.state);
      this.#ctx.state = goal.state;
    }
    this.#record(actions);
    if (leaves || goal.kind === "repeat") this.#entering = { from: state };
  }

  #record({ replies, postponed, inserted, timeouts }: Actions): void {
    for (const { from, value } of replies) this.#ctx.self.reply(from, value);
    if (postponed) this.#postpone = true;
    this.#inserted.push(...inserted);
    this.#changes.push(...timeouts);
  }

  /** The event is dealt with: what it asked for takes effect. */
  #settle(event: StatemEvent): void {
    this.#event = undefined;
    if (this.#postpone) this.#postponed.push(event);
    this.#postpone = false;
    this.#timeouts.cancel("eventTimeout");
    if (!sameTerm(this.#before, this.#ctx.state)) {
      this.#timeouts.cancel("stateTimeout");
      for (let i = this.#postponed.length - 1; i >= 0; i--) this.#queue.push(this.#postponed[i]!);
      this.#postponed = [];
    }
    for (let i = this.#inserted.length - 1; i >= 0; i--) this.#queue.push(this.#inserted[i]!);
    this.#inserted.length = 0;
    this.#timeouts.apply(this.#changes);
    this.#changes.length = 0;
  }

  // -- the end ---------------------------------------------------------------------------------------------------

  #stop({ reason, replies }: StopWith<unknown>): never {
    if (replies.length > 0) {
      if (this.#ctx.from === undefined) throw new TypeError("stopWith: there is no call at hand to reply to");
      this.#ctx.self.reply(this.#ctx.from, replies[0]);
    }
    throw new Exit(reason);
  }

  /** What `terminate` throws takes the reason's place. */
  async #leave(thrown: unknown): Promise<void> {
    const reason: ExitReason = thrown instanceof Exit ? thrown.reason : thrown;
    await this.#code.terminate?.(this.#ctx, reason);
    throw thrown;
  }
}

function tagOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? (message as { tag?: unknown }).tag : undefined;
}

function nameOf(request: unknown): unknown {
  return Array.isArray(request) ? request[0] : undefined;
}
