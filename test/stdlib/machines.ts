/** State machines for the tests of the library; a module of its own, because other schedulers load it too. */
import { type AnyPid, type From, proc, type Self } from "../../runtime/index.js";
import {
  cast,
  type EventContext,
  enterLoop,
  eventHandler,
  genStatem,
  type Initial,
  ignore,
  initialState,
  noReply,
  stopWith,
  type TimeoutChange,
  type Transition,
} from "../../stdlib/index.js";
import type { Ev, Op } from "./statemScenarios.js";

/** The example at the head of `genStatem`. */
export const codeLock = genStatem(import.meta.url, "codeLock", {
  init: (_self, code: string) => initialState("locked", { code, typed: "" }),
  states: {
    locked: {
      enter(ctx) {
        ctx.data.typed = "";
      },
      cast: {
        button(ctx, digit: string) {
          ctx.data.typed = (ctx.data.typed + digit).slice(-ctx.data.code.length);
          if (ctx.data.typed === ctx.data.code) return ctx.nextState("open");
          return ctx.keepState().eventTimeout(5_000);
        },
      },
      eventTimeout(ctx) {
        ctx.data.typed = "";
      },
    },
    open: {
      enter: (ctx) => ctx.keepState().stateTimeout(10_000),
      stateTimeout: (ctx) => ctx.nextState("locked"),
      cast: { button: (ctx) => ctx.keepState().postpone() },
    },
  },
  handleEvent: { call: { state: (ctx) => ctx.state } },
});

type Told = { readonly enter: Record<string, Op[]>; readonly trace: string[]; readonly observer: AnyPid };

/** Does what its events say, and tells its observer, with `end`, all that it was called for. */
export const scripted = genStatem(import.meta.url, "scripted", {
  init(_self, observer: AnyPid, enter: Record<string, Op[]>, init: Op[]): Initial<string, Told> {
    const initial = initialState("a", { enter, trace: [] as string[], observer });
    for (const op of init) act(initial as unknown as Transition, op);
    return initial;
  },
  handleEvent: {
    enter(ctx, old) {
      ctx.data.trace.push(`enter ${ctx.state} from ${old}`);
      const given = ctx.keepState();
      for (const op of ctx.data.enter[ctx.state] ?? []) act(given as Transition, op);
      return given;
    },
    cast: { event: (ctx, event: Ev) => perform(ctx, "cast", event) },
    internal: { event: (ctx, event: Ev) => perform(ctx, "internal", event) },
    info: (ctx, event: Ev) => perform(ctx, "info", event),
    stateTimeout: (ctx, event: Ev) => perform(ctx, "stateTimeout", event),
    eventTimeout: (ctx, event: Ev) => perform(ctx, "eventTimeout", event),
    genericTimeout: {
      g1: (ctx, event: Ev) => perform(ctx, "g1", event),
      g2: (ctx, event: Ev) => perform(ctx, "g2", event),
    },
  },
});

type Given = Transition | Promise<Transition>;

function perform(ctx: EventContext<string, string, Told>, type: string, [tag, todo = {}]: Ev): Given {
  ctx.data.trace.push(`${type} ${tag} in ${ctx.state}`);
  if (tag === "end") ctx.self.send(ctx.data.observer, ["trace", "is", ctx.data.trace] as never);
  const ops = todo[ctx.state] ?? todo.any ?? [];
  const wait = ops.find((op) => op[0] === "wait");
  if (wait === undefined) return follow(ctx, ops);
  const slept = ctx.self.receive((m) => m === "never", { after: wait[1] });
  return slept.then(() => follow(ctx, ops));
}

function follow(ctx: EventContext<string, string, Told>, ops: readonly Op[]): Transition {
  const next = ops.find((op) => op[0] === "next");
  const repeats = ops.some((op) => op[0] === "repeat");
  const given = next ? ctx.nextState(next[1]) : repeats ? ctx.repeatState() : ctx.keepState();
  for (const op of ops) {
    if (op[0] === "mail") for (const event of op[1]) cast(ctx.self, ctx.self.pid, ["event", event]);
    else act(given, op);
  }
  return given;
}

function act(given: Transition, op: Op): void {
  if (op[0] === "postpone") given.postpone(op[1] ?? true);
  if (op[0] === "insert") {
    const [, type, event] = op;
    if (type === "info") given.nextEvent(type, event);
    else given.nextEvent(type, ["event", event]);
  }
  if (op[0] !== "timeout") return;
  const [, kind, time, content] = op;
  const change: TimeoutChange =
    time === "cancel"
      ? [time]
      : time === "update"
        ? [time, content]
        : [time === "infinity" ? Number.POSITIVE_INFINITY : time, content];
  if (kind === "event") given.eventTimeout(...change);
  else if (kind === "state") given.stateTimeout(...change);
  else given.genericTimeout(kind, ...change);
}

/** Tells `[probe, what, ...]` of its end; all ways to reply, to stop, to fail. */
export const probe = genStatem(import.meta.url, "probe", {
  init(self, observer: AnyPid, trap?: boolean) {
    self.processFlag("trapExit", trap ?? false);
    const tell = (what: string, ...detail: unknown[]) =>
      self.send(observer, ["probe", what, ...detail] as never);
    return initialState("idle", { tell, waiting: [] as From[] });
  },
  states: {
    idle: {
      call: {
        work: (ctx) => ctx.nextState("busy").reply("started"),
        answered: (ctx) => ctx.nextState("answers").reply("once"),
        result: (ctx) => ctx.keepState().postpone(),
        queue(ctx) {
          ctx.data.waiting.push(ctx.from);
          return noReply;
        },
        where: (ctx) => ctx.self.scheduler,
        last: (_ctx, reason: unknown) => stopWith(reason, "bye"),
        lastWithout: (_ctx, reason: unknown) => stopWith(reason),
        crash(_ctx, text: string): number {
          throw new Error(text);
        },
        async slowly(ctx, gate: AnyPid) {
          ctx.data.tell("begins");
          await ctx.self.call(gate, ["pass", "slowly"]);
          return ctx.nextState("busy").stateTimeout(0).reply("done");
        },
        timer(ctx) {
          ctx.self.startTimer(0, ctx.self.pid, "mine");
          return true;
        },
      },
      cast: {
        answerAll(ctx, value: unknown) {
          const given = ctx.keepState();
          for (const from of ctx.data.waiting.splice(0)) given.reply(from, value);
          return given;
        },
        enter: (ctx, how: string) => ctx.nextState(how as "postpones"),
        go: (ctx, state: string) => ctx.nextState(state as "idle"),
        give: (ctx, name: string) => ctx.keepState().nextEvent("internal", [name]),
        replyToNobody: (ctx) => (ctx.keepState() as unknown as { reply(value: unknown): undefined }).reply(1),
        badTime: (ctx) => ctx.keepState().stateTimeout(-1),
        noHandler: (ctx) => ctx.keepState().stateTimeout(0),
      },
      info: (ctx, message: unknown) => ctx.data.tell("info", message),
    },
    busy: {
      call: { result: (ctx) => ctx.nextState("idle").reply("result") },
      stateTimeout: (ctx) => ctx.data.tell("stateTimeout"),
    },
    postpones: { enter: (ctx) => (ctx.keepState() as Transition).postpone() },
    inserts: { enter: (ctx) => (ctx.keepState() as Transition).nextEvent("internal", ["x"]) },
    leaves: { enter: (ctx) => (ctx as unknown as EventContext<string, string, unknown>).nextState("idle") },
    answers: {
      enter: (ctx) => (ctx.keepState() as unknown as { reply(value: unknown): undefined }).reply("twice"),
    },
    stops: { enter: () => stopWith("enough") },
  },
  terminate(ctx, reason) {
    ctx.data.tell("terminate", reason, ctx.state);
    if (reason === "badly") throw new Error("worse");
  },
});

/** Sends itself a message in init; its state enter call and the event of init must come before that. */
export const eager = genStatem(import.meta.url, "eager", {
  async init(self, observer: AnyPid) {
    self.send(self.pid, "early" as never);
    await null;
    return initialState("only", { observer, order: [] as unknown[] }).nextEvent("internal", ["first"]);
  },
  states: {
    only: {
      async enter(ctx) {
        await null;
        ctx.data.order.push("enter");
      },
      internal: { first: (ctx) => void ctx.data.order.push("first") },
      info(ctx, message) {
        ctx.data.order.push(message);
        ctx.self.send(ctx.data.observer, ["eager", "order", ctx.data.order] as never);
      },
    },
  },
});

type Lamp = { readonly lit: boolean; readonly colour: string };

/** States that are no names. */
export const lamp = genStatem(import.meta.url, "lamp", {
  init: (): Initial<Lamp, string[]> => initialState({ lit: false, colour: "red" }, []),
  handleEvent: {
    enter: (ctx, old) =>
      void ctx.data.push(`${old.lit} ${old.colour} -> ${ctx.state.lit} ${ctx.state.colour}`),
    call: { entered: (ctx) => ctx.data },
    cast: { become: (ctx, state: Lamp) => ctx.nextState(state) },
  },
});

/** An event handler in a module that the manager's thread may not have loaded. */
export const stranger = eventHandler(import.meta.url, "stranger", {
  init: () => null,
  handleEvent() {},
  handleCall: { where: (ctx) => ctx.self.scheduler },
});

interface Steps {
  readonly order: string[];
  readonly observer: AnyPid | null;
}

/** Keeps the order of what it lived through; knows all that `sys` can ask of a machine. */
export const stepper = genStatem(import.meta.url, "stepper", {
  init(self, options: { trap?: boolean; observer?: AnyPid } = {}): Initial<string, Steps> {
    self.processFlag("trapExit", options.trap ?? false);
    return initialState("a", { order: [], observer: options.observer ?? null });
  },
  handleEvent: {
    enter(ctx, from) {
      ctx.data.order.push(`enter ${ctx.state} from ${from}`);
    },
    call: {
      go: (ctx, state: string) => ctx.nextState(state).reply("gone"),
      putAside: (ctx) => (ctx.state === "b" ? "done in b" : ctx.keepState().postpone()),
      timers: (ctx, ms: number) =>
        ctx.keepState().reply("set").eventTimeout(ms, "ev").stateTimeout(60_000, "st"),
      insert: (ctx) =>
        ctx.keepState().reply("ok").nextEvent("internal", ["note", "x"]).genericTimeout("g", 0, "z"),
      async later(ctx) {
        await null;
        return ctx.nextState("b").reply("later");
      },
    },
    internal: { note: (ctx, what: string) => void ctx.data.order.push(what) },
    cast: { note: (ctx, what: string) => void ctx.data.order.push(what) },
    info: (ctx, message: unknown) => void ctx.data.order.push(`info ${typeof message}`),
    eventTimeout(ctx, content) {
      ctx.data.order.push(String(content));
      if (ctx.data.observer) ctx.self.send(ctx.data.observer, ["stepper", "timeout"] as never);
    },
    stateTimeout: (ctx, content) => void ctx.data.order.push(String(content)),
    genericTimeout: { g: (ctx, content) => void ctx.data.order.push(String(content)) },
  },
  terminate(ctx, reason) {
    const { observer } = ctx.data;
    if (observer) ctx.self.send(observer, ["stepper", "terminate", ctx.state, reason] as never);
  },
  stateUpdates: {
    move: ({ data }, to: string) => ({ state: to, data }),
    crash: () => {
      throw new Error("boom");
    },
  },
});

/** Declares `machine` as its first version, or again as a later one. Only the first knows the state `old`. */
export function defineMachine(version: 1 | 2 | 3) {
  const call = { version: () => version };
  const init = () => initialState("old" as string, version as number);
  if (version === 1)
    return genStatem(import.meta.url, "machine", {
      init: () => initialState("old", 1),
      states: { old: { call }, both: { call } },
    });
  if (version === 3)
    return genStatem(import.meta.url, "machine", { init, states: { new: { call } } } as never);
  return genStatem(import.meta.url, "machine", {
    init,
    handleEvent: { call: { ...call, data: (ctx) => ctx.data } },
    codeChange: (oldVersion, { state, data }, extra) => ({
      state: `${String(state)} ${String(extra)}`,
      data: (data as number) * 10 + (oldVersion as number),
    }),
  });
}
export const machine = defineMachine(1);

/** Shows its state, and hides its data. */
export const safe = genStatem(import.meta.url, "safe", {
  init: (_self, fails: boolean) => initialState("shut", { fails, key: () => "secret" }),
  handleEvent: { info: (ctx) => ctx.keepState().postpone() },
  formatStatus({ state: { state, data } }) {
    if (data.fails) throw new Error("not now");
    return { state, postponed: "hidden" };
  },
});

/** Begins as a plain body, goes on as a code lock that opens by itself. */
export const lateLock = proc(import.meta.url, async function lateLock(self: Self<unknown>) {
  const first = initialState("locked" as "locked" | "open", { code: "12", typed: "1" });
  return enterLoop(self, codeLock, first.nextEvent("cast", ["button", "2"]));
});

/** Ways not to start; `later`: after an await. */
export const unwillingMachine = genStatem(import.meta.url, "unwillingMachine", {
  init(_self, what: "ignore" | "stop" | "start", later: boolean) {
    const result =
      what === "ignore" ? ignore : what === "stop" ? stopWith("noDisk") : initialState("on", { size: 1 });
    return later ? Promise.resolve(result) : result;
  },
  states: { on: { call: { size: (ctx) => ctx.data.size } } },
});
