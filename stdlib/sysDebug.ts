/**
 * What is noted of a process that somebody watches (OTP: `sys`, its debug functions): events printed, the latest
 * ones kept, or counted. There is such an object only while one of the three is on.
 */
import { type AnyPid, type From, formatReason, type Self } from "../runtime/index.js";

/**
 * What a watched process lived through: a message came, or a call was answered. Of a state machine, `message` is an
 * event, and there is also what became of it, and which timers it has set.
 */
export type SystemEvent =
  | { readonly type: "in"; readonly message: unknown; readonly state?: unknown }
  | { readonly type: "out"; readonly message: unknown; readonly to: AnyPid }
  | {
      readonly type: "consume" | "postpone";
      readonly message: unknown;
      readonly state: unknown;
      readonly nextState: unknown;
    }
  | { readonly type: "startTimer"; readonly timeout: unknown; readonly state: unknown };

/** Since it was turned on. */
export interface Statistics {
  /** When counting began. */
  readonly startTime: Date;
  /** When these counts were taken. */
  readonly currentTime: Date;
  /** Messages and starts handled. */
  readonly reductions: number;
  /** Messages that came, but for system messages. */
  readonly messagesIn: number;
  /** Replies that handlers gave; not what they sent otherwise. */
  readonly messagesOut: number;
}

export class Debug {
  readonly #self: Self<unknown>;
  readonly #name: string;
  trace = false;
  /** The latest events, oldest first. */
  #log: { readonly size: number; readonly events: SystemEvent[] } | undefined = undefined;
  #counts: { readonly startTime: Date; readonly reductions: number; in: number; out: number } | undefined =
    undefined;

  /** @param name what the process runs, for people */
  constructor(self: Self<unknown>, name: string) {
    this.#self = self;
    this.#name = name;
  }

  /** Nothing is on. */
  get isOff(): boolean {
    return !this.trace && this.#log === undefined && this.#counts === undefined;
  }

  /** Keeps the latest `size` events; 0: none. */
  keepLog(size: number): void {
    this.#log = size > 0 ? { size, events: this.#log?.events.slice(-size) ?? [] } : undefined;
  }

  get log(): readonly SystemEvent[] {
    return this.#log?.events ?? [];
  }

  async count(on: boolean): Promise<void> {
    this.#counts = on
      ? { startTime: new Date(), reductions: await this.#reductions(), in: 0, out: 0 }
      : undefined;
  }

  async statistics(): Promise<Statistics | undefined> {
    if (this.#counts === undefined) return undefined;
    const { startTime, reductions, in: messagesIn, out: messagesOut } = this.#counts;
    const since = (await this.#reductions()) - reductions;
    return { startTime, currentTime: new Date(), reductions: since, messagesIn, messagesOut };
  }

  note(event: SystemEvent): void {
    if (this.#counts !== undefined && (event.type === "in" || event.type === "out"))
      this.#counts[event.type]++;
    if (this.#log !== undefined) {
      this.#log.events.push(event);
      if (this.#log.events.length > this.#log.size) this.#log.events.shift();
    }
    if (this.trace) console.error(`*DBG* ${this.#self.pid} ${this.#name} ${formatEvent(event)}`);
  }

  async #reductions(): Promise<number> {
    return (await this.#self.processInfo(this.#self.pid))?.reductions ?? 0;
  }
}

function formatEvent(event: SystemEvent): string {
  if (event.type === "out") return `sent ${formatReason(event.message)} to ${event.to}`;
  if (event.type === "startTimer")
    return `start timer ${formatReason(event.timeout)} in state ${formatReason(event.state)}`;
  if (event.type !== "in")
    return `${event.type} ${formatReason(event.message)} in state ${formatReason(event.state)} => ${formatReason(event.nextState)}`;
  if (event.state !== undefined)
    return `receive ${formatReason(event.message)} in state ${formatReason(event.state)}`;
  const { tag, request, from } = (event.message ?? {}) as { tag?: unknown; request?: unknown; from?: From };
  if (tag === "$call") return `got call ${formatReason(request)} from ${from?.pid}`;
  if (tag === "$cast") return `got cast ${formatReason(request)}`;
  return `got ${formatReason(event.message)}`;
}
