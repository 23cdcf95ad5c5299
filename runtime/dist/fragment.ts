/**
 * Fragments: a signal too large for one frame travels as
 *
 *     fragmentFirst(u32 size of the signal, bytes) fragmentNext(bytes) fragmentNext(bytes) ...
 *
 * and is whole when its size is reached. Only one signal is in pieces at a time, so pieces carry no number:
 * between them only frames without order may pass (tick, bye). That keeps the order of all signals of a
 * connection, which is more than the order between two processes that is promised, and means that a small
 * signal waits behind a large one. Numbered fragments, which let other pairs pass, are a later version.
 */
import { asBuffer, encodeFrame, FrameError, HEADER_BYTES, MAX_FRAME } from "./frame.js";
import { FRAME, type FrameType } from "./ops.js";

/** Payload bytes in one fragment, and the largest signal sent whole. A tick waits for at most a few of these. */
export const FRAGMENT_BYTES = 128 * 1024;
/** Largest signal taken or sent, in bytes, unless an option says otherwise. */
export const MAX_MESSAGE = 1024 * 1024 * 1024;

const SIZE_BYTES = 4;
/** The largest `fragmentBytes` for which every fragment still fits a frame. */
export const MAX_FRAGMENT_BYTES = MAX_FRAME - HEADER_BYTES - SIZE_BYTES;

/** Cuts a signal, one frame at a time and only when asked: a checksum over 1 GiB at once would stall the node. */
export class Cutter {
  #at = 0;
  constructor(
    private readonly payload: Uint8Array,
    private readonly fragmentBytes: number,
  ) {}

  get left(): number {
    return this.payload.length - this.#at;
  }

  /** The next fragment's frame, referring to the payload. */
  next(): Buffer[] {
    const from = this.#at;
    this.#at = Math.min(from + this.fragmentBytes, this.payload.length);
    const piece = this.payload.subarray(from, this.#at);
    if (from > 0) return encodeFrame(FRAME.fragmentNext, piece);
    const size = Buffer.alloc(SIZE_BYTES);
    size.writeUInt32BE(this.payload.length);
    return encodeFrame(FRAME.fragmentFirst, size, asBuffer(piece));
  }
}

/** Puts the signals of one connection together again. Throws FrameError when the pieces do not fit. */
export class Assembler {
  #whole: Buffer | undefined;
  #filled = 0;
  constructor(private readonly maxMessage: number) {}

  /** Takes a signal, fragmentFirst or fragmentNext frame; returns the signal it completes, if it does. */
  take(type: FrameType, payload: Buffer): Buffer | undefined {
    if (type === FRAME.fragmentNext) return this.#append(payload);
    if (this.#whole !== undefined) throw new FrameError("malformed", "signal inside a fragmented signal");
    if (type === FRAME.signal) return payload;
    if (payload.length < SIZE_BYTES) throw new FrameError("malformed", "fragment without size");
    const size = payload.readUInt32BE(0);
    if (size > this.maxMessage) {
      throw new FrameError("too large", `signal of ${size} bytes, maxMessage is ${this.maxMessage}`);
    }
    this.#whole = Buffer.allocUnsafeSlow(size);
    this.#filled = 0;
    return this.#append(payload.subarray(SIZE_BYTES));
  }

  #append(piece: Buffer): Buffer | undefined {
    const whole = this.#whole;
    if (whole === undefined) throw new FrameError("malformed", "fragment of no signal");
    if (piece.length > whole.length - this.#filled)
      throw new FrameError("malformed", "fragment beyond its signal");
    this.#filled += piece.copy(whole, this.#filled);
    if (this.#filled < whole.length) return undefined;
    this.#whole = undefined;
    return whole;
  }
}
