/**
 * Who is in which group, as one scope process knows it of its own node, or of one peer. A process can be in a group
 * several times, and is then listed as often.
 *
 *     termKey(group) -> { group, pids: pid -> times }
 */
import type { AnyPid } from "../runtime/index.js";
import { termKey } from "./termKey.js";

interface Group {
  readonly group: unknown;
  readonly pids: Map<AnyPid, number>;
}

export type GroupPids = readonly [group: unknown, pids: readonly AnyPid[]];

export class Memberships {
  readonly #groups = new Map<unknown, Group>();

  constructor(groups: Iterable<GroupPids> = []) {
    for (const [group, pids] of groups) this.join(group, pids);
  }

  join(group: unknown, pids: Iterable<AnyPid>): void {
    const key = termKey(group);
    for (const pid of pids) {
      const entry = this.#groups.get(key) ?? { group, pids: new Map<AnyPid, number>() };
      this.#groups.set(key, entry);
      entry.pids.set(pid, (entry.pids.get(pid) ?? 0) + 1);
    }
  }

  /** Each of the pids leaves once. Gives those that were in the group. */
  leave(group: unknown, pids: Iterable<AnyPid>): AnyPid[] {
    const key = termKey(group);
    const entry = this.#groups.get(key);
    if (entry === undefined) return [];
    const left: AnyPid[] = [];
    for (const pid of pids) {
      const times = entry.pids.get(pid);
      if (times === undefined) continue;
      left.push(pid);
      if (times > 1) entry.pids.set(pid, times - 1);
      else entry.pids.delete(pid);
    }
    if (entry.pids.size === 0) this.#groups.delete(key);
    return left;
  }

  members(group: unknown): AnyPid[] {
    const pids = this.#groups.get(termKey(group))?.pids;
    return pids === undefined ? [] : listed(pids);
  }

  groups(): unknown[] {
    return Array.from(this.#groups.values(), ({ group }) => group);
  }

  *[Symbol.iterator](): Generator<GroupPids> {
    for (const { group, pids } of this.#groups.values()) yield [group, listed(pids)];
  }
}

/** What has to join and to leave so that `from` becomes `to`. */
export function difference(from: Memberships, to: Memberships): { joined: GroupPids[]; left: GroupPids[] } {
  return { joined: missing(to, from), left: missing(from, to) };
}

/** What is in `all` and not in `some`. */
function missing(all: Memberships, some: Memberships): GroupPids[] {
  const rest = new Memberships(all);
  for (const [group, pids] of some) rest.leave(group, pids);
  return [...rest];
}

function listed(pids: ReadonlyMap<AnyPid, number>): AnyPid[] {
  return [...pids].flatMap(([pid, times]) => new Array<AnyPid>(times).fill(pid));
}
