/**
 * What a registry knows: who is registered under which key, with what value.
 *
 *     slots   termKey(key) -> { key, pids: pid -> [value, ...] }     a unique key has one pid with one value
 *     owners  pid -> keys, as in `slots`                             so that a process that ends is found in all
 */
import type { AnyPid, Pid } from "../runtime/index.js";
import { termKey } from "./termKey.js";

/** A process under a key. */
export interface Entry<Value = unknown, in M = never> {
  /** The process; it may have ended a moment ago. */
  readonly pid: Pid<M>;
  /** What it was registered with. */
  readonly value: Value;
}

interface Slot {
  readonly key: unknown;
  readonly pids: Map<AnyPid, unknown[]>;
}

export class RegistryEntries {
  readonly #slots = new Map<unknown, Slot>();
  readonly #owners = new Map<AnyPid, Set<unknown>>();

  /** Entries: a process that is registered twice under a key counts twice. */
  get count(): number {
    let count = 0;
    for (const { pids } of this.#slots.values()) for (const values of pids.values()) count += values.length;
    return count;
  }

  /** True if this process had no entry before. */
  add(key: unknown, pid: AnyPid, value: unknown): boolean {
    const id = termKey(key);
    const slot = this.#slots.get(id) ?? { key, pids: new Map<AnyPid, unknown[]>() };
    this.#slots.set(id, slot);
    slot.pids.set(pid, [...(slot.pids.get(pid) ?? []), value]);
    const keys = this.#owners.get(pid);
    if (keys === undefined) this.#owners.set(pid, new Set([id]));
    else keys.add(id);
    return keys === undefined;
  }

  /** Takes all entries of a process under a key away; true if it has none left. */
  remove(key: unknown, pid: AnyPid): boolean {
    const id = termKey(key);
    const keys = this.#owners.get(pid);
    if (keys === undefined) return false;
    this.#free(id, pid);
    keys.delete(id);
    if (keys.size > 0) return false;
    this.#owners.delete(pid);
    return true;
  }

  /** The process ended. */
  removeOwner(pid: AnyPid): void {
    for (const id of this.#owners.get(pid) ?? []) this.#free(id, pid);
    this.#owners.delete(pid);
  }

  at(key: unknown): Entry[] {
    const pids = this.#slots.get(termKey(key))?.pids ?? [];
    return [...pids].flatMap(([pid, values]) => values.map((value) => ({ pid, value })));
  }

  /** The first process under a key: the only one, where keys are unique. */
  holder(key: unknown): AnyPid | undefined {
    return this.#slots.get(termKey(key))?.pids.keys().next().value;
  }

  /** False if the process has no entry under the key. */
  update(key: unknown, pid: AnyPid, value: unknown): boolean {
    const pids = this.#slots.get(termKey(key))?.pids;
    if (!pids?.has(pid)) return false;
    pids.set(pid, [value]);
    return true;
  }

  keysOf(pid: AnyPid): unknown[] {
    return Array.from(this.#owners.get(pid) ?? [], (id) => this.#slots.get(id)!.key);
  }

  #free(id: unknown, pid: AnyPid): void {
    const slot = this.#slots.get(id);
    slot?.pids.delete(pid);
    if (slot?.pids.size === 0) this.#slots.delete(id);
  }
}
