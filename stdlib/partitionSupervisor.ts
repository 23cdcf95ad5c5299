/**
 * One child for each partition of the work, by default one on each worker scheduler, so that a server that
 * everybody calls is not one queue (Elixir: `PartitionSupervisor`).
 *
 * ```ts
 * import { call, child, genServer, partition, partitionSupervisor, partitions, startLink } from "ringbeam";
 *
 * export const visits = genServer(import.meta.url, "visits", {
 *   init: () => new Map<string, number>(),
 *   handleCall: {
 *     add(ctx, user: string) {
 *       const count = (ctx.state.get(user) ?? 0) + 1;
 *       ctx.state.set(user, count);
 *       return count;
 *     },
 *   },
 * });
 * export const allVisits = partitionSupervisor(import.meta.url, "allVisits", () => ({
 *   child: () => child(visits, []),
 *   partitions: 4,
 * }));
 *
 * await startLink(self, allVisits, []);
 * partitions(self, allVisits); //=> 4
 * await call(self, partition(self, allVisits, "joe"), ["add", "joe"]); //=> 1
 * await call(self, partition(self, allVisits, "joe"), ["add", "joe"]); //=> 2
 * ```
 *
 * Partition i of n is registered as `counters:i/n`. So any process finds the one for a key in the node's table of
 * names: no server is asked, and none that is asked could be the bottleneck again.
 */
import { BadName, Exit, type Proc } from "../runtime/index.js";
import type { ChildSpec } from "./childSpec.js";
import type { ServerRef } from "./gen.js";
import { schedulersOnline } from "./onSchedulers.js";
import type { AnySelf } from "./procLib.js";
import type { Strategy } from "./strategy.js";
import { supervising } from "./supervisor.js";
import type { SupervisorMessage } from "./supervisorClient.js";
import type { SupervisorSpec } from "./supervisorSpec.js";
import { termSlot } from "./termKey.js";

/** What a partition supervisor's function gives. */
export interface PartitionSupervisorSpec<in M = never> {
  /** The child of a partition, 0 and up. Its id, its name and, by default, its scheduler are set here. */
  readonly child: (partition: number) => ChildSpec<M>;
  /** One for each worker scheduler by default. */
  readonly partitions?: number;
  /** What `partition` finds it by; the name of the definition by default. */
  readonly name?: string;
  /** `oneForOne` by default. */
  readonly strategy?: Strategy;
  /** Restarts allowed within `period`; 1 by default. */
  readonly intensity?: number;
  /** ms; 5000 by default. */
  readonly period?: number;
}

declare const partitionType: unique symbol;

/** What `partitionSupervisor` defined: a supervisor; `M`: what its partitions understand. */
export interface PartitionSupervisor<in Args extends readonly unknown[] = never, in M = never>
  extends Proc<Args, SupervisorMessage> {
  /** A type only. */
  readonly [partitionType]: (message: M) => void;
}

/** Defines a partition supervisor. Its children's ids are "0", "1" and so on. */
export function partitionSupervisor<Args extends readonly unknown[], M>(
  module: string,
  name: string,
  init: (...args: Args) => PartitionSupervisorSpec<M> | Promise<PartitionSupervisorSpec<M>>,
): PartitionSupervisor<Args, M> {
  return supervising(module, name, async (self, ...args: Args): Promise<SupervisorSpec> => {
    const { child, partitions, name: called = name, ...spec } = await init(...args);
    const count = partitions ?? schedulersOnline(self);
    if (!(Number.isInteger(count) && count > 0))
      throw new Exit({ supervisorData: { invalidPartitions: partitions } });
    const one = (_: unknown, i: number) => partitionSpec(child(i), called, i, count, schedulersOnline(self));
    return { ...spec, children: Array.from({ length: count }, one) };
  }) as PartitionSupervisor<Args, M>;
}

/** Partitions are dealt out to worker schedulers 1 and up in turn. */
function partitionSpec(spec: ChildSpec, name: string, i: number, count: number, online: number): ChildSpec {
  return { scheduler: 1 + (i % online), ...spec, id: String(i), name: nameOf(name, i, count) };
}

function nameOf(name: string, i: number, count: number): string {
  return `${name}:${i}/${count}`;
}

/** How many partitions are behind a name: that does not change while its supervisor lives. */
const counts = new Map<string, number>();

/**
 * The address of the partition that a key belongs to: a key always has the same. A whole number goes round the
 * partitions, any other term is hashed. While its partition is restarted, a call fails with `noproc`.
 * Throws BadName if no such partition supervisor runs on this node.
 *
 * @param name if the supervisor has another than its definition
 */
export function partition<M>(
  self: AnySelf,
  supervisor: PartitionSupervisor<never, M>,
  key: unknown,
  name: string = supervisor.name,
): ServerRef<M> {
  const count = counts.get(name);
  const known = count && nameOf(name, termSlot(key, count), count);
  if (known && self.whereis(known) !== undefined) return known as unknown as ServerRef<M>;
  const found = partitions(self, supervisor, name);
  return nameOf(name, termSlot(key, found), found) as unknown as ServerRef<M>;
}

/** How many partitions there are. Looks through all registered names. Throws BadName if there are none. */
export function partitions(
  self: AnySelf,
  supervisor: PartitionSupervisor,
  name: string = supervisor.name,
): number {
  for (const registered of self.registered()) {
    const count = countIn(registered, name);
    if (count === undefined) continue;
    counts.set(name, count);
    return count;
  }
  throw new BadName(name, self.node);
}

function countIn(registered: string, name: string): number | undefined {
  if (!registered.startsWith(`${name}:`)) return undefined;
  const match = /^\d+\/(\d+)$/.exec(registered.slice(name.length + 1));
  return match === null ? undefined : Number(match[1]);
}
