/**
 * A pid is handed out before its process is born on another scheduler, so a third scheduler's signal can
 * overtake the birth. Spawns from one origin arrive in the order of their numbers: a serial whose number is
 * above the last seen is not dead but unborn, and its signals wait here.
 */
import { Op, type Signal } from "../process/signal.js";
import { MAX_SCHEDULERS, type Pid } from "../term/pid.js";

export class Births {
  /** By origin: the highest number that was born here or never will be. */
  readonly #seen: number[] = new Array(MAX_SCHEDULERS).fill(0);
  readonly #held = new Map<number, Signal[]>();

  constructor(readonly deliver: (signal: Signal) => void) {}

  /** Signals that wait. */
  get waiting(): number {
    let signals = 0;
    for (const held of this.#held.values()) signals += held.length;
    return signals;
  }

  isUnborn(serial: number): boolean {
    return Math.floor(serial / MAX_SCHEDULERS) > this.#seen[serial % MAX_SCHEDULERS]!;
  }

  /** Keeps a signal for an unborn process; false if the process is not unborn. */
  hold(serial: number, signal: Signal): boolean {
    if (!this.isUnborn(serial)) return false;
    const held = this.#held.get(serial);
    if (held === undefined) this.#held.set(serial, [signal]);
    else held.push(signal);
    return true;
  }

  /** The process of this serial is there: hands it what waited. */
  born(serial: number): void {
    this.#seen[serial % MAX_SCHEDULERS] = Math.floor(serial / MAX_SCHEDULERS);
    if (this.#held.size > 0) this.#release(serial);
  }

  /** No birth up to number `n` of this origin is still on its way. */
  announce(origin: number, n: number): void {
    this.#seen[origin] = Math.max(this.#seen[origin]!, n);
    for (const serial of [...this.#held.keys()]) if (!this.isUnborn(serial)) this.#release(serial);
  }

  /** The origin is gone with whatever it had not sent: none of its unborn will be. */
  forget(origin: number): void {
    for (const serial of [...this.#held.keys()]) {
      if (serial % MAX_SCHEDULERS !== origin) continue;
      this.#seen[origin] = Math.max(this.#seen[origin]!, Math.floor(serial / MAX_SCHEDULERS));
      this.#release(serial);
    }
  }

  /** Links and monitors that the lost have with the unborn are over before they began: the lost were told so. */
  lose(isLost: (pid: Pid) => boolean): void {
    const isOver = (signal: Signal) =>
      (signal[0] === Op.link || signal[0] === Op.monitor) && isLost(signal[2]);
    for (const [serial, held] of this.#held)
      this.#held.set(
        serial,
        held.filter((signal) => !isOver(signal)),
      );
  }

  #release(serial: number): void {
    const held = this.#held.get(serial) ?? [];
    this.#held.delete(serial);
    for (const signal of held) this.deliver(signal);
  }
}
