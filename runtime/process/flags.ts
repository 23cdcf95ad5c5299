/** What a process sets of itself (`erlang:process_flag/2`). */
import { checkMailboxLimit, type MailboxLimit } from "./mailboxLimit.js";
import { levelOf, PRIORITIES, type Priority, type Process } from "./process.js";

/** The flags of a process, by name. */
export interface ProcessFlags {
  /** Whether exit signals come as messages. */
  readonly trapExit: boolean;
  /** See `SpawnOptions.priority`. */
  readonly priority: Priority;
  /** Whether its sends to busy nodes leave it running. */
  readonly asyncDist: boolean;
  /** undefined: as many messages as there come. */
  readonly maxMailbox: MailboxLimit | undefined;
}

const SET: { [F in keyof ProcessFlags]: (process: Process, value: ProcessFlags[F]) => ProcessFlags[F] } = {
  trapExit(process, value) {
    const before = process.trapExit;
    process.trapExit = value;
    return before;
  },
  priority(process, value) {
    const before = PRIORITIES[process.priority]!;
    process.priority = levelOf(value);
    return before;
  },
  asyncDist(process, value) {
    const before = process.asyncDist;
    process.asyncDist = value;
    return before;
  },
  maxMailbox(process, value) {
    checkMailboxLimit(value);
    const before = process.maxMailbox;
    process.maxMailbox = value && { size: value.size, policy: value.policy };
    return before;
  },
};

/** Sets one, and gives what it was. Throws TypeError for what is no value of it. */
export function setFlag<F extends keyof ProcessFlags>(
  process: Process,
  flag: F,
  value: ProcessFlags[F],
): ProcessFlags[F] {
  return SET[flag](process, value);
}
