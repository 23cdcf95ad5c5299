/**
 * How often each address may come: as many in a second as the limit says, counted by the full second. What is kept is
 * one number for each address of this second, and no more of them than MAX_ADDRESSES, behind which all are refused.
 */
import type { Clock, Door } from "./transport.js";

const MAX_ADDRESSES = 10_000;

export class Attempts implements Door {
  readonly #counts = new Map<string, number>();
  #since: number;

  constructor(
    private readonly perSecond: number,
    private readonly clock: Clock,
  ) {
    this.#since = clock.now();
  }

  /** Without an address, on a Unix socket, the system's permissions are the door. */
  admits(address: string | undefined): boolean {
    if (address === undefined) return true;
    const now = this.clock.now();
    if (now - this.#since >= 1000) {
      this.#counts.clear();
      this.#since = now;
    }
    const count = (this.#counts.get(address) ?? 0) + 1;
    if (count > this.perSecond || this.#counts.size >= MAX_ADDRESSES) return false;
    this.#counts.set(address, count);
    return true;
  }
}
