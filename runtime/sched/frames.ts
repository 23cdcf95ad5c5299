/**
 * Signals as frames on a ring. Messages to a pid, by far the most, have frames of their own with the serial as
 * key; immediates among them carry no CBOR at all. Everything else is the signal itself as CBOR.
 *
 * | kind | key | body |
 * | --- | --- | --- |
 * | number | serial | the number, 8 bytes |
 * | atom | serial | index into ATOMS, one byte |
 * | message | serial | the message as CBOR |
 * | aliasMessage | ref id | the message as CBOR |
 * | signal | 0 | the signal as CBOR |
 * | births | n | nothing: the births that the sender has numbered up to n are all sent |
 * | wire | 0 | a signal from another node, as its wire form says it, for this scheduler |
 * | forward | length of the name, features needed | name of another node, then the wire form of a signal for it; to scheduler 0 |
 * | nodeDown | creation, or -1 | [name of a node, why]: the connection with it is gone, or there was none |
 * | nodeDownHeard | 0 | name of that node, back to scheduler 0: what was forwarded before was for that connection |
 * | nodeUp | creation | [name of a node, whether it is hidden]: it is connected |
 * | drained | bytes | name of a node: so many bytes for it, of this scheduler, are not under way any more; from scheduler 0 |
 * | connect | 0 | name of another node to connect with; to scheduler 0 |
 */
import { Op, type Signal } from "../process/signal.js";
import type { Codec } from "../term/codec.js";
import { Pid, Ref } from "../term/pid.js";
import { TermError } from "../term/refusal.js";
import type { RingWriter } from "./ring.js";

export const Frame = {
  number: 1,
  atom: 2,
  message: 3,
  aliasMessage: 4,
  signal: 5,
  births: 6,
  wire: 7,
  forward: 8,
  nodeDown: 9,
  nodeUp: 10,
  connect: 11,
  nodeDownHeard: 12,
  drained: 13,
} as const;

const ATOMS: readonly unknown[] = [undefined, null, true, false];

/** A frame that is ready to be written: whatever could be refused has been. */
export interface Encoded {
  readonly kind: number;
  readonly key: number;
  readonly body: Uint8Array | number;
}

/** Encodes a signal for a ring. Throws TermError. */
export function encodeSignal(codec: Codec, signal: Signal): Encoded {
  if (signal[0] !== Op.send) return { kind: Frame.signal, key: 0, body: encodeWhole(codec, signal) };
  const [, to, message] = signal;
  if (to instanceof Ref) return { kind: Frame.aliasMessage, key: to.id, body: codec.encode(message) };
  if (!(to instanceof Pid)) return { kind: Frame.signal, key: 0, body: encodeWhole(codec, signal) };
  if (typeof message === "number") return { kind: Frame.number, key: to.serial, body: message };
  const atom = typeof message === "object" && message !== null ? -1 : ATOMS.indexOf(message);
  if (atom >= 0) return { kind: Frame.atom, key: to.serial, body: Uint8Array.of(atom) };
  return { kind: Frame.message, key: to.serial, body: codec.encode(message) };
}

export function writeFrame(writer: RingWriter, { kind, key, body }: Encoded): void {
  if (typeof body === "number") writer.writeNumber(kind, key, body);
  else writer.write(kind, key, body);
}

/** The message in a frame that is one for a pid or an alias, else undefined in `found: false`. */
export function decodeMessage(codec: Codec, kind: number, body: Buffer, size: number): unknown {
  switch (kind) {
    case Frame.number:
      return body.readDoubleLE(0);
    case Frame.atom:
      return ATOMS[body[0]!];
    default:
      return codec.decode(body, size);
  }
}

/** A refusal inside a signal names the part as its sender knows it. */
const PARTS: Record<string, string> = {
  [`${Op.send}.2`]: "message",
  [`${Op.exit}.3`]: "reason",
  [`${Op.linkExit}.3`]: "reason",
  [`${Op.down}.3`]: "reason",
  [`${Op.spawn}.3`]: "args",
  [`${Op.spawnRequest}.4`]: "args",
};

/** The whole signal as CBOR. Throws TermError with the path as the sender of the signal sees it. */
export function encodeWhole(codec: Codec, signal: Signal): Uint8Array {
  try {
    return codec.encode(signal, "");
  } catch (error) {
    if (!(error instanceof TermError)) throw error;
    const at = /^\[(\d+)\]/.exec(error.path);
    throw new TermError(
      (PARTS[`${signal[0]}.${at?.[1]}`] ?? "signal") + error.path.slice(at?.[0].length ?? 0),
      error.found,
    );
  }
}
