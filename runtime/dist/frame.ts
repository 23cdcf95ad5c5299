/**
 * Frames: the unit of everything said between two nodes. Big-endian:
 *
 *     0        4      5       6          8       12
 *     +--------+------+-------+----------+-------+---------------- - -
 *     | length | type | flags | reserved | crc32 | payload (length bytes)
 *     | u32    | u8   | u8    | u16      | u32   |
 *     +--------+------+-------+----------+-------+---------------- - -
 *
 * crc32 covers the eight bytes before it and the payload, so a flipped type or length is seen too. It
 * guards against accidents, not against an adversary: on a network that is not trusted, use TLS below.
 * `flags` and `reserved` are zero in version 1 and anything else is refused.
 *
 * Invariant: after a FrameError the parser delivers nothing more.
 */
import { crc32 } from "node:zlib";
import { FRAME, type FrameType, IS_FRAME } from "./ops.js";

/** Bytes before the payload. */
export const HEADER_BYTES = 12;
/** Largest frame in bytes, header included, taken from a peer that has not proved itself. */
export const MAX_FRAME_UNPROVEN = 4096;
/** Largest frame in bytes, header included, taken from a proven peer. A larger signal comes in fragments. */
export const MAX_FRAME = 1024 * 1024 + HEADER_BYTES;

/** Payloads up to this many bytes are copied behind their header: cheaper than another buffer to write. */
const COPY_BYTES = 4096;
/** Up to this many bytes a loop in JavaScript beats the call into zlib (measured: the lines cross at 64 to 100). */
const CRC_LOOP_BYTES = 64;
export const NO_BYTES: Buffer = Buffer.alloc(0);

export type FrameFault = "checksum" | "too large" | "unknown type" | "malformed";

/** The bytes are not a frame we take. The connection they came on is closed with `message` as its reason. */
export class FrameError extends Error {
  override readonly name = "FrameError";
  constructor(
    readonly code: FrameFault,
    detail = "",
  ) {
    super(detail ? `${code}: ${detail}` : code);
  }
}

const CRC_TABLE = new Uint32Array(256).map((_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The CRC-32 of zlib over bytes[from, to), going on from `seed`. */
function crcLoop(bytes: Uint8Array, from: number, to: number, seed: number): number {
  let crc = ~seed;
  for (let i = from; i < to; i++) crc = CRC_TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function crcOf(bytes: Uint8Array, seed: number): number {
  return bytes.length <= CRC_LOOP_BYTES ? crcLoop(bytes, 0, bytes.length, seed) : crc32(bytes, seed);
}

/** Writes the eight bytes the checksum begins with and returns their checksum. */
function writeHead(into: Uint8Array, at: number, type: FrameType, length: number): number {
  writeU32(into, at, length);
  into[at + 4] = type;
  into[at + 5] = into[at + 6] = into[at + 7] = 0;
  return crcLoop(into, at, at + 8, 0);
}

/** Writes the whole frame at `at`, where it must fit; returns the offset behind it. */
export function writeFrame(into: Uint8Array, at: number, type: FrameType, payload: Uint8Array): number {
  const head = writeHead(into, at, type, payload.length);
  writeU32(into, at + 8, crcOf(payload, head));
  into.set(payload, at + HEADER_BYTES);
  return at + HEADER_BYTES + payload.length;
}

/**
 * The frame as buffers to write one after the other; its payload is the chunks joined. A large payload is
 * referred to, not copied, so it must not change until it is written.
 */
export function encodeFrame(type: FrameType, ...chunks: Uint8Array[]): Buffer[] {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const copied = length <= COPY_BYTES;
  const head = Buffer.allocUnsafe(HEADER_BYTES + (copied ? length : 0));
  let crc = writeHead(head, 0, type, length);
  for (const chunk of chunks) crc = crcOf(chunk, crc);
  writeU32(head, 8, crc);
  if (!copied) return [head, ...chunks.map(asBuffer)];
  let at = HEADER_BYTES;
  for (const chunk of chunks) {
    head.set(chunk, at);
    at += chunk.length;
  }
  return [head];
}

/** The same bytes as a Buffer, not copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Takes the byte stream in whatever pieces it comes and calls `onFrame` for each whole, checked frame.
 *
 *     chunk   |~~tail of a frame~~|frame|frame|frame|~~head of a frame~~|
 *              -> #partial         in place, no copy  -> #partial
 *
 * #partial is first the size of a header; once that is read and found good it is replaced by one of the
 * size of the frame. So no byte is copied more than once, however small the pieces.
 */
export class FrameParser {
  #partial: Buffer | undefined;
  #filled = 0;
  #halted = false;

  /**
   * @param maxFrame the largest frame taken, in bytes with its header; may be raised at any time
   * @param onFrame the payload is a view, valid only during the call
   */
  constructor(
    public maxFrame: number,
    private readonly onFrame: (type: FrameType, payload: Buffer) => void,
  ) {}

  /** No further frame is delivered, not even from the chunk being parsed: `push` returns what is left of it. */
  halt(): void {
    this.#halted = true;
  }

  /** Returns the bytes not looked at, which is none unless halted. Throws FrameError, and is halted then. */
  push(chunk: Buffer): Buffer {
    try {
      return this.#parse(chunk);
    } catch (error) {
      this.#halted = true;
      this.#partial = undefined;
      throw error;
    }
  }

  #parse(chunk: Buffer): Buffer {
    const end = chunk.length;
    let at = 0;
    while (at < end && !this.#halted) {
      if (this.#partial !== undefined) {
        at = this.#fill(this.#partial, chunk, at);
        continue;
      }
      const size = end - at < HEADER_BYTES ? Number.POSITIVE_INFINITY : this.#frameSize(chunk, at);
      if (at + size <= end) {
        this.#deliver(chunk, at, size);
        at += size;
      } else {
        this.#partial = Buffer.allocUnsafe(Number.isFinite(size) ? size : HEADER_BYTES);
        this.#filled = 0;
      }
    }
    return at === end ? NO_BYTES : chunk.subarray(at);
  }

  /** Moves bytes from chunk[at...] into the partial frame; returns the offset behind those taken. */
  #fill(partial: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(partial, this.#filled, at);
    this.#filled += taken;
    if (this.#filled === partial.length) {
      const size = this.#frameSize(partial, 0);
      if (size > partial.length) {
        this.#partial = Buffer.allocUnsafe(size);
        partial.copy(this.#partial);
      } else {
        this.#partial = undefined;
        this.#deliver(partial, 0, size);
      }
    }
    return at + taken;
  }

  /** The size in bytes of the frame whose header is at `at`. Throws FrameError if we do not take such a frame. */
  #frameSize(bytes: Buffer, at: number): number {
    const size = HEADER_BYTES + readU32(bytes, at);
    if (size > this.maxFrame) {
      throw new FrameError("too large", `frame of ${size} bytes, maxFrame is ${this.maxFrame}`);
    }
    const type = bytes[at + 4]!;
    if (!IS_FRAME[type]) throw new FrameError("unknown type", String(type));
    if ((bytes[at + 5]! | bytes[at + 6]! | bytes[at + 7]!) !== 0) {
      throw new FrameError("malformed", "reserved bits set");
    }
    return size;
  }

  #deliver(bytes: Buffer, at: number, size: number): void {
    const payload = bytes.subarray(at + HEADER_BYTES, at + size);
    if (crcOf(payload, crcLoop(bytes, at, at + 8, 0)) !== readU32(bytes, at + 8)) {
      throw new FrameError("checksum");
    }
    this.onFrame(bytes[at + 4] as FrameType, payload);
  }
}

/** A frame without payload never changes: the one every idle connection sends. */
export const TICK_FRAME: Buffer = encodeFrame(FRAME.tick)[0]!;

function writeU32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}

function readU32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
