/**
 * What a process body holds: itself. All that a process can do goes through it, and it is passed, never
 * global, so it cannot be wrong after an `await`. Names and meanings are those of the `erlang` module.
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
import { checkName, checkTime } from "./checks.js";
import { metadataOf } from "./crashReport.js";
import { exitSignal } from "./exit.js";
import { type ProcessFlags, setFlag } from "./flags.js";
import { checkItems, type ProcessDetails, type ProcessInfo, type ProcessItem, processInfo } from "./info.js";
import { ensureLoaded, type Job } from "./job.js";
import { link, unlink } from "./links.js";
import type { Metadata } from "./log.js";
import type { From } from "./messages.js";
import { alias, demonitor, flushDown, monitor, newRef, unalias } from "./monitors.js";
import { type ConnectionInfo, monitorNode, monitorNodes, type NodeFilter, nodes } from "./nodes.js";
import type { Process } from "./process.js";
import { receive, type TIMEOUT, yieldTurn } from "./receive.js";
import { register, registerHere, unregister } from "./register.js";
import { abandonSpawn, asItIs, pidOf, requestSpawn, spawnAnywhere } from "./requestSpawn.js";
import {
  type Args,
  type MonitorOptions,
  type ReceiveOptions,
  type RequestOptions,
  relationOf,
  type Spawned,
  type StartRelation,
  type TimerOptions,
} from "./selfOptions.js";
import { type Dest, type SendOptions, type SendResult, sendFrom } from "./send.js";
import { KERNEL } from "./signal.js";
import type { RemoteSpawnOptions, SpawnOptions } from "./spawn.js";
import {
  type AnyTimerOptions,
  type AsyncTimerOptions,
  dueIn,
  orderTimer,
  sendAfter,
  startTimer,
} from "./timer.js";

/** The process behind a `Self`, for the layers that the runtime itself is made of. */
export let processOf: (self: Self<never>) => Process;

const NEVER = new Promise<never>(() => {});

/** A process, from inside. `M`: the messages that it understands. */
export class Self<M = unknown> {
  readonly #process: Process;

  static {
    processOf = (self) => self.#process;
  }

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

  /** Worker threads of this node: its schedulers are 0 to `schedulers`, and 0 is the main thread. */
  get schedulers(): number {
    return this.#process.env.workers;
  }

  /** Monotonic ms, fractions included: of a use for differences on one scheduler only (`erlang:monotonic_time/0`). */
  now(): number {
    return this.#process.env.clock.now();
  }

  /** Who spawned this process. */
  get parent(): Pid<unknown> {
    return this.#process.parent as Pid<unknown>;
  }

  /** What reports say of this process: `logger.error(text, { self })`. */
  get logMetadata(): Metadata {
    return metadataOf(this.#process);
  }

  /** Its parent wanted nothing of it but that it starts: the behaviour is to take itself for its parent, as OTP's do. */
  get detached(): boolean {
    return this.#process.detached;
  }

  /**
   * Sends a copy of `message`; throws TermError for what is not a term, BadName for a name nobody has here. Where much is
   * under way to the receiver's node (`distBufferBusyLimit`) the process is suspended, so a loop should `await
   * self.yield()`; one that never waits gets NodeBusy. With options, says what became of it (`erlang:send/3`).
   */
  send<T>(dest: Dest<T>, message: T): void;
  send<T>(dest: Dest<T>, message: T, options: SendOptions): SendResult;
  send(dest: unknown, message: unknown, options?: SendOptions): SendResult {
    return sendFrom(this.#live(), dest as Dest, message, options);
  }

  /** Lets other processes run; if this one is suspended, until it is not (`erlang:yield/0`). */
  yield(): Promise<void> {
    return this.#process.alive ? yieldTurn(this.#process) : NEVER;
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
  spawn<A extends Args, T>(proc: Proc<A, T>, args: A, options?: SpawnOptions): Pid<T>;
  /**
   * On another node, which gives the pid. If the node cannot be reached, it is that of a process which has ended
   * (`noconnection`), as link or monitor say; so it is for all spawns. An option that the other node cannot fulfil
   * is thrown as the error it gives.
   */
  spawn<A extends Args, T>(proc: Proc<A, T>, args: A, options: RemoteSpawnOptions): Promise<Pid<T>>;
  spawn(proc: AnyProc, args: Args, options: SpawnOptions | RemoteSpawnOptions = {}) {
    return spawnAnywhere(this.#live(), proc, args, options, {}, pidOf);
  }

  /** spawn and link in one step. */
  spawnLink<A extends Args, T>(proc: Proc<A, T>, args: A, options?: SpawnOptions): Pid<T>;
  /** The same on another node, as with `spawn`. */
  spawnLink<A extends Args, T>(proc: Proc<A, T>, args: A, options: RemoteSpawnOptions): Promise<Pid<T>>;
  spawnLink(proc: AnyProc, args: Args, options: SpawnOptions | RemoteSpawnOptions = {}) {
    return spawnAnywhere(this.#live(), proc, args, options, { link: true }, pidOf);
  }

  /** spawn and monitor in one step, with a link and an alias in the same if so wished (`erlang:spawn_opt/4`). */
  spawnMonitor<A extends Args, T>(
    proc: Proc<A, T>,
    args: A,
    options?: SpawnOptions & MonitorOptions,
  ): Spawned<T>;
  /** The same on another node, as with `spawn`. */
  spawnMonitor<A extends Args, T>(
    proc: Proc<A, T>,
    args: A,
    options: RemoteSpawnOptions & MonitorOptions,
  ): Promise<Spawned<T>>;
  spawnMonitor(
    proc: AnyProc,
    args: Args,
    options: (SpawnOptions | RemoteSpawnOptions) & MonitorOptions = {},
  ) {
    return spawnAnywhere(
      this.#live(),
      proc,
      args,
      options,
      { ...relationOf(options), monitor: true },
      asItIs,
    );
  }

  /**
   * spawn for a synchronous start (`procLib`): `ref` monitors the child, and the runtime itself answers under it
   * with a `Started` message, for a behaviour once its `init` is done, for a plain body as it begins. The
   * behaviour has nothing to acknowledge; if it ends before, the `Down` says why.
   */
  spawnStart<A extends Args, T>(
    proc: Proc<A, T>,
    args: A,
    options?: SpawnOptions & StartRelation,
  ): Spawned<T>;
  /** The same on another node, as with `spawn`. */
  spawnStart<A extends Args, T>(
    proc: Proc<A, T>,
    args: A,
    options: RemoteSpawnOptions & StartRelation,
  ): Promise<Spawned<T>>;
  spawnStart(proc: AnyProc, args: Args, options: (SpawnOptions | RemoteSpawnOptions) & StartRelation = {}) {
    const { link = false, detached = false } = options;
    return spawnAnywhere(
      this.#live(),
      proc,
      args,
      options,
      { link, detached, monitor: true, start: true },
      asItIs,
    );
  }

  /**
   * Asks a node, this one by default, for a process and goes on: a `SpawnReply` message says what became of it, and a
   * `Down` under the same ref, if it is monitored, comes later (`erlang:spawn_request/5`).
   */
  spawnRequest<A extends Args, T>(
    proc: Proc<A, T>,
    args: A,
    options: (SpawnOptions | RemoteSpawnOptions) & RequestOptions = {},
  ): Ref {
    if (options.name !== undefined) checkName(options.name);
    const relation = { ...relationOf(options), monitor: options.monitor === true };
    return requestSpawn(this.#live(), proc, args, { ...options, node: options.node ?? this.node }, relation);
  }

  /** Gives up a request: no reply comes, and a linked child exits with `abandoned`. False if the reply is here already. */
  spawnRequestAbandon(ref: Ref): boolean {
    return abandonSpawn(this.#live(), ref);
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
    const address = typeof target === "string" ? { name: target, node: this.node } : target;
    return monitor(this.#live(), address, options.alias);
  }

  /** Ends a monitor; `flush` also takes a `Down` of it out of the mailbox. False if it had fired or never was. */
  demonitor(ref: Ref, options: { flush?: boolean } = {}): boolean {
    const process = this.#live();
    const active = demonitor(process, ref);
    if (options.flush) flushDown(process, ref);
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

  /** Sets a flag; returns what it was. With `asyncDist` it is never suspended for the sake of other nodes. Throws TypeError for what is no value of it (`erlang:process_flag/2`). */
  processFlag<F extends keyof ProcessFlags>(flag: F, value: ProcessFlags[F]): ProcessFlags[F] {
    return setFlag(this.#live(), flag, value);
  }

  /**
   * Registers this process. Throws Error if the name is taken, or it has one already; TypeError for what is no name
   * (`erlang:register/2`).
   */
  register(name: string): void;
  /**
   * Registers another process of this node. Rejects as the other throws, and if the process has ended. The name is
   * there at once; the promise says that the process keeps it, because what cannot be named gives it back.
   */
  register(name: string, pid: AnyPid): Promise<void>;
  register(name: string, pid?: AnyPid): undefined | Promise<void> {
    if (pid !== undefined) return register(this.#live(), name, pid);
    checkName(name);
    const process = this.#live();
    registerHere(process.env, name, process);
    return undefined;
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
  sendAfter<T>(ms: number, dest: Dest<T>, message: T, options: TimerOptions = {}): Ref {
    const process = this.#live();
    return sendAfter(process, dueIn(process, "sendAfter", ms, options), dest as Dest, message);
  }

  /** Sends `{ tag: "timeout", ref, message }` to `dest` in `ms`. */
  startTimer(ms: number, dest: Dest, message: unknown, options: TimerOptions = {}): Ref {
    const process = this.#live();
    return startTimer(process, dueIn(process, "startTimer", ms, options), dest, message);
  }

  /**
   * Stops a timer: the ms it had left, or undefined if it is over. A timer lives on the scheduler of the process that
   * started it: on another one, RangeError is thrown (`erlang:cancel_timer/1`).
   */
  cancelTimer(ref: Ref): number | undefined;
  /** The same for a timer of any scheduler of this node. */
  cancelTimer(ref: Ref, options: AnyTimerOptions): Promise<number | undefined>;
  /** The same; the answer comes as a `TimerLeft` message, which `info: false` leaves out (`erlang:cancel_timer/2`). */
  cancelTimer(ref: Ref, options: AsyncTimerOptions): void;
  cancelTimer(ref: Ref, options?: AnyTimerOptions | AsyncTimerOptions) {
    return orderTimer(this.#live(), ref, "cancel", options) as never;
  }

  /** The ms that a timer has left, or undefined if it is over; else as `cancelTimer` (`erlang:read_timer/1,2`). */
  readTimer(ref: Ref): number | undefined;
  /** The same for a timer of any scheduler of this node. */
  readTimer(ref: Ref, options: AnyTimerOptions): Promise<number | undefined>;
  /** The same; the answer comes as a `TimerLeft` message. */
  readTimer(ref: Ref, options: AsyncTimerOptions): void;
  readTimer(ref: Ref, options?: AnyTimerOptions | AsyncTimerOptions) {
    return orderTimer(this.#live(), ref, "read", options) as never;
  }

  /** Connected nodes, without the hidden ones by default (`erlang:nodes/1`). */
  nodes(filter: NodeFilter = "visible"): string[] {
    return nodes(this.#process.env, filter);
  }

  /**
   * From now on, or no more, a `NodeUp` message for every node that is connected, and a `NodeDown` when its connection is
   * gone (`net_kernel:monitor_nodes/2`). No signal of a node comes before its `NodeUp`; its `NodeDown` comes after the
   * links and monitors with it have fired. Each `true` gives one more message; `false` ends all with this `nodeType`.
   */
  monitorNodes(on: boolean, options: { readonly nodeType?: NodeFilter } = {}): void {
    monitorNodes(this.#live(), on, options.nodeType ?? "visible");
  }

  /**
   * One `NodeDown` message when the connection with the node is gone; connects if there is none, and a node that
   * cannot be reached is down at once. `false` takes one such call back. Throws on a node without a name.
   */
  monitorNode(node: string, on: boolean): void {
    monitorNode(this.#live(), node, on);
  }

  /** Connects with a node: whether there is a connection now (`net_kernel:connect_node/1`). */
  async connectNode(node: string): Promise<boolean> {
    return (await this.call(KERNEL, ["connect", node], Number.POSITIVE_INFINITY)) as boolean;
  }

  /** Ends the connection with a node: links, monitors and `NodeDown` follow. False if there was none. */
  async disconnectNode(node: string): Promise<boolean> {
    return (await this.call(KERNEL, ["disconnect", node], Number.POSITIVE_INFINITY)) as boolean;
  }

  /** The connections of this node, hidden ones included, and how full each is. */
  async connections(): Promise<ConnectionInfo[]> {
    return (await this.call(KERNEL, ["connections"])) as ConnectionInfo[];
  }

  /** Whether a node can be reached (`net_adm:ping/1`). */
  async ping(node: string): Promise<"pong" | "pang"> {
    return (await this.connectNode(node)) ? "pong" : "pang";
  }

  /**
   * What its scheduler knows of a process, of any node; undefined if it has ended or cannot be reached
   * (`erlang:process_info/1`).
   */
  processInfo(pid: AnyPid): Promise<ProcessInfo | undefined>;
  /**
   * Only the items that are named; some are lists as long as the process has ties or messages. Throws TypeError for
   * what is no item (`erlang:process_info/2`).
   */
  processInfo<K extends ProcessItem>(
    pid: AnyPid,
    items: readonly K[],
  ): Promise<Pick<ProcessDetails, K> | undefined>;
  processInfo(pid: AnyPid, items?: readonly ProcessItem[]): Promise<never> {
    if (items !== undefined) checkItems(items);
    return processInfo(this.#live(), pid, items) as Promise<never>;
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
  dirty<A extends Args, R>(job: Job<A, R>, args: A): Promise<R> {
    return this.#live().env.dirty(job, args) as Promise<R>;
  }

  /** Loads what a name stands for on this thread (`code:ensure_loaded/1`). Rejects with Exit `{ undef }` if there is no such export. */
  ensureLoaded(proc: AnyProc): Promise<void> {
    return ensureLoaded(this.#live().env, proc);
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
}
