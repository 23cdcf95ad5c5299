/** What may be set for a connection, and what holds if it is not. */
import { FRAGMENT_BYTES, MAX_MESSAGE } from "./fragment.js";
import { type Clock, systemClock } from "./transport.js";

/** All optional; times in ms, sizes in bytes. */
export interface ConnectionOptions {
  /** a tick is sent when nothing was written for this long; nothing read for four times this is a timeout */
  readonly tickMs?: number;
  /** largest signal sent or taken */
  readonly maxMessage?: number;
  /** signals larger than this are sent as fragments of this size */
  readonly fragmentBytes?: number;
  /** `queued` from which the connection is busy */
  readonly busyBytes?: number;
  /** while closing: given up when nothing moved for this long */
  readonly lingerMs?: number;
  readonly clock?: Clock;
}

export const DEFAULTS: Required<ConnectionOptions> = {
  tickMs: 15_000,
  maxMessage: MAX_MESSAGE,
  fragmentBytes: FRAGMENT_BYTES,
  busyBytes: 1024 * 1024,
  lingerMs: 1000,
  clock: systemClock,
};
