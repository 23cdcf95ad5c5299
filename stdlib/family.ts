/**
 * A supervisor's children and what is done to them: start, terminate, look up. Who is to be restarted is
 * decided in `strategy.ts`, when it is asked in `supervisor.ts`.
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
import type { ChildInfo, ChildSpec } from "./childSpec.js";
import { startLink } from "./procLib.js";
import { warn } from "./report.js";
import { endedAsTold } from "./strategy.js";

/** A child, running (it has a pid), waiting for a restart, or stopped. */
export interface Child {
  readonly spec: ChildSpec;
  pid: AnyPid | undefined;
  /** Its last start failed; the supervisor has a message to itself on the way, to try again. */
  restarting: boolean;
}

export class Family {
  readonly #self: Self<unknown>;
  /** In the order of their start. */
  readonly #children = new Map<string, Child>();
  /** Those that run. */
  readonly #byPid = new Map<AnyPid, Child>();

  constructor(self: Self<unknown>) {
    this.#self = self;
  }

  /** In the order of their start. */
  [Symbol.iterator](): Iterator<Child> & Iterable<Child> {
    return this.#children.values();
  }

  get(id: string): Child | undefined {
    return this.#children.get(id);
  }

  /** A child that does not run yet, behind the others. */
  add(spec: ChildSpec): Child {
    const child: Child = { spec, pid: undefined, restarting: false };
    this.#children.set(spec.id, child);
    return child;
  }

  remove(child: Child): void {
    this.#children.delete(child.spec.id);
  }

  /** Starts a child that is not running, and waits until it is up. Throws Exit with the reason why it is not. */
  async start(child: Child): Promise<AnyPid> {
    const { proc, args, name, scheduler, priority } = child.spec;
    const options = {
      ...(name !== undefined && { name }),
      ...(scheduler !== undefined && { scheduler }),
      ...(priority !== undefined && { priority }),
    };
    try {
      child.pid = await startLink(this.#self, proc as Proc<readonly unknown[], never>, args, options);
    } catch (thrown) {
      throw thrown instanceof Exit ? thrown : new Exit(thrown);
    }
    child.restarting = false;
    this.#byPid.set(child.pid, child);
    return child.pid;
  }

  /** A process ended: the child that it was, not running any more; undefined if it was none. */
  ended(pid: AnyPid): Child | undefined {
    const child = this.#byPid.get(pid);
    if (child !== undefined) this.#stopped(child);
    return child;
  }

  /** Ends a child in the way that its spec says, and waits until it is gone. One that does not run stays as it is. */
  async terminate(child: Child): Promise<void> {
    const { pid, spec } = child;
    child.restarting = false;
    if (pid === undefined) return;
    this.#stopped(child);
    const told = spec.shutdown === "brutalKill" ? "killed" : "shutdown";
    const reason = await this.#shutdown(pid, spec);
    if (!endedAsTold(spec.restart, told, reason))
      warn(this.#self, `child ${spec.id} did not end as told`, reason);
  }

  async terminateAll(children: Iterable<Child>): Promise<void> {
    for (const child of children) await this.terminate(child);
  }

  info(child: Child): ChildInfo {
    const status = child.pid !== undefined ? "running" : child.restarting ? "restarting" : "stopped";
    return { id: child.spec.id, pid: child.pid, status, type: child.spec.type, proc: child.spec.proc };
  }

  #stopped(child: Child): void {
    this.#byPid.delete(child.pid!);
    child.pid = undefined;
  }

  /** With a monitor, for a child may have unlinked itself. Gives what the child ended with. */
  async #shutdown(pid: AnyPid, spec: ChildSpec): Promise<ExitReason> {
    const self = this.#self;
    const ref = self.monitor(pid);
    const isDown = (m: unknown): m is Down =>
      (m as Partial<Down> | null)?.tag === "DOWN" && (m as Down).ref === ref;
    let down: Down | typeof TIMEOUT = TIMEOUT;
    if (spec.shutdown !== "brutalKill") {
      self.exit(pid, "shutdown");
      const after = spec.shutdown === "infinity" ? Number.POSITIVE_INFINITY : spec.shutdown;
      down = await self.receive(isDown, { after, since: ref });
    }
    if (down === TIMEOUT) {
      self.exit(pid, "kill");
      down = await self.receive(isDown, { after: Number.POSITIVE_INFINITY, since: ref });
    }
    // Its EXIT, if it is in the mailbox already, will find no child of this pid.
    self.unlink(pid);
    return down === TIMEOUT ? "killed" : down.reason;
  }
}
