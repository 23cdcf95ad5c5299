/**
 * Applications: what a node starts and stops as a whole, a tree of processes under one root (`application`).
 *
 * Each has a master, a process on scheduler 0 that starts the root, linked, beside itself, so that the root
 * supervisor outlives every worker thread; and that stops it: an exit signal `shutdown`, then wait.
 */
import type { Down } from "../process/messages.js";
import { type AnyProc, Proc } from "../term/mfa.js";
import type { Pid, Ref } from "../term/pid.js";
import { Exit, type ExitReason, formatReason, isOrderly } from "../term/reason.js";
import type { Embedded } from "./embedded.js";

/** The root process of an application: what to spawn. A child spec is one. */
export interface Root {
  /** What to spawn; on scheduler 0, linked with the application's master. */
  readonly proc: AnyProc;
  /** Its arguments: terms. */
  readonly args: readonly unknown[];
  /** Registered on the node; nobody's name by default. */
  readonly name?: string;
}

/** What a module exports by default to be run by `ringbeam node FILE`. */
export interface Application {
  /** For people, and for those who start it by name. */
  readonly name: string;
  /** Gives the root, usually a supervisor. `args` are the arguments behind FILE on the command line. */
  start(args: readonly string[]): Root | Promise<Root>;
  /** Called after the root has ended. */
  stop?(): void | Promise<void>;
}

/** Declares an application; it only adds the types. */
export function application(app: Application): Application {
  return app;
}

export function isApplication(value: unknown): value is Application {
  const app = value as Partial<Application> | null | undefined;
  return (
    typeof app === "object" && app !== null && typeof app.name === "string" && typeof app.start === "function"
  );
}

/** The start of an application failed; its processes are gone again. */
export class ApplicationError extends Error {
  override readonly name = "ApplicationError";
  constructor(
    app: string,
    /** What the root ended with, or what `start` threw. */
    readonly reason: ExitReason,
  ) {
    super(`application ${app} did not start: ${formatReason(reason)}`);
  }
}

export class ApplicationMaster {
  readonly #app: Application;
  readonly #master: Embedded;
  #root: Pid | undefined;
  #rootRef: Ref | undefined;
  #watch: Promise<ExitReason> | undefined;

  constructor(app: Application, master: Embedded) {
    this.#app = app;
    this.#master = master;
  }

  get name(): string {
    return this.#app.name;
  }

  /** Starts the root and waits until it, and so its children, are up. Rejects with ApplicationError. */
  async start(args: readonly string[]): Promise<void> {
    const { self } = this.#master;
    let root: Root;
    try {
      root = await this.#app.start(args);
    } catch (error) {
      throw new ApplicationError(this.#app.name, error instanceof Exit ? error.reason : error);
    }
    if (!(root?.proc instanceof Proc)) {
      throw new ApplicationError(this.#app.name, `start must give the root process, { proc, args }`);
    }
    const options = { scheduler: 0, link: true, ...(root.name !== undefined && { name: root.name }) };
    const { pid, ref } = self.spawnStart(root.proc as Proc<readonly unknown[], never>, root.args, options);
    this.#root = pid as Pid;
    this.#rootRef = ref;
    const answer = await self.receive((m): m is Down => (m as { ref?: unknown }).ref === ref);
    if (answer.tag === "DOWN") throw new ApplicationError(this.#app.name, answer.reason);
  }

  /** Resolves with the reason when the root ends, by `stop` or by itself. */
  ended(): Promise<ExitReason> {
    this.#watch ??= this.#master.self
      .receive((m): m is Down => (m as Partial<Down>).tag === "DOWN" && (m as Down).ref === this.#rootRef)
      .then((down) => down.reason);
    return this.#watch;
  }

  /** Shuts the tree down, in its own order and time, then calls the application's `stop`. */
  async stop(): Promise<void> {
    if (this.#root !== undefined) {
      const ended = this.ended();
      this.#master.self.exit(this.#root, "shutdown");
      await ended;
    }
    this.#master.end("normal");
    await this.#app.stop?.();
  }
}

/** Whether an application that ended by itself did so as one that crashed. */
export function isCrash(reason: ExitReason): boolean {
  return !isOrderly(reason);
}
