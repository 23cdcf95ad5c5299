/**
 * `application`: declares one, and holds what any process can do with applications (OTP: `application(3)`).
 *
 * ```ts
 * import { application, child, supervisor } from "ringbeam";
 *
 * export const root = supervisor(import.meta.url, "root", (_port: number) => ({ children: [] }));
 * export const shop = application({
 *   name: "shop",
 *   env: { port: 8080 },
 *   start: (_args, { env }) => child(root, [env.port]),
 * });
 *
 * await application.ensureAllStarted(self, shop); //=> ["shop"]
 * application.getEnv(self, shop, "port"); //=> 8080
 * await application.setEnv(self, shop, "port", 8081);
 * application.getEnv(self, shop, "port"); //=> 8081
 * await application.stop(self, shop);
 * const running = await application.whichApplications(self);
 * running.map(({ name }) => name).includes("shop"); //=> false
 * ```
 *
 * Reading the environment answers at once, on every scheduler; all else asks the node's `applicationController`.
 * Applications are given as they were declared, or by name. Failures are thrown, as ApplicationError.
 */
import { CallError } from "../process/call.js";
import { processOf, type Self } from "../process/self.js";
import { copy } from "../term/copy.js";
import type { AnyPid } from "../term/pid.js";
import {
  type AnyApplication,
  type Application,
  ApplicationError,
  type ApplicationInfo,
  declare,
  nameOf,
  type RestartType,
} from "./application.js";
import { APPLICATION_CONTROLLER } from "./applicationRequests.js";

/** Any process from inside, whatever messages it understands. */
type Asker = Pick<Self<unknown>, "call" | "processInfo">;
type Target = AnyApplication | string;

/** Starts one whose dependencies run; it is up, or ApplicationError says why not and nothing is left of it. */
async function start(self: Asker, app: Target, type: RestartType = "temporary"): Promise<void> {
  await ask(self, ["start", nameOf(app), type]);
}

/** As `start`, but content if it is started already. */
async function ensureStarted(self: Asker, app: Target, type: RestartType = "temporary"): Promise<void> {
  await ask(self, ["ensureStarted", nameOf(app), type]);
}

/**
 * Starts it, and first all that it depends on; gives the names of those that were not started before. If one
 * fails (ApplicationError names it), those are stopped again.
 */
async function ensureAllStarted(
  self: Asker,
  app: Target,
  type: RestartType = "temporary",
): Promise<string[]> {
  return (await ask(self, ["ensureAllStarted", nameOf(app), type])) as string[];
}

/** Stops it, and nothing else: not those that need it, nor the node if it is permanent. */
async function stop(self: Asker, app: Target): Promise<void> {
  await ask(self, ["stop", nameOf(app)]);
}

/** Makes it known, and its environment readable, without starting it. */
async function load(self: Asker, app: Target): Promise<void> {
  await ask(self, ["load", nameOf(app)]);
}

/** Forgets it with its environment. */
async function unload(self: Asker, app: Target): Promise<void> {
  await ask(self, ["unload", nameOf(app)]);
}

/** Those that run, the latest first. */
async function whichApplications(self: Asker): Promise<ApplicationInfo[]> {
  return (await ask(self, ["whichApplications"])) as ApplicationInfo[];
}

/** Those that are known: started, or loaded only. */
async function loadedApplications(self: Asker): Promise<ApplicationInfo[]> {
  return (await ask(self, ["loadedApplications"])) as ApplicationInfo[];
}

/** The application that a process belongs to, as its spawner did; undefined for one of none, or that has ended. */
async function getApplication(self: Asker, pid: AnyPid): Promise<string | undefined> {
  return (await self.processInfo(pid))?.application ?? undefined;
}

function getEnv<Env extends object, Key extends keyof Env & string>(
  self: Asker,
  app: Application<Env, unknown>,
  key: Key,
): Env[Key] | undefined;
function getEnv<Env extends object, Key extends keyof Env & string>(
  self: Asker,
  app: Application<Env, unknown>,
  key: Key,
  fallback: Env[Key],
): Env[Key];
function getEnv(self: Asker, app: string, key: string, fallback?: unknown): unknown;
/** A copy of the value; `fallback` if there is none, or if the application is not loaded. */
function getEnv(self: Asker, app: { readonly name: string } | string, key: string, fallback?: unknown) {
  const env = environment(self, app);
  return Object.hasOwn(env, key) ? copy(env[key], key) : fallback;
}

/** A copy of the whole environment; empty if the application is not loaded. */
function getAllEnv<Env extends object>(self: Asker, app: Application<Env, unknown> | string): Partial<Env> {
  return copy(environment(self, app), "env") as Partial<Env>;
}

/** How long a change lasts. */
interface EnvOptions {
  /** Outlives `unload` and a later `load`, where the declaration and the node's settings would count again. */
  readonly persistent?: boolean;
}

async function setEnv<Env extends object, Key extends keyof Env & string>(
  self: Asker,
  app: Application<Env, unknown>,
  key: Key,
  value: Env[Key],
  options?: EnvOptions,
): Promise<void>;
async function setEnv(
  self: Asker,
  app: string,
  key: string,
  value: unknown,
  options?: EnvOptions,
): Promise<void>;
/** Every scheduler sees the value when this resolves. Throws TermError for what is not a term. */
async function setEnv(
  self: Asker,
  app: { readonly name: string } | string,
  key: string,
  value: unknown,
  { persistent = false }: EnvOptions = {},
): Promise<void> {
  await ask(self, ["setEnv", nameIn(app), key, value, persistent]);
}

async function unsetEnv<Env extends object>(
  self: Asker,
  app: Application<Env, unknown> | string,
  key: keyof Env & string,
): Promise<void> {
  await ask(self, ["unsetEnv", nameIn(app), key]);
}

function environment(
  self: Asker,
  app: { readonly name: string } | string,
): Readonly<Record<string, unknown>> {
  return processOf(self as Self<never>).env.environments.of(nameIn(app));
}

function nameIn(app: { readonly name: string } | string): string {
  return typeof app === "string" ? app : app.name;
}

async function ask(self: Asker, request: readonly unknown[]): Promise<unknown> {
  try {
    return await self.call(APPLICATION_CONTROLLER, request, Number.POSITIVE_INFINITY);
  } catch (error) {
    const failure = error instanceof CallError ? (error.failure as { application?: unknown }) : undefined;
    if (typeof failure?.application !== "string") throw error;
    throw new ApplicationError(failure.application, (failure as { reason?: unknown }).reason);
  }
}

/** Declares an application, so that it can be started by its name, and gives it; declared again, the later one counts. */
export const application = Object.assign(declare, {
  start,
  ensureStarted,
  ensureAllStarted,
  stop,
  load,
  unload,
  whichApplications,
  loadedApplications,
  getApplication,
  getEnv,
  getAllEnv,
  setEnv,
  unsetEnv,
});
