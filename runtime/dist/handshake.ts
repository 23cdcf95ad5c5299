/**
 * The handshake: two nodes prove to each other that they know the cookie, without saying it.
 *
 *     initiator                                         acceptor
 *       | hello      versions flags creation nonceA name  ->|
 *       |<- challenge  version flags creation nonceB name   |  (or refuse version, name, malformed)
 *       | response   HMAC(cookie, "initiator", transcript)->|
 *       |<- ack        HMAC(cookie, "acceptor", transcript) |  (or refuse cookie, alive, notAllowed)
 *
 * HMAC is HMAC-SHA-256, the transcript is every byte of the hello's and the challenge's payload. So:
 *   - a recorded proof is worth nothing later: the other side's nonce is new each time;
 *   - names, creations, versions and flags cannot be changed on the way: the proofs would not hold;
 *   - a proof cannot be sent back to who made it: the role is in it;
 *   - who knocks proves first: a port scan gets no proof to guess the cookie from. A node that is *dialled*
 *     does get one, so a cookie must be long and random.
 * The handshake says who is there; it does not encrypt, and does not bind later frames: that is TLS's part.
 *
 * Payloads have a small fixed layout (big-endian), so nothing of an unproven peer is decoded as a term:
 *   hello      u8 lowest version, u8 highest version, u32 flags, u32 creation, 32 bytes nonce, name
 *   challenge  u8 version,                            u32 flags, u32 creation, 32 bytes nonce, name
 *   response, ack  32 bytes of HMAC;   refuse  u8 of REFUSAL
 * A name is the rest of the payload, ASCII. Nothing here does I/O: frames in, frames and a verdict out.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import {
  DEFAULT_FLAGS,
  FLAG,
  FRAME,
  type FrameType,
  MANDATORY_FLAGS,
  REFUSAL,
  type RefusalCode,
  VERSION,
} from "./ops.js";

/** This node, as it presents itself. `creation` is a u32 that differs each time the node starts. */
export interface LocalNode {
  readonly name: string;
  readonly creation: number;
  readonly hidden: boolean;
}

/** The other node, proven. `flags` are those both sides offer, `version` the protocol spoken. */
export interface PeerInfo {
  readonly name: string;
  readonly creation: number;
  readonly flags: number;
  readonly version: number;
  readonly hidden: boolean;
}

/** What the acceptor's layer above says of a proven peer; "alive": we have a connection with it already. */
export type Verdict = "ok" | "alive" | "notAllowed";

export interface HandshakeOptions {
  readonly local: LocalNode;
  readonly cookie: string;
  /** 32 random bytes, never used before */
  readonly nonce: Uint8Array;
  /** feature bits offered, by default all this code has; `published` is set from `local.hidden` */
  readonly flags?: number;
  /** versions spoken, both included */
  readonly versions?: { readonly min: number; readonly max: number };
}

/** "timeout" and "closed" come from the edge: the deadline passed, the peer went away. */
export type HandshakeCode = RefusalCode | "timeout" | "closed";

/** No connection: why, for the log of this side. What the wire says is only the byte of REFUSAL. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
  constructor(
    readonly code: HandshakeCode,
    detail: string,
  ) {
    super(detail);
  }
}

export interface HandshakeFrame {
  readonly type: FrameType;
  readonly payload: Buffer;
}

/** What to do next: send these frames, then, if there is one, act on the end of the handshake. */
export interface Step {
  readonly send: readonly HandshakeFrame[];
  readonly end?: PeerInfo | HandshakeError;
}

/** One side of one handshake. After a Step with an `end` it must not be used again. */
export interface Handshake {
  start(): Step;
  receive(type: FrameType, payload: Buffer): Step;
}

export const NONCE_BYTES = 32;
const PROOF_BYTES = 32;
const MAX_NAME_BYTES = 255;
const NODE_NAME = /^[A-Za-z0-9_.-]+@[A-Za-z0-9_.-]+$/;

/** True for `name@host` of letters, digits, `_`, `.` and `-`, at most 255 bytes. */
export function isNodeName(name: string): boolean {
  return name.length <= MAX_NAME_BYTES && NODE_NAME.test(name);
}

/** Dials: says hello and expects to find the node called `expect`. Throws TypeError on bad options. */
export function initiator(options: HandshakeOptions & { readonly expect: string }): Handshake {
  check(options);
  const { local, expect, nonce } = options;
  const versions = options.versions ?? VERSION;
  const flags = offered(options);
  const hello = encodeIdentity([versions.min, versions.max], flags, local, nonce);
  let challenge: Buffer | undefined;
  let peer: PeerInfo | undefined;

  function onChallenge(payload: Buffer): Step {
    const said = decodeIdentity(payload, 1);
    const version = said.versions[0]!;
    if (said.name !== expect) throw new HandshakeError("name", `dialled ${expect}, found ${said.name}`);
    if (version < versions.min || version > versions.max) {
      throw new HandshakeError("version", `${said.name} chose version ${version}, which was not offered`);
    }
    peer = peerInfo(said, version, flags);
    challenge = Buffer.from(payload);
    return {
      send: [{ type: FRAME.response, payload: proof(options.cookie, "initiator", hello, challenge) }],
    };
  }

  function onAck(payload: Buffer): Step {
    if (challenge === undefined || peer === undefined) throw unexpected(FRAME.ack);
    checkProof(payload, proof(options.cookie, "acceptor", hello, challenge), peer.name);
    return { send: [], end: peer };
  }

  return {
    start: () => ({ send: [{ type: FRAME.hello, payload: hello }] }),
    receive: refusing((type, payload) => {
      if (type === FRAME.challenge && challenge === undefined) return onChallenge(payload);
      if (type === FRAME.ack) return onAck(payload);
      throw unexpected(type);
    }),
  };
}

/** Is dialled. `accept` is asked about a peer only once its proof holds. Throws TypeError on bad options. */
export function acceptor(options: HandshakeOptions & { accept(peer: PeerInfo): Verdict }): Handshake {
  check(options);
  const { local, nonce } = options;
  const versions = options.versions ?? VERSION;
  const flags = offered(options);
  let hello: Buffer | undefined;
  let challenge: Buffer = Buffer.alloc(0);
  let peer: PeerInfo | undefined;

  function onHello(payload: Buffer): Step {
    const said = decodeIdentity(payload, 2);
    const [lowest, highest] = said.versions as [number, number];
    const version = Math.min(highest, versions.max);
    if (version < lowest || version < versions.min) {
      throw new HandshakeError("version", `${said.name} speaks versions ${lowest} to ${highest}`);
    }
    if (said.name === local.name) throw new HandshakeError("name", `the peer has our name, ${said.name}`);
    peer = peerInfo(said, version, flags);
    hello = Buffer.from(payload);
    challenge = encodeIdentity([version], flags, local, nonce);
    return { send: [{ type: FRAME.challenge, payload: challenge }] };
  }

  function onResponse(payload: Buffer): Step {
    if (hello === undefined || peer === undefined) throw unexpected(FRAME.response);
    checkProof(payload, proof(options.cookie, "initiator", hello, challenge), peer.name);
    const verdict = options.accept(peer);
    if (verdict !== "ok") throw new HandshakeError(verdict, `${peer.name}: ${SAID[verdict]}`);
    const ack = proof(options.cookie, "acceptor", hello, challenge);
    return { send: [{ type: FRAME.ack, payload: ack }], end: peer };
  }

  return {
    start: () => ({ send: [] }),
    receive: refusing((type, payload) => {
      if (type === FRAME.hello && hello === undefined) return onHello(payload);
      if (type === FRAME.response) return onResponse(payload);
      throw unexpected(type);
    }),
  };
}

type Receive = Handshake["receive"];

/** Turns a refusal, theirs or ours, into the Step that ends the handshake; only ours is said on the wire. */
function refusing(receive: Receive): Receive {
  return (type, payload) => {
    if (type === FRAME.refuse) return { send: [], end: refused(payload) };
    try {
      return receive(type, payload);
    } catch (error) {
      if (!(error instanceof HandshakeError)) throw error;
      return refusal(error);
    }
  };
}

/** The Step that refuses a peer, before or in the handshake; the wire says no more than the error's code. */
export function refusal(error: HandshakeError): Step {
  const code = REFUSAL[error.code as RefusalCode];
  return { send: [{ type: FRAME.refuse, payload: Buffer.from([code]) }], end: error };
}

const SAID: { readonly [code in RefusalCode]: string } = {
  malformed: "malformed handshake",
  version: "no version or feature in common",
  name: "wrong node name",
  cookie: "authentication failed",
  alive: "a connection exists",
  notAllowed: "not allowed",
  certificate: "our certificate is not accepted (expired, of another CA, or missing)",
  tls: "it speaks TLS and we do not, or the reverse",
};

function refused(payload: Buffer): HandshakeError {
  const code = (Object.keys(REFUSAL) as RefusalCode[]).find((key) => REFUSAL[key] === payload[0]);
  return new HandshakeError(code ?? "malformed", `refused: ${code ? SAID[code] : "unknown reason"}`);
}

function unexpected(type: FrameType): HandshakeError {
  return new HandshakeError("malformed", `frame type ${type} out of turn`);
}

function proof(cookie: string, role: "initiator" | "acceptor", hello: Buffer, challenge: Buffer): Buffer {
  const mac = createHmac("sha256", cookie).update(`ringbeam ${role}\0`);
  for (const part of [hello, challenge]) {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(part.length);
    mac.update(size).update(part);
  }
  return mac.digest();
}

function checkProof(given: Buffer, wanted: Buffer, name: string): void {
  if (given.length !== PROOF_BYTES || !timingSafeEqual(given, wanted)) {
    throw new HandshakeError("cookie", `${name} did not prove that it knows our cookie`);
  }
}

interface Identity {
  readonly versions: readonly number[];
  readonly flags: number;
  readonly creation: number;
  readonly name: string;
}

function encodeIdentity(versions: number[], flags: number, local: LocalNode, nonce: Uint8Array): Buffer {
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(flags, 0);
  numbers.writeUInt32BE(local.creation, 4);
  return Buffer.concat([Buffer.from(versions), numbers, nonce, Buffer.from(local.name, "latin1")]);
}

function decodeIdentity(payload: Buffer, versions: number): Identity {
  const nameAt = versions + 8 + NONCE_BYTES;
  if (payload.length <= nameAt) throw new HandshakeError("malformed", "hello or challenge too short");
  const name = payload.toString("latin1", nameAt);
  if (!isNodeName(name)) throw new HandshakeError("name", "not a node name");
  return {
    versions: [...payload.subarray(0, versions)],
    flags: payload.readUInt32BE(versions),
    creation: payload.readUInt32BE(versions + 4),
    name,
  };
}

function peerInfo(said: Identity, version: number, ours: number): PeerInfo {
  const missing = MANDATORY_FLAGS & ~(said.flags & ours);
  if (missing !== 0)
    throw new HandshakeError("version", `${said.name} lacks features ${missing.toString(2)}`);
  return {
    name: said.name,
    creation: said.creation,
    flags: (said.flags & ours) >>> 0,
    version,
    hidden: (said.flags & FLAG.published) === 0,
  };
}

function offered({ flags = DEFAULT_FLAGS, local }: HandshakeOptions): number {
  return (local.hidden ? flags & ~FLAG.published : flags | FLAG.published) >>> 0;
}

function check({ local, cookie, nonce }: HandshakeOptions): void {
  if (!isNodeName(local.name)) throw new TypeError(`not a node name: ${local.name}`);
  if (local.creation !== local.creation >>> 0)
    throw new TypeError(`creation is not a u32: ${local.creation}`);
  if (cookie.length === 0) throw new TypeError("the cookie is empty");
  if (nonce.length !== NONCE_BYTES) throw new TypeError(`the nonce must have ${NONCE_BYTES} bytes`);
}
