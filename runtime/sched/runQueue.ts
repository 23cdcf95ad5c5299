/** Runnable processes of one scheduler, by priority (`erlang:process_flag(priority, ...)`). */
import type { Process } from "../process/process.js";

const NORMAL = 2;
const LOW = 3;

/** While normal processes run, a low one gets every eighth turn, as in BEAM. */
const LOW_EVERY = 8;

export class RunQueue {
  readonly #queues = [new Fifo<Process>(), new Fifo<Process>(), new Fifo<Process>(), new Fifo<Process>()];
  #turns = 0;
  size = 0;

  push(process: Process): void {
    this.#queues[process.priority]!.push(process);
    this.size++;
  }

  take(): Process | undefined {
    if (this.size === 0) return undefined;
    this.size--;
    return this.#queues[this.#next()]!.shift();
  }

  #next(): number {
    const [max, high, normal, low] = this.#queues;
    if (max!.length > 0) return 0;
    if (high!.length > 0) return 1;
    if (low!.length === 0) return NORMAL;
    if (normal!.length === 0) return LOW;
    return ++this.#turns % LOW_EVERY === 0 ? LOW : NORMAL;
  }
}

/** First in, first out, in a circle of slots that doubles when it is full. */
class Fifo<T> {
  #slots: (T | undefined)[] = new Array(64);
  #head = 0;
  length = 0;

  push(item: T): void {
    if (this.length === this.#slots.length) this.#grow();
    this.#slots[(this.#head + this.length++) & (this.#slots.length - 1)] = item;
  }

  shift(): T | undefined {
    const item = this.#slots[this.#head];
    this.#slots[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#slots.length - 1);
    this.length--;
    return item;
  }

  #grow(): void {
    const slots = this.#slots;
    this.#slots = slots.slice(this.#head).concat(slots.slice(0, this.#head), new Array(slots.length));
    this.#head = 0;
  }
}
