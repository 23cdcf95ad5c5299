/**
 * The timeout of one wait for a message (OTP: `Timeout` in what `gen_server` callbacks return).
 *
 *     none -- start --> running -- isOver, cancel --> none        its own message came: nothing else did
 *                          |------ cancel ----------> none        another message came
 *
 * A message of a timer that was cancelled too late is known by its text, and that it is late by its ref.
 */
import type { Ref, Self, TimeoutMessage } from "../runtime/index.js";

const IDLE = "$idle";

export class IdleTimeout {
  readonly #self: Self<unknown>;
  #ref: Ref | undefined = undefined;
  /** How long the wait at hand may take; undefined while none runs. */
  ms: number | undefined = undefined;

  constructor(self: Self<unknown>) {
    this.#self = self;
  }

  /** One of 0 ms is over when what is in the mailbox now turns out to be nothing. Throws RangeError. */
  start(ms: number): void {
    if (ms === Number.POSITIVE_INFINITY) return;
    const self = this.#self;
    if (ms !== 0) this.#ref = self.startTimer(ms, self.pid, IDLE);
    else {
      this.#ref = self.makeRef();
      const message: TimeoutMessage = { tag: "timeout", ref: this.#ref, message: IDLE };
      self.send(self.pid, message);
    }
    this.ms = ms;
  }

  cancel(): void {
    if (this.#ref !== undefined) this.#self.cancelTimer(this.#ref);
    this.#ref = this.ms = undefined;
  }

  /** Whether this message is the end of the wait at hand. */
  isOver(message: unknown): boolean {
    return isIdleMessage(message) && message.ref === this.#ref;
  }
}

/** Whether it is of a timeout of ours, in time or late. */
export function isIdleMessage(message: unknown): message is TimeoutMessage {
  const m = message as Partial<TimeoutMessage> | null | undefined;
  return typeof m === "object" && m !== null && m.tag === "timeout" && m.message === IDLE;
}
