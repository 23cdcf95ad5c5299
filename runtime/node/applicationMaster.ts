/**
 * The master of one application that runs: a process on scheduler 0, parent of the root (OTP:
 * `application_master`). All that is spawned below it belongs to the application.
 *
 *     start     callback `start`, root linked and up, start phases
 *     stop      callback `prepStop`, exit `shutdown` to the root and wait, kill who is left, callback `stop`
 *
 * The same end follows when the root ends by itself, without the exit signal.
 */
import type { Log } from "../process/log.js";
import type { Down } from "../process/messages.js";
import { Proc } from "../term/mfa.js";
import type { Pid, Ref } from "../term/pid.js";
import { type ExitReason, formatReason, reasonOf } from "../term/reason.js";
import { type AnyApplication, ApplicationError, type Root } from "./application.js";
import type { Embedded } from "./embedded.js";

export interface MasterServices {
  readonly log: Log;
  /** The processes that belong to an application, on all schedulers. */
  membersOf(app: string): Promise<Pid[]>;
}

export class ApplicationMaster {
  readonly #app: AnyApplication;
  readonly #master: Embedded;
  readonly #services: MasterServices;
  #state: unknown;
  #root: Pid | undefined;
  #rootRef: Ref | undefined;
  #watch: Promise<ExitReason> | undefined;

  constructor(app: AnyApplication, master: Embedded, services: MasterServices) {
    this.#app = app;
    this.#master = master;
    this.#services = services;
  }

  /** Resolves when the root, and so its children, and the start phases are done. Rejects with ApplicationError. */
  async start(args: readonly string[], env: Record<string, unknown>): Promise<void> {
    const { name, startPhases = {} } = this.#app;
    try {
      await this.#startRoot(await this.#callStart(args, env));
      for (const phase of Object.values(startPhases)) await phase(this.#state);
    } catch (thrown) {
      await this.#undo();
      throw thrown instanceof ApplicationError && thrown.application === name
        ? thrown
        : new ApplicationError(name, reasonOf(thrown));
    }
  }

  async #callStart(args: readonly string[], env: Record<string, unknown>): Promise<Root> {
    const given: unknown = await this.#app.start(args, { self: this.#master.self, env });
    const pair = (given ?? {}) as { root?: unknown; state?: unknown };
    const root = (Object.hasOwn(pair, "root") ? pair.root : given) as Partial<Root> | null | undefined;
    if (!(root?.proc instanceof Proc) || !Array.isArray(root.args))
      throw new ApplicationError(this.#app.name, { badReturn: formatReason(given) ?? "nothing" });
    if (root !== given) this.#state = pair.state;
    return root as Root;
  }

  async #startRoot(root: Root): Promise<void> {
    const { self } = this.#master;
    const scheduler = root.scheduler ?? 0;
    const options = { scheduler, link: true, ...(root.name !== undefined && { name: root.name }) };
    const { pid, ref } = self.spawnStart(root.proc as Proc<readonly unknown[], never>, root.args, options);
    this.#root = pid as Pid;
    this.#rootRef = ref;
    const answer = await self.receive((m): m is Down => (m as { ref?: unknown } | null)?.ref === ref);
    if (answer.tag !== "DOWN") return;
    this.#root = undefined;
    throw new ApplicationError(this.#app.name, answer.reason);
  }

  /** Nothing is left of a start that failed. As in OTP, neither `prepStop` nor `stop` is called. */
  async #undo(): Promise<void> {
    if (!this.#master.process.alive) return;
    await this.#shutdownRoot();
    await this.#killRest();
    this.#master.end("normal");
  }

  async #shutdownRoot(): Promise<void> {
    if (this.#root === undefined) return;
    this.#master.self.exit(this.#root, "shutdown");
    await this.ended();
  }

  /** Resolves with the reason when the root ends, by `stop` or by itself. */
  ended(): Promise<ExitReason> {
    this.#watch ??= this.#master.self
      .receive(
        (m): m is Down => (m as Partial<Down> | null)?.tag === "DOWN" && (m as Down).ref === this.#rootRef,
      )
      .then((down) => down.reason);
    return this.#watch;
  }

  /** Shuts the tree down, in its own order and time. Rejects, after all of it, with what `stop` threw. */
  async stop(): Promise<void> {
    await this.#prepStop();
    await this.#shutdownRoot();
    await this.#killRest();
    this.#master.end("normal");
    await this.#app.stop?.(this.#state);
  }

  /** Gives up a start that is under way, and may never be done. Nothing is called. */
  abandon(): void {
    if (this.#root !== undefined) this.#master.self.exit(this.#root, "kill");
    this.#master.end("shutdown");
  }

  /** As in OTP, one that throws changes nothing. */
  async #prepStop(): Promise<void> {
    if (this.#app.prepStop === undefined) return;
    try {
      this.#state = await this.#app.prepStop(this.#state);
    } catch (error) {
      const reason = formatReason(reasonOf(error));
      this.#services.log.log("warning", `application ${this.#app.name}: prepStop threw ${reason}`);
    }
  }

  /** Who has left the tree is still of the application. New ones may come while the old ones are killed. */
  async #killRest(): Promise<void> {
    const { self } = this.#master;
    for (;;) {
      const members = await this.#services.membersOf(this.#app.name);
      const rest = members.filter((pid) => pid !== self.pid);
      if (rest.length === 0) return;
      const watches = rest.map((pid) => self.monitor(pid));
      for (const pid of rest) self.exit(pid, "kill");
      for (const watch of watches)
        await self.receive((m): m is Down => (m as Partial<Down> | null)?.ref === watch);
    }
  }
}
