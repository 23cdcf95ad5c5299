/**
 * Named groups of processes, across nodes (OTP: `pg`). A scope is one such overlay: a server on each node, under
 * the scope's name, that knows all members of all groups; no node asks another when it looks, and none waits for
 * another when it joins. Members of other nodes are seen some time after they joined.
 *
 * ```ts
 * import { pg, startLink, supervisor } from "ringbeam";
 *
 * export const scopes = supervisor(import.meta.url, "scopes", () => ({ children: [pg.spec("chat")] }));
 *
 * await startLink(self, scopes, []);
 * await pg.join(self, "chat", ["room", 5], self.pid);
 * for (const pid of await pg.getMembers<string>(self, "chat", ["room", 5])) self.send(pid, "hello");
 * await self.receive(); //=> "hello"
 * await pg.whichGroups(self, "chat"); //=> [["room", 5]]
 * await pg.leave(self, "chat", ["room", 5], self.pid);
 * await pg.whichGroups(self, "chat"); //=> []
 * ```
 *
 * A group is any term; it is there as long as it has members. What the servers say to each other: `pgServer.ts`.
 */
import type { Address, AnyPid, Pid, Ref, Self } from "../runtime/index.js";
import { type ChildOptions, type ChildSpec, child } from "./childSpec.js";
import { cast } from "./gen.js";
import { scopeServer } from "./pgServer.js";
import type { AnySelf } from "./procLib.js";

export type { GroupEvent } from "./pgServer.js";

/** The name of a scope, or the pid of its server. */
export type Scope = string | Pid<unknown>;

/** A child spec for the server of a scope. It finds those of all connected nodes. */
export function spec(
  scope: string,
  options: Omit<ChildOptions, "name" | "restart" | "significant"> = {},
): ChildSpec {
  return child(scopeServer, [scope], { ...options, name: scope });
}

/**
 * Makes processes of this node members of a group; each may be so several times. Throws CallError
 * `{ noLocal: pid }`. One that has ended joins, and leaves at once.
 */
export function join(
  self: AnySelf,
  scope: Scope,
  group: unknown,
  pids: AnyPid | readonly AnyPid[],
): Promise<void> {
  return ask(self, scope, ["join", group, [pids].flat()]) as Promise<void>;
}

/** Each of the processes leaves once. Throws CallError `notJoined` if none of them was in the group. */
export function leave(
  self: AnySelf,
  scope: Scope,
  group: unknown,
  pids: AnyPid | readonly AnyPid[],
): Promise<void> {
  return ask(self, scope, ["leave", group, [pids].flat()]) as Promise<void>;
}

/** The members of a group on all nodes, in no order. `M` is the caller's claim: groups have no type. */
export function getMembers<M = never>(self: AnySelf, scope: Scope, group: unknown): Promise<Pid<M>[]> {
  return ask(self, scope, ["getMembers", group]) as Promise<Pid<M>[]>;
}

/** Those on this node. */
export function getLocalMembers<M = never>(self: AnySelf, scope: Scope, group: unknown): Promise<Pid<M>[]> {
  return ask(self, scope, ["getLocalMembers", group]) as Promise<Pid<M>[]>;
}

/** The groups that have members. */
export function whichGroups(self: AnySelf, scope: Scope): Promise<unknown[]> {
  return ask(self, scope, ["whichGroups"]) as Promise<unknown[]>;
}

/** The groups that have members on this node. */
export function whichLocalGroups(self: AnySelf, scope: Scope): Promise<unknown[]> {
  return ask(self, scope, ["whichLocalGroups"]) as Promise<unknown[]>;
}

/** What a watch begins with; from then on a GroupEvent under `ref` tells of each change. */
export interface Watch {
  /** Under which its events come; ends it with `demonitor`. */
  readonly ref: Ref;
  /** The groups that are watched, with the members they have now. */
  readonly groups: readonly (readonly [group: unknown, members: readonly AnyPid[]])[];
}

/** Watches all groups of a scope (`pg:monitor_scope/1`). It ends with the watcher, or with `demonitor`. */
export function monitorScope(self: AnySelf, scope: Scope): Promise<Watch> {
  return ask(self, scope, ["monitorScope"]) as Promise<Watch>;
}

/** Watches one group (`pg:monitor/2`). */
export function monitor(self: AnySelf, scope: Scope, group: unknown): Promise<Watch> {
  return ask(self, scope, ["monitor", group]) as Promise<Watch>;
}

/** Ends a watch; false if there is none. Events that are in the mailbox stay there. */
export function demonitor(self: AnySelf, scope: Scope, ref: Ref): Promise<boolean> {
  return ask(self, scope, ["demonitor", ref]) as Promise<boolean>;
}

/** Makes the scope known to one that it does not find by itself, as on a hidden node: `{ name: scope, node }`. Nobody there: no effect. */
export function discover(self: AnySelf, scope: Scope, peer: Address): void {
  cast(self, scope, ["discover", peer]);
}

/** Without a limit of time, as in OTP. */
function ask(self: AnySelf, scope: Scope, request: readonly [string, ...unknown[]]): Promise<unknown> {
  return (self as Self<unknown>).call(scope, request, Number.POSITIVE_INFINITY);
}
