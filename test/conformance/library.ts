/**
 * Servers and supervisors of scenarios, on ringbeam; on Erlang it is `oracle_library.erl`.
 *
 * A server does what a request tells it to (`Act`). At its start and its end it speaks with the conductor and waits for
 * the answer, so that the order of those is seen though they are different processes.
 */
import {
  type CallContext,
  type ChildOptions,
  type ChildSpec,
  child,
  continueWith,
  dynamicSupervisor,
  Exit,
  type From,
  genServer,
  ignore,
  noReply,
  type Pid,
  type Proc,
  type Self,
  type ServerContext,
  stopWith,
  supervisor,
  withTimeout,
} from "../../stdlib/index.js";
import { type Control, flush, flushOf, isControl, type Note, type Probe, tagOf } from "./protocol.js";
import type { Act, ChildWish, DynamicWish, ServerWish, SupervisorWish } from "./scenario.js";

export interface ServerRole {
  readonly name: string;
  readonly conductor: Pid<Note>;
  readonly wish: ServerWish & Partial<ChildWish>;
  /** Its supervisor, if the conductor does not know of that otherwise. */
  readonly boss?: string;
}

export interface SupervisorRole {
  readonly conductor: Pid<Note>;
  readonly spread: number;
  readonly wish: SupervisorWish;
  /** What it is called, if the conductor does not know of it otherwise. */
  readonly boss?: string;
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
  async init(self: Self<unknown>, role: ServerRole) {
    if (role.wish.trap) self.processFlag("trapExit", true);
    if (role.boss !== undefined)
      self.send(role.conductor, { tag: "$bound", name: role.boss, value: self.parent, passive: true });
    const { who, starts } = await announce(self, role, "init");
    const [from, act, until = Number.POSITIVE_INFINITY] = role.wish.failFrom ?? [Number.POSITIVE_INFINITY];
    const now = act !== undefined && starts >= from && starts < until ? act : (role.wish.init ?? ["ok"]);
    await doing(self, now);
    const state: State = { role, who, waiting: [], flushed: 0 };
    switch (now[0]) {
      case "stop":
        return stopWith(now[1]);
      case "ignore":
        return ignore;
      case "continue":
        return continueWith(state, "act", now[1]);
      case "timeout":
        return withTimeout(state, now[1]);
    }
    return state;
  },
  handleCall: {
    act: (ctx: CallContext<State, "act">, act: Act) => answer(ctx, act),
  },
  handleCast: {
    act: (ctx, act: Act) => react(ctx, "cast", act),
  },
  handleContinue: {
    act: (ctx, act: Act) => react(ctx, "continue", act),
  },
  handleTimeout: (ctx) => saw(ctx.self, ctx.state, "timeout"),
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

async function answer(ctx: CallContext<State, "act">, act: Act) {
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
    case "continue":
    case "timeout":
      goOn(ctx, act);
      return "ok";
    case "ok":
      return "ok";
    default:
      return "done";
  }
}

async function react(ctx: ServerContext<State, "act">, how: string, act: Act) {
  const { self, state } = ctx;
  saw(self, state, how);
  await doing(self, act);
  if (act[0] === "replyLater") self.reply(state.waiting.shift()!, act[1]);
  if (act[0] === "stop") return stopWith(act[1]);
  goOn(ctx, act);
  return undefined;
}

function goOn(ctx: ServerContext<State, "act">, act: Act): void {
  if (act[0] === "continue") ctx.continueWith("act", act[1]);
  if (act[0] === "timeout") ctx.timeout = act[1];
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
    case "unlinkParent":
      return self.unlink(self.parent);
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

// -- supervisors -------------------------------------------------------------------------------------------------

export const boss = supervisor(import.meta.url, "boss", (role: SupervisorRole) => {
  const { strategy, intensity, period, autoShutdown, children } = role.wish;
  return {
    strategy,
    ...(intensity !== undefined && { intensity }),
    ...(period !== undefined && { period: period * 1000 }),
    ...(autoShutdown !== undefined && { autoShutdown }),
    children: children.map((wish, i) => specOf(wish, role, i % role.spread)),
  };
});

export const dynamicBoss = dynamicSupervisor(import.meta.url, "dynamicBoss", (wish: DynamicWish) => ({
  ...(wish.intensity !== undefined && { intensity: wish.intensity }),
  ...(wish.period !== undefined && { period: wish.period * 1000 }),
}));

export function specOf(wish: ChildWish, parent: SupervisorRole, scheduler: number): ChildSpec {
  const { id, name, restart, shutdown, significant } = wish;
  // That a permanent child is significant is for the supervisor to refuse.
  const options = {
    id,
    scheduler,
    ...(name !== undefined && { name }),
    ...(restart !== undefined && { restart }),
    ...(shutdown !== undefined && { shutdown }),
    ...(significant !== undefined && { significant }),
  } as ChildOptions;
  const { conductor, spread, boss: bossName } = parent;
  if (wish.supervisor !== undefined)
    return child(boss, [{ conductor, spread, wish: wish.supervisor, boss: id }], options) as ChildSpec;
  const role: ServerRole = { name: id, conductor, wish, ...(bossName !== undefined && { boss: bossName }) };
  return child(scripted as Proc<[ServerRole], never>, [role], options) as ChildSpec;
}
