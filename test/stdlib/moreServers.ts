/** Servers for the tests of continues, timeouts and system messages; other schedulers load it too. */
import { type AnyPid, type From, type Pid, proc, type Self } from "../../runtime/index.js";
import {
  call,
  cast,
  continueWith,
  enterLoop,
  genServer,
  ignore,
  noReply,
  reply,
  stopWith,
  withTimeout,
} from "../../stdlib/index.js";

/** Keeps the order of what it lived through. */
export const diary = genServer(import.meta.url, "diary", {
  async init(self, how: { waitFor?: AnyPid; timeout?: number; load?: boolean }) {
    if (how.waitFor !== undefined) {
      self.send(how.waitFor, ["diary", "inInit", self.pid] as never);
      await self.receive((m): m is "go" => m === "go");
    }
    const state = { lines: ["init"], waiting: [] as From[] };
    if (how.timeout !== undefined) return withTimeout(state, how.timeout);
    return how.load ? continueWith(state, "load", 2) : state;
  },
  handleContinue: {
    async load(ctx, more: number) {
      await null;
      ctx.state.lines.push(`load ${more}`);
      if (more > 1) ctx.continueWith("load", more - 1);
    },
    note(ctx, line: string) {
      ctx.state.lines.push(line);
    },
    end: (_ctx, reason: string) => stopWith(reason),
    crash() {
      throw new Error("in continue");
    },
    idle(ctx, ms: number) {
      ctx.timeout = ms;
    },
  },
  handleCall: {
    lines: (ctx) => ctx.state.lines,
    thenNote(ctx, line: string) {
      ctx.continueWith("note", line);
      return ctx.state.lines.length;
    },
    async laterNote(ctx, line: string) {
      await null;
      ctx.continueWith("note", "lost");
      ctx.continueWith("note", line);
      return ctx.state.lines.length;
    },
    thenEnd(ctx, reason: string) {
      ctx.continueWith("end", reason);
      return "bye";
    },
    idle(ctx, ms: number) {
      ctx.timeout = ms;
      return ms;
    },
    async idleLater(ctx, ms: number) {
      await null;
      ctx.timeout = ms;
    },
    /** Answered by the next timeout. */
    untilIdle(ctx, ms: number) {
      ctx.state.waiting.push(ctx.from);
      ctx.timeout = ms;
      return noReply;
    },
  },
  handleCast: {
    write(ctx, line: string) {
      ctx.state.lines.push(line);
    },
    crashNext(ctx) {
      ctx.continueWith("crash");
    },
    idleByContinue(ctx, ms: number) {
      ctx.continueWith("idle", ms);
    },
    writeToMyself(ctx, line: string, ms: number) {
      cast(ctx.self, ctx.self.pid as never, ["write", line] as never);
      ctx.timeout = ms;
    },
    /** Sets a timeout of 0 and lets another diary write into this one. */
    idleAndAsk(ctx, other: AnyPid) {
      ctx.timeout = 0;
      cast(ctx.self, other as Pid<unknown>, ["writeTo", ctx.self.pid]);
    },
    writeTo(ctx, diary: AnyPid) {
      cast(ctx.self, diary as Pid<unknown>, ["write", "from another"]);
    },
    idleThenWrite(ctx, ms: number, line: string) {
      ctx.timeout = ms;
      ctx.state.lines.push(line);
    },
  },
  handleInfo(ctx, message: unknown) {
    ctx.state.lines.push(`info ${JSON.stringify(message)}`);
  },
  handleTimeout(ctx) {
    ctx.state.lines.push("timeout");
    for (const from of ctx.state.waiting.splice(0)) reply(ctx.self, from, ctx.state.lines);
  },
});

/** Without handleTimeout. */
export const infoTimeout = genServer(import.meta.url, "infoTimeout", {
  init: (_self, observer: AnyPid) => withTimeout({ observer }, 0),
  handleInfo(ctx, message: unknown) {
    ctx.self.send(ctx.state.observer, ["infoTimeout", "got", message] as never);
  },
});

/** Ways not to start; `later`: after an await. */
export const unwilling = genServer(import.meta.url, "unwilling", {
  init(_self, what: "ignore" | "stop" | "exitNormal", later: boolean) {
    if (what === "exitNormal") _self.exit("normal");
    const result = what === "ignore" ? ignore : stopWith("noDisk");
    return later ? Promise.resolve(result) : result;
  },
});

/** Ignores its start as often as the counter of this name says, then starts. */
export const shy = genServer(import.meta.url, "shy", {
  async init(self, name: string) {
    const left = await call(self, { name, node: self.node }, ["add", -1]);
    return (left as number) >= 0 ? ignore : null;
  },
  handleCast: { end: (_ctx, reason: string) => stopWith(reason) },
});

export const account = genServer(import.meta.url, "account", {
  init: (self, options: { trap?: boolean; observer?: AnyPid } = {}) => {
    self.processFlag("trapExit", options.trap ?? false);
    return { balance: 0, order: [] as string[], observer: options.observer ?? null };
  },
  handleCall: {
    add(ctx, by: number) {
      ctx.state.order.push(`add ${by}`);
      ctx.state.balance += by;
      return ctx.state.balance;
    },
    get: (ctx) => ctx.state.balance,
    async getLater(ctx) {
      await null;
      return ctx.state.balance;
    },
  },
  handleCast: {
    note(ctx, text: string) {
      ctx.state.order.push(text);
    },
    /** From now on the state is no term. */
    spoil(ctx) {
      Object.assign(ctx.state, { hook: () => 1 });
    },
    idle(ctx, ms: number) {
      ctx.timeout = ms;
    },
  },
  handleInfo(ctx, message: unknown) {
    ctx.state.order.push(String(message));
  },
  handleTimeout(ctx) {
    ctx.state.order.push("timeout");
    if (ctx.state.observer) ctx.self.send(ctx.state.observer, ["account", "timeout"] as never);
  },
  terminate(ctx, reason) {
    if (ctx.state.observer) ctx.self.send(ctx.state.observer, ["account", "terminate", reason] as never);
  },
  stateUpdates: {
    addTo: (state, by: number) => ({ ...state, balance: state.balance + by }),
    later: async (state) => ({ ...state, balance: -1 }),
    crash: () => {
      throw new Error("boom");
    },
    nothing: () => undefined as never,
  },
  codeChange: () => {
    throw new Error("there is no older account");
  },
});

/** Shows its balance, and hides the rest. */
export const vault = genServer(import.meta.url, "vault", {
  init: () => ({ balance: 7, key: () => "secret" }),
  handleCall: {
    fail(ctx) {
      ctx.state.balance = Number.NaN;
    },
  },
  formatStatus({ state }) {
    if (Number.isNaN(state.balance)) throw new Error("not now");
    return { state: { balance: state.balance } };
  },
});

/** Declares `versioned` as its first version, or again as a later one, as loading its module again would. */
export function defineVersion(version: 1 | 2 | 3 | 4) {
  const get = { version: () => version, get: (ctx: { state: { n: number } }) => ctx.state.n };
  const init = (): { n: number } => ({ n: version });
  if (version === 2) {
    return genServer(import.meta.url, "versioned", {
      init,
      handleCall: get,
      codeChange: (oldVersion, state, extra) => ({
        n: (state as { n: number }).n * 10 + (oldVersion as number) + (extra as number),
      }),
    });
  }
  if (version === 3) {
    return genServer(import.meta.url, "versioned", {
      init,
      handleCall: get,
      codeChange() {
        throw new Error("cannot");
      },
    });
  }
  return genServer(import.meta.url, "versioned", { init, handleCall: get });
}
export const versioned = defineVersion(1);

/** Begins as a plain body: tells its pid, waits for `go`, and goes on as an account. */
export const lateAccount = proc(
  import.meta.url,
  async function lateAccount(self: Self<unknown>, observer: AnyPid, how: "plain" | "timeout" | "trap") {
    if (how === "trap") self.processFlag("trapExit", true);
    self.send(observer, ["late", "up"] as never);
    await self.receive((m): m is "go" => m === "go");
    const state = { balance: 7, order: ["entered"], observer: how === "plain" ? null : observer };
    return enterLoop(self, account, how === "timeout" ? withTimeout(state, 0) : state);
  },
);

/** Begins as a plain body, goes on as a diary that loads, or as what is no behaviour. */
export const lateDiary = proc(import.meta.url, async function lateDiary(self: Self<unknown>, wrong: boolean) {
  if (wrong) return enterLoop(self, lateAccount as never, null as never);
  return enterLoop(self, diary, continueWith({ lines: ["entered"], waiting: [] as From[] }, "load", 2));
});
