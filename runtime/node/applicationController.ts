/**
 * The applications of a node: which are loaded, starting, running (OTP: `application_controller`).
 *
 *     load            known by name, its environment is there
 *     start           its dependencies run; a master of its own starts it; a second start waits for the first
 *     running         until `stop`, until its root ends, or until the node stops: then in reverse order of starts
 *
 * Stopping an application does not stop those that need it, as in OTP.
 */
import type { Log } from "../process/log.js";
import { type ExitReason, formatReason } from "../term/reason.js";
import {
  type AnyApplication,
  ApplicationError,
  type ApplicationInfo,
  declaredApplication,
  endsNode,
  infoOfApplication,
  nameOf,
  type RestartType,
} from "./application.js";
import type { ApplicationEnv } from "./applicationEnv.js";
import { ApplicationMaster, type MasterServices } from "./applicationMaster.js";
import { startOrder } from "./applicationOrder.js";
import type { Embedded } from "./embedded.js";

export interface ControllerServices extends MasterServices {
  readonly log: Log;
  readonly env: ApplicationEnv;
  /** Makes the process of a master. */
  embed(app: string): Embedded;
  /** An application has ended that the node does not go on without. */
  terminated(app: string, reason: ExitReason): void;
  /** Progress and ends, for whoever keeps a log of them. */
  readonly reports: ApplicationReports;
}

export interface ApplicationReports {
  /** The application is up. */
  started(app: string): void;
  /** Its root has ended by itself. */
  exited(app: string, reason: ExitReason, type: RestartType): void;
}

interface Starting {
  readonly done: Promise<void>;
  abandon(): void;
}

interface Running {
  readonly app: AnyApplication;
  readonly type: RestartType;
  readonly master: ApplicationMaster;
  /** Set as its stop begins. */
  stopping: Promise<void> | undefined;
}

const TYPES: readonly string[] = ["permanent", "transient", "temporary"];

export class ApplicationController {
  readonly #services: ControllerServices;
  readonly #loaded = new Map<string, AnyApplication>();
  readonly #starting = new Map<string, Starting>();
  /** In the order of their starts. */
  readonly #running = new Map<string, Running>();
  #closed = false;

  constructor(services: ControllerServices) {
    this.#services = services;
  }

  get env(): ApplicationEnv {
    return this.#services.env;
  }

  /** Latest start first. */
  whichApplications(): ApplicationInfo[] {
    return [...this.#running.values()].reverse().map(({ app }) => infoOfApplication(app));
  }

  loadedApplications(): ApplicationInfo[] {
    return [...this.#loaded.values()].map(infoOfApplication);
  }

  load(target: AnyApplication | string): void {
    const name = nameOf(target);
    if (this.#loaded.has(name)) throw new ApplicationError(name, { alreadyLoaded: name });
    this.#known(target);
  }

  unload(name: string): void {
    if (this.#running.has(name) || this.#starting.has(name))
      throw new ApplicationError(name, { running: name });
    if (!this.#loaded.delete(name)) throw new ApplicationError(name, { notLoaded: name });
    this.env.unload(name);
  }

  /** Starts it; what it depends on must run. Throws ApplicationError. */
  async start(
    target: AnyApplication | string,
    type: RestartType,
    args: readonly string[] = [],
  ): Promise<void> {
    const name = nameOf(target);
    if (!TYPES.includes(type)) throw new ApplicationError(name, { invalidRestartType: type });
    await this.#running.get(name)?.stopping?.catch(() => {});
    const before = this.#starting.get(name);
    if (before !== undefined) return before.done;
    if (this.#closed) throw new ApplicationError(name, "shutdown");
    if (this.#running.has(name)) throw new ApplicationError(name, { alreadyStarted: name });
    const app = this.#known(target);
    const missing = (app.applications ?? []).map(nameOf).find((dependency) => !this.#isUp(dependency));
    if (missing !== undefined) throw new ApplicationError(name, { notStarted: missing });
    return this.#launch(app, type, args);
  }

  /** Starts it if it is not started. */
  async ensureStarted(
    target: AnyApplication | string,
    type: RestartType,
    args: readonly string[] = [],
  ): Promise<void> {
    if (!this.#isUp(nameOf(target))) await this.start(target, type, args);
  }

  /**
   * Starts it and before it all that it depends on, each with this type; gives the names of those that were not
   * started before. If one fails, those are stopped again. `args` are for `target` alone.
   */
  async ensureAllStarted(
    target: AnyApplication | string,
    type: RestartType,
    args: readonly string[] = [],
  ): Promise<string[]> {
    const order = startOrder(target, (dependency, neededBy) => this.#known(dependency, neededBy));
    const started: string[] = [];
    try {
      for (const app of order) {
        if (this.#isUp(app.name)) continue;
        await this.start(app, type, app.name === nameOf(target) ? args : []);
        started.push(app.name);
      }
      return started;
    } catch (error) {
      for (const name of started.reverse()) await this.stop(name).catch(() => {});
      throw error;
    }
  }

  /** Stops it. Rejects with ApplicationError `notStarted`, or, after all of it, with what its `stop` threw. */
  async stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined) throw new ApplicationError(name, { notStarted: name });
    await this.#stop(running);
  }

  /** For the end of the node: no start after this, those under way are given up. Rejects as `stop`. */
  async stopAll(): Promise<void> {
    this.#closed = true;
    for (const starting of this.#starting.values()) starting.abandon();
    const failures: unknown[] = [];
    for (const running of [...this.#running.values()].reverse())
      await this.#stop(running).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }

  #isUp(name: string): boolean {
    const running = this.#running.get(name);
    return running !== undefined && running.stopping === undefined;
  }

  /** Loads it if need be. Of one that does not run the latest declaration counts. */
  #known(target: AnyApplication | string, neededBy?: string): AnyApplication {
    const name = nameOf(target);
    const loaded = this.#loaded.get(name);
    const app = typeof target === "string" ? (loaded ?? declaredApplication(name)) : target;
    if (app === undefined)
      throw new ApplicationError(name, {
        noSuchApplication: name,
        ...(neededBy !== undefined && { neededBy }),
      });
    if (app === loaded || (loaded !== undefined && this.#running.has(name))) return loaded;
    this.env.load(name, app.env ?? {});
    this.#loaded.set(name, app);
    return app;
  }

  #launch(app: AnyApplication, type: RestartType, args: readonly string[]): Promise<void> {
    const { name } = app;
    const master = new ApplicationMaster(app, this.#services.embed(name), this.#services);
    const running: Running = { app, type, master, stopping: undefined };
    let giveUp!: (error: ApplicationError) => void;
    const abandoned = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const up = master.start(args, this.env.of(name)).then(() => {
      // Before anybody hears of it, so that a stop of the node finds it.
      this.#running.set(name, running);
    });
    const done = Promise.race([up, abandoned]).finally(() => this.#starting.delete(name));
    this.#starting.set(name, {
      done,
      abandon: () => {
        master.abandon();
        giveUp(new ApplicationError(name, "shutdown"));
      },
    });
    return done.then(() => this.#started(running));
  }

  #started(running: Running): void {
    this.#services.reports.started(running.app.name);
    void running.master.ended().then((reason) => this.#ended(running, reason));
  }

  #stop(running: Running): Promise<void> {
    running.stopping ??= running.master.stop().finally(() => this.#running.delete(running.app.name));
    return running.stopping;
  }

  /** The root has ended. If nobody asked for it, the rest of the application follows, and maybe the node. */
  async #ended(running: Running, reason: ExitReason): Promise<void> {
    if (running.stopping !== undefined) return;
    const { app, type } = running;
    const { log, reports } = this.#services;
    reports.exited(app.name, reason, type);
    await this.#stop(running).catch((error: unknown) =>
      log.log("warning", `application ${app.name}: stop threw ${formatReason(error)}`),
    );
    if (endsNode(type, reason) && !this.#closed) this.#services.terminated(app.name, reason);
  }
}
