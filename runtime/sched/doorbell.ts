/**
 * Parking and waking: one word for each scheduler says whether anybody has news for it.
 *
 *     awake --ring--> news --answer--> awake --park--> parked --ring--> news, and whoever rang wakes the thread
 *
 * Why no wake-up is lost: a sender publishes its frame, then rings. The owner answers (news -> awake), then
 * reads all rings; and it parks only by awake -> parked, in one step. So news that came after the owner last
 * read its rings finds the word at `awake` and makes the park fail, or finds it at `parked` and wakes.
 * A sender that finds `news` already need not ring: the owner will answer later than it published.
 *
 * Written by everybody who sends to the scheduler, and by its owner. Cache line of its own.
 */
import { compareExchange, exchange, load, store } from "./atomics.js";

const AWAKE = 0;
const NEWS = 1;
const PARKED = 2;

/** Int32 words from one doorbell to the next: a cache line. */
const STRIDE = 16;

export function doorbellBytes(schedulers: number): number {
  return schedulers * STRIDE * 4;
}

export class Doorbells {
  readonly #words: Int32Array;

  /** @param wake brings the thread of that scheduler back from its event loop */
  constructor(
    memory: SharedArrayBuffer,
    readonly wake: (scheduler: number) => void,
  ) {
    this.#words = new Int32Array(memory);
  }

  /** By a sender, after it published. */
  ring(scheduler: number): void {
    const at = scheduler * STRIDE;
    if (load(this.#words, at) === NEWS) return;
    if (exchange(this.#words, at, NEWS) === PARKED) this.wake(scheduler);
  }

  /** By the owner: is there news? */
  hasNews(scheduler: number): boolean {
    return load(this.#words, scheduler * STRIDE) === NEWS;
  }

  /** By the owner, before it reads its rings, or when it has come back from its event loop for any reason. */
  answer(scheduler: number): void {
    store(this.#words, scheduler * STRIDE, AWAKE);
  }

  /** By the owner, before it returns to its event loop: false if there is news. */
  park(scheduler: number): boolean {
    return compareExchange(this.#words, scheduler * STRIDE, AWAKE, PARKED) === AWAKE;
  }
}
