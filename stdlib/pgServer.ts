/**
 * The server of a scope of `pg`, one on each node, registered under the scope's name. Between the servers, after
 * `pg.erl`:
 *
 * | message | says | answer |
 * | --- | --- | --- |
 * | discover peer | who are you? | sync; and discover, if it is not known |
 * | sync peer groups | these are all the members on my node | |
 * | join peer group pids | these joined; of a peer that is not known: no effect, its sync will tell | |
 * | leave peer pids groups | these left each of the groups | |
 * | DOWN of a peer | its members have left | |
 * | nodeup node | from the runtime: discover the scope there, as on all connected nodes at the start | |
 *
 * A server speaks of members on its own node only, and signals between two servers keep their order, so what one
 * knows of another is always what was true there a moment ago.
 */
import { type Address, type AnyPid, type Down, Pid, type Ref } from "../runtime/index.js";
import { failCall } from "./failCall.js";
import { type CallContext, type Context, genServer } from "./genServer.js";
import { difference, type GroupPids, Memberships } from "./pgMemberships.js";
import type { NoReply } from "./serverResult.js";
import { termKey } from "./termKey.js";

/** What scope servers say to each other. `peer` is who speaks. */
export type PeerMessage =
  | { readonly tag: "pg"; readonly op: "discover"; readonly peer: AnyPid }
  | { readonly tag: "pg"; readonly op: "sync"; readonly peer: AnyPid; readonly groups: readonly GroupPids[] }
  | {
      readonly tag: "pg";
      readonly op: "join";
      readonly peer: AnyPid;
      readonly group: unknown;
      readonly pids: AnyPid[];
    }
  | {
      readonly tag: "pg";
      readonly op: "leave";
      readonly peer: AnyPid;
      readonly pids: AnyPid[];
      readonly groups: readonly unknown[];
    };

interface Peer {
  readonly ref: Ref;
  members: Memberships;
}

interface Member {
  readonly ref: Ref;
  /** One for each time that it joined. */
  readonly groups: unknown[];
}

interface Watcher {
  readonly pid: AnyPid;
  /** `termKey` of the one group that it watches; undefined: all. */
  readonly only: { readonly key: unknown } | undefined;
}

interface State {
  readonly scope: string;
  readonly local: Memberships;
  /** Local members, each monitored once. */
  readonly members: Map<AnyPid, Member>;
  readonly peers: Map<AnyPid, Peer>;
  /** By the monitor of the watcher, which is also what it knows its watch by. */
  readonly watchers: Map<Ref, Watcher>;
}

/** To be registered under the scope's name: see `spec` in `pg.ts`. */
export const scopeServer = genServer(import.meta.url, "pg", {
  init(self, scope: string): State {
    self.monitorNodes(true);
    for (const node of self.nodes())
      self.send({ name: scope, node }, { tag: "pg", op: "discover", peer: self.pid } satisfies PeerMessage);
    return { scope, local: new Memberships(), members: new Map(), peers: new Map(), watchers: new Map() };
  },
  handleCall: {
    join: (ctx, group: unknown, pids: readonly AnyPid[]) => joinLocal(ctx, group, pids),
    leave: (ctx, group: unknown, pids: readonly AnyPid[]) => leaveLocal(ctx, group, pids),
    getMembers: (ctx, group: unknown) => all(ctx.state).flatMap((some) => some.members(group)),
    getLocalMembers: (ctx, group: unknown) => ctx.state.local.members(group),
    whichGroups: (ctx) => [...merged(ctx.state)].map(([group]) => group),
    whichLocalGroups: (ctx) => ctx.state.local.groups(),
    monitorScope: (ctx) => watch(ctx, undefined),
    monitor: (ctx, group: unknown) => watch(ctx, { key: termKey(group) }),
    demonitor: (ctx, ref: Ref) => ctx.state.watchers.delete(ref) && ctx.self.demonitor(ref, { flush: true }),
  },
  handleCast: {
    discover(ctx, peer: Address) {
      tell(ctx, peer, { op: "discover" });
    },
  },
  handleInfo(ctx, message: PeerMessage | Down | { readonly tag: "nodeup"; readonly node: string }) {
    if (message?.tag === "pg") return fromPeer(ctx, message);
    if (message?.tag === "DOWN") return down(ctx, message);
    if (message?.tag === "nodeup" && message.node !== ctx.self.node)
      tell(ctx, { name: ctx.state.scope, node: message.node }, { op: "discover" });
  },
});

function all({ local, peers }: State): Memberships[] {
  return [local, ...Array.from(peers.values(), ({ members }) => members)];
}

function merged(state: State): Memberships {
  return new Memberships(all(state).flatMap((some) => [...some]));
}

// -- members of this node ----------------------------------------------------------------------------------------

function joinLocal(ctx: CallContext<State>, group: unknown, pids: readonly AnyPid[]): void | NoReply {
  const { local, members, peers } = ctx.state;
  const stranger = pids.find((pid) => !(pid instanceof Pid && pid.node.name === ctx.self.node));
  if (stranger !== undefined) return failCall(ctx, { noLocal: stranger });
  for (const pid of pids) {
    const member = members.get(pid) ?? { ref: ctx.self.monitor(pid), groups: [] };
    member.groups.push(group);
    members.set(pid, member);
  }
  local.join(group, pids);
  notify(ctx, "join", group, pids);
  for (const peer of peers.keys()) tell(ctx, peer, { op: "join", group, pids: [...pids] });
}

function leaveLocal(ctx: CallContext<State>, group: unknown, pids: readonly AnyPid[]): void | NoReply {
  const { local, members, peers } = ctx.state;
  const left = local.leave(group, pids);
  if (left.length === 0) return failCall(ctx, "notJoined");
  for (const pid of left) {
    const { ref, groups } = members.get(pid)!;
    groups.splice(
      groups.findIndex((one) => termKey(one) === termKey(group)),
      1,
    );
    if (groups.length > 0) continue;
    members.delete(pid);
    ctx.self.demonitor(ref);
  }
  notify(ctx, "leave", group, left);
  for (const peer of peers.keys()) tell(ctx, peer, { op: "leave", pids: left, groups: [group] });
}

function memberEnded(ctx: Context<State>, pid: AnyPid, { groups }: Member): void {
  const { local, members, peers } = ctx.state;
  members.delete(pid);
  for (const group of groups) {
    local.leave(group, [pid]);
    notify(ctx, "leave", group, [pid]);
  }
  for (const peer of peers.keys()) tell(ctx, peer, { op: "leave", pids: [pid], groups });
}

// -- other nodes -------------------------------------------------------------------------------------------------

type Said = PeerMessage extends infer M ? (M extends PeerMessage ? Omit<M, "tag" | "peer"> : never) : never;

function tell(ctx: Context<State>, to: AnyPid | Address, said: Said): void {
  ctx.self.send(to as Address, { tag: "pg", peer: ctx.self.pid, ...said } as never);
}

function fromPeer(ctx: Context<State>, message: PeerMessage): void {
  const { peers, local } = ctx.state;
  const { peer } = message;
  const known = peers.get(peer);
  switch (message.op) {
    case "discover":
      tell(ctx, peer, { op: "sync", groups: [...local] });
      if (known !== undefined) return;
      newPeer(ctx, peer);
      return tell(ctx, peer, { op: "discover" });
    case "sync":
      return synchronize(ctx, known ?? newPeer(ctx, peer), new Memberships(message.groups));
    case "join":
      if (known === undefined) return;
      known.members.join(message.group, message.pids);
      return notify(ctx, "join", message.group, message.pids);
    case "leave":
      for (const group of message.groups) {
        const left = known?.members.leave(group, message.pids) ?? [];
        if (left.length > 0) notify(ctx, "leave", group, left);
      }
  }
}

function newPeer(ctx: Context<State>, pid: AnyPid): Peer {
  const peer = { ref: ctx.self.monitor(pid), members: new Memberships() };
  ctx.state.peers.set(pid, peer);
  return peer;
}

function synchronize(ctx: Context<State>, peer: Peer, members: Memberships): void {
  const { joined, left } = difference(peer.members, members);
  peer.members = members;
  for (const [group, pids] of left) notify(ctx, "leave", group, pids);
  for (const [group, pids] of joined) notify(ctx, "join", group, pids);
}

function down(ctx: Context<State>, { ref, process }: Down): void {
  const { members, peers, watchers } = ctx.state;
  if (watchers.delete(ref) || !(process instanceof Pid)) return;
  const member = members.get(process);
  if (member?.ref === ref) return memberEnded(ctx, process, member);
  const peer = peers.get(process);
  if (peer?.ref !== ref) return;
  peers.delete(process);
  synchronize(ctx, peer, new Memberships());
}

// -- watchers ----------------------------------------------------------------------------------------------------

/** What a watcher gets, in the order of what happened. */
export interface GroupEvent {
  readonly tag: "pg";
  /** That of the watch. */
  readonly ref: Ref;
  /** What the processes did. */
  readonly event: "join" | "leave";
  /** Which group, a term. */
  readonly group: unknown;
  /** Who; once for each time that one joined or left. */
  readonly pids: readonly AnyPid[];
}

function watch(ctx: CallContext<State>, only: Watcher["only"]): { ref: Ref; groups: GroupPids[] } {
  const { pid } = ctx.from;
  const ref = ctx.self.monitor(pid);
  ctx.state.watchers.set(ref, { pid, only });
  const groups = [...merged(ctx.state)].filter(([group]) => !only || only.key === termKey(group));
  return { ref, groups };
}

function notify(
  ctx: Context<State>,
  event: GroupEvent["event"],
  group: unknown,
  pids: readonly AnyPid[],
): void {
  const key = termKey(group);
  for (const [ref, { pid, only }] of ctx.state.watchers) {
    const message: GroupEvent = { tag: "pg", ref, event, group, pids };
    if (only === undefined || only.key === key) ctx.self.send(pid, message as never);
  }
}
