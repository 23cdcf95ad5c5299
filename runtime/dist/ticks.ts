/**
 * Ticks: how a silent connection is told from a dead one.
 *
 *   nothing written for tickMs     -> onIdle: write a tick
 *   nothing read for 4 * tickMs    -> onDead: the peer, or the way to it, is gone
 *
 * Bytes count, not frames: a large signal that trickles in is life. One timer, armed for the next moment at
 * which there could be something to do; neither read() nor wrote() touches it.
 */
import type { Clock } from "./transport.js";

/** Ticks that may go missing before the peer is held dead. */
const MISSED_TICKS = 4;

export class Ticks {
  #lastRead: number;
  #lastWrite: number;
  #stopped = false;
  #cancel: () => void = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly tickMs: number,
    private readonly onIdle: () => void,
    private readonly onDead: () => void,
  ) {
    this.#lastRead = this.#lastWrite = clock.now();
    this.#arm();
  }

  read(): void {
    this.#lastRead = this.clock.now();
  }

  wrote(): void {
    this.#lastWrite = this.clock.now();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  #arm(): void {
    const due = Math.min(this.#lastWrite + this.tickMs, this.#lastRead + MISSED_TICKS * this.tickMs);
    // Deferred: if this thread was busy for a minute, what the peer sent meanwhile is read first.
    const look = () => this.clock.defer(() => this.#look());
    this.#cancel = this.clock.after(Math.max(1, due - this.clock.now()), look);
  }

  #look(): void {
    if (this.#stopped) return;
    const now = this.clock.now();
    if (now - this.#lastRead >= MISSED_TICKS * this.tickMs) {
      this.stop();
      this.onDead();
      return;
    }
    if (now - this.#lastWrite >= this.tickMs) {
      this.#lastWrite = now; // even if the channel is full and takes nothing: look again in tickMs, not at once
      this.onIdle();
    }
    if (!this.#stopped) this.#arm();
  }
}
