/**
 * What one connection still has to write, in order.
 *
 *     urgent (ticks)  ->|
 *                       +-> take() -> whole frames, to be written at once
 *     queue  -> ... -> ->|
 *
 * The queue holds runs of small frames gathered in slabs, frames of middle size that refer to their payload,
 * and Cutters for large signals. Invariant: take() ends where a frame ends, so an urgent frame may always
 * come next; `bytes` is what add() counted and take() has not yet handed out.
 */
import { Cutter } from "./fragment.js";
import { encodeFrame, HEADER_BYTES, writeFrame } from "./frame.js";
import type { FrameType } from "./ops.js";

/** Memory that small frames are gathered in, in bytes. */
const SLAB_BYTES = 64 * 1024;
/** Payloads up to this many bytes are copied into the slab. */
const GATHER_BYTES = 4096;

export class Outbox {
  bytes = 0;
  #urgent: Uint8Array[] = [];
  #queue: (Uint8Array[] | Cutter)[] = [];
  #head = 0;
  #slab = Buffer.alloc(0);
  /** slab[from, to) are frames gathered since the last seal */
  #from = 0;
  #to = 0;

  constructor(private readonly fragmentBytes: number) {}

  get empty(): boolean {
    return this.#from === this.#to && this.#head === this.#queue.length && this.#urgent.length === 0;
  }

  /** Queues a frame; above `fragmentBytes`, which only signals are, it becomes fragments. A payload above 4 KiB is not copied. */
  add(type: FrameType, payload: Uint8Array): void {
    if (payload.length <= GATHER_BYTES) {
      this.#gather(type, payload);
    } else if (payload.length <= this.fragmentBytes) {
      this.#seal();
      this.#queue.push(encodeFrame(type, payload));
      this.bytes += HEADER_BYTES + payload.length;
    } else {
      this.#seal();
      this.#queue.push(new Cutter(payload, this.fragmentBytes));
      this.bytes += payload.length;
    }
  }

  /** Queues a whole frame before all others, even between the fragments of a signal. */
  addUrgent(frame: Uint8Array): void {
    this.#urgent.push(frame);
    this.bytes += frame.length;
  }

  get hasUrgent(): boolean {
    return this.#urgent.length > 0;
  }

  /** Forgets everything queued. */
  clear(): void {
    this.#urgent = [];
    this.#queue = [];
    this.#head = this.bytes = 0;
    this.#from = this.#to;
  }

  /** The next whole frames, about `limit` bytes of them and at least one frame if there is any. */
  take(limit: number): Uint8Array[] {
    this.#seal();
    const chunks = this.#urgent;
    this.#urgent = [];
    let taken = sizeOf(chunks);
    this.bytes -= taken;
    while (taken < limit && this.#head < this.#queue.length) {
      const first = this.#queue[this.#head]!;
      const frames = first instanceof Cutter ? this.#cut(first) : this.#whole(first);
      chunks.push(...frames);
      taken += sizeOf(frames);
    }
    return chunks;
  }

  #whole(frames: Uint8Array[]): Uint8Array[] {
    this.#shift();
    this.bytes -= sizeOf(frames);
    return frames;
  }

  #cut(cutter: Cutter): Uint8Array[] {
    const before = cutter.left;
    const frame = cutter.next();
    this.bytes -= before - cutter.left;
    if (cutter.left === 0) this.#shift();
    return frame;
  }

  /** Drops the first of the queue without moving the rest each time, as Array.shift does for long ones. */
  #shift(): void {
    this.#head++;
    if (this.#head < 256 && this.#head < this.#queue.length) return;
    this.#queue.splice(0, this.#head);
    this.#head = 0;
  }

  #gather(type: FrameType, payload: Uint8Array): void {
    const size = HEADER_BYTES + payload.length;
    if (this.#to + size > this.#slab.length) {
      this.#seal();
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#from = this.#to = 0;
    }
    this.#to = writeFrame(this.#slab, this.#to, type, payload);
    this.bytes += size;
  }

  /** Closes the run of small frames, so that what is queued next comes behind it. */
  #seal(): void {
    if (this.#from === this.#to) return;
    this.#queue.push([this.#slab.subarray(this.#from, this.#to)]);
    this.#from = this.#to;
  }
}

function sizeOf(chunks: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const chunk of chunks) bytes += chunk.length;
  return bytes;
}
