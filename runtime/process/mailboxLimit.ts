/**
 * A limit for a mailbox: what becomes of a message that is sent to a process with as many waiting. OTP has none
 * (`max_heap_size` ends a process that its messages have filled); `exit` here is the nearest to it.
 *
 * It holds for what others send to the process, requests included. What it has asked for itself always arrives: replies
 * and all else to its aliases, and what the runtime tells (`EXIT`, `DOWN`, nodes, spawns).
 */
const POLICIES = ["refuse", "dropOldest", "exit"] as const;

/** See `SpawnOptions.maxMailbox`, and `processFlag`. */
export interface MailboxLimit {
  /** Messages that may wait, 1 at least. */
  readonly size: number;
  /**
   * `refuse`: the new message is dropped, and its sender, as with any message, is not told; `dropOldest`: the one that has
   * waited longest is, but for `EXIT` and `DOWN`; `exit`: the process ends with `{ mailboxFull: size }`, whatever it traps.
   */
  readonly policy: (typeof POLICIES)[number];
}

/** Throws TypeError for what is no limit. */
export function checkMailboxLimit(limit: unknown): void {
  if (limit !== undefined && !isMailboxLimit(limit))
    throw new TypeError(`maxMailbox: expected { size, policy: ${POLICIES.join(" | ")} }, size 1 or more`);
}

export function isMailboxLimit(limit: unknown): limit is MailboxLimit {
  const { size, policy } = (limit ?? {}) as { size?: unknown; policy?: unknown };
  return Number.isSafeInteger(size) && (size as number) >= 1 && POLICIES.some((known) => known === policy);
}
