/**
 * Names that a module keeps, not the runtime (OTP: `{via, Module, Name}`). A name is any term that the module takes.
 *
 * ```ts
 * import { call, genServer, type ServerMessage, startLink, via, viaModule } from "ringbeam";
 *
 * export const room = genServer(import.meta.url, "room", {
 *   init: () => new Set<string>(),
 *   handleCall: { join: (ctx, who: string) => ctx.state.add(who).size },
 * });
 * export const rooms = viaModule<string, ServerMessage<typeof room>>(import.meta.url, "rooms", {
 *   // False: somebody has the name.
 *   registerName(self, name) {
 *     if (self.whereis(`room-${name}`) !== undefined) return false;
 *     self.register(`room-${name}`);
 *     return true;
 *   },
 *   unregisterName: (self, name) => self.unregister(`room-${name}`),
 *   whereisName: (self, name) => self.whereis<never>(`room-${name}`),
 * });
 *
 * const pid = await startLink(self, room, [], { name: via(rooms, "lobby") });
 * await call(self, via(rooms, "lobby"), ["join", "joe"]); //=> 1
 * self.whereis("room-lobby") === pid; //=> true
 * ```
 *
 * `Registry.via` gives names of that kind. Servers, state machines and all that is made of them can have one, and
 * requests of all kinds go to one. As in OTP it is these that know of `via`, not `send`, `monitor` and `link`; those
 * take the pid that `whereis` gives. To find a name may take a message, so `cast` and its kin give a promise.
 *
 * The name is registered in the new process, before its `init`. It is for the module to notice its end; only where
 * `init` fails, the name is given back by `unregisterName`.
 */
import { type AnyPid, Exit, type Pid, Proc, type Self } from "../runtime/index.js";
import type { ServerRef } from "./gen.js";
import { exportName, loadExport } from "./loadExport.js";
import type { AnySelf } from "./procLib.js";

type Later<T> = T | Promise<T>;

/** How names are kept; `self` is who asks. */
export interface ViaCallbacks<Name> {
  /** Gives the name to `self`; false if somebody has it (`register_name/2`). */
  registerName(self: Self<unknown>, name: Name): Later<boolean>;
  /** Takes the name of `self` away (`unregister_name/1`). */
  unregisterName(self: Self<unknown>, name: Name): Later<void>;
  /** Who has the name (`whereis_name/1`). */
  whereisName(self: Self<unknown>, name: Name): Later<AnyPid | undefined>;
  /** For a message that wants no reply (`send/2`). By default it is sent to whom `whereisName` gives. */
  send?(self: Self<unknown>, name: Name, message: unknown): Later<void>;
}

declare const viaType: unique symbol;

/** What `viaModule` defined: keeps names of type `Name`, of processes that understand `M`. It is a term. */
export interface ViaModule<in Name = never, in M = never> extends Proc<never, never> {
  /** A type only. */
  readonly [viaType]: (name: Name, message: M) => void;
}

/** A name that a module keeps, of a process that understands `M`. It is a term. */
export interface ViaName<in M = unknown> extends ServerRef<M> {
  /** What keeps the name. */
  readonly via: ViaModule;
  /** The name: a term that the module takes. */
  readonly name: unknown;
}

/** Of the modules that this thread has loaded. */
const codes = new Map<Proc<never, never>, ViaCallbacks<unknown>>();

/** Defines a keeper of names, under its own name, in a module that other schedulers and nodes can load. */
export function viaModule<Name, M = unknown>(
  module: string,
  name: string,
  callbacks: ViaCallbacks<Name>,
): ViaModule<Name, M> {
  const keeper = exportName(module, name);
  codes.set(keeper, callbacks as ViaCallbacks<unknown>);
  return keeper as ViaModule<Name, M>;
}

/** A name, as destination or to start under. */
export function via<Name, M>(module: ViaModule<Name, M>, name: NoInfer<Name>): ViaName<M> {
  return { via: module as unknown as ViaModule, name } as ViaName<M>;
}

export function isVia(server: unknown): server is ViaName<never> {
  return typeof server === "object" && server !== null && (server as Partial<ViaName>).via instanceof Proc;
}

/** For people. */
export function formatVia({ via, name }: ViaName<never>): string {
  return `<via ${via}, ${JSON.stringify(name) ?? String(name)}>`;
}

/** Who has the name, if anybody. */
export async function whereisVia(
  self: AnySelf,
  { via, name }: ViaName<never>,
): Promise<Pid<unknown> | undefined> {
  const me = self as Self<unknown>;
  return (await (await keeperOf(me, via)).whereisName(me, name)) as Pid<unknown> | undefined;
}

/** Sends to who has the name; where there is nobody, nothing happens. */
export async function sendVia(self: AnySelf, server: ViaName<never>, message: unknown): Promise<void> {
  const me = self as Self<unknown>;
  const keeper = await keeperOf(me, server.via);
  if (keeper.send !== undefined) return keeper.send(me, server.name, message);
  const pid = await keeper.whereisName(me, server.name);
  if (pid !== undefined) me.send(pid, message as never);
}

/** Runs `start` under the name. Throws Exit `{ alreadyRegistered: pid }` where somebody has it. */
export async function startVia<T>(
  self: Self<unknown>,
  { via, name }: ViaName<never>,
  start: () => Later<T>,
): Promise<T> {
  const keeper = await keeperOf(self, via);
  if (!(await keeper.registerName(self, name)))
    throw new Exit({ alreadyRegistered: await keeper.whereisName(self, name) });
  try {
    return await start();
  } catch (thrown) {
    await giveBack(self, keeper, name);
    throw thrown;
  }
}

/** Why the start failed is what counts, not that the name's keeper may be gone as well. */
async function giveBack(self: Self<unknown>, keeper: ViaCallbacks<unknown>, name: unknown): Promise<void> {
  try {
    await keeper.unregisterName(self, name);
  } catch {}
}

async function keeperOf(self: Self<unknown>, module: ViaModule): Promise<ViaCallbacks<unknown>> {
  const keeper = await loadExport(self, module, codes);
  if (keeper === undefined) throw new Exit({ noViaModule: String(module) });
  return keeper;
}
