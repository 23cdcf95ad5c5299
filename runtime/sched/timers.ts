/**
 * Timers of one scheduler. Nearly all are timeouts that are cancelled long before they are due, many of the same
 * length; so those of one length form a list, which is in order by itself, and only the lists are in a heap.
 *
 *     heap of lists, by key:   [5000 ms] a - b - c - d      start: append      cancel: unlink
 *                              [  20 ms] e                  both without a look at the heap
 *
 * A list's key is when its first timer fires, or earlier, where that one was cancelled: it is put right when the
 * list comes to the top. Timers that are due at the same time fire in the order they were set.
 */
import { enter, leave } from "../process/critical.js";
import type { Clock, TimerHandle, Timers } from "../process/env.js";

/** Lists that ran empty are dropped from the heap when they are this many and most of it. */
const COMPACT_AT = 64;

class Timer implements TimerHandle {
  before: Timer | undefined = undefined;
  after: Timer | undefined = undefined;
  constructor(
    readonly at: number,
    readonly order: number,
    public fire: (() => void) | undefined,
    readonly list: TimerList,
  ) {}

  cancel(): boolean {
    if (this.fire === undefined) return false;
    enter();
    this.fire = undefined;
    this.list.remove(this);
    leave();
    return true;
  }
}

/** Timers of one length, in the order they were set, which is the order they are due in. */
class TimerList {
  head: Timer | undefined = undefined;
  #tail: Timer | undefined = undefined;
  /** What the heap sorts by; never later than `head`. */
  keyAt = 0;
  keyOrder = 0;

  constructor(
    readonly length: number,
    readonly ranEmpty: () => void,
  ) {}

  append(timer: Timer): void {
    timer.before = this.#tail;
    if (this.#tail === undefined) this.head = timer;
    else this.#tail.after = timer;
    this.#tail = timer;
  }

  remove(timer: Timer): void {
    if (timer.before === undefined) this.head = timer.after;
    else timer.before.after = timer.after;
    if (timer.after === undefined) this.#tail = timer.before;
    else timer.after.before = timer.before;
    timer.before = timer.after = undefined;
    if (this.head === undefined) this.ranEmpty();
  }

  /** Brings the key up to the first timer. */
  rekey(): void {
    this.keyAt = this.head!.at;
    this.keyOrder = this.head!.order;
  }
}

export class TimerHeap implements Timers {
  #heap: TimerList[] = [];
  readonly #lists = new Map<number, TimerList>();
  #order = 0;
  /** An upper bound of the lists in the heap that are empty. */
  #empty = 0;
  readonly #ranEmpty = () => void this.#empty++;

  /** @param changed called when a timer becomes the next to fire */
  constructor(
    readonly clock: Clock,
    readonly changed: () => void,
  ) {}

  start(ms: number, fire: () => void): TimerHandle {
    enter();
    let list = this.#lists.get(ms);
    const isNew = list === undefined;
    list ??= this.#newList(ms);
    const timer = new Timer(this.clock.now() + ms, this.#order++, fire, list);
    const wasEmpty = list.head === undefined;
    list.append(timer);
    if (isNew) this.#insert(list);
    if (wasEmpty && this.#top()?.head === timer) this.changed();
    leave();
    return timer;
  }

  /** When the next timer fires, on the clock, or undefined. */
  get next(): number | undefined {
    return this.#top()?.head?.at;
  }

  /** Fires what is due. */
  run(): void {
    const now = this.clock.now();
    for (let list = this.#top(); list !== undefined && list.head!.at <= now; list = this.#top()) {
      const timer = list.head!;
      const fire = timer.fire!;
      timer.cancel();
      fire();
    }
  }

  #newList(ms: number): TimerList {
    if (this.#empty >= COMPACT_AT && this.#empty * 2 > this.#heap.length) this.#compact();
    const list = new TimerList(ms, this.#ranEmpty);
    this.#lists.set(ms, list);
    return list;
  }

  #insert(list: TimerList): void {
    list.rekey();
    this.#heap.push(list);
    this.#up(this.#heap.length - 1);
  }

  /** The list with the timer that fires next, its key put right; empty lists on the way are dropped. */
  #top(): TimerList | undefined {
    for (let list = this.#heap[0]; list !== undefined; list = this.#heap[0]) {
      if (list.head === undefined) this.#dropTop(list);
      else if (list.keyOrder === list.head.order) return list;
      else {
        list.rekey();
        this.#down(0);
      }
    }
    return undefined;
  }

  #dropTop(list: TimerList): void {
    this.#lists.delete(list.length);
    const last = this.#heap.pop()!;
    if (this.#heap.length === 0) this.#empty = 0;
    else {
      this.#heap[0] = last;
      this.#down(0);
    }
  }

  #compact(): void {
    for (const list of this.#heap) if (list.head === undefined) this.#lists.delete(list.length);
    this.#heap = this.#heap.filter((list) => list.head !== undefined);
    this.#empty = 0;
    for (let i = (this.#heap.length >> 1) - 1; i >= 0; i--) this.#down(i);
  }

  #up(from: number): void {
    const heap = this.#heap;
    const list = heap[from]!;
    let i = from;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!earlier(list, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = list;
  }

  #down(from: number): void {
    const heap = this.#heap;
    const list = heap[from]!;
    let i = from;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && earlier(heap[child + 1]!, heap[child]!)) child++;
      if (!earlier(heap[child]!, list)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = list;
  }
}

function earlier(a: TimerList, b: TimerList): boolean {
  return a.keyAt < b.keyAt || (a.keyAt === b.keyAt && a.keyOrder < b.keyOrder);
}
