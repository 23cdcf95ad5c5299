/**
 * The wire form of a signal between nodes: enough of an address in front that scheduler 0 can hand it on
 * to the target's scheduler without decoding a term.
 *
 *     u8 0 | u8 scheduler | CBOR of the signal        to a pid or an alias
 *     u8 2 | u8 scheduler | f64 serial | CBOR of the signal    a kill of a process: it may be in an endless loop
 *     u8 1 | u8 length | name | CBOR of the signal    to a registered name
 */
import { Op, type Signal } from "../process/signal.js";
import type { Codec } from "../term/codec.js";
import { Pid, Ref } from "../term/pid.js";
import { encodeWhole } from "./frames.js";

/** Encodes a signal for another node with its wire codec. Throws TermError. */
export function encodeWire(codec: Codec, signal: Signal): Uint8Array {
  const to = signal[1];
  const body = encodeWhole(codec, signal);
  if (signal[0] === Op.exit && signal[3] === "kill") return join(killHead(signal[1]), body);
  if (to instanceof Pid || to instanceof Ref) return join(Uint8Array.of(0, to.scheduler), body);
  const name = Buffer.from(to.name);
  if (name.length > 255)
    throw new RangeError(`not a registered name: ${name.length} bytes; expected 255 at most`);
  return join(Uint8Array.of(1, name.length, ...name), body);
}

/** Where a wire form goes and where its signal begins. Throws RangeError on bytes that are no wire form. */
export function readWire(payload: Buffer): { target: number | string; body: Buffer; kills?: number } {
  const [kind, n] = payload;
  if (kind === 2 && n !== undefined && payload.length >= 10) {
    return { target: n, body: payload.subarray(10), kills: payload.readDoubleBE(2) };
  }
  if (kind === 0 && n !== undefined) return { target: n, body: payload.subarray(2) };
  if (kind === 1 && n !== undefined && payload.length >= 2 + n) {
    return { target: payload.toString("utf8", 2, 2 + n), body: payload.subarray(2 + n) };
  }
  throw new RangeError(
    `not a signal: ${payload.length} bytes that begin with ${payload.toString("hex", 0, 8)}`,
  );
}

function killHead({ scheduler, serial }: Pid): Buffer {
  const head = Buffer.alloc(10);
  head[0] = 2;
  head[1] = scheduler;
  head.writeDoubleBE(serial, 2);
  return head;
}

function join(head: Uint8Array, body: Uint8Array): Uint8Array {
  const whole = Buffer.allocUnsafe(head.length + body.length);
  whole.set(head);
  whole.set(body, head.length);
  return whole;
}
