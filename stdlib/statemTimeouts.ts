/**
 * The timeouts of a state machine, one for each key (`gen_statem.erl`, `timers`).
 *
 *              set(0)                                     takeZero: before the next message is looked at
 *     none ------------> zero (in #zeros, in order) -----------------------------------> event
 *       \      set(ms)                                    fired: its message comes
 *        \-------------> running (a timer has a ref) ----------------------------------> event
 *
 * A timer that is cancelled too late has its message in the mailbox already: `#late` knows it by its ref.
 */
import type { Ref, Self, TimeoutMessage } from "../runtime/index.js";
import type { StatemEvent, TimeoutAction, TimeoutType } from "./statemTransition.js";

interface Timeout {
  /** Undefined: a zero timeout. */
  readonly ref: Ref | undefined;
  readonly event: StatemEvent;
}

const LATE = Symbol("late");

export class Timeouts {
  readonly #self: Self<unknown>;
  readonly #byKey = new Map<string, Timeout>();
  readonly #keyOf = new Map<Ref, string>();
  #zeros: string[] = [];
  readonly #late = new Set<Ref>();

  /** What `fired` gives for the message of a timer that was cancelled. */
  static readonly LATE: typeof LATE = LATE;

  constructor(self: Self<unknown>) {
    this.#self = self;
  }

  /** Does what a transition asks for; of several actions on one timeout the last one counts. */
  apply(actions: readonly TimeoutAction[]): void {
    if (actions.length === 0) return;
    const last = new Map(actions.map((action) => [keyOf(action.type, action.name), action]));
    for (const action of actions) {
      const key = keyOf(action.type, action.name);
      if (last.get(key) === action) this.#set(key, action);
    }
  }

  /** What those that run will give. */
  get events(): StatemEvent[] {
    return Array.from(this.#byKey.values(), ({ event }) => event);
  }

  cancel(key: "eventTimeout" | "stateTimeout"): void {
    if (this.#byKey.size > 0) this.#cancel(key);
  }

  /** The event of a timer's message; undefined if it is no message of a timer of ours. */
  fired({ ref }: TimeoutMessage): StatemEvent | typeof LATE | undefined {
    if (this.#late.delete(ref)) return LATE;
    const key = this.#keyOf.get(ref);
    if (key === undefined) return undefined;
    const { event } = this.#byKey.get(key)!;
    this.#keyOf.delete(ref);
    this.#byKey.delete(key);
    return event;
  }

  /** The oldest zero timeout. */
  takeZero(): StatemEvent | undefined {
    const key = this.#zeros.shift();
    if (key === undefined) return undefined;
    const { event } = this.#byKey.get(key)!;
    this.#byKey.delete(key);
    return event;
  }

  #set(key: string, { type, name, change }: TimeoutAction): void {
    const [what, content] = change;
    if (what === "cancel" || what === Number.POSITIVE_INFINITY) return this.#cancel(key);
    const event = { type, content, ...(name !== undefined && { name }) };
    const running = this.#byKey.get(key);
    if (what === "update" && running !== undefined) {
      this.#byKey.set(key, { ref: running.ref, event });
      return;
    }
    this.#cancel(key);
    if (what === "update" || what === 0) {
      this.#byKey.set(key, { ref: undefined, event });
      this.#zeros.push(key);
      return;
    }
    const ref = this.#self.startTimer(what as number, this.#self.pid, null);
    this.#byKey.set(key, { ref, event });
    this.#keyOf.set(ref, key);
  }

  #cancel(key: string): void {
    const timeout = this.#byKey.get(key);
    if (timeout === undefined) return;
    this.#byKey.delete(key);
    if (timeout.ref === undefined) {
      this.#zeros = this.#zeros.filter((other) => other !== key);
      return;
    }
    this.#keyOf.delete(timeout.ref);
    if (this.#self.cancelTimer(timeout.ref) === undefined) this.#late.add(timeout.ref);
  }
}

function keyOf(type: TimeoutType, name: string | undefined): string {
  return name === undefined ? type : `${type} ${name}`;
}
