/**
 * Registered names of a node, in shared memory, so that `register` and `whereis` answer at once and alike on
 * every scheduler, with no lock that a dying thread could hold.
 *
 *     slots   open addressing by hash: Int32 offset of the name's record in the arena, 0 while free.
 *             Set once by compare-and-exchange; a name keeps its slot for ever (as an atom does in BEAM).
 *     owners  BigInt64 beside each slot: serial and scheduler of who has the name, 0 for nobody. Every change
 *             is one compare-and-exchange: that is what makes a name unique.
 *     arena   records [length, bytes...]; written before the slot points to them, never changed after.
 *
 * Written by every scheduler. When it is full, `register` says so.
 */
import type { Names } from "../process/env.js";
import { MAX_SCHEDULERS, type Pid } from "../term/pid.js";
import type { TermSpace } from "../term/space.js";
import { add, compareExchange, load } from "./atomics.js";

/** Names that a node can ever have used: a limit as BEAM has one for atoms. */
export const MAX_NAMES = 65_536;

/** Bytes of the arena for each name. */
const RECORD_BYTES = 48;
/** Int32 words: [0] the next free byte of the arena, [1] names in the table. */
const HEADER_BYTES = 64;
/** Each name has two slots, with their owners, and a record. */
const BYTES_PER_NAME = 2 * (4 + 8) + RECORD_BYTES;

/** Memory for so many names, a power of two. */
export function createNames(names = MAX_NAMES): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + names * BYTES_PER_NAME);
}

export class SharedNames implements Names {
  /** Names that the table holds. */
  readonly #capacity: number;
  readonly #header: Int32Array;
  readonly #slots: Int32Array;
  readonly #owners: BigInt64Array;
  readonly #arena: Uint8Array;
  /** Slots by name: a name never moves. */
  readonly #known = new Map<string, number>();

  constructor(
    memory: SharedArrayBuffer,
    readonly space: TermSpace,
  ) {
    this.#capacity = (memory.byteLength - HEADER_BYTES) / BYTES_PER_NAME;
    const slots = this.#capacity * 2;
    const ownersAt = HEADER_BYTES + slots * 4;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#slots = new Int32Array(memory, HEADER_BYTES, slots);
    this.#owners = new BigInt64Array(memory, ownersAt, slots);
    this.#arena = new Uint8Array(memory, ownersAt + slots * 8);
  }

  whereis(name: string): Pid | undefined {
    const slot = this.#slot(name, false);
    return slot === undefined ? undefined : this.#owner(Atomics.load(this.#owners, slot));
  }

  register(name: string, pid: Pid): Pid {
    const slot = this.#slot(name, true)!;
    const before = Atomics.compareExchange(this.#owners, slot, 0n, pack(pid));
    return before === 0n ? pid : this.#owner(before)!;
  }

  unregister(name: string, pid: Pid): boolean {
    const slot = this.#slot(name, false);
    if (slot === undefined) return false;
    const mine = pack(pid);
    return Atomics.compareExchange(this.#owners, slot, mine, 0n) === mine;
  }

  registered(): string[] {
    return [...this.#entries()].map(([name]) => name).sort();
  }

  /** Frees the names of all processes that are lost. */
  sweep(isLost: (pid: Pid) => boolean): void {
    for (const [name, pid] of this.#entries()) if (isLost(pid)) this.unregister(name, pid);
  }

  *#entries(): Generator<[string, Pid]> {
    for (let slot = 0; slot < this.#slots.length; slot++) {
      const record = load(this.#slots, slot);
      if (record === 0) continue;
      const owner = this.#owner(Atomics.load(this.#owners, slot));
      if (owner !== undefined) yield [this.#nameAt(record), owner];
    }
  }

  #owner(packed: bigint): Pid | undefined {
    if (packed === 0n) return undefined;
    const n = Number(packed);
    return this.space.pid(this.space.self, n % MAX_SCHEDULERS, Math.floor(n / MAX_SCHEDULERS));
  }

  #slot(name: string, insert: boolean): number | undefined {
    let slot = this.#known.get(name);
    if (slot !== undefined) return slot;
    slot = this.#find(name, insert);
    if (slot !== undefined) this.#known.set(name, slot);
    return slot;
  }

  #find(name: string, insert: boolean): number | undefined {
    const slots = this.#slots.length;
    let record = 0;
    for (
      let slot = hash(name) & (slots - 1), probes = 0;
      probes < slots;
      probes++, slot = (slot + 1) & (slots - 1)
    ) {
      let at = load(this.#slots, slot);
      if (at === 0) {
        if (!insert) return undefined;
        record ||= this.#write(name);
        at = compareExchange(this.#slots, slot, 0, record);
        if (at === 0) return slot;
      }
      if (this.#nameAt(at) === name) return slot;
    }
    return undefined;
  }

  /** Writes a record; if another scheduler inserts the same name first, this one is left unused. */
  #write(name: string): number {
    const bytes = Buffer.from(name);
    const size = (4 + bytes.length + 3) & ~3;
    const at = add(this.#header, 0, size) + 4;
    if (at + size > this.#arena.length || add(this.#header, 1, 1) >= this.#capacity) {
      throw new RangeError(
        `register: the table of names is full (${this.#capacity} names used so far on this node)`,
      );
    }
    this.#arena[at] = bytes.length & 0xff;
    this.#arena[at + 1] = bytes.length >> 8;
    this.#arena.set(bytes, at + 2);
    return at;
  }

  #nameAt(record: number): string {
    const length = this.#arena[record]! | (this.#arena[record + 1]! << 8);
    return Buffer.from(this.#arena.slice(record + 2, record + 2 + length)).toString();
  }
}

/** Zero means nobody: serials start above it. */
function pack(pid: Pid): bigint {
  return BigInt(pid.serial) * BigInt(MAX_SCHEDULERS) + BigInt(pid.scheduler);
}

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}
