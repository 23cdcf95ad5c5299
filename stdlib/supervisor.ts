/**
 * A supervisor starts its children, in order, restarts those that end, and ends them in reverse order (OTP:
 * `supervisor`; its `supervisor(3)` is the specification of what is not said here).
 *
 * ```ts
 * import { cast, child, genServer, type Pid, startChild, startLink, supervisor } from "ringbeam";
 *
 * export const till = genServer(import.meta.url, "till", {
 *   init(self, name: string, owner: Pid<string>) {
 *     self.send(owner, `${name} is open`);
 *     return { sum: 0 };
 *   },
 *   handleCast: {
 *     crash() {
 *       throw new Error("out of paper");
 *     },
 *   },
 * });
 * export const shop = supervisor(import.meta.url, "shop", (owner: Pid<string>) => ({
 *   strategy: "oneForOne",
 *   intensity: 3, // restarts within
 *   period: 10_000, // ms; with one more, the shop gives up and exits
 *   children: [child(till, ["till 1", owner], { name: "till1" })],
 * }));
 *
 * const pid = await startLink(self, shop, [self.pid]);
 * await self.receive(); //=> "till 1 is open"
 * cast(self, "till1", ["crash"]);
 * await self.receive(); //=> "till 1 is open"
 * await startChild(self, pid, child(till, ["till 2", self.pid], { id: "till2", restart: "transient" }));
 * await self.receive(); //=> "till 2 is open"
 * ```
 *
 * It is a server (`genServer`) that traps exits and does one thing at a time: while it waits for a child to
 * start or to end, whatever else happens waits in its mailbox.
 *
 * | message | does |
 * | --- | --- |
 * | EXIT of a child | restarts it, as strategy and restart type say; beyond the intensity: exit `shutdown` |
 * | EXIT of a significant child | exit `shutdown`, if it is not restarted and `autoShutdown` says so |
 * | EXIT of the parent | terminates the children, last one first, and exits |
 * | calls | `startChild terminateChild restartChild deleteChild whichChildren countChildren` |
 * | cast `tryAgain` | of itself: a restart failed, and is tried again (and counted) |
 */
import {
  type AnyPid,
  Exit,
  type ExitMessage,
  type ExitReason,
  type Pid,
  type Proc,
  type Self,
} from "../runtime/index.js";
import { markSupervisor } from "./childSpec.js";
import { failCall } from "./failCall.js";
import type { Child, Family } from "./family.js";
import { cast } from "./gen.js";
import { type CallContext, type Context, genServer } from "./genServer.js";
import { warn } from "./report.js";
import { type NoReply, type StopWith, stopWith } from "./serverResult.js";
import { addRestart, afterExit, endsWith, isCounted, restartPlan } from "./strategy.js";
import type { ChildCounts, SupervisorMessage } from "./supervisorClient.js";
import { reportEnd, reportError } from "./supervisorReport.js";
import { checkedSpec, initialState, type State, type SupervisorSpec } from "./supervisorSpec.js";

export {
  type ChildCounts,
  countChildren,
  deleteChild,
  restartChild,
  type Supervisor,
  type SupervisorMessage,
  startChild,
  terminateChild,
  whichChildren,
} from "./supervisorClient.js";

/**
 * Defines a supervisor. If a child does not start, those started before it are terminated and the supervisor
 * exits with `{ shutdown: { failedToStartChild: id, reason } }`. A spec that is wrong: `{ supervisorData }` or
 * `{ startSpec }`, with what is wrong.
 */
export function supervisor<Args extends readonly unknown[]>(
  module: string,
  name: string,
  init: (...args: Args) => SupervisorSpec | Promise<SupervisorSpec>,
): Proc<Args, SupervisorMessage> {
  return supervising(module, name, (_self, ...args: Args) => init(...args));
}

/** As `supervisor`, for a function that looks at the node that it runs on. */
export function supervising<Args extends readonly unknown[]>(
  module: string,
  name: string,
  init: (self: Self<unknown>, ...args: Args) => SupervisorSpec | Promise<SupervisorSpec>,
): Proc<Args, SupervisorMessage> {
  const proc = genServer(module, name, {
    async init(self: Self<unknown>, ...args: Args): Promise<State> {
      self.processFlag("trapExit", true);
      const spec = await init(self, ...args);
      const state = initialState(self, spec);
      await startAll(self, state);
      return state;
    },
    handleCall: {
      startChild: (ctx, spec: unknown) => addChild(ctx, spec),
      terminateChild: (ctx, id: string) => endChild(ctx, id),
      restartChild: (ctx, id: string) => startAgain(ctx, id),
      deleteChild: (ctx, id: string) => removeChild(ctx, id),
      whichChildren: (ctx) => Array.from(ctx.state.family, (child) => ctx.state.family.info(child)),
      countChildren: (ctx) => count(ctx.state.family),
    },
    handleCast: {
      tryAgain(ctx, id: string) {
        const child = ctx.state.family.get(id);
        if (child?.restarting) return restart(ctx, child);
      },
    },
    handleInfo: childExit,
    formatStatus: ({ state: { family, restarts: _, losses: __, ...state } }) => ({
      state: { ...state, children: Array.from(family, (child) => family.info(child)) },
    }),
    terminate: (ctx) => ctx.state.family.terminateAll([...ctx.state.family].reverse()),
  });
  return markSupervisor(proc as unknown as Proc<Args, SupervisorMessage>);
}

// -- start and restart -------------------------------------------------------------------------------------------

async function startAll(self: Self<unknown>, { family }: State): Promise<void> {
  for (const child of family) {
    try {
      await family.start(child);
    } catch (thrown) {
      reportError(self, "startError", (thrown as Exit).reason, child.spec, undefined);
      await family.terminateAll([...family].reverse());
      throw new Exit({ shutdown: { failedToStartChild: child.spec.id, reason: (thrown as Exit).reason } });
    }
  }
}

function childExit(ctx: Context<State>, message: unknown): void | StopWith | Promise<void | StopWith> {
  const { tag, pid, reason } = (message ?? {}) as Partial<ExitMessage>;
  if (tag !== "EXIT") return warn(ctx.self, "a supervisor got a message that it does not know", message);
  const { family } = ctx.state;
  const child = family.ended(pid!);
  if (child === undefined) return;
  reportEnd(ctx.self, reason, child.spec, pid!);
  const next = afterExit(child.spec.restart, reason);
  if (next === "restart") return restart(ctx, child, reason, pid);
  if (next === "remove") family.remove(child);
  if (endsWith(ctx.state.autoShutdown, child, family)) return stopWith("shutdown");
}

/** Brings a child up again, and whom the strategy restarts with it; gives up beyond the intensity. */
async function restart(
  ctx: Context<State>,
  ended: Child,
  reason?: ExitReason,
  pid?: AnyPid,
): Promise<void | StopWith> {
  const { state } = ctx;
  const { family } = state;
  const now = ctx.self.now();
  if (!isCounted(state.losses, reason, ended.startedAt, now) && !addRestart(state.restarts, now, state)) {
    reportError(ctx.self, "shutdown", "reachedMaxRestartIntensity", ended.spec, pid);
    return stopWith("shutdown");
  }
  const plan = restartPlan(state.strategy, family, ended);
  await family.terminateAll(plan.terminate);
  for (const child of plan.remove) family.remove(child);
  for (const child of plan.start) if (!(await startedAgain(ctx, child))) return;
}

/** A child that does not start is tried again behind what waits in the mailbox. */
async function startedAgain({ self, state }: Context<State>, child: Child): Promise<boolean> {
  try {
    await state.family.start(child);
    return true;
  } catch (thrown) {
    reportError(self, "startError", (thrown as Exit).reason, child.spec, undefined);
    child.restarting = true;
    cast(self, self.pid as Pid<SupervisorMessage>, ["tryAgain", child.spec.id]);
    return false;
  }
}

// -- calls -------------------------------------------------------------------------------------------------------

type Ctx = CallContext<State>;

async function addChild(ctx: Ctx, value: unknown): Promise<AnyPid | NoReply> {
  const { family } = ctx.state;
  let child: Child | undefined;
  try {
    const spec = checkedSpec(value, ctx.state.autoShutdown);
    const present = family.get(spec.id);
    if (present) return failCall(ctx, present.pid ? { alreadyStarted: present.pid } : "alreadyPresent");
    child = family.add(spec);
    return (await family.start(child)) ?? failCall(ctx, "ignore");
  } catch (thrown) {
    if (child) family.remove(child);
    return failCall(ctx, (thrown as Exit).reason);
  }
}

async function endChild(ctx: Ctx, id: string): Promise<void | NoReply> {
  const { family } = ctx.state;
  const child = family.get(id);
  if (child === undefined) return failCall(ctx, "notFound");
  await family.terminate(child);
  if (child.spec.restart === "temporary") family.remove(child);
}

async function startAgain(ctx: Ctx, id: string): Promise<AnyPid | NoReply> {
  const { family } = ctx.state;
  const child = family.get(id);
  const { status } = child ? family.info(child) : { status: "notFound" };
  if (child === undefined || status !== "stopped") return failCall(ctx, status);
  try {
    return (await family.start(child)) ?? failCall(ctx, "ignore");
  } catch (thrown) {
    return failCall(ctx, (thrown as Exit).reason);
  }
}

function removeChild(ctx: Ctx, id: string): void | NoReply {
  const { family } = ctx.state;
  const child = family.get(id);
  const { status } = child ? family.info(child) : { status: "notFound" };
  if (child === undefined || status !== "stopped") return failCall(ctx, status);
  family.remove(child);
}

function count(family: Family): ChildCounts {
  const children = [...family];
  const supervisors = children.filter((child) => child.spec.type === "supervisor").length;
  const active = children.filter((child) => child.pid !== undefined).length;
  return { specs: children.length, active, supervisors, workers: children.length - supervisors };
}
