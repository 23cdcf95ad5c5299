/**
 * Changes to the names of all nodes, one at a time on each node: the registrar, a process beside the server. Each change is
 * made while the registrar holds the lock GLOBAL on all nodes that are concerned, so there is one change at a time
 * among them, and it outlives the client that asked for it. The protocol is at the head of `globalServer.ts`.
 */
import { type AnyPid, CallError, type From, type Pid, proc, type Self } from "../runtime/index.js";
import { call } from "./erpc.js";
import { askAll, GLOBAL_NAME_SERVER, type LockId, lockOn, unlockOn } from "./globalLocking.js";
import type { Resolver } from "./globalResolve.js";
import { termKey } from "./termKey.js";

/** The resource that is locked while names change. No user's: they lock what they like. */
export const GLOBAL = ["$global"] as const;

/** A name, who has it, and what decides if another has it too. */
export type GlobalName = readonly [name: unknown, pid: AnyPid, resolver: Resolver];

export type Order =
  | readonly ["register" | "reregister", ...GlobalName]
  | readonly ["unregister", unknown]
  | readonly ["join", node: string]
  | readonly ["sync"]
  | readonly ["whereis", unknown]
  | readonly ["registeredNames"];

/** To the registrar, from its server. */
export interface OrderMessage {
  readonly tag: "order";
  readonly order: Order;
  /** Who waits for the result, if anybody. */
  readonly from?: From;
}

/** Serves its server, one order after the other, and is ended by the link with it. */
export const globalRegistrar = proc(
  import.meta.url,
  async function globalRegistrar(self: Self<OrderMessage>, server: Pid<unknown>) {
    const registrar = new Registrar(self as Self<unknown>, server);
    for (;;) {
      const { order, from } = await self.receive((m): m is OrderMessage => m.tag === "order");
      const result = await registrar.carryOut(order);
      if (from !== undefined) self.reply(from, result);
    }
  },
);

class Registrar {
  readonly #self: Self<unknown>;
  readonly #server: Pid<unknown>;
  readonly #id: LockId;

  constructor(self: Self<unknown>, server: Pid<unknown>) {
    this.#self = self;
    this.#server = server;
    this.#id = [GLOBAL, self.pid];
  }

  async carryOut(order: Order): Promise<unknown> {
    switch (order[0]) {
      case "register":
        return this.#withAll(async (nodes) => {
          const [, name, pid, resolver] = order;
          if ((await this.#ask(["isNamed", pid])) || (await this.#isTaken(name, nodes))) return false;
          await askAll(this.#self, nodes, ["assign", [name, pid, resolver] satisfies GlobalName]);
          return true;
        });
      case "reregister":
        return this.#withAll(async (nodes) => {
          await askAll(this.#self, nodes, ["assign", order.slice(1)]);
        });
      case "unregister":
        return this.#withAll(async (nodes) => {
          await askAll(this.#self, nodes, ["retract", order[1]]);
        });
      case "join":
        return this.#join(order[1]);
      case "sync":
        for (const node of this.#self.nodes()) await this.#join(node);
        return this.#ask(["synced"]);
      case "whereis":
      case "registeredNames":
        return this.#ask(order);
    }
  }

  /** Whether a process that lives has the name: on a node that has not heard of an end, its name is there yet. */
  async #isTaken(name: unknown, nodes: readonly string[]): Promise<boolean> {
    const { replies } = await askAll(this.#self, nodes, ["peek", name]);
    const pids = new Set(replies.map(({ reply }) => reply as AnyPid | undefined));
    for (const pid of pids) if (pid !== undefined && (await this.#self.isAlive(pid))) return true;
    return false;
  }

  /** Runs `change` under the lock, on the nodes that are known then. */
  async #withAll<T>(change: (nodes: readonly string[]) => Promise<T>): Promise<T> {
    for (;;) {
      const nodes = await this.#members();
      await lockOn(this.#self, this.#id, nodes, Number.POSITIVE_INFINITY);
      try {
        if (String(await this.#members()) === String(nodes)) return await change(nodes);
      } finally {
        await unlockOn(this.#self, this.#id, nodes);
      }
    }
  }

  /** Makes one of two groups of nodes. Nothing happens where the other node runs no `global`, or is lost. */
  async #join(node: string): Promise<void> {
    for (;;) {
      const [ours, theirs] = [await this.#members(), await this.#members(node)];
      if (theirs === undefined || (ours.includes(node) && theirs.includes(this.#self.node))) return;
      const nodes = [...new Set([...ours, ...theirs])];
      await lockOn(this.#self, this.#id, nodes, Number.POSITIVE_INFINITY);
      try {
        const same = String(await this.#members()) === String(ours);
        if (same && String(await this.#members(node)) === String(theirs))
          return await this.#merge(node, nodes);
      } finally {
        await unlockOn(this.#self, this.#id, nodes);
      }
    }
  }

  /** What each group knows, its every node knows: so two nodes speak for all. */
  async #merge(node: string, nodes: readonly string[]): Promise<void> {
    const theirs = (await this.#askPeer(node, ["table"])) as readonly GlobalName[] | undefined;
    if (theirs === undefined) return;
    const names = [...((await this.#ask(["table"])) as GlobalName[])];
    const gone: unknown[] = [];
    for (const [name, pid, resolver] of theirs) {
      const at = names.findIndex(([one]) => termKey(one) === termKey(name));
      const holder = names[at]?.[1];
      if (holder === pid) continue;
      const winner = holder === undefined ? pid : await this.#resolve(name, names[at]![2], holder, pid);
      if (at >= 0) names.splice(at, 1);
      if (winner === undefined) gone.push(name);
      else names.push([name, winner, resolver]);
    }
    await askAll(this.#self, nodes, ["joined", nodes, names, gone]);
  }

  async #resolve(
    name: unknown,
    resolver: Resolver,
    ours: AnyPid,
    theirs: AnyPid,
  ): Promise<AnyPid | undefined> {
    // Who has ended is no party to a conflict.
    if (!(await this.#self.isAlive(ours))) return theirs;
    if (!(await this.#self.isAlive(theirs))) return ours;
    try {
      const winner = await call(this.#self, this.#self.node, resolver, [name, ours, theirs]);
      return winner === ours || winner === theirs ? winner : undefined;
    } catch {
      return undefined;
    }
  }

  #members(): Promise<string[]>;
  #members(node: string): Promise<string[] | undefined>;
  #members(node?: string): Promise<unknown> {
    return node === undefined ? this.#ask(["members"]) : this.#askPeer(node, ["members"]);
  }

  #ask(request: readonly [string, ...unknown[]]): Promise<unknown> {
    return this.#self.call(this.#server, request, Number.POSITIVE_INFINITY);
  }

  /** Undefined if there is no answer to be had. */
  async #askPeer(node: string, request: readonly [string, ...unknown[]]): Promise<unknown> {
    try {
      const server = { name: GLOBAL_NAME_SERVER, node };
      return await this.#self.call(server, request, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (error instanceof CallError) return undefined;
      throw error;
    }
  }
}
