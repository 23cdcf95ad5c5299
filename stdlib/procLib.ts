/**
 * Synchronous starts (OTP: `proc_lib`): the caller goes on when the child is up, or knows why it is not.
 *
 *     parent                        child
 *       | -- spawn ------------------> |   init runs
 *       | <--------------- $started -- |   a behaviour when its init is done, a plain body as it begins
 *       | <------------------- DOWN -- |   or it ended before: StartError with its reason
 *
 * The runtime answers for the child, so any `proc` and any behaviour can be started this way.
 *
 * ```ts
 * import { genServer, type StartError, start, startLink, stopWith } from "ringbeam";
 *
 * export const disk = genServer(import.meta.url, "disk", {
 *   init: (_self, path: string) => (path === "" ? stopWith("noPath") : { path }),
 * });
 *
 * const pid = await startLink(self, disk, ["/data"], { name: "disk", timeout: 1000 });
 * self.whereis("disk"); //=> pid
 * await start(self, disk, [""]).catch((error: StartError) => error.reason); //=> "noPath"
 * const taken = start(self, disk, ["/"], { name: "disk" });
 * await taken.catch((error: StartError) => error.reason); //=> { alreadyStarted: pid }
 * ```
 */
import {
  type Down,
  Exit,
  type ExitMessage,
  type ExitReason,
  formatReason,
  type Pid,
  type Proc,
  type Ref,
  type Self,
  type SpawnOptions,
  type Started,
  type StartRelation,
  TIMEOUT,
} from "../runtime/index.js";
import { withViaName } from "./genDefinition.js";
import { isVia, type ViaName } from "./via.js";

/** Any process from inside, whatever messages it understands. */
export type AnySelf = Omit<Self<unknown>, "pid" | "receive">;

/** How and where a process is started, and how long that may take. */
export interface StartOptions extends Omit<SpawnOptions, "name"> {
  /** Registered before `init`: a name of this node, or, for a behaviour, one that a module keeps. */
  readonly name?: string | ViaName<never>;
  /** ms that the child's init may take; no limit by default. */
  readonly timeout?: number;
}

/**
 * A process did not start; not caught, it is the exit reason of who started it. `reason` is what the child
 * ended with, `timeout`, or `{ alreadyStarted: pid }` where somebody has its name.
 */
export class StartError extends Exit {
  constructor(proc: { toString(): string }, reason: ExitReason) {
    super(reason);
    this.message = `${proc} did not start: ${formatReason(reason)}`;
  }
}

/** The child's `init` gave `ignore`: it has ended, in order, and there is nothing wrong (OTP: `ignore`). */
export class Ignored extends StartError {
  constructor(proc: { toString(): string }) {
    super(proc, "ignore");
  }
}

/** What a child that ignores its start tells its parent, before it exits `normal`. */
export interface IgnoredMessage {
  readonly tag: "$ignored";
  readonly pid: Pid<unknown>;
}

/**
 * Starts a process and waits until it is up. Throws StartError, Ignored where `init` gave `ignore`, and TermError
 * for arguments that are not terms.
 */
export async function start<A extends readonly unknown[], M>(
  self: AnySelf,
  proc: Proc<A, M>,
  args: NoInfer<A>,
  options: StartOptions = {},
): Promise<Pid<M>> {
  const { pid, ref } = await startAlone(self as Self<unknown>, proc, args, options, { detached: true });
  endMonitor(self, ref);
  return pid;
}

/** As `start`, and leaves a monitor on the child: its `Down` comes under `ref`. */
export function startMonitor<A extends readonly unknown[], M>(
  self: AnySelf,
  proc: Proc<A, M>,
  args: NoInfer<A>,
  options: StartOptions = {},
): Promise<{ pid: Pid<M>; ref: Ref }> {
  return startAlone(self as Self<unknown>, proc, args, options, {});
}

async function startAlone<A extends readonly unknown[], M>(
  self: Self<unknown>,
  proc: Proc<A, M>,
  args: A,
  options: StartOptions,
  relation: StartRelation,
): Promise<{ pid: Pid<M>; ref: Ref }> {
  const started = spawnFor(self, proc, args, options, relation);
  const answer = await awaitStart(self, started, options.timeout, false);
  if (answer.tag !== "$started") throw await failed(self, proc, started, answer);
  return started;
}

/**
 * As `start`, linked with the child from its birth. A failed start does not end the caller, whether it traps
 * exits or not, and leaves no EXIT message of the child behind.
 */
export async function startLink<A extends readonly unknown[], M>(
  self: AnySelf,
  proc: Proc<A, M>,
  args: NoInfer<A>,
  options: StartOptions = {},
): Promise<Pid<M>> {
  const me = self as Self<unknown>;
  // While it waits, the caller traps exits, so that it can tell the child's from everybody else's.
  const traps = me.processFlag("trapExit", true);
  let started: { pid: Pid<M>; ref: Ref };
  let answer: Answer;
  try {
    started = spawnFor(me, proc, args, options, { link: true });
    answer = await awaitStart(me, started, options.timeout, !traps);
    if (answer.tag !== "$started") throw await failed(me, proc, started, answer);
  } finally {
    me.processFlag("trapExit", traps);
  }
  if (!traps) await obeyExits(me, started.ref);
  endMonitor(me, started.ref);
  return started.pid;
}

type Answer = Started | Down | { readonly tag: "timeout" };

function spawnFor<A extends readonly unknown[], M>(
  self: Self<unknown>,
  proc: Proc<A, M>,
  args: A,
  options: StartOptions,
  relation: StartRelation,
): { pid: Pid<M>; ref: Ref } {
  const { timeout: _, name, ...rest } = options;
  if (isVia(name)) return self.spawnStart(proc, withViaName(proc, args, name) as A, { ...rest, ...relation });
  const holder = name === undefined ? undefined : self.whereis(name);
  if (holder !== undefined) throw new StartError(proc, { alreadyStarted: holder });
  return self.spawnStart(proc, args, { ...rest, ...(name !== undefined && { name }), ...relation });
}

/** @param obeying the caller traps exits for our sake only: an exit signal to it has its usual effect, at once */
async function awaitStart(
  self: Self<unknown>,
  { pid, ref }: { readonly pid: Pid; readonly ref: Ref },
  timeout: number | undefined,
  obeying: boolean,
): Promise<Answer> {
  const end = timeout === undefined ? Number.POSITIVE_INFINITY : self.now() + timeout;
  let child: Answer | ExitMessage | typeof TIMEOUT;
  for (;;) {
    const after = Math.max(0, end - self.now());
    const wanted = (m: unknown): m is Answer | ExitMessage => isAnswer(m, ref) || (obeying && isExit(m));
    child = await self.receive(wanted, { after, since: ref });
    if (child === TIMEOUT) return { tag: "timeout" };
    if (child.tag !== "EXIT") return child;
    // The child's own: the DOWN behind it says why the start failed, and that is not to end us.
    if (child.pid !== pid) obey(self, child);
  }
}

/** The start failed: nothing of the child stays, neither the process nor a message. Gives what to throw. */
async function failed(
  self: Self<unknown>,
  proc: { toString(): string },
  started: { pid: Pid; ref: Ref },
  answer: Exclude<Answer, Started>,
): Promise<StartError> {
  const { pid, ref } = started;
  self.unlink(pid);
  if (answer.tag === "timeout") {
    self.exit(pid, "kill");
    await self.receive((m): m is Down => isAnswer(m, ref) && m.tag === "DOWN", {
      after: Number.POSITIVE_INFINITY,
      since: ref,
    });
  }
  const ignored = await self.receive((m) => isIgnored(m, pid), { after: 0, since: ref });
  const rest = (m: unknown) => isAnswer(m, ref) || (isExit(m) && m.pid === pid);
  while ((await self.receive(rest, { after: 0, since: ref })) !== TIMEOUT);
  if (ignored !== TIMEOUT) return new Ignored(proc);
  return new StartError(proc, answer.tag === "timeout" ? "timeout" : startReason(answer.reason));
}

function startReason(reason: ExitReason): ExitReason {
  const taken = reason as { readonly alreadyRegistered?: unknown } | null;
  if (typeof taken !== "object" || taken === null || !Object.hasOwn(taken, "alreadyRegistered"))
    return reason;
  return { alreadyStarted: taken.alreadyRegistered };
}

/** Exit signals that came as messages between the child's answer and now have the effect that they should have had. */
async function obeyExits(self: Self<unknown>, since: Ref): Promise<void> {
  for (;;) {
    const message = await self.receive(isExit, { after: 0, since });
    if (message === TIMEOUT) return;
    obey(self, message);
  }
}

/** The effect of an exit signal on a process that traps none. */
function obey(self: Self<unknown>, { reason }: ExitMessage): void {
  if (reason === "normal") return;
  self.processFlag("trapExit", false);
  self.exit(self.pid, reason);
}

/** The look through the mailbox is for the rare case that the child has ended already. */
function endMonitor(self: AnySelf, ref: Ref): void {
  if (!self.demonitor(ref)) self.demonitor(ref, { flush: true });
}

function isAnswer(message: unknown, ref: Ref): message is Started | Down {
  const m = message as Partial<Started | Down> | null | undefined;
  return typeof m === "object" && m !== null && m.ref === ref && (m.tag === "$started" || m.tag === "DOWN");
}

function isIgnored(message: unknown, pid: Pid): boolean {
  const { tag, pid: of } = (message ?? {}) as Partial<IgnoredMessage>;
  return tag === "$ignored" && of === pid;
}

function isExit(message: unknown): message is ExitMessage {
  return typeof message === "object" && message !== null && (message as Partial<ExitMessage>).tag === "EXIT";
}
