/** Timers of one scheduler: a binary heap by time, then by age, so that equal times fire in the order they were set. */
import { critical } from "../process/critical.js";
import type { Clock, TimerHandle, Timers } from "../process/env.js";

class Timer implements TimerHandle {
  constructor(
    readonly at: number,
    readonly order: number,
    public fire: (() => void) | undefined,
    readonly owner: TimerHeap,
  ) {}

  cancel(): boolean {
    if (this.fire === undefined) return false;
    this.fire = undefined;
    critical(() => this.owner.noteCancelled());
    return true;
  }
}

export class TimerHeap implements Timers {
  #heap: Timer[] = [];
  #order = 0;
  #cancelled = 0;

  /** @param changed called when a timer becomes the next to fire */
  constructor(
    readonly clock: Clock,
    readonly changed: () => void,
  ) {}

  start(ms: number, fire: () => void): TimerHandle {
    const timer = new Timer(this.clock.now() + ms, this.#order++, fire, this);
    critical(() => {
      this.#heap.push(timer);
      this.#up(this.#heap.length - 1);
      if (this.#heap[0] === timer) this.changed();
    });
    return timer;
  }

  /** When the next timer fires, on the clock, or undefined. */
  get next(): number | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.fire === undefined) {
      this.#pop();
      this.#cancelled--;
    }
    return this.#heap[0]?.at;
  }

  /** Fires what is due. */
  run(): void {
    const now = this.clock.now();
    for (let at = this.next; at !== undefined && at <= now; at = this.next) {
      const timer = this.#pop();
      const fire = timer.fire!;
      timer.fire = undefined;
      fire();
    }
  }

  /** A cancelled timer stays in the heap until it comes to the top, or until the dead are the majority. */
  noteCancelled(): void {
    if (++this.#cancelled < 64 || this.#cancelled * 2 < this.#heap.length) return;
    this.#heap = this.#heap.filter((timer) => timer.fire !== undefined);
    this.#cancelled = 0;
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#down(i);
  }

  #pop(): Timer {
    const top = this.#heap[0]!;
    const last = this.#heap.pop()!;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#down(0);
    }
    return top;
  }

  #up(from: number): void {
    const heap = this.#heap;
    const timer = heap[from]!;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(timer, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = timer;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const timer = heap[from]!;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
      if (!earlier(heap[child]!, timer)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = timer;
  }
}

function earlier(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
