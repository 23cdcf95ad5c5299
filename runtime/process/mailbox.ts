/**
 * A process's queue of messages: taken from the front, or from anywhere by a selective receive.
 *
 *     items:  [ taken, taken, HOLE, m3, m4 ]      position of items[i] = base + i
 *                             ^head               end = base + items.length
 *
 * The position of a waiting message never falls, so a receive can remember how far it has looked, and a call
 * can skip all that came before its request. A message taken from the middle leaves a HOLE; where holes are
 * the majority, what still waits moves up towards the end, over them.
 */
const HOLE = Symbol("taken");

/** Taken items are cut off the array only when they are this many and the larger part of it. */
const COMPACT_AT = 64;

export class Mailbox {
  #items: unknown[] = [];
  #head = 0;
  #base = 0;
  #count = 0;

  /** Messages waiting. */
  get size(): number {
    return this.#count;
  }

  /** The position that the next message will get. */
  get end(): number {
    return this.#base + this.#items.length;
  }

  /** No message that waits has a position below this. */
  get start(): number {
    return this.#base + this.#head;
  }

  /** The oldest `count` of those that wait. */
  first(count: number): unknown[] {
    const found: unknown[] = [];
    for (let i = this.#head; i < this.#items.length && found.length < count; i++)
      if (this.#items[i] !== HOLE) found.push(this.#items[i]);
    return found;
  }

  push(message: unknown): void {
    this.#items.push(message);
    this.#count++;
  }

  /** Those that wait, the oldest first. */
  messages(): unknown[] {
    return this.#items.slice(this.#head).filter((item) => item !== HOLE);
  }

  /** Takes the oldest message; call only where `size > 0`. */
  shift(): unknown {
    if (this.#items.length === 1) return this.#takeOnly();
    let message = this.#items[this.#head];
    while (message === HOLE) message = this.#items[++this.#head];
    this.#items[this.#head++] = HOLE;
    this.#count--;
    if (this.#head === this.#items.length) this.#reset();
    else if (this.#head >= COMPACT_AT && this.#head * 2 > this.#items.length) this.#compact();
    return message;
  }

  /**
   * Takes the first message at or after `from` that `match` accepts. Answers whether there was one; it is in
   * `taken` then. What `match` throws passes through, and nothing is taken.
   */
  take(from: number, match: (message: unknown) => boolean): boolean {
    for (let i = Math.max(from - this.#base, this.#head); i < this.#items.length; i++) {
      const message = this.#items[i];
      if (message === HOLE || !match(message)) continue;
      if (this.#items.length === 1) {
        this.taken = this.#takeOnly();
        return true;
      }
      this.#items[i] = HOLE;
      this.#count--;
      this.taken = message;
      if (this.#count === 0) this.#reset();
      else if (this.#items.length - this.#head - this.#count > Math.max(COMPACT_AT, this.#count))
        this.#squeeze();
      return true;
    }
    return false;
  }

  /** What the last successful `take` took; read it once. */
  taken: unknown = undefined;

  /** Removes every message that `match` accepts. */
  flush(match: (message: unknown) => boolean): void {
    while (this.take(0, match)) this.taken = undefined;
  }

  /** By far the most frequent case: a message is taken before the next one comes. */
  #takeOnly(): unknown {
    this.#base++;
    this.#count = 0;
    this.#head = 0;
    return this.#items.pop();
  }

  #reset(): void {
    this.#base += this.#items.length;
    this.#items.length = 0;
    this.#head = 0;
  }

  /** Without this, one message that nobody takes would keep the hole of every later one. */
  #squeeze(): void {
    const { end } = this;
    this.#items = this.#items.filter((item) => item !== HOLE);
    this.#base = end - this.#items.length;
    this.#head = 0;
  }

  #compact(): void {
    this.#base += this.#head;
    this.#items.splice(0, this.#head);
    this.#head = 0;
  }
}
