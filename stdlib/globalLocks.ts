/**
 * The locks that one node has granted (`global:set_lock`), as a table that nothing else can change.
 *
 *     resource -> { requester, holders: pid -> the monitor that ends it }
 *
 * A resource is locked for one requester, on whose behalf any number of processes may hold it, each once.
 */
import type { AnyPid, Ref } from "../runtime/index.js";
import { termKey } from "./termKey.js";

interface Lock {
  readonly resource: unknown;
  readonly requester: unknown;
  readonly holders: Map<AnyPid, Ref>;
}

export class Locks {
  /** By `termKey` of the resource. */
  readonly #locks = new Map<unknown, Lock>();

  /** False if the resource is locked for another requester. `watch` is called for a process that did not hold it. */
  grant(resource: unknown, requester: unknown, pid: AnyPid, watch: () => Ref): boolean {
    const key = termKey(resource);
    const lock = this.#locks.get(key) ?? { resource, requester, holders: new Map<AnyPid, Ref>() };
    if (termKey(lock.requester) !== termKey(requester)) return false;
    this.#locks.set(key, lock);
    if (!lock.holders.has(pid)) lock.holders.set(pid, watch());
    return true;
  }

  /** What this process holds on behalf of the requester is free. Gives its monitor. */
  release(resource: unknown, requester: unknown, pid: AnyPid): Ref | undefined {
    const lock = this.#locks.get(termKey(resource));
    if (lock === undefined || termKey(lock.requester) !== termKey(requester)) return undefined;
    const ref = lock.holders.get(pid);
    this.#drop(lock, pid);
    return ref;
  }

  /** A holder has ended. */
  ended(ref: Ref): void {
    for (const lock of this.#locks.values())
      for (const [pid, monitor] of lock.holders) if (monitor === ref) this.#drop(lock, pid);
  }

  isHeld(resource: unknown, pid: AnyPid): boolean {
    return this.#locks.get(termKey(resource))?.holders.has(pid) === true;
  }

  #drop(lock: Lock, pid: AnyPid): void {
    lock.holders.delete(pid);
    if (lock.holders.size === 0) this.#locks.delete(termKey(lock.resource));
  }
}
