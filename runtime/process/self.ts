/**
 * What a process body holds: itself. All that a process can do goes through it, and it is passed, never
 * global, so it cannot be wrong after an `await`. Names and meanings are those of the `erlang` module.
 *
 * After its process has ended, a body that still runs (after a foreign `await`) can do nothing any more:
 * `receive` never settles, everything else throws the exit.
 *
 * ```ts
 * import { proc, type Self, TIMEOUT } from "ringbeam";
 *
 * export const fragile = proc(import.meta.url, async function fragile(self: Self<string>) {
 *   self.exit(await self.receive());
 * });
 *
 * const { pid, ref } = self.spawnMonitor(fragile, []);
 * self.send(pid, "tired");
 * await self.receive(); //=> { tag: "DOWN", ref, process: pid, reason: "tired" }
 * self.processFlag("trapExit", true);
 * const linked = self.spawnLink(fragile, []);
 * self.exit(linked, "kill");
 * await self.receive(); //=> { tag: "EXIT", pid: linked, reason: "killed" }
 * await self.receive({ after: 0 }); //=> TIMEOUT
 * ```
 */
import type { AnyProc, Proc } from "../term/mfa.js";
import type { Address, AnyPid, Pid, Ref } from "../term/pid.js";
import { Exit, type ExitReason } from "../term/reason.js";
import { call, reply, replyFailure } from "./call.js";
import { exitSignal } from "./exit.js";
import { type ProcessInfo, processInfo } from "./info.js";
import type { Job } from "./job.js";
import { link, unlink } from "./links.js";
import type { From } from "./messages.js";
import { alias, demonitor, monitor, newRef, unalias } from "./monitors.js";
import { levelOf, PRIORITIES, type Priority, type Process } from "./process.js";
import { receive, type TIMEOUT } from "./receive.js";
import { register, unregister } from "./register.js";
import { type Dest, send } from "./send.js";
import { type SpawnOptions, spawn } from "./spawn.js";
import { cancelTimer, readTimer, sendAfter, startTimer } from "./timer.js";

/** How long `receive` waits, and where it begins to look. */
export interface ReceiveOptions {
  /** ms until `TIMEOUT`; 0 only looks. */
  readonly after: number;
  /** Skip what arrived before this ref was made: no answer to it can be there. */
  readonly since?: Ref;
}

/** The name of the process that answers for the node as a whole. */
export const KERNEL = "kernel";

const NEVER = new Promise<never>(() => {});

/** A process, from inside. `M`: the messages that it understands. */
export class Self<M = unknown> {
  readonly #process: Process;

  constructor(process: Process) {
    this.#process = process;
  }

  /** Who it is (`erlang:self/0`). */
  get pid(): Pid<M> {
    return this.#process.pid as unknown as Pid<M>;
  }

  /** Name of this node, `nonode@nohost` without one. */
  get node(): string {
    return this.#process.env.space.self.name;
  }

  /** The scheduler that this process lives on. */
  get scheduler(): number {
    return this.#process.env.space.scheduler;
  }

  /** Who spawned this process. */
  get parent(): Pid<unknown> {
    return this.#process.parent as Pid<unknown>;
  }

  /** Sends a copy of `message`. Throws TermError for what is not a term, BadName for a name nobody has here. */
  send<T>(dest: Dest<T>, message: T): void {
    send(this.#live().env, dest as Dest, message);
  }

  /**
   * The next message, in order of arrival; with `after`, TIMEOUT if none comes in time. Throws RangeError for
   * what is no time.
   */
  receive(): Promise<M>;
  receive(options: ReceiveOptions): Promise<M | typeof TIMEOUT>;
  /**
   * The first message that `match` accepts; all others stay in the mailbox, in their order. `match` must only
   * look.
   */
  receive<T extends M>(match: (message: M) => message is T): Promise<T>;
  receive<T extends M>(
    match: (message: M) => message is T,
    options: ReceiveOptions,
  ): Promise<T | typeof TIMEOUT>;
  receive(match: (message: M) => boolean): Promise<M>;
  receive(match: (message: M) => boolean, options: ReceiveOptions): Promise<M | typeof TIMEOUT>;
  receive(
    first?: ((message: M) => boolean) | ReceiveOptions,
    second?: ReceiveOptions,
  ): Promise<M | typeof TIMEOUT> {
    const process = this.#process;
    if (!process.alive) return NEVER;
    const match = typeof first === "function" ? (first as (message: unknown) => boolean) : undefined;
    const options = typeof first === "function" ? second : first;
    if (options !== undefined) checkTime("receive: after", options.after);
    return receive(process, match, options?.after, options?.since) as Promise<M | typeof TIMEOUT>;
  }

  /** Starts a process; returns its pid at once. Throws TermError for arguments that are not terms. */
  spawn<A extends readonly unknown[], T>(proc: Proc<A, T>, args: A, options: SpawnOptions = {}): Pid<T> {
    return this.#spawn(proc, args, options, {}).pid as unknown as Pid<T>;
  }

  /** spawn and link in one step. */
  spawnLink<A extends readonly unknown[], T>(proc: Proc<A, T>, args: A, options: SpawnOptions = {}): Pid<T> {
    return this.#spawn(proc, args, options, { link: true }).pid as unknown as Pid<T>;
  }

  /** spawn and monitor in one step. */
  spawnMonitor<A extends readonly unknown[], T>(
    proc: Proc<A, T>,
    args: A,
    options: SpawnOptions = {},
  ): { pid: Pid<T>; ref: Ref } {
    return this.#spawn(proc, args, options, { monitor: true }) as unknown as { pid: Pid<T>; ref: Ref };
  }

  /**
   * spawn for a synchronous start (`procLib`): `ref` monitors the child, and the runtime itself answers under it
   * with a `Started` message, for a behaviour once its `init` is done, for a plain body as it begins. The
   * behaviour has nothing to acknowledge; if it ends before, the `Down` says why.
   */
  spawnStart<A extends readonly unknown[], T>(
    proc: Proc<A, T>,
    args: A,
    options: SpawnOptions & { readonly link?: boolean } = {},
  ): { pid: Pid<T>; ref: Ref } {
    const relation = { link: options.link === true, monitor: true, start: true };
    return this.#spawn(proc, args, options, relation) as unknown as { pid: Pid<T>; ref: Ref };
  }

  /**
   * Links both ways: when one ends, the other gets an exit signal with the reason, `noproc` if it has ended
   * already, `noconnection` if its node is lost. Linked twice is linked once (`erlang:link/1`).
   */
  link(pid: AnyPid): void {
    link(this.#live(), pid);
  }

  /**
   * Ends a link; no exit signal of it arrives any more. An EXIT message that is there stays
   * (`erlang:unlink/1`).
   */
  unlink(pid: AnyPid): void {
    unlink(this.#live(), pid);
  }

  /** A `Down` message follows when the process ends, at once if there is none (`noproc`). */
  monitor(target: AnyPid | string | Address, options: { alias?: "demonitor" | "replyDemonitor" } = {}): Ref {
    const process = this.#live();
    return monitor(
      process,
      typeof target === "string" ? { name: target, node: this.node } : target,
      options.alias,
    );
  }

  /** Ends a monitor; `flush` also takes a `Down` of it out of the mailbox. False if it had fired or never was. */
  demonitor(ref: Ref, options: { flush?: boolean } = {}): boolean {
    const process = this.#live();
    const active = demonitor(process, ref);
    if (options.flush) {
      process.mailbox.flush(
        (m) => (m as { tag?: unknown } | null)?.tag === "DOWN" && (m as { ref: unknown }).ref === ref,
      );
    }
    return active;
  }

  /** A ref that others can send to, until `unalias`. */
  alias(): Ref {
    return alias(this.#live());
  }

  /** From now on messages to the alias are dropped. False if it was none. */
  unalias(ref: Ref): boolean {
    return unalias(this.#live(), ref);
  }

  /** A ref that is like no other, on any node. */
  makeRef(): Ref {
    return newRef(this.#live());
  }

  /** Leaves this process with the reason: throws Exit, which may be caught (`erlang:exit/1`). */
  exit(reason: ExitReason): never;
  /**
   * Sends an exit signal: `kill` ends its target with `killed`, whatever it traps; `normal` ends nobody but the
   * sender itself. To oneself it takes effect before this returns (`erlang:exit/2`).
   */
  exit(pid: AnyPid, reason: ExitReason): void;
  exit(first: unknown, ...rest: unknown[]): void {
    if (rest.length === 0) throw new Exit(first);
    exitSignal(this.#live(), first as Pid, rest[0]);
    this.#live();
  }

  /** Sets a flag; returns what it was. */
  processFlag(flag: "trapExit", value: boolean): boolean;
  processFlag(flag: "priority", value: Priority): Priority;
  processFlag(flag: "trapExit" | "priority", value: boolean | Priority): boolean | Priority {
    const process = this.#live();
    if (flag === "trapExit") {
      const before = process.trapExit;
      process.trapExit = value as boolean;
      return before;
    }
    const before = PRIORITIES[process.priority]!;
    process.priority = levelOf(value as Priority);
    return before;
  }

  /** Registers a process, this one by default. Throws if the name, or the process, is registered already. */
  register(name: string, pid: AnyPid = this.pid): void {
    checkName(name);
    register(this.#live().env, name, pid);
  }

  /** Throws BadName if nobody has the name. */
  unregister(name: string): void {
    unregister(this.#live().env, name);
  }

  /** Who is registered under the name on this node, or undefined. `T` is the caller's claim. */
  whereis<T = unknown>(name: string): Pid<T> | undefined {
    return this.#process.env.names.whereis(name) as Pid<T> | undefined;
  }

  /** The names that are registered on this node, on all its schedulers, in no order. */
  registered(): string[] {
    return this.#process.env.names.registered();
  }

  /** Sends `message` to `dest` in `ms`; the ref cancels it. */
  sendAfter<T>(ms: number, dest: Dest<T>, message: T): Ref {
    checkTime("sendAfter", ms);
    return sendAfter(this.#live(), ms, dest as Dest, message);
  }

  /** Sends `{ tag: "timeout", ref, message }` to `dest` in `ms`. */
  startTimer(ms: number, dest: Dest, message: unknown): Ref {
    checkTime("startTimer", ms);
    return startTimer(this.#live(), ms, dest, message);
  }

  /** The ms that the timer had left, or undefined if it is over. */
  cancelTimer(ref: Ref): number | undefined {
    return cancelTimer(this.#live(), ref);
  }

  /** The ms that a timer has left, or undefined if it is over, or of another scheduler. */
  readTimer(ref: Ref): number | undefined {
    return readTimer(this.#live(), ref);
  }

  /** What its scheduler knows of a process, of any node; undefined if it has ended or cannot be reached. */
  processInfo(pid: AnyPid): Promise<ProcessInfo | undefined> {
    return processInfo(this.#live(), pid);
  }

  /** Whether a process, of any node, has not ended; false also if it cannot be reached. */
  async isAlive(pid: AnyPid): Promise<boolean> {
    return (await this.processInfo(pid)) !== undefined;
  }

  /** The processes of this node, on all its schedulers. A thread that does not answer in a second is left out. */
  async processes(): Promise<Pid[]> {
    return (await this.call(KERNEL, ["processes"])) as Pid[];
  }

  /**
   * Sends a request and waits for the reply. Throws CallError: `timeout` (after 5000 ms by default; a reply
   * that comes later is dropped), `noproc`, `noconnection`, or what the server ended with.
   */
  call(dest: Dest, request: unknown, timeout?: number): Promise<unknown> {
    if (timeout !== undefined) checkTime("call: timeout", timeout);
    return call(this.#live(), dest, request, timeout);
  }

  /**
   * Runs a job on the dirty pool, off the schedulers: for CPU-bound or blocking work. Rejects with what the
   * job threw. If this process ends first, the job still runs to its end and its result is dropped.
   */
  dirty<A extends readonly unknown[], R>(job: Job<A, R>, args: A): Promise<R> {
    return this.#live().env.dirty(job, args) as Promise<R>;
  }

  /** Answers a call. */
  reply(from: From, value: unknown): void {
    reply(this.#live(), from, value);
  }

  /** Makes the caller exit with the reason. */
  replyFailure(from: From, reason: ExitReason): void {
    replyFailure(this.#live(), from, reason);
  }

  #live(): Process {
    if (!this.#process.alive) throw new Exit("killed");
    return this.#process;
  }

  #spawn(
    proc: AnyProc,
    args: readonly unknown[],
    options: SpawnOptions,
    relation: Parameters<typeof spawn>[4],
  ) {
    if (options.name !== undefined) checkName(options.name);
    return spawn(this.#live(), proc, args, options, relation);
  }
}

function checkTime(what: string, ms: number): void {
  if (!(ms >= 0)) throw new RangeError(`${what}: ${ms} is not a time; expected ms, 0 or more`);
}

/** What would not come back from the text form `<name, node>`, or from UTF-8 (half of a surrogate pair). */
const NOT_IN_NAMES = /[<>,\s]|\p{Surrogate}/u;

function checkName(name: string): void {
  if (typeof name !== "string" || name === "" || Buffer.byteLength(name) > 255 || NOT_IN_NAMES.test(name)) {
    throw new TypeError(
      `not a name: ${JSON.stringify(name)}; expected 1 to 255 bytes of text without space , < >`,
    );
  }
}
