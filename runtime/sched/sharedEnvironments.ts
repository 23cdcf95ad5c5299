/**
 * The applications' environments in shared memory, so that `application.getEnv` answers at once and alike on
 * every scheduler. All of them are one term, for they are small, read often and changed seldom.
 *
 *     version   Int32: odd while the main thread writes, else the number of changes times two
 *     size      Int32: bytes of the term
 *     term      CBOR of { application: { key: value } }
 *
 * Written by the main thread alone. A reader copies the bytes and takes them if the version was even and is
 * still the same behind them; it keeps what it decoded until the version changes. Both ends touch the version by
 * `add`, which nothing moves across: a plain store or load might leave the bytes on the wrong side of it.
 */
import type { Environments } from "../process/env.js";
import { Codec } from "../term/codec.js";
import type { TermSpace } from "../term/space.js";
import { add, load } from "./atomics.js";

const VERSION = 0;
const SIZE = 1;
const HEADER_BYTES = 8;
const FIRST_BYTES = 4096;
/** All environments of a node together. Reserved, not used, until it is needed. */
export const MAX_ENVIRONMENT_BYTES = 16 * 1024 * 1024;

export type EnvironmentTerm = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function createEnvironments(): SharedArrayBuffer {
  return new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MAX_ENVIRONMENT_BYTES });
}

const NONE: Readonly<Record<string, unknown>> = Object.freeze({});

export class SharedEnvironments implements Environments {
  readonly #memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  /** Grows with the memory. */
  readonly #bytes: Uint8Array;
  readonly #codec: Codec;
  #version = 0;
  #known: EnvironmentTerm = {};

  constructor(memory: SharedArrayBuffer, space: TermSpace) {
    this.#memory = memory;
    this.#header = new Int32Array(memory, 0, HEADER_BYTES / 4);
    this.#bytes = new Uint8Array(memory);
    this.#codec = new Codec(space, false);
  }

  of(application: string): Readonly<Record<string, unknown>> {
    this.#refresh();
    return Object.hasOwn(this.#known, application) ? this.#known[application]! : NONE;
  }

  /** On the main thread only. Throws TermError for what is not a term, RangeError for what is too large. */
  publish(all: EnvironmentTerm): void {
    const term = this.#codec.encode(all, "env");
    const end = HEADER_BYTES + term.length;
    if (end > MAX_ENVIRONMENT_BYTES)
      throw new RangeError(`the applications' environments are too large: ${term.length} bytes`);
    if (end > this.#memory.byteLength) this.#memory.grow(Math.min(2 * end, MAX_ENVIRONMENT_BYTES));
    add(this.#header, VERSION, 1);
    this.#bytes.set(term, HEADER_BYTES);
    this.#header[SIZE] = term.length;
    add(this.#header, VERSION, 1);
  }

  #refresh(): void {
    while (load(this.#header, VERSION) !== this.#version) {
      const before = load(this.#header, VERSION);
      const term = this.#bytes.slice(HEADER_BYTES, HEADER_BYTES + this.#header[SIZE]!);
      if (before % 2 !== 0 || add(this.#header, VERSION, 0) !== before) continue;
      this.#known = this.#codec.decode(term) as EnvironmentTerm;
      this.#version = before;
    }
  }
}
