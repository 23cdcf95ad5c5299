/**
 * What a supervisor knows of a child: how to start it, when to restart it, how to end it. It is a term.
 *
 * ```ts
 * import { child, genServer, startLink, supervisor, whichChildren } from "ringbeam";
 *
 * export const cache = genServer(import.meta.url, "cache", { init: (_self, size: number) => ({ size }) });
 * export const root = supervisor(import.meta.url, "root", () => ({
 *   children: [
 *     child(cache, [100]), // restarted whenever it ends
 *     child(cache, [5], { id: "small", restart: "transient", shutdown: 1000 }), // only if it crashes
 *   ],
 * }));
 *
 * const pid = await startLink(self, root, []);
 * (await whichChildren(self, pid)).map(({ id }) => id); //=> ["cache", "small"]
 * const { restart, shutdown, type } = child(cache, [5]);
 * [restart, shutdown, type]; //=> ["permanent", 5000, "worker"]
 * ```
 */
import { type AnyPid, type AnyProc, Exit, type Placement, type Priority, Proc } from "../runtime/index.js";
import type { Restart } from "./strategy.js";
import type { ViaName } from "./via.js";

/** How a child is ended: at once, or by exit reason `shutdown` and, if it is not gone in so many ms, at once. */
export type Shutdown = "brutalKill" | number | "infinity";

interface CommonOptions {
  /** Unique among its siblings. By default the name on the node, or else that of the definition. */
  readonly id?: string;
  /** Registered on the node, or with the module that keeps it. */
  readonly name?: string | ViaName<never>;
  /** By default 5000 ms for a worker; a supervisor gets all the time it needs for its children. */
  readonly shutdown?: Shutdown;
  /** By default `supervisor` for what `supervisor()` defined, else `worker`. */
  readonly type?: "worker" | "supervisor";
  /** By default wherever the load is least. */
  readonly scheduler?: Placement;
  readonly priority?: Priority;
}

interface RestartOptions {
  /** `permanent` by default. */
  readonly restart?: Restart;
  readonly significant?: false;
}

/** Its supervisor may end with it, see `autoShutdown`: so it is not one that is always restarted. */
interface SignificantOptions {
  readonly restart: "transient" | "temporary";
  readonly significant: boolean;
}

/** What `child` may be told of a child; everything is optional. */
export type ChildOptions = CommonOptions & (RestartOptions | SignificantOptions);

declare const messageType: unique symbol;

/** A child spec, complete. `M`: the messages that the child understands. */
export interface ChildSpec<in M = never> {
  readonly [messageType]?: (message: M) => void;
  /** Unique among its siblings. */
  readonly id: string;
  /** What it runs. */
  readonly proc: AnyProc;
  /** Its arguments at each start: terms. */
  readonly args: readonly unknown[];
  /** When it is started again. */
  readonly restart: Restart;
  /** How it is ended. */
  readonly shutdown: Shutdown;
  /** Whether it has children itself. */
  readonly type: "worker" | "supervisor";
  /** Registered; taken by another: it does not start, `{ alreadyStarted: pid }`. */
  readonly name?: string | ViaName<never>;
  /** Where it runs. */
  readonly scheduler?: Placement;
  /** How soon it runs. */
  readonly priority?: Priority;
  /** Its supervisor may end with it, see `autoShutdown`. */
  readonly significant?: boolean;
}

const supervisors = new WeakSet<AnyProc>();

/** Notes that what runs there is a supervisor: the default type of its child specs. */
export function markSupervisor<P extends AnyProc>(proc: P): P {
  supervisors.add(proc);
  return proc;
}

/** One whose name, if any, is of its node: what an application can have as its root. */
export type LocalChildSpec<M> = ChildSpec<M> & { readonly name?: string };

/** A child spec for what `proc`, `genServer` or `supervisor` defined. */
export function child<A extends readonly unknown[], M>(
  proc: Proc<A, M>,
  args: NoInfer<A>,
  options?: ChildOptions & { readonly name?: string },
): LocalChildSpec<M>;
export function child<A extends readonly unknown[], M>(
  proc: Proc<A, M>,
  args: NoInfer<A>,
  options: ChildOptions,
): ChildSpec<M>;
export function child<A extends readonly unknown[], M>(
  proc: Proc<A, M>,
  args: NoInfer<A>,
  options: ChildOptions = {},
): ChildSpec<M> {
  const type = options.type ?? (supervisors.has(proc) ? "supervisor" : "worker");
  return {
    id: options.id ?? (typeof options.name === "string" ? options.name : proc.name),
    proc,
    args,
    type,
    restart: options.restart ?? "permanent",
    shutdown: options.shutdown ?? (type === "supervisor" ? "infinity" : 5000),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.scheduler !== undefined && { scheduler: options.scheduler }),
    ...(options.priority !== undefined && { priority: options.priority }),
    ...(options.significant !== undefined && { significant: options.significant }),
  };
}

/** Checks what may come from another node, or from a command line. Throws Exit with what is wrong with it. */
export function checkChildSpec(value: unknown): ChildSpec {
  const spec = value as Partial<ChildSpec> | null | undefined;
  if (typeof spec !== "object" || spec === null) throw new Exit({ invalidChildSpec: value });
  const { id, proc, args, restart, shutdown, type, significant } = spec;
  if (typeof id !== "string") throw new Exit({ missingId: value });
  if (!(proc instanceof Proc)) throw new Exit({ invalidProc: proc });
  if (!Array.isArray(args)) throw new Exit({ invalidArgs: args });
  if (!["permanent", "temporary", "transient"].includes(restart as string))
    throw new Exit({ invalidRestart: restart });
  if (!["worker", "supervisor"].includes(type as string)) throw new Exit({ invalidType: type });
  const isTime = typeof shutdown === "number" && shutdown >= 0;
  if (!isTime && shutdown !== "brutalKill" && shutdown !== "infinity")
    throw new Exit({ invalidShutdown: shutdown });
  if (significant !== undefined && typeof significant !== "boolean")
    throw new Exit({ invalidSignificant: significant });
  if (significant && restart === "permanent") throw new Exit({ badCombination: { restart, significant } });
  return spec as ChildSpec;
}

/** A child as `whichChildren` tells of it. */
export interface ChildInfo {
  /** As in its spec. */
  readonly id: string;
  /** Undefined while it is not running. */
  readonly pid: AnyPid | undefined;
  /** `restarting`: its last start failed, and is tried again. */
  readonly status: "running" | "restarting" | "stopped";
  /** As in its spec. */
  readonly type: "worker" | "supervisor";
  /** What it runs. */
  readonly proc: AnyProc;
}
