/**
 * A supervisor's children and what is done to them: start, terminate, look up. Who is to be restarted is
 * decided in `strategy.ts`, when it is asked in `supervisor.ts`.
 */
import type { AnyPid, Self } from "../runtime/index.js";
import { shutdownChildProcess, startChildProcess } from "./childLife.js";
import type { ChildInfo, ChildSpec } from "./childSpec.js";
import { Ignored } from "./procLib.js";
import { endedAsTold } from "./strategy.js";
import { reportError, reportProgress } from "./supervisorReport.js";

/** A child, running (it has a pid), waiting for a restart, or stopped. */
export interface Child {
  readonly spec: ChildSpec;
  pid: AnyPid | undefined;
  /** When it was last started, in ms. */
  startedAt: number;
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
    const child: Child = { spec, pid: undefined, startedAt: 0, restarting: false };
    this.#children.set(spec.id, child);
    return child;
  }

  remove(child: Child): void {
    this.#children.delete(child.spec.id);
  }

  /**
   * Starts a child that is not running, and waits until it is up. One that ignores its start stays without a pid;
   * if it is temporary, it is removed. Throws Exit with the reason why it is not up.
   */
  async start(child: Child): Promise<AnyPid | undefined> {
    child.startedAt = this.#self.now();
    child.pid = await startChildProcess(this.#self, child.spec).catch(ifIgnored);
    child.restarting = false;
    if (child.pid !== undefined) {
      this.#byPid.set(child.pid, child);
      reportProgress(this.#self, child.spec, child.pid);
    } else if (child.spec.restart === "temporary") this.remove(child);
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
    // Its EXIT, if it is in the mailbox already, will find no child of this pid.
    const reason = await shutdownChildProcess(this.#self, pid, spec);
    if (!endedAsTold(spec.restart, told, reason)) reportError(this.#self, "shutdownError", reason, spec, pid);
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
}

function ifIgnored(thrown: unknown): undefined {
  if (!(thrown instanceof Ignored)) throw thrown;
}
