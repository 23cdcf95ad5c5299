/**
 * Processes by key, where a key is any term and a process may have many (Elixir: `Registry`). Keys are `unique`,
 * one process each, as names are, or `duplicate`, any number, as topics are. What a process has registered is
 * gone when it ends.
 *
 * ```ts
 * import { call, genServer, Registry, registry, startLink } from "ringbeam";
 *
 * export const room = genServer(import.meta.url, "room", {
 *   init: () => null,
 *   handleCall: { hello: () => "welcome" },
 * });
 * // Keys are strings, values are Users, and the processes understand strings.
 * type User = { age: number };
 * export const users = registry<string, User, string>(import.meta.url, "users", { keys: "unique" });
 *
 * const pid = await startLink(self, users, [], { name: "users" });
 * await Registry.register(self, pid, "joe", { age: 42 });
 * await Registry.lookup(self, pid, "joe"); //=> [{ pid: self.pid, value: { age: 42 } }]
 * const joe = await Registry.whereisName(self, pid, "joe");
 * if (joe !== undefined) self.send(joe, "hello");
 * await self.receive(); //=> "hello"
 * const again = Registry.register(self, pid, "joe", { age: 7 });
 * await again.catch((error) => error.failure); //=> { alreadyRegistered: self.pid }
 *
 * // A key is a name as well: for starts, calls and casts.
 * const place = await startLink(self, room, [], { name: Registry.via("users", "lobby") });
 * await call(self, Registry.via("users", "lobby"), ["hello"]); //=> "welcome"
 * (await Registry.whereisName(self, pid, "lobby")) === place; //=> true
 * ```
 *
 * It is one server, which monitors who is registered:
 *
 * | message | does |
 * | --- | --- |
 * | call `register` | an entry for the caller; a unique key that is taken: `{ alreadyRegistered: pid }` |
 * | calls `unregister updateValue` | take away, or change, the entries of the caller |
 * | calls `lookup whereisName keys count` | look |
 * | DOWN | drops the entries of the process |
 *
 * A key is free as soon as anybody can know that its holder has ended: the signal that told them may have
 * overtaken the DOWN to the registry, so one that finds a key taken waits till it is known whether the holder lives.
 */
import {
  type Address,
  type AnyPid,
  CallError,
  type Down,
  Pid,
  type Proc,
  type Ref,
} from "../runtime/index.js";
import { failCall } from "./failCall.js";
import { call, type ServerRef } from "./gen.js";
import { type CallContext, type Context, genServer } from "./genServer.js";
import { isAlive } from "./onSchedulers.js";
import type { AnySelf } from "./procLib.js";
import { type Entry, RegistryEntries } from "./registryEntries.js";
import type { NoReply } from "./serverResult.js";
import { type ViaName, viaModule, via as viaName } from "./via.js";

export type { Entry } from "./registryEntries.js";

declare const registryType: unique symbol;

/** How many processes a key may have. */
export type Keys = "unique" | "duplicate";

/** What a registry understands. `M`: the messages of the processes in it. */
export interface RegistryMessage<in out Key, in out Value, in out M, out Kind extends Keys> {
  readonly [registryType]?: { key(key: Key): Key; value(value: Value): Value; message(m: M): M; kind: Kind };
}

/** A registry, by pid or by name. */
export type RegistryDest<Key, Value, M, Kind extends Keys> =
  | Pid<RegistryMessage<Key, Value, M, Kind>>
  | ServerRef<RegistryMessage<Key, Value, M, Kind>>
  | string
  | Address;

interface State {
  readonly entries: RegistryEntries;
  readonly monitors: Map<AnyPid, Ref>;
}

/** Defines a registry for keys and values of these types, and processes that understand `M`. */
export function registry<Key, Value = undefined, M = never>(
  module: string,
  name: string,
  options: { readonly keys: "unique" },
): Proc<[], RegistryMessage<Key, Value, M, "unique">>;
export function registry<Key, Value = undefined, M = never>(
  module: string,
  name: string,
  options: { readonly keys: "duplicate" },
): Proc<[], RegistryMessage<Key, Value, M, "duplicate">>;
export function registry(module: string, name: string, options: { readonly keys: Keys }): Proc<[], never> {
  const isUnique = options.keys === "unique";
  return genServer(module, name, {
    init: (): State => ({ entries: new RegistryEntries(), monitors: new Map() }),
    handleCall: {
      register: (ctx, key: unknown, value: unknown) =>
        isUnique ? addUnique(ctx, key, value) : add(ctx, key, value),
      unregister(ctx, key: unknown) {
        const { pid } = ctx.from;
        if (ctx.state.entries.remove(key, pid)) forget(ctx, pid);
      },
      updateValue: (ctx, key: unknown, value: unknown) =>
        ctx.state.entries.update(key, ctx.from.pid, value) ? undefined : failCall(ctx, "notRegistered"),
      lookup: (ctx, key: unknown) => ctx.state.entries.at(key),
      whereisName: (ctx, key: unknown) => ctx.state.entries.holder(key),
      keys: (ctx, pid: AnyPid) => ctx.state.entries.keysOf(pid),
      count: (ctx) => ctx.state.entries.count,
    },
    handleInfo(ctx, message: unknown) {
      const { tag, process } = (message ?? {}) as Partial<Down>;
      if (tag !== "DOWN" || !(process instanceof Pid)) return;
      ctx.state.entries.removeOwner(process);
      ctx.state.monitors.delete(process);
    },
  });
}

function addUnique(
  ctx: CallContext<State>,
  key: unknown,
  value: unknown,
): void | NoReply | Promise<void | NoReply> {
  const holder = ctx.state.entries.holder(key);
  if (holder === undefined) return add(ctx, key, value);
  const taken = () => failCall(ctx, { alreadyRegistered: holder });
  if (holder === ctx.from.pid) return taken();
  return isAlive(ctx.self, holder).then((alive) => {
    if (alive) return taken();
    ctx.state.entries.removeOwner(holder);
    forget(ctx, holder);
    return add(ctx, key, value);
  });
}

function add(ctx: CallContext<State>, key: unknown, value: unknown): void | NoReply {
  const { pid } = ctx.from;
  if (pid.node.name !== ctx.self.node) return failCall(ctx, { noLocal: pid });
  if (ctx.state.entries.add(key, pid, value)) ctx.state.monitors.set(pid, ctx.self.monitor(pid));
}

function forget(ctx: Context<State>, pid: AnyPid): void {
  const ref = ctx.state.monitors.get(pid);
  ctx.state.monitors.delete(pid);
  if (ref !== undefined) ctx.self.demonitor(ref);
}

// -- for clients -------------------------------------------------------------------------------------------------

/**
 * Registers the caller under a key, with a value. Under a duplicate key it may be several times. Throws
 * CallError: `{ alreadyRegistered: pid }`, also if it is the caller itself; `{ noLocal: pid }` on another node.
 */
export function register<Key, Value, M, Kind extends Keys>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, Kind>,
  key: NoInfer<Key>,
  ...value: undefined extends Value ? [value?: NoInfer<Value>] : [value: NoInfer<Value>]
): Promise<void> {
  return ask(self, registry, ["register", key, value[0]]) as Promise<void>;
}

/** Takes all entries of the caller under the key away. */
export function unregister<Key, Value, M, Kind extends Keys>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, Kind>,
  key: NoInfer<Key>,
): Promise<void> {
  return ask(self, registry, ["unregister", key]) as Promise<void>;
}

/** Changes the value that the caller has under a unique key. Throws CallError `notRegistered`. */
export function updateValue<Key, Value, M>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, "unique">,
  key: NoInfer<Key>,
  value: NoInfer<Value>,
): Promise<void> {
  return ask(self, registry, ["updateValue", key, value]) as Promise<void>;
}

/** All entries under a key. A process among them may have ended a moment ago. */
export function lookup<Key = unknown, Value = unknown, M = never, Kind extends Keys = Keys>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, Kind>,
  key: NoInfer<Key>,
): Promise<Entry<Value, M>[]> {
  return ask(self, registry, ["lookup", key]) as Promise<Entry<Value, M>[]>;
}

/** Who has a unique key. */
export function whereisName<Key = unknown, Value = unknown, M = never>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, "unique">,
  key: NoInfer<Key>,
): Promise<Pid<M> | undefined> {
  return ask(self, registry, ["whereisName", key]) as Promise<Pid<M> | undefined>;
}

/**
 * A name that a registry keeps (Elixir: `{:via, Registry, {registry, key}}`): to start a behaviour under it, with this
 * value, and as the destination of requests. The registry must be there for both.
 */
export function via<Key = unknown, Value = unknown, M = unknown>(
  registry: RegistryDest<Key, Value, M, "unique">,
  key: NoInfer<Key>,
  value?: NoInfer<Value>,
): ViaName<M> {
  return viaName(keeper, [registry as AnyRegistry, key, value]);
}

/** Of any types; a name is taken for what it says. */
type AnyRegistry = string;

/** A registry, as a module that keeps names. */
const keeper = viaModule<readonly [registry: AnyRegistry, key: unknown, value: unknown]>(
  import.meta.url,
  "registry",
  {
    async registerName(self, [registry, key, value]) {
      try {
        await register(self, registry, key, value);
        return true;
      } catch (error) {
        if (error instanceof CallError && tagged(error.failure, "alreadyRegistered")) return false;
        throw error;
      }
    },
    unregisterName: (self, [registry, key]) => unregister(self, registry, key),
    whereisName: (self, [registry, key]) => whereisName(self, registry, key),
  },
);

function tagged(reason: unknown, name: string): boolean {
  return typeof reason === "object" && reason !== null && Object.hasOwn(reason, name);
}

/** Calls a function, here, with the entries under a key, unless there are none: it sends to them as it likes. */
export async function dispatch<Key = unknown, Value = unknown, M = never, Kind extends Keys = Keys>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, Kind>,
  key: NoInfer<Key>,
  to: (entries: Entry<Value, M>[]) => void | Promise<void>,
): Promise<void> {
  const entries = await lookup(self, registry, key);
  if (entries.length > 0) await to(entries);
}

/** The keys of a process, each once, in no order. */
export function keys<Key = unknown, Value = unknown, M = never, Kind extends Keys = Keys>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, Kind>,
  pid: AnyPid,
): Promise<Key[]> {
  return ask(self, registry, ["keys", pid]) as Promise<Key[]>;
}

/** How many entries there are. */
export function count<Key, Value, M, Kind extends Keys>(
  self: AnySelf,
  registry: RegistryDest<Key, Value, M, Kind>,
): Promise<number> {
  return ask(self, registry, ["count"]) as Promise<number>;
}

function ask(self: AnySelf, registry: unknown, request: readonly [string, ...unknown[]]): Promise<unknown> {
  return call(self, registry as string, request);
}
