/**
 * Where a new process goes. A process never moves, so its birth is the one chance to balance the load: to
 * the worker thread with the least, but here if that is nearly as good, because a local spawn costs a
 * fraction. The main thread takes none by itself: it has the sockets and the applications' supervisors.
 */
import type { Placement } from "../process/env.js";
import { MAX_SCHEDULERS } from "../term/pid.js";
import type { Loads } from "./memory.js";

export class Placer {
  readonly #available: boolean[] = new Array(MAX_SCHEDULERS).fill(false);
  /** What was placed on a scheduler since it last published its load. */
  readonly #placed: number[] = new Array(MAX_SCHEDULERS).fill(0);
  readonly #seen: number[] = new Array(MAX_SCHEDULERS).fill(0);
  #workers = 0;

  constructor(
    readonly loads: Loads,
    readonly schedulers: number,
    readonly here: number,
  ) {
    this.#available[here] = true;
    if (here !== 0) this.#workers = 1;
  }

  setAvailable(scheduler: number, available: boolean): void {
    if (this.#available[scheduler] === available) return;
    this.#available[scheduler] = available;
    if (scheduler !== 0) this.#workers += available ? 1 : -1;
  }

  publish(processes: number, runnable: number): void {
    this.loads.publish(this.here, processes, runnable);
  }

  /**
   * Throws RangeError for a scheduler that this node does not have. While the thread of the wished one is being
   * replaced it is another, so that what a supervisor starts again can start.
   */
  place(wish: Placement | undefined): number {
    if (wish === "here") return this.here;
    if (wish === undefined || wish === "balanced") return this.#balanced();
    if (Number.isInteger(wish) && wish >= 0 && wish < this.schedulers) {
      return this.#available[wish] ? wish : this.#balanced();
    }
    throw new RangeError(`no scheduler ${wish}; this node has 0 to ${this.schedulers - 1}`);
  }

  #balanced(): number {
    if (this.#workers === 0) return this.here;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 1; i < this.schedulers; i++) {
      if (!this.#available[i]) continue;
      const load = this.#load(i);
      if (load < least) {
        best = i;
        least = load;
      }
    }
    const chosen = this.here !== 0 && this.#load(this.here) <= least * 1.25 + 32 ? this.here : best;
    this.#placed[chosen]!++;
    return chosen;
  }

  #load(scheduler: number): number {
    const published = this.loads.of(scheduler);
    if (published !== this.#seen[scheduler]) {
      this.#seen[scheduler] = published;
      this.#placed[scheduler] = 0;
    }
    return published + this.#placed[scheduler]!;
  }
}
