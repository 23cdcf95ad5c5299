/**
 * The numbers of the distribution protocol, all in one table: frame types, versions, feature flags.
 * A number once given keeps its meaning for ever; one that falls out of use moves to a "retired" line.
 *
 * The bytes of a frame are in frame.ts, of the handshake's payloads in handshake.ts, of fragments in
 * fragment.ts. A signal's payload belongs to the layer above and is opaque here.
 */

/** What a frame is. Gaps leave room for a later handshake frame; an unknown number closes the connection. */
export const FRAME = {
  /** initiator: versions, flags, name, creation, nonce */
  hello: 1,
  /** acceptor: chosen version, flags, name, creation, nonce */
  challenge: 2,
  /** initiator: its proof of the cookie */
  response: 3,
  /** acceptor: its proof of the cookie; the connection is up */
  ack: 4,
  /** either side: one byte of REFUSAL; the connection ends */
  refuse: 5,
  /** "I am alive": no payload */
  tick: 8,
  /** one whole signal */
  signal: 9,
  /** u32 size of the whole signal, then its first bytes */
  fragmentFirst: 10,
  /** the next bytes of the signal begun by fragmentFirst */
  fragmentNext: 11,
  /** a clean end: reason as UTF-8 text */
  bye: 12,
} as const;
// retired frame types: none

export type FrameType = (typeof FRAME)[keyof typeof FRAME];

/** True at the index of each number that is a frame type. */
export const IS_FRAME: readonly boolean[] = tableOf(Object.values(FRAME));

/** Protocol versions this code speaks, both ends included. */
export const VERSION = { min: 1, max: 1 } as const;
// retired versions: none

/**
 * Feature flags, a u32 of bits. A feature is on when both sides offer it. Bits 0 to 7 are the connection's; the others
 * belong to the layer above, which says by them what signals it understands (`runtime/sched/operations.ts`).
 */
export const FLAG = {
  /** the node lets itself be seen in `nodes()`; a hidden node offers all but this */
  published: 1 << 0,
  /** signals larger than a frame arrive as fragments */
  fragments: 1 << 1,
} as const;
// retired flags: none

/** What this code offers by default, and what a peer must offer for a connection to make sense. */
export const DEFAULT_FLAGS = FLAG.published | FLAG.fragments;
export const MANDATORY_FLAGS = FLAG.fragments;

/** The one byte of a `refuse` frame. It tells the peer what it may know, and no more. */
export const REFUSAL = {
  malformed: 1,
  version: 2,
  name: 3,
  cookie: 4,
  alive: 5,
  notAllowed: 6,
  /** said without a handshake: your certificate is not good */
  certificate: 7,
  /** said without a handshake: one of us speaks TLS, the other does not */
  tls: 8,
} as const;
// retired refusals: none

export type RefusalCode = keyof typeof REFUSAL;

function tableOf(numbers: readonly number[]): boolean[] {
  return Array.from({ length: 256 }, (_, n) => numbers.includes(n));
}
