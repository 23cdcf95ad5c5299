/**
 * Servers and supervisors of scenarios, on ringbeam; on Erlang it is `oracle_library.erl`.
 *
 * A server does what a request tells it to (`Act`). At its start and its end it speaks with the conductor and waits for
 * the answer, so that the order of those is seen though they are different processes.
 */
import {
  type AnyPid,
  type CallContext,
  type CallError,
  type ChildSpec,
  call,
  cast,
  child,
  countChildren,
  deleteChild,
  Exit,
  type ExitReason,
  type From,
  genServer,
  noReply,
  type Pid,
  type Proc,
  restartChild,
  type Self,
  StartError,
  start,
  startChild,
  startLink,
  stop,
  stopWith,
  supervisor,
  TIMEOUT,
  terminateChild,
  whichChildren,
} from "../../stdlib/index.js";
import type { Actor } from "./bodies.js";
import { type Control, flush, flushOf, isControl, type Note, type Probe, tagOf } from "./protocol.js";
import type { Act, ChildWish, LibraryOp, Op, ServerWish, SupervisorWish } from "./scenario.js";

export interface ServerRole {
  readonly name: string;
  readonly conductor: Pid<Note>;
  readonly wish: ServerWish & Partial<ChildWish>;
}

export interface SupervisorRole {
  readonly conductor: Pid<Note>;
  readonly spread: number;
  readonly wish: SupervisorWish;
}

interface State {
  readonly role: ServerRole;
  /** What the conductor calls it: the name, and which start of that name it is. */
  readonly who: string;
  readonly waiting: From[];
  /** The last flush that it took part in. */
  flushed: number;
}

// -- the server --------------------------------------------------------------------------------------------------

export const scripted = genServer(import.meta.url, "scripted", {
  async init(self: Self<unknown>, role: ServerRole): Promise<State> {
    if (role.wish.trap) self.processFlag("trapExit", true);
    const { who, starts } = await announce(self, role, "init");
    const [from, act, until = Number.POSITIVE_INFINITY] = role.wish.failFrom ?? [Number.POSITIVE_INFINITY];
    const now = act !== undefined && starts >= from && starts < until ? act : (role.wish.init ?? ["ok"]);
    await doing(self, now);
    if (now[0] === "stop") throw new Exit(now[1]);
    return { role, who, waiting: [], flushed: 0 };
  },
  handleCall: {
    act: (ctx: CallContext<State>, act: Act) => answer(ctx, act),
  },
  handleCast: {
    act: (ctx, act: Act) => react(ctx, "cast", act),
  },
  handleInfo(ctx, message: unknown) {
    if (isControl(message)) return obey(ctx.self, ctx.state, message);
    if (tagOf(message) === "$probe") return probed(ctx.self, ctx.state, message as Probe);
    if (tagOf(message) === "tell") return react(ctx, "told", (message as { act: Act }).act);
    saw(ctx.self, ctx.state, "info", message);
  },
  async terminate(ctx, reason) {
    const { role } = ctx.state;
    await announce(ctx.self, role, ["terminate", ctx.state.who, reason]);
    if (role.wish.terminate) await doing(ctx.self, role.wish.terminate);
  },
});

async function answer(ctx: CallContext<State>, act: Act) {
  const { self, state, from } = ctx;
  saw(self, state, "call");
  await doing(self, act);
  switch (act[0]) {
    case "reply":
      return act[1];
    case "noReply":
      state.waiting.push(from);
      return noReply;
    case "replyLater":
      self.reply(state.waiting.shift()!, act[1]);
      return "ok";
    case "stop":
      return act.length === 3 ? stopWith(act[1], act[2]) : stopWith(act[1]);
    case "ok":
      return "ok";
    default:
      return "done";
  }
}

async function react({ self, state }: { self: Self<unknown>; state: State }, how: string, act: Act) {
  saw(self, state, how);
  await doing(self, act);
  if (act[0] === "replyLater") self.reply(state.waiting.shift()!, act[1]);
  if (act[0] === "stop") return stopWith(act[1]);
  return undefined;
}

/** What an act does besides answering. */
async function doing(self: Self<unknown>, act: Act): Promise<void> {
  switch (act[0]) {
    case "exit":
      throw new Exit(act[1]);
    case "crash":
      throw new Error("crash");
    case "sleep":
      await self.receive((_m): _m is never => false, { after: act[1] });
      return;
    case "exitSelf":
      return self.exit(self.pid, act[1]);
  }
}

async function obey(self: Self<unknown>, state: State, control: Control): Promise<void> {
  const { conductor } = state.role;
  if (control.tag === "$flush") {
    // One that a later flush, taken out of its turn, has made obsolete is ignored.
    if (control.turn > state.flushed) state.flushed = await flush(self, conductor, control);
  } else self.send(conductor, { tag: "$done", turn: control.turn, from: self.pid });
}

async function probed(self: Self<unknown>, state: State, probe: Probe): Promise<void> {
  if (probe.turn > state.flushed) await obey(self, state, await flushOf(self, probe));
}

function saw(self: Self<unknown>, { role, who }: State, ...event: unknown[]): void {
  self.send(role.conductor, { tag: "$saw", who, event });
}

async function announce(
  self: Self<unknown>,
  { name, conductor }: ServerRole,
  what: "init" | readonly unknown[],
) {
  const ref = self.makeRef();
  const note = { ref, from: self.pid };
  self.send(
    conductor,
    what === "init" ? { ...note, tag: "$born", name } : { ...note, tag: "$log", event: what },
  );
  const isAnswer = (m: unknown) => tagOf(m) === "$noted" && (m as { ref: unknown }).ref === ref;
  return (await self.receive(isAnswer)) as { who: string; starts: number };
}

// -- the supervisor ----------------------------------------------------------------------------------------------

export const boss = supervisor(import.meta.url, "boss", (role: SupervisorRole) => {
  const { strategy, intensity, period, children } = role.wish;
  return {
    strategy,
    ...(intensity !== undefined && { intensity }),
    ...(period !== undefined && { period: period * 1000 }),
    children: children.map((wish, i) => specOf(wish, role.conductor, i % role.spread)),
  };
});

function specOf(wish: ChildWish, conductor: Pid<Note>, scheduler: number): ChildSpec {
  const { id, name, restart, shutdown } = wish;
  const options = {
    id,
    scheduler,
    ...(name !== undefined && { name }),
    ...(restart !== undefined && { restart }),
    ...(shutdown !== undefined && { shutdown }),
  };
  return child(scripted as Proc<[ServerRole], never>, [{ name: id, conductor, wish }], options) as ChildSpec;
}

// -- what actors do with them ------------------------------------------------------------------------------------

const OPS = ["start", "startLink", "call", "cast", "tell", "stop", "startSupervisor", "startChild"].concat([
  "terminateChild",
  "restartChild",
  "deleteChild",
  "whichChildren",
  "countChildren",
]);

export function isLibraryOp(op: Op): op is LibraryOp {
  return OPS.includes(op[0]);
}

/** `ok` with what it gave, or `failed` with the reason. */
export async function performLibrary(actor: Actor, op: LibraryOp): Promise<void> {
  let result: unknown;
  try {
    result = await perform(actor, op);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined || !actor.alive) throw error;
    return actor.saw(op[0], "failed", failure.reason);
  }
  if (result === undefined) actor.saw(op[0], "ok");
  else actor.saw(op[0], "ok", result);
}

function failureOf(error: unknown): { reason: ExitReason } | undefined {
  if (error instanceof StartError) return { reason: error.reason };
  const failure = (error as Partial<CallError>).failure;
  return error instanceof Exit && failure !== undefined ? { reason: failure } : undefined;
}

function perform(actor: Actor, op: LibraryOp): unknown {
  const { self } = actor;
  switch (op[0]) {
    case "start":
    case "startLink":
      return begin(actor, op[0], op[1], op[2] ?? {});
    case "call":
      return call(self, serverOf(actor, op[1]), ["act", op[2]], op[3]);
    case "cast":
      return cast(self, serverOf(actor, op[1]), ["act", op[2]]);
    case "tell":
      return self.send(actor.pid(op[1]), { tag: "tell", act: op[2] });
    case "stop":
      return stop(self, actor.pid(op[1]), op[2] === undefined ? "normal" : actor.term(op[2]), op[3]);
    case "startSupervisor":
      return beginSupervisor(actor, op[1], op[2]);
    default:
      return children(actor, op);
  }
}

async function children(actor: Actor, op: LibraryOp): Promise<unknown> {
  const { self } = actor;
  const boss = actor.pid(op[1] as string);
  switch (op[0]) {
    case "startChild":
      return startChild(self, boss, specOf(op[2], actor.role.conductor, 0));
    case "terminateChild":
      return terminateChild(self, boss, op[2]);
    case "restartChild":
      return restartChild(self, boss, op[2]);
    case "deleteChild":
      return deleteChild(self, boss, op[2]);
    case "whichChildren":
      return (await whichChildren(self, boss))
        .map(({ id, pid, status, type }) => [
          id,
          pid ?? (status === "restarting" ? status : "undefined"),
          type,
        ])
        .sort(([a], [b]) => (a! < b! ? -1 : 1));
    case "countChildren": {
      const { specs, active, supervisors, workers } = await countChildren(self, boss);
      return [specs, active, supervisors, workers];
    }
  }
  return undefined;
}

async function begin(
  actor: Actor,
  how: "start" | "startLink",
  name: string,
  wish: ServerWish,
): Promise<AnyPid> {
  const role: ServerRole = { name, conductor: actor.role.conductor, wish };
  const options = {
    ...actor.next(),
    ...(wish.name !== undefined && { name: wish.name }),
    ...(wish.timeout !== undefined && { timeout: wish.timeout }),
  };
  const pid = await (how === "start" ? start : startLink)(actor.self, scripted, [role], options);
  actor.bind(name, pid);
  return pid;
}

async function beginSupervisor(actor: Actor, name: string, wish: SupervisorWish): Promise<AnyPid> {
  const { conductor, spread } = actor.role;
  const pid = await startLink(actor.self, boss, [{ conductor, spread, wish }], actor.next());
  actor.bind(name, pid, "passive");
  return pid;
}

function serverOf(actor: Actor, server: string | { readonly name: string }): Pid<unknown> | string {
  return typeof server === "string" ? actor.pid(server) : server.name;
}

/** Each supervisor has seen the ends that came to it before this. One that is gone is no failure. */
export async function syncWith(self: Self<unknown>, supervisors: readonly AnyPid[]): Promise<void> {
  for (const pid of supervisors) await countChildren(self, pid as Pid<unknown>).catch(() => TIMEOUT);
}
