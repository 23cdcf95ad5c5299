/**
 * A single-producer single-consumer byte ring in shared memory: the one way from one scheduler to another.
 *
 *     byte 0    tail     written by the producer, read by the consumer
 *     byte 64   head     written by the consumer, read by the producer
 *     byte 128  waiting  1: the producer has more than fits and wants to hear of room; set by the producer,
 *                        taken back by the consumer, who then rings the producer's doorbell
 *     byte 192  data     `capacity` bytes, a power of two
 *
 * Head and tail count bytes since the start and wrap at 2^32; each has a cache line of its own. A frame is
 * contiguous, aligned to 8 bytes:
 *
 *     int32 length of the body | int32 kind, + MORE | float64 key | body
 *
 * Where a frame would run over the end a PAD frame fills the rest. A body that is too large for half the ring
 * goes in pieces, all but the last marked MORE, with nothing between them. What does not fit is
 * spilled: kept by the producer, in order, and written as the consumer makes room. Nothing is dropped,
 * nothing blocks.
 */
import { exchange, load, store } from "./atomics.js";

const TAIL = 0;
const HEAD = 16;
const WAITING = 32;
const DATA_BYTES = 192;
const HEADER_BYTES = 16;
const PAD = 0xff;
const MORE = 0x100;

/** The smallest ring: room for a few frames with an immediate. */
export const MIN_RING_BYTES = 256;

/** Memory for one ring; `capacity` bytes of data, rounded up to a power of two. */
export function createRing(capacity: number): SharedArrayBuffer {
  const size = Math.max(MIN_RING_BYTES, 2 ** Math.ceil(Math.log2(capacity)));
  return new SharedArrayBuffer(DATA_BYTES + size);
}

class RingView {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  readonly ints: Int32Array;
  readonly floats: Float64Array;
  readonly capacity: number;
  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, DATA_BYTES / 4);
    this.bytes = new Uint8Array(memory, DATA_BYTES);
    this.ints = new Int32Array(memory, DATA_BYTES);
    this.floats = new Float64Array(memory, DATA_BYTES);
    this.capacity = this.bytes.length;
  }
}

interface Spilled {
  readonly kind: number;
  readonly key: number;
  readonly body: Uint8Array;
  offset: number;
}

const NOTHING = new Uint8Array(0);

/** The producer's end. `published` is called after each publication: it rings the consumer's doorbell. */
export class RingWriter {
  readonly #ring: RingView;
  readonly #published: () => void;
  readonly #maxBody: number;
  #tail: number;
  /** The consumer's head as last seen: it only ever makes more room. */
  #head: number;
  #spill: Spilled[] = [];
  #spillBytes = 0;

  constructor(memory: SharedArrayBuffer, published: () => void) {
    this.#ring = new RingView(memory);
    this.#published = published;
    this.#maxBody = this.#ring.capacity / 2 - HEADER_BYTES;
    this.#tail = load(this.#ring.words, TAIL);
    this.#head = load(this.#ring.words, HEAD);
  }

  /** Bytes that wait for room. */
  get spilled(): number {
    return this.#spillBytes;
  }

  /** Sends a frame; `body` must not change afterwards. */
  write(kind: number, key: number, body: Uint8Array = NOTHING): void {
    if (this.#spill.length === 0 && body.length <= this.#maxBody && this.#put(kind, key, body)) {
      this.#publish();
      return;
    }
    this.#spill.push({ kind, key, body, offset: 0 });
    this.#spillBytes += body.length + HEADER_BYTES;
    this.flush();
  }

  /** Sends a frame whose body is one number. */
  writeNumber(kind: number, key: number, value: number): void {
    if (this.#spill.length === 0 && this.#reserve(8)) {
      const at = this.#header(kind, key, 8);
      this.#ring.floats[at >> 3] = value;
      this.#advance(8);
      this.#publish();
      return;
    }
    this.write(kind, key, new Uint8Array(Float64Array.of(value).buffer));
  }

  /** Writes what was spilled as far as there is room; asks to be told of more. */
  flush(): void {
    if (this.#spill.length === 0) return;
    const before = this.#tail;
    if (!this.#putSpilled()) {
      // Ask first, then look again: the consumer moves its head first, then looks whether it was asked.
      store(this.#ring.words, WAITING, 1);
      this.#putSpilled();
    }
    if (this.#tail !== before) this.#publish();
  }

  /** Writes of what was spilled as much as fits; true if that is all. */
  #putSpilled(): boolean {
    const frames = this.#spill;
    let done = 0;
    while (done < frames.length) {
      const frame = frames[done]!;
      const left = frame.body.length - frame.offset;
      const size = Math.min(left, this.#maxBody);
      const piece =
        size === frame.body.length ? frame.body : frame.body.subarray(frame.offset, frame.offset + size);
      if (!this.#put(size < left ? frame.kind | MORE : frame.kind, frame.key, piece)) break;
      frame.offset += size;
      if (size === left) {
        this.#spillBytes -= frame.body.length + HEADER_BYTES;
        done++;
      }
    }
    if (done > 0) frames.splice(0, done);
    return frames.length === 0;
  }

  #put(kind: number, key: number, body: Uint8Array): boolean {
    if (!this.#reserve(body.length)) return false;
    const at = this.#header(kind, key, body.length);
    this.#ring.bytes.set(body, at);
    this.#advance(body.length);
    return true;
  }

  /** Makes sure that a frame with a body of this size fits at the tail, padding to the start if need be. */
  #reserve(size: number): boolean {
    const { capacity } = this.#ring;
    const frame = frameBytes(size);
    const toEnd = capacity - (this.#tail & (capacity - 1));
    const needed = frame <= toEnd ? frame : toEnd + frame;
    if (capacity - ((this.#tail - this.#head) | 0) < needed) {
      this.#head = load(this.#ring.words, HEAD);
      if (capacity - ((this.#tail - this.#head) | 0) < needed) return false;
    }
    if (needed !== frame) {
      const at = (this.#tail & (capacity - 1)) >> 2;
      this.#ring.ints[at] = toEnd - 8;
      this.#ring.ints[at + 1] = PAD;
      this.#tail = (this.#tail + toEnd) | 0;
    }
    return true;
  }

  /** Writes the header at the tail; gives the byte offset of the body. */
  #header(kind: number, key: number, size: number): number {
    const at = this.#tail & (this.#ring.capacity - 1);
    this.#ring.ints[at >> 2] = size;
    this.#ring.ints[(at >> 2) + 1] = kind;
    this.#ring.floats[(at + 8) >> 3] = key;
    return at + HEADER_BYTES;
  }

  #advance(size: number): void {
    this.#tail = (this.#tail + frameBytes(size)) | 0;
  }

  #publish(): void {
    store(this.#ring.words, TAIL, this.#tail);
    this.#published();
  }
}

/** Gets each frame. `body` is valid during the call only; `size` bytes of it count. */
export type FrameHandler = (kind: number, key: number, body: Buffer, size: number) => void;

/** The consumer's end. `madeRoom` is called when the producer waits for room: it rings the producer's doorbell. */
export class RingReader {
  readonly #ring: RingView;
  readonly #madeRoom: () => void;
  #head: number;
  #scratch = Buffer.alloc(4096);
  #pieces: Buffer[] = [];

  constructor(memory: SharedArrayBuffer, madeRoom: () => void) {
    this.#ring = new RingView(memory);
    this.#madeRoom = madeRoom;
    this.#head = load(this.#ring.words, HEAD);
  }

  get empty(): boolean {
    return load(this.#ring.words, TAIL) === this.#head;
  }

  /** Hands over every frame published so far; gives how many. */
  drain(handle: FrameHandler): number {
    const { capacity, ints, floats, words } = this.#ring;
    const tail = load(words, TAIL);
    let frames = 0;
    let released = this.#head;
    while (this.#head !== tail) {
      const at = this.#head & (capacity - 1);
      const size = ints[at >> 2]!;
      const kind = ints[(at >> 2) + 1]!;
      if (kind === PAD) {
        this.#head = (this.#head + size + 8) | 0;
        continue;
      }
      const key = floats[(at + 8) >> 3]!;
      this.#read(at + HEADER_BYTES, size);
      this.#head = (this.#head + frameBytes(size)) | 0;
      // Room is given back on the way: a message in pieces that fills the ring must not wait for the batch's end.
      if (((this.#head - released) | 0) >= capacity >> 2) {
        released = this.#head;
        store(words, HEAD, released);
      }
      if (this.#assemble(kind, key, size, handle)) frames++;
    }
    store(words, HEAD, this.#head);
    if (load(words, WAITING) !== 0 && exchange(words, WAITING, 0) !== 0) this.#madeRoom();
    return frames;
  }

  #read(from: number, size: number): void {
    if (this.#scratch.length < size) this.#scratch = Buffer.alloc(2 ** Math.ceil(Math.log2(size)));
    this.#scratch.set(this.#ring.bytes.subarray(from, from + size));
  }

  #assemble(kind: number, key: number, size: number, handle: FrameHandler): boolean {
    if ((kind & MORE) !== 0) {
      this.#pieces.push(Buffer.from(this.#scratch.subarray(0, size)));
      return false;
    }
    if (this.#pieces.length === 0) handle(kind, key, this.#scratch, size);
    else {
      const whole = Buffer.concat([...this.#pieces, this.#scratch.subarray(0, size)]);
      this.#pieces = [];
      handle(kind, key, whole, whole.length);
    }
    return true;
  }
}

function frameBytes(size: number): number {
  return (HEADER_BYTES + size + 7) & ~7;
}
