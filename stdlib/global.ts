/**
 * Names that are known on all connected nodes, and locks that count on all of them (OTP: `global`). A name has one
 * holder; when nodes connect on which the same name is taken, its resolver says who keeps it.
 *
 * ```ts
 * import { call, genServer, global, startLink } from "ringbeam";
 *
 * export const counter = genServer(import.meta.url, "counter", {
 *   init: () => 0,
 *   handleCall: { add: (ctx, n: number) => (ctx.state += n) },
 * });
 *
 * const pid = await startLink(self, counter, [], { name: global.via("counter") });
 * await call(self, global.via("counter"), ["add", 5]); //=> 5
 * await global.registerName(self, "counter", self.pid); //=> false
 * (await global.whereisName(self, "counter")) === pid; //=> true
 * // Nobody else is at the books meanwhile, on any node.
 * await global.trans(self, ["the books", self.pid], () => 7); //=> 7
 * ```
 *
 * The server of a node (`globalServer.ts`, where the protocol is) starts when it is first used there, or before that
 * as a child of a supervisor, by `global.spec()`: do so where a node is to know names which it does not ask for, and
 * where the names shall outlive the application that used them first. It knows nodes that run it; hidden ones it does not.
 */
import { type AnyPid, CallError, Exit, type Pid, type Self } from "../runtime/index.js";
import { type ChildOptions, type ChildSpec, child } from "./childSpec.js";
import { GLOBAL_NAME_SERVER, type LockId, lockOn, unlockOn } from "./globalLocking.js";
import { type Resolver, randomExitName } from "./globalResolve.js";
import { globalNameServer } from "./globalServer.js";
import { type AnySelf, StartError, start } from "./procLib.js";
import { type ViaName, viaModule, via as viaOf } from "./via.js";

export type { LockId } from "./globalLocking.js";
export {
  type GlobalNameConflict,
  notifyAllName,
  type Resolver,
  randomExitName,
  randomNotifyName,
} from "./globalResolve.js";

/** A child spec for the server of this node. */
export function spec(options: Omit<ChildOptions, "name" | "restart" | "significant"> = {}): ChildSpec {
  return child(globalNameServer, [], { ...options, name: GLOBAL_NAME_SERVER });
}

/**
 * Gives a name, a term, to a process of any node, on all nodes; false if a process that lives has the name, or this one
 * has another (`global:register_name/3`). `resolver` is asked when nodes connect that have another holder.
 */
export async function registerName(
  self: AnySelf,
  name: unknown,
  pid: AnyPid,
  resolver: Resolver = randomExitName,
): Promise<boolean> {
  return (await ask(self, ["order", "register", name, pid, resolver])) as boolean;
}

/** Gives a name to a process whoever has it (`global:re_register_name/3`). */
export async function reRegisterName(
  self: AnySelf,
  name: unknown,
  pid: AnyPid,
  resolver: Resolver = randomExitName,
): Promise<void> {
  await ask(self, ["order", "reregister", name, pid, resolver]);
}

/** Takes a name away, whoever has it (`global:unregister_name/1`). */
export async function unregisterName(self: AnySelf, name: unknown): Promise<void> {
  await ask(self, ["order", "unregister", name]);
}

/** Who has the name, of any node, as this node knows (`global:whereis_name/1`). `M` is the caller's claim. */
export async function whereisName<M = never>(self: AnySelf, name: unknown): Promise<Pid<M> | undefined> {
  return (await ask(self, ["whereis", name])) as Pid<M> | undefined;
}

/** All names, in no order (`global:registered_names/0`). */
export async function registeredNames(self: AnySelf): Promise<unknown[]> {
  return (await ask(self, ["registeredNames"])) as unknown[];
}

/** Sends to who has the name, and gives the pid (`global:send/2`). Throws Exit `{ badarg: { name, message } }` if nobody has, TermError. */
export async function send(self: AnySelf, name: unknown, message: unknown): Promise<AnyPid> {
  const pid = await whereisName(self, name);
  if (pid === undefined) throw new Exit({ badarg: { name, message } });
  self.send(pid, message as never);
  return pid;
}

/** Waits until the server has joined with those of all connected nodes (`global:sync/0`). */
export async function sync(self: AnySelf): Promise<void> {
  await ask(self, ["order", "sync"]);
}

/**
 * Locks a resource for a requester on the nodes, all by default; false if another requester had it at each of
 * `retries` + 1 tries, by default without end (`global:set_lock/3`). The calling process holds it, till it deletes it or
 * ends, or its node is lost.
 */
export async function setLock(
  self: AnySelf,
  id: LockId,
  nodes: readonly string[] = all(self),
  retries = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  if (nodes.includes(self.node)) await ask(self, ["members"]);
  return lockOn(self, id, nodes, retries);
}

/** Gives the lock back, if the calling process holds it; setting it twice is no more than once (`global:del_lock/2`). */
export function delLock(self: AnySelf, id: LockId, nodes: readonly string[] = all(self)): Promise<void> {
  return unlockOn(self, id, nodes);
}

/** Runs `fun` while the caller holds the lock, and gives its result; `aborted` if the lock was not to be had (`global:trans/4`). */
export async function trans<R>(
  self: AnySelf,
  id: LockId,
  fun: () => R | Promise<R>,
  nodes: readonly string[] = all(self),
  retries = Number.POSITIVE_INFINITY,
): Promise<R | "aborted"> {
  if (!(await setLock(self, id, nodes, retries))) return "aborted";
  try {
    return await fun();
  } finally {
    await delLock(self, id, nodes);
  }
}

/** A name to start under and to call: `{global, Name}` in OTP. `M` is the caller's claim. */
export function via<M = unknown>(name: unknown): ViaName<M> {
  return viaOf(globalNames, name) as unknown as ViaName<M>;
}

const globalNames = viaModule<unknown>(import.meta.url, "globalNames", {
  registerName: (self, name) => registerName(self, name, self.pid),
  unregisterName: (self, name) => unregisterName(self, name),
  whereisName: (self, name) => whereisName(self, name),
});

function all(self: AnySelf): string[] {
  return [self.node, ...self.nodes()];
}

/** Asks the server of this node, and starts it where there is none. */
async function ask(self: AnySelf, request: readonly [string, ...unknown[]]): Promise<unknown> {
  const server = { name: GLOBAL_NAME_SERVER, node: self.node };
  for (;;) {
    try {
      return await (self as Self<unknown>).call(server, request, Number.POSITIVE_INFINITY);
    } catch (error) {
      if (!(error instanceof CallError) || error.failure !== "noproc") throw error;
    }
    try {
      await start(self, globalNameServer, [], { name: GLOBAL_NAME_SERVER });
    } catch (error) {
      // Another was faster.
      if (!(error instanceof StartError) || !Object.hasOwn(Object(error.reason), "alreadyStarted"))
        throw error;
    }
  }
}
