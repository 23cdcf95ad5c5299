/**
 * The native interface without native code. A slot is a SharedArrayBuffer of two words:
 *
 *   OWNER  free -> attached -> free (attach, detach: the owning thread); anything -> closed (closeSlot)
 *   SIGNAL 0 -> 1 (wake, by any thread) ; 1 -> 0 (the owner, just before it calls onWake)
 *
 * The owner waits asynchronously for SIGNAL to leave 0. It clears SIGNAL and waits anew before it calls
 * onWake, so a wake that comes during onWake is seen: `waitAsync` then finds 1 and does not wait.
 *
 * A pending `waitAsync` does not keep Node's event loop alive (nodejs/node#61941): a timer does.
 */

import type { Attachment, Native, Slot } from "./types.js";

const OWNER = 0;
const SIGNAL = 1;

const FREE = 0;
const ATTACHED = 1;
const CLOSED = 2;

/** The longest delay a timer takes, in ms (25 days). */
const LONGEST_MS = 0x7fff_ffff;

/** True while a slice runs on this thread, whatever the slot: slices never nest. */
let inSlice = false;

/** `reason`: why there is no addon. */
export function createPortable(reason: string): Native {
  return {
    ...{ kind: "portable", reason, openSlot, closeSlot, attach, wake, requestKill: () => false },
    origin: () => undefined,
    setOrigin: () => {},
  };
}

function openSlot(): Slot {
  return new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
}

function closeSlot(slot: Slot): void {
  Atomics.store(wordsOf(slot), OWNER, CLOSED);
}

function wake(slot: Slot): boolean {
  const words = wordsOf(slot);
  if (Atomics.load(words, OWNER) !== ATTACHED) return false;
  if (Atomics.exchange(words, SIGNAL, 1) === 0) Atomics.notify(words, SIGNAL);
  return true;
}

function attach(slot: Slot, onWake: () => void, slice: () => void): Attachment {
  const words = wordsOf(slot);
  if (Atomics.compareExchange(words, OWNER, FREE, ATTACHED) !== FREE) {
    throw new Error("ringbeam: the slot is closed or taken");
  }
  return new PortableAttachment(words, onWake, slice);
}

class PortableAttachment implements Attachment {
  readonly #words: Int32Array;
  readonly #onWake: () => void;
  readonly #slice: () => void;
  readonly #alive = setInterval(() => {}, LONGEST_MS);
  #running = false;
  #detached = false;

  constructor(words: Int32Array, onWake: () => void, slice: () => void) {
    this.#words = words;
    this.#onWake = onWake;
    this.#slice = slice;
    Atomics.store(words, SIGNAL, 0);
    this.#listen();
  }

  run(_serial: number): boolean {
    if (this.#detached) throw new Error("ringbeam: run() after detach()");
    if (inSlice) throw new Error("ringbeam: run() within a slice");
    inSlice = true;
    this.#running = true;
    try {
      this.#slice();
    } finally {
      this.#running = false;
      inSlice = false;
    }
    return false;
  }

  ref(): void {
    this.#alive.ref();
  }

  unref(): void {
    this.#alive.unref();
  }

  endSlice(): void {
    // No kill is ever due here.
  }

  detach(): void {
    if (this.#detached) return;
    if (this.#running) throw new Error("ringbeam: detach() within a slice");
    this.#detached = true;
    clearInterval(this.#alive);
    Atomics.compareExchange(this.#words, OWNER, ATTACHED, FREE);
    // Ends the pending wait, which would otherwise hold this attachment for as long as the thread lives.
    Atomics.store(this.#words, SIGNAL, 1);
    Atomics.notify(this.#words, SIGNAL);
  }

  #listen(): void {
    const waiting = Atomics.waitAsync(this.#words, SIGNAL, 0);
    // A promise reaction is a microtask; setImmediate turns it into a macrotask.
    if (waiting.async) void waiting.value.then(() => setImmediate(this.#fire));
    else setImmediate(this.#fire);
  }

  readonly #fire = (): void => {
    if (this.#detached) return;
    Atomics.store(this.#words, SIGNAL, 0);
    this.#listen();
    this.#onWake();
  };
}

const views = new WeakMap<SharedArrayBuffer, Int32Array>();

function wordsOf(slot: Slot): Int32Array {
  if (typeof slot === "number")
    throw new TypeError("ringbeam: a slot of the addon given to the portable runtime");
  let words = views.get(slot);
  if (words === undefined) {
    words = new Int32Array(slot);
    views.set(slot, words);
  }
  return words;
}
