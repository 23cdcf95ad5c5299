/**
 * State machines of scenarios, on ringbeam; on Erlang it is `oracle_statem.erl`.
 *
 * A machine does what an event says for its state (`Move`). It tells the conductor of each event and waits for the answer,
 * so that its events are seen in the round in which they happen. As supervisors do, it takes no part in the barrier: the
 * messages of that would be events, and a probe is a call that no state knows.
 */
import {
  type AnyPid,
  call,
  cast,
  type EnterContext,
  type EventContext,
  type From,
  genStatem,
  initialState,
  type Pid,
  type Self,
  type StatemCallContext,
  type StopWith,
  start,
  startLink,
  stopWith,
  sys,
  type Transition,
} from "../../stdlib/index.js";
import type { Actor } from "./bodies.js";
import { type Note, tagOf } from "./protocol.js";
import type { LibraryOp, MachineEvent, MachineTimeout, MachineWish, Move } from "./scenario.js";

interface MachineRole {
  readonly name: string;
  readonly conductor: Pid<Note>;
  readonly wish: MachineWish;
}

interface Data {
  readonly role: MachineRole;
  /** Calls that wait for `replyHeld`. */
  readonly held: From[];
}

type Ctx = EventContext<string, string, Data> | StatemCallContext<string, string, Data>;

export const machine = genStatem(import.meta.url, "machine", {
  init(self: Self<unknown>, role: MachineRole) {
    if (role.wish.trap) self.processFlag("trapExit", true);
    const data: Data = { role, held: [] };
    const initial = initialState(role.wish.state as string, data);
    act(initial as unknown as Transition, role.wish.init ?? {}, data, undefined);
    return initial;
  },
  handleEvent: {
    enter: (ctx, oldState) => enter(ctx, oldState),
    call: { act: (ctx, event: MachineEvent) => handle(ctx, "call", event, ctx.from) },
    cast: { act: (ctx, event: MachineEvent) => handle(ctx, "cast", event) },
    internal: { act: (ctx, event: MachineEvent) => handle(ctx, "internal", event) },
    async info(ctx, message: unknown) {
      if (tagOf(message) === "machine")
        return handle(ctx, "info", (message as { event: MachineEvent }).event);
      await log(ctx, ["info", message, ctx.state]);
      return undefined;
    },
    eventTimeout: (ctx, event) => handle(ctx, "timeout", event as MachineEvent),
    stateTimeout: (ctx, event) => handle(ctx, "stateTimeout", event as MachineEvent),
    genericTimeout: {
      g1: (ctx, event: MachineEvent) => handle(ctx, "g1", event),
      g2: (ctx, event: MachineEvent) => handle(ctx, "g2", event),
    },
  },
  terminate: (ctx, reason) => log(ctx, ["terminate", reason, ctx.state]),
});

async function enter(ctx: EnterContext<string, Data>, oldState: string) {
  await log(ctx, ["enter", oldState, ctx.state]);
  const move = ctx.data.role.wish.enter?.[ctx.state] ?? {};
  if (move.crash) throw new Error("crash");
  if (move.stop !== undefined) return stopWith(move.stop);
  const transition = (move.repeat ? ctx.repeatState() : ctx.keepState()) as Transition;
  act(transition, move, ctx.data, undefined);
  return transition;
}

async function handle(ctx: Ctx, type: string, [tag, moves]: MachineEvent, from?: From) {
  await log(ctx, [type, tag, ctx.state]);
  const move = moves?.[ctx.state] ?? {};
  if (move.crash) throw new Error("crash");
  if (move.stop !== undefined)
    return (move.reply === undefined ? stopWith(move.stop) : stopWith(move.stop, move.reply)) as StopWith;
  const transition = whereTo(ctx, move) as Transition;
  act(transition, move, ctx.data, from);
  return transition;
}

function whereTo(ctx: Ctx, { next, repeat }: Move): object {
  if (next !== undefined) return ctx.nextState(next);
  return repeat ? ctx.repeatState() : ctx.keepState();
}

function act(transition: Transition, move: Move, data: Data, from: From | undefined): void {
  if (move.hold) data.held.push(from!);
  if (move.reply !== undefined) transition.reply(from!, move.reply);
  if (move.replyHeld !== undefined) transition.reply(data.held.shift()!, move.replyHeld);
  if (move.postpone) transition.postpone();
  for (const [type, event] of move.insert ?? []) transition.nextEvent(type, ["act", event]);
  for (const timeout of move.timeouts ?? []) setTimeout(transition, timeout);
}

function setTimeout(transition: Transition, [key, what, event]: MachineTimeout): void {
  const change = what === "cancel" ? ([what] as const) : ([what, event] as const);
  if (key === "event") transition.eventTimeout(...(change as [number, unknown]));
  else if (key === "state") transition.stateTimeout(...(change as [number, unknown]));
  else transition.genericTimeout(key, ...(change as [number, unknown]));
}

async function log({ self, data }: { self: Self<unknown>; data: Data }, event: readonly unknown[]) {
  const { name, conductor } = data.role;
  const ref = self.makeRef();
  self.send(conductor, { tag: "$log", event: [name, ...event], ref, from: self.pid });
  await self.receive((m) => tagOf(m) === "$noted" && (m as { ref: unknown }).ref === ref);
}

type MachineOp = Extract<LibraryOp, readonly [`${string}achine${string}` | "replaceState", ...unknown[]]>;

export function performMachine(actor: Actor, op: MachineOp): unknown {
  const { self } = actor;
  switch (op[0]) {
    case "startMachine":
      return begin(actor, op[1], op[2]);
    case "machineCall":
      return call(self, actor.pid(op[1]), ["act", op[2]], op[3]);
    case "machineCast":
      return cast(self, actor.pid(op[1]), ["act", op[2]]);
    case "machineInfo":
      self.send(actor.pid(op[1]), { tag: "machine", event: op[2] });
      return;
    case "machineState":
      return stateOf(actor, op[1]).then(({ state }) => state);
    case "replaceState":
      return replaceState(actor, op[1], op[2]);
  }
}

async function stateOf(actor: Actor, name: string) {
  return (await sys.getState(actor.self, actor.pid(name))) as { readonly state: string; readonly data: Data };
}

async function replaceState(actor: Actor, name: string, state: string): Promise<void> {
  const { data } = await stateOf(actor, name);
  await sys.replaceState(actor.self, actor.pid(name), { state, data });
}

async function begin(actor: Actor, name: string, wish: MachineWish): Promise<AnyPid> {
  const role: MachineRole = { name, conductor: actor.role.conductor, wish };
  const pid = await (wish.alone ? start : startLink)(actor.self, machine, [role], actor.next());
  actor.bind(name, pid, "passive");
  return pid;
}
