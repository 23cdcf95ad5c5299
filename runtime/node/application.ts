/**
 * Applications: what a node starts and stops as a whole, a tree of processes under one root (OTP: `application`,
 * and the `.app` file). What an application is; who runs it is in `applicationController.ts`.
 *
 * ```ts
 * import { application, child, genServer, supervisor } from "ringbeam";
 *
 * export const cart = genServer(import.meta.url, "cart", { init: (_self, size: number) => size });
 * export const root = supervisor(import.meta.url, "root", (size: number) => ({
 *   children: [child(cart, [size], { name: "cart" })],
 * }));
 * export default application({
 *   name: "carts",
 *   applications: ["metrics"],
 *   env: { size: 10 },
 *   start: (_args, { env }) => child(root, [env.size]),
 * });
 * ```
 */
import type { Placement } from "../process/env.js";
import type { Self } from "../process/self.js";
import type { AnyProc } from "../term/mfa.js";
import { Exit, type ExitReason, formatReason } from "../term/reason.js";

/** The root process of an application: what to spawn. A child spec is one. */
export interface Root {
  /** What to spawn; on scheduler 0, linked with the application's master. */
  readonly proc: AnyProc;
  /** Its arguments: terms. */
  readonly args: readonly unknown[];
  /** Registered on the node; nobody's name by default. */
  readonly name?: string;
  /** Scheduler 0 by default: a root there outlives every worker thread. */
  readonly scheduler?: Placement;
}

/** What `start` gives: the root, and if there is one the state for `prepStop` and `stop`. */
export type RootAndState<State> = Root | { readonly root: Root; readonly state: State };

/** What `start` holds. */
export interface ApplicationContext<Env> {
  /** The application's master, parent of the root: it can call, send, register and start others. */
  readonly self: Self<unknown>;
  /** The environment as it is now: the declared one with the node's settings over it. */
  readonly env: Env;
}

/**
 * An application. Its callbacks run on the main thread, so `state` need not be a term; each may be async, and what
 * one throws is told as it is.
 */
export interface Application<Env extends object = Record<string, unknown>, State = unknown> {
  /** Unique on the node; for people, and for those who start it by name. */
  readonly name: string;
  /** For people; empty by default. */
  readonly description?: string;
  /** Its version, for people; empty by default. */
  readonly vsn?: string;
  /** Must be started before this one, which `ensureAllStarted` sees to: applications, or their names. */
  readonly applications?: readonly (AnyApplication | string)[];
  /** Defaults of its environment: terms. What overrides them is trusted to be of the same types. */
  readonly env?: Env;
  /** Gives the root, usually a supervisor. `args`: those behind FILE on the command line, if this is FILE's own. */
  start(
    args: readonly string[],
    context: ApplicationContext<Env>,
  ): RootAndState<State> | Promise<RootAndState<State>>;
  /** Run one after the other once the root is up; the application is started when all are done. */
  readonly startPhases?: Readonly<Record<string, Phase<State>>>;
  /** Called before the tree is shut down, or when the root has ended by itself; gives the state for `stop`. */
  prepStop?(state: State): State | Promise<State>;
  /** Called when no process of the application is left. */
  stop?(state: State): void | Promise<void>;
}

type Phase<State> = { run(state: State): void | Promise<void> }["run"];

/** Any application, whatever its environment and state. */
export type AnyApplication = Application<Record<string, unknown>, unknown>;

/**
 * What its end means for the node. `permanent`: the node stops, whatever the reason; `transient`: it stops unless
 * the reason is `normal`; `temporary`: it goes on.
 */
export type RestartType = "permanent" | "transient" | "temporary";

export function endsNode(type: RestartType, reason: ExitReason): boolean {
  return type === "permanent" || (type === "transient" && reason !== "normal");
}

/** What is told of an application. */
export interface ApplicationInfo {
  /** What it is started by. */
  readonly name: string;
  /** As it was declared; empty if it was not. */
  readonly description: string;
  /** Its version as it was declared; empty if it was not. */
  readonly vsn: string;
}

export function infoOfApplication({ name, description = "", vsn = "" }: AnyApplication): ApplicationInfo {
  return { name, description, vsn };
}

/** Those that the modules of this thread declare, by name: what OTP finds as `NAME.app` in the code path. */
const declared = new Map<string, AnyApplication>();

/** Declares an application, so that it can be started by its name. Declared again, the later one counts. */
export function declare<Env extends object = Record<never, never>, State = undefined>(
  app: Application<Env, State>,
): Application<Env, State> {
  declared.set(app.name, app as AnyApplication);
  return app;
}

export function declaredApplication(name: string): AnyApplication | undefined {
  return declared.get(name);
}

export function isApplication(value: unknown): value is AnyApplication {
  const app = value as Partial<Application> | null | undefined;
  return (
    typeof app === "object" && app !== null && typeof app.name === "string" && typeof app.start === "function"
  );
}

export function nameOf(app: AnyApplication | string): string {
  return typeof app === "string" ? app : app.name;
}

/**
 * Something is wrong with an application. `reason` is OTP's:
 *
 * | reason | says |
 * | --- | --- |
 * | `{ alreadyStarted }` `{ alreadyLoaded }` `{ running }` | it is so already |
 * | `{ notStarted }` `{ notLoaded }` | it, or what it depends on, is not |
 * | `{ noSuchApplication, neededBy? }` | no module declares it |
 * | `{ cycle: string[] }` | it depends on itself |
 * | `{ badReturn: string }` | what `start` gave is no root |
 * | `{ invalidRestartType }` | |
 * | anything else | what `start` threw, or its root or a start phase ended with |
 */
export class ApplicationError extends Exit {
  constructor(
    /** The name of the application that the reason is about. */
    readonly application: string,
    reason: ExitReason,
  ) {
    super(reason);
    this.message = describe(application, reason);
  }
}

function describe(app: string, reason: ExitReason): string {
  const r = (typeof reason === "object" && reason !== null ? reason : {}) as Record<string, unknown>;
  const failed = `application ${app} did not start`;
  if (r.alreadyStarted !== undefined) return `application ${app} is started already`;
  if (r.alreadyLoaded !== undefined) return `application ${app} is loaded already`;
  if (r.running !== undefined) return `application ${app} is running: stop it first`;
  if (r.notLoaded !== undefined) return `application ${app} is not loaded`;
  if (r.notStarted === app) return `application ${app} is not started`;
  if (r.notStarted !== undefined) return `${failed}: it needs ${r.notStarted}, which is not started`;
  if (r.neededBy !== undefined)
    return `application ${r.neededBy} did not start: it needs ${app}, which no module declares`;
  if (r.noSuchApplication !== undefined) return `no application ${app}: no module declares it`;
  if (Array.isArray(r.cycle)) return `${failed}: its dependencies form a cycle: ${r.cycle.join(" > ")}`;
  if (r.badReturn !== undefined)
    return `${failed}: start must give the root process, { proc, args }, and gave ${r.badReturn}`;
  return `${failed}: ${formatReason(reason)}`;
}
