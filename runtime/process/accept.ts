/** A sent message comes to a process: into its mailbox, unless that is full (`mailboxLimit.ts`). */
import { enter, leave } from "./critical.js";
import { terminate } from "./exit.js";
import { post } from "./mail.js";
import type { MailboxLimit } from "./mailboxLimit.js";
import type { Process } from "./process.js";

/** `message` is the receiver's own copy. */
export function accept(process: Process, message: unknown): void {
  if (process.maxMailbox === undefined || process.mailbox.size < process.maxMailbox.size)
    post(process, message);
  else acceptFull(process, process.maxMailbox, message);
}

function acceptFull(process: Process, { size, policy }: MailboxLimit, message: unknown): void {
  warnOnce(process, size, policy);
  if (policy === "refuse") return;
  if (policy === "exit") return terminate(process, { mailboxFull: size });
  enter();
  const { mailbox } = process;
  // What is never dropped counts, too: with much of it, there may be room for the new one only.
  while (mailbox.size >= size && mailbox.take(0, maybeDropped)) mailbox.taken = undefined;
  post(process, message);
  leave();
}

const KEPT = new Set<unknown>(["EXIT", "DOWN"]);

function maybeDropped(message: unknown): boolean {
  return !KEPT.has((message as { tag?: unknown } | null)?.tag);
}

const told = new WeakSet<Process>();

/** The first time in a process's life: a flood must not become one of warnings. */
function warnOnce(process: Process, size: number, policy: MailboxLimit["policy"]): void {
  if (told.has(process)) return;
  told.add(process);
  const { env, pid, proc } = process;
  env.log.log("warning", `${pid} (${proc}) has ${size} messages waiting, its limit: ${policy}`, {
    pid,
    proc,
  });
}
