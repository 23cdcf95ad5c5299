/**
 * A supervisor for children that come and go, any number of them: a child is known by its pid alone (Elixir:
 * `DynamicSupervisor`; OTP: `supervisor` with `simple_one_for_one`). Each step costs the same with a hundred
 * thousand children as with one.
 *
 * ```ts
 * import {
 *   call,
 *   child,
 *   dynamicSupervisor,
 *   genServer,
 *   startChild,
 *   startLink,
 *   terminateChild,
 * } from "ringbeam";
 *
 * export const room = genServer(import.meta.url, "room", {
 *   init: (_self, topic: string) => ({ topic }),
 *   handleCall: { topic: (ctx) => ctx.state.topic },
 * });
 * export const rooms = dynamicSupervisor(import.meta.url, "rooms", () => ({ maxChildren: 1000 }));
 *
 * const pid = await startLink(self, rooms, [], { name: "rooms" });
 * const lobby = await startChild(self, pid, child(room, ["lobby"], { restart: "transient" }));
 * await call(self, lobby, ["topic"]); //=> "lobby"
 * await terminateChild(self, pid, lobby);
 * await self.isAlive(lobby); //=> false
 * ```
 *
 * | message | does |
 * | --- | --- |
 * | EXIT of a child | starts it again or forgets it, as its restart type says; beyond the intensity: exit `shutdown` |
 * | EXIT of the parent | terminates all children at the same time, and exits |
 * | calls | `startChild terminateChild whichChildren countChildren` |
 * | cast `tryAgain` | of itself: a restart failed, and is tried again (and counted) |
 *
 * A child that waits for its restart is still known by the pid that it had.
 */
import {
  type AnyPid,
  type Down,
  Exit,
  type ExitMessage,
  type ExitReason,
  type Pid,
  type Proc,
  type Ref,
  type Self,
  TIMEOUT,
} from "../runtime/index.js";
import { shutdownChildProcess, startChildProcess } from "./childLife.js";
import { type ChildInfo, type ChildSpec, markSupervisor } from "./childSpec.js";
import { failCall } from "./failCall.js";
import { cast, type Protocol } from "./gen.js";
import { type CallContext, type Context, genServer } from "./genServer.js";
import { Ignored } from "./procLib.js";
import { warn } from "./report.js";
import { type NoReply, type StopWith, stopWith } from "./serverResult.js";
import { addRestart, afterExit, endedAsTold, isCounted, type Limit } from "./strategy.js";
import type { ChildCounts, DynamicSupervisorMessage } from "./supervisorClient.js";
import { reportEnd, reportError } from "./supervisorReport.js";
import { checkedSpec, limitOf } from "./supervisorSpec.js";

/** What a dynamic supervisor's function gives. */
export interface DynamicSupervisorSpec {
  /** Restarts allowed within `period`, of all children together; 1 by default. */
  readonly intensity?: number;
  /** ms; 5000 by default. */
  readonly period?: number;
  /** No limit by default. */
  readonly maxChildren?: number;
}

interface Child {
  readonly spec: ChildSpec;
  /** When it was last started, in ms. */
  startedAt: number;
  /** Its last start failed; the supervisor has a message to itself on the way, to try again. */
  restarting: boolean;
}

interface State extends Limit {
  readonly maxChildren: number;
  /** By the pid that each has, or had before the restart that it waits for. */
  readonly children: Map<AnyPid, Child>;
  /** When the latest restarts were. */
  readonly restarts: number[];
  /** When the latest loss of each scheduler was counted. */
  readonly losses: Map<number, number>;
}

/** Defines a dynamic supervisor. A spec that is wrong: exit `{ supervisorData }`, with what is wrong. */
export function dynamicSupervisor<Args extends readonly unknown[]>(
  module: string,
  name: string,
  init: (...args: Args) => DynamicSupervisorSpec | Promise<DynamicSupervisorSpec>,
): Proc<Args, DynamicSupervisorMessage> {
  const proc = genServer(module, name, {
    async init(self: Self<unknown>, ...args: Args): Promise<State> {
      self.processFlag("trapExit", true);
      return initialState(await init(...args));
    },
    handleCall: {
      startChild: (ctx, spec: unknown) => addChild(ctx, spec),
      terminateChild: (ctx, pid: AnyPid) => endChild(ctx, pid),
      whichChildren: (ctx) => Array.from(ctx.state.children, info),
      countChildren: (ctx) => count([...ctx.state.children.values()]),
    },
    handleCast: {
      tryAgain(ctx, pid: AnyPid) {
        const child = ctx.state.children.get(pid);
        if (child?.restarting) return restart(ctx, pid, child);
      },
    },
    handleInfo: childExit,
    terminate: (ctx) => terminateAll(ctx.self, ctx.state.children),
  });
  return markSupervisor(proc as unknown as Proc<Args, DynamicSupervisorMessage>);
}

function initialState(spec: DynamicSupervisorSpec): State {
  const { maxChildren = Number.POSITIVE_INFINITY } = spec;
  if (!(maxChildren >= 0)) throw new Exit({ supervisorData: { invalidMaxChildren: maxChildren } });
  return { ...limitOf(spec), maxChildren, children: new Map(), restarts: [], losses: new Map() };
}

async function addChild(ctx: CallContext<State>, value: unknown): Promise<AnyPid | NoReply> {
  const { children, maxChildren } = ctx.state;
  if (children.size >= maxChildren) return failCall(ctx, "maxChildren");
  try {
    const spec = checkedSpec(value, "never");
    const pid = await startChildProcess(ctx.self, spec);
    children.set(pid, { spec, startedAt: ctx.self.now(), restarting: false });
    return pid;
  } catch (thrown) {
    return failCall(ctx, (thrown as Exit).reason);
  }
}

async function endChild(ctx: CallContext<State>, pid: AnyPid): Promise<void | NoReply> {
  const child = ctx.state.children.get(pid);
  if (child === undefined) return failCall(ctx, "notFound");
  ctx.state.children.delete(pid);
  if (!child.restarting)
    reportShutdown(ctx.self, pid, child.spec, await shutdownChildProcess(ctx.self, pid, child.spec));
}

function childExit(ctx: Context<State>, message: unknown): void | Promise<void | StopWith> {
  const { tag, pid, reason } = (message ?? {}) as Partial<ExitMessage>;
  if (tag !== "EXIT") return warn(ctx.self, "a supervisor got a message that it does not know", message);
  const child = ctx.state.children.get(pid!);
  if (child === undefined) return;
  reportEnd(ctx.self, reason, child.spec, pid!);
  if (afterExit(child.spec.restart, reason) === "restart") return restart(ctx, pid!, child, reason);
  ctx.state.children.delete(pid!);
}

/** Starts a child again, under a new pid; one that does not start is tried again behind what waits in the mailbox. */
async function restart(
  ctx: Context<State>,
  pid: AnyPid,
  child: Child,
  reason?: ExitReason,
): Promise<void | StopWith> {
  const { self, state } = ctx;
  child.restarting = true;
  const now = self.now();
  if (!isCounted(state.losses, reason, child.startedAt, now) && !addRestart(state.restarts, now, state)) {
    reportError(self, "shutdown", "reachedMaxRestartIntensity", child.spec, pid);
    return stopWith("shutdown");
  }
  try {
    child.startedAt = self.now();
    const again = await startChildProcess(self, child.spec);
    child.restarting = false;
    state.children.delete(pid);
    state.children.set(again, child);
  } catch (thrown) {
    if (thrown instanceof Ignored) return void state.children.delete(pid);
    reportError(self, "startError", (thrown as Exit).reason, child.spec, pid);
    cast(self, self.pid as Pid<Protocol<object, { tryAgain(pid: AnyPid): void }>>, ["tryAgain", pid]);
  }
}

/** All at once: the slowest child, not their number, says how long it takes. Takes all that is in the mailbox. */
async function terminateAll(self: Self<unknown>, children: ReadonlyMap<AnyPid, Child>): Promise<void> {
  const waiting = new Map<Ref, readonly [AnyPid, ChildSpec]>();
  let patience = 0;
  for (const [pid, { spec, restarting }] of children) {
    if (restarting) continue;
    waiting.set(self.monitor(pid), [pid, spec]);
    self.unlink(pid);
    self.exit(pid, spec.shutdown === "brutalKill" ? "kill" : "shutdown");
    patience = Math.max(patience, timeOf(spec));
  }
  let end = self.now() + patience;
  while (waiting.size > 0) {
    const message = await self.receive({ after: Math.max(0, end - self.now()) });
    if (message === TIMEOUT) {
      for (const [pid] of waiting.values()) self.exit(pid, "kill");
      end = Number.POSITIVE_INFINITY;
      continue;
    }
    const { tag, ref, reason } = (message ?? {}) as Partial<Down>;
    const child = tag === "DOWN" && waiting.get(ref!);
    if (!child) continue;
    waiting.delete(ref!);
    reportShutdown(self, ...child, reason);
  }
}

function timeOf({ shutdown }: ChildSpec): number {
  if (shutdown === "brutalKill") return 0;
  return shutdown === "infinity" ? Number.POSITIVE_INFINITY : shutdown;
}

function reportShutdown(self: Self<unknown>, pid: AnyPid, spec: ChildSpec, reason: ExitReason): void {
  const told = spec.shutdown === "brutalKill" ? "killed" : "shutdown";
  // It may have ended by itself a moment before, and its EXIT is what says why.
  if (reason !== "noproc" && !endedAsTold(spec.restart, told, reason))
    reportError(self, "shutdownError", reason, spec, pid);
}

function info([pid, { spec, restarting }]: [AnyPid, Child]): ChildInfo {
  const status = restarting ? "restarting" : "running";
  return { id: spec.id, pid: restarting ? undefined : pid, status, type: spec.type, proc: spec.proc };
}

function count(children: readonly Child[]): ChildCounts {
  const supervisors = children.filter((child) => child.spec.type === "supervisor").length;
  const active = children.filter((child) => !child.restarting).length;
  return { specs: children.length, active, supervisors, workers: children.length - supervisors };
}
