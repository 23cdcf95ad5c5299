/**
 * The server of `global` on each node, registered as `globalNameServer`. All nodes of a group know each other and have the
 * same names. There is no leader: who wants to change something takes the lock GLOBAL on all nodes concerned (see
 * `globalLocking.ts`), looks whether it still holds what it thought, and tells each of them. It is the registrar of the
 * node that does so (`globalRegistrar.ts`), one order at a time.
 *
 *     client      its server     its registrar          servers of all nodes of the group
 *       | register   |               |                        |
 *       | ---------> | ------------> |  lock: the boss first  |
 *       |            |               | ---------------------> |
 *       |            |               |  peek: who has it?     |
 *       |            |               |  assign, then unlock   |
 *       | <------ true or false ---- | ---------------------> |
 *
 * | call | from | answers |
 * | --- | --- | --- |
 * | whereis, registeredNames | clients | from the table; behind the first sync |
 * | order | clients | what the registrar makes of it |
 * | peek, table, members, isNamed | registrars | what is known here |
 * | lock, unlock | registrars, and clients for locks of their own | whether it was granted |
 * | assign, retract, joined | registrars | false if the caller does not hold GLOBAL here: then it was lost, and tries again as it joins |
 * | synced | the own registrar | |
 *
 * Two nodes that connect: the server on the lesser name has its registrar join the other's group; the other only says
 * `hello`, as does a server that starts. The registrar locks both groups, merges their names, has conflicts resolved, and
 * tells all nodes of both, who connect with those that they do not know.
 *
 * Every server monitors every process that has a name, so a name goes from a node when the process, its node or the
 * connection with it is lost. A node that is lost leaves the group; it comes back by joining.
 */
import type { AnyPid, Down, Pid, Ref } from "../runtime/index.js";
import { cast } from "./gen.js";
import { type CallContext, type Context, genServer } from "./genServer.js";
import { GLOBAL_NAME_SERVER } from "./globalLocking.js";
import { Locks } from "./globalLocks.js";
import {
  GLOBAL,
  type GlobalName,
  globalRegistrar,
  type Order,
  type OrderMessage,
} from "./globalRegistrar.js";
import { type NoReply, noReply } from "./serverResult.js";
import { termKey } from "./termKey.js";

interface State {
  /** By `termKey` of the name. */
  readonly names: Map<unknown, { readonly entry: GlobalName; readonly ref: Ref }>;
  readonly locks: Locks;
  /** The other nodes of the group. */
  readonly known: Set<string>;
  readonly registrar: Pid<OrderMessage>;
  /** Joined with all nodes that were connected at the start. */
  synced: boolean;
}

type Call = CallContext<State>;

/** To be registered as `globalNameServer`: see `spec` in `global.ts`. */
export const globalNameServer = genServer(import.meta.url, "globalNameServer", {
  init(self): State {
    self.monitorNodes(true);
    const registrar = self.spawnLink(globalRegistrar, [self.pid]);
    self.send(registrar, { tag: "order", order: ["sync"] });
    for (const node of self.nodes()) hello(self, node);
    return { names: new Map(), locks: new Locks(), known: new Set(), registrar, synced: false };
  },
  handleCall: {
    whereis: (ctx, name: unknown) => (ctx.state.synced ? whereis(ctx, name) : order(ctx, ["whereis", name])),
    registeredNames: (ctx) => (ctx.state.synced ? names(ctx) : order(ctx, ["registeredNames"])),
    order: (ctx, ...what: unknown[]) => order(ctx, what as unknown as Order),
    peek: (ctx, name: unknown) => whereis(ctx, name),
    table: (ctx) => Array.from(ctx.state.names.values(), ({ entry }) => entry),
    members,
    isNamed: (ctx, pid: AnyPid) => [...ctx.state.names.values()].some(({ entry }) => entry[1] === pid),
    lock(ctx, resource: unknown, requester: unknown) {
      const { pid } = ctx.from;
      return ctx.state.locks.grant(resource, requester, pid, () => ctx.self.monitor(pid));
    },
    unlock(ctx, resource: unknown, requester: unknown) {
      const ref = ctx.state.locks.release(resource, requester, ctx.from.pid);
      if (ref !== undefined) ctx.self.demonitor(ref, { flush: true });
      return true;
    },
    assign: (ctx, entry: GlobalName) => changes(ctx) && assign(ctx, entry),
    retract: (ctx, name: unknown) => changes(ctx) && retract(ctx, name),
    async joined(ctx, nodes: readonly string[], entries: readonly GlobalName[], gone: readonly unknown[]) {
      if (!changes(ctx)) return false;
      for (const name of gone) retract(ctx, name);
      for (const entry of entries) assign(ctx, entry);
      const others = nodes.filter((node) => node !== ctx.self.node);
      for (const node of others) if (await ctx.self.connectNode(node)) ctx.state.known.add(node);
      return true;
    },
    synced(ctx) {
      ctx.state.synced = true;
    },
  },
  handleCast: {
    hello: (ctx, node: string) => greet(ctx, node),
  },
  handleInfo(ctx, message: Down | { readonly tag: "nodeup" | "nodedown"; readonly node: string }) {
    if (message?.tag === "nodeup") return greet(ctx, message.node);
    if (message?.tag === "nodedown") return void ctx.state.known.delete(message.node);
    if (message?.tag === "DOWN") return ended(ctx, message.ref);
  },
});

function members(ctx: Context<State>): string[] {
  return [ctx.self.node, ...ctx.state.known].sort();
}

function whereis(ctx: Context<State>, name: unknown): AnyPid | undefined {
  return ctx.state.names.get(termKey(name))?.entry[1];
}

function names(ctx: Context<State>): unknown[] {
  return Array.from(ctx.state.names.values(), ({ entry: [name] }) => name);
}

function order(ctx: Call, what: Order): NoReply {
  ctx.self.send(ctx.state.registrar, { tag: "order", order: what, from: ctx.from });
  return noReply;
}

/** Whether the caller may change names now. */
function changes(ctx: Call): boolean {
  return ctx.state.locks.isHeld(GLOBAL, ctx.from.pid);
}

function assign(ctx: Context<State>, entry: GlobalName): true {
  const [name, pid] = entry;
  const ref = whereis(ctx, name) === pid ? ctx.state.names.get(termKey(name))!.ref : undefined;
  if (ref === undefined) retract(ctx, name);
  ctx.state.names.set(termKey(name), { entry, ref: ref ?? ctx.self.monitor(pid) });
  return true;
}

function retract(ctx: Context<State>, name: unknown): true {
  const known = ctx.state.names.get(termKey(name));
  if (known !== undefined) ctx.self.demonitor(known.ref, { flush: true });
  ctx.state.names.delete(termKey(name));
  return true;
}

/** Of a holder of names or of locks. */
function ended({ state }: Context<State>, ref: Ref): void {
  for (const [key, known] of state.names) if (known.ref === ref) state.names.delete(key);
  state.locks.ended(ref);
}

/** The lesser name joins, the other asks it to. */
function greet(ctx: Context<State>, node: string): void {
  if (ctx.self.node < node) ctx.self.send(ctx.state.registrar, { tag: "order", order: ["join", node] });
  else hello(ctx.self, node);
}

function hello(self: Context<State>["self"], node: string): void {
  cast(self, { name: GLOBAL_NAME_SERVER, node }, ["hello", self.node]);
}
