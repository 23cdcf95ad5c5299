/**
 * Starting a child and ending it, as its spec says: what all supervisors do alike (OTP: `do_start_child` and
 * `shutdown` in `supervisor.erl`).
 */
import {
  type AnyPid,
  type Down,
  Exit,
  type ExitReason,
  type Proc,
  type Self,
  TIMEOUT,
} from "../runtime/index.js";
import type { ChildSpec } from "./childSpec.js";
import { startLink } from "./procLib.js";

/** Starts what the spec says, linked, and waits until it is up. Throws Exit with the reason why it is not. */
export async function startChildProcess(self: Self<unknown>, spec: ChildSpec): Promise<AnyPid> {
  const { proc, args, name, scheduler, priority } = spec;
  const options = {
    ...(name !== undefined && { name }),
    ...(scheduler !== undefined && { scheduler }),
    ...(priority !== undefined && { priority }),
  };
  try {
    return await startLink(self, proc as Proc<readonly unknown[], never>, args, options);
  } catch (thrown) {
    throw thrown instanceof Exit ? thrown : new Exit(thrown);
  }
}

/**
 * Ends a child and waits until it is gone; gives what it ended with. With a monitor, for a child may have
 * unlinked itself. Its EXIT message may be in the mailbox already.
 */
export async function shutdownChildProcess(
  self: Self<unknown>,
  pid: AnyPid,
  { shutdown }: ChildSpec,
): Promise<ExitReason> {
  const ref = self.monitor(pid);
  const isDown = (m: unknown): m is Down =>
    (m as Partial<Down> | null)?.tag === "DOWN" && (m as Down).ref === ref;
  let down: Down | typeof TIMEOUT = TIMEOUT;
  if (shutdown !== "brutalKill") {
    self.exit(pid, "shutdown");
    const after = shutdown === "infinity" ? Number.POSITIVE_INFINITY : shutdown;
    down = await self.receive(isDown, { after, since: ref });
  }
  if (down === TIMEOUT) {
    self.exit(pid, "kill");
    down = await self.receive(isDown, { after: Number.POSITIVE_INFINITY, since: ref });
  }
  self.unlink(pid);
  return down === TIMEOUT ? "killed" : down.reason;
}
