/** Servers for the tests of the library; a module of its own, because other schedulers load it too. */
import { type AnyPid, type From, type Pid, proc, type Self } from "../../runtime/index.js";
import {
  type ChildSpec,
  call,
  genServer,
  noReply,
  reply,
  type StartError,
  type SupervisorMessage,
  type SupervisorSpec,
  serverRef,
  startChild,
  startLink,
  stopWith,
  supervisor,
} from "../../stdlib/index.js";

/** A state, plain handlers and async ones, all ways to reply. */
export const counter = genServer(import.meta.url, "counter", {
  init: (_self, start: number) => ({ count: start, waiting: [] as From[], order: "" }),
  handleCall: {
    add: (ctx, by: number) => (ctx.state.count += by),
    get: (ctx) => ctx.state.count,
    where: (ctx) => ctx.self.scheduler,
    async slowly(ctx, gate: AnyPid, name: string) {
      ctx.state.order += `<${name}`;
      await ctx.self.call(gate, ["pass", name]);
      ctx.state.order += ">";
      return ctx.state.order;
    },
    later(ctx) {
      ctx.state.waiting.push(ctx.from);
      return noReply;
    },
    crash(_ctx, text: string): number {
      throw new Error(text);
    },
    async crashLater(_ctx, text: string): Promise<number> {
      await null;
      throw new Error(text);
    },
    last: (ctx, reason: unknown) => stopWith(reason, ctx.state.count),
    lastWithout: (_ctx, reason: unknown) => stopWith(reason),
    notATerm: () => () => 1,
    block(ctx, ready: AnyPid) {
      ctx.self.send(ready, "blocked" as never);
      for (;;);
    },
  },
  handleCast: {
    reset(ctx, to = 0) {
      ctx.state = { ...ctx.state, count: to };
    },
    answer(ctx, value: unknown) {
      for (const from of ctx.state.waiting.splice(0)) reply(ctx.self, from, value);
    },
    end: (_ctx, reason: unknown) => stopWith(reason),
  },
});

/** Tells `observer` all that happens to it, as `[event, ...]`. */
export interface WatchedOptions {
  readonly observer: AnyPid;
  readonly trap?: boolean;
  /** What `terminate` throws. */
  readonly terminateThrows?: string;
  readonly initThrows?: unknown;
  /** Waits in init for a message to go on. */
  readonly initWaits?: boolean;
  readonly ignoresShutdown?: boolean;
  readonly tag?: string;
  readonly id?: string;
}

export const watched = genServer(import.meta.url, "watched", {
  async init(self, options: WatchedOptions) {
    // A child of a family tells `[tag, "ID EVENT", ...]`.
    const prefix = options.id === undefined ? "" : `${options.id} `;
    const tell = (what: string, detail: unknown) => {
      self.send(options.observer, [options.tag ?? "watched", prefix + what, detail] as never);
    };
    self.processFlag("trapExit", options.trap ?? false);
    tell("init", self.pid);
    if (options.initWaits) await self.receive((m): m is "go" => m === "go");
    if (options.initThrows !== undefined) self.exit(options.initThrows);
    return { tell, options };
  },
  handleCall: {
    crash: (): number => {
      throw new Error("boom");
    },
    last: () => stopWith("normal", "bye"),
  },
  handleCast: { end: (_ctx, reason: unknown) => stopWith(reason) },
  handleInfo(ctx, message: unknown) {
    ctx.state.tell("info", message);
  },
  async terminate(ctx, reason) {
    ctx.state.tell("terminate", reason);
    if (ctx.state.options.ignoresShutdown) await new Promise(() => {});
    if (ctx.state.options.terminateThrows) throw new Error(ctx.state.options.terminateThrows);
  },
});

/** Lets callers pass one by one, when told; tells the observer who waits. */
export const gate = genServer(import.meta.url, "gate", {
  init: (_self, observer: AnyPid) => ({ observer, waiting: [] as From[] }),
  handleCall: {
    pass(ctx, name: string) {
      ctx.self.send(ctx.state.observer, ["gate", name] as never);
      ctx.state.waiting.push(ctx.from);
      return noReply;
    },
  },
  handleCast: {
    open(ctx) {
      const from = ctx.state.waiting.shift();
      if (from) reply(ctx.self, from, true);
    },
  },
});

/** Has no handleInfo. */
export const deaf = genServer(import.meta.url, "deaf", {
  init: () => null,
  handleCall: { ping: () => "pong" },
});

export const plainBody = proc(
  import.meta.url,
  async function plainBody(self: Self<string>, observer: AnyPid) {
    self.send(observer, ["plain", self.pid] as never);
    for (;;) if ((await self.receive()) === "stop") return;
  },
);

/** Starts a child linked and tells what came of it; itself it traps no exits. */
export const starter = proc(
  import.meta.url,
  async function starter(
    self: Self<unknown>,
    observer: AnyPid,
    options: WatchedOptions,
    timeout: number | null,
  ) {
    try {
      const pid = await startLink(self, watched, [options], timeout === null ? {} : { timeout });
      self.send(observer, ["starter", "started", pid] as never);
    } catch (error) {
      self.send(observer, ["starter", "failed", (error as { reason?: unknown }).reason] as never);
    }
    await self.receive((m): m is "never" => m === "never");
  },
);

/** Links itself with a process and ends. */
export const linker = proc(import.meta.url, async function linker(self: Self<unknown>, pid: AnyPid) {
  self.link(pid);
  self.exit("gone");
});

/** Calls, and tells the observer that it has asked, then what it was answered. */
export const client = proc(
  import.meta.url,
  async function client(
    self: Self<unknown>,
    observer: AnyPid,
    who: string,
    server: AnyPid,
    request: unknown[],
  ) {
    const ref = self.alias();
    self.send(server, { tag: "$call", from: { pid: self.pid, ref }, request } as never);
    self.send(observer, [who, "asked"] as never);
    const answer = await self.receive((m): m is { reply: unknown } => (m as { ref?: unknown }).ref === ref);
    self.send(observer, [who, "answered", answer.reply] as never);
  },
);

/** Never comes out of its init. */
export const endless = genServer(import.meta.url, "endless", {
  init(): null {
    for (;;);
  },
});

/** Starts a named child on scheduler 0, and lets everybody know once the child is on its way there. */
export const racer = proc(
  import.meta.url,
  async function racer(self: Self<unknown>, observer: AnyPid, name: string) {
    const starting = startLink(self, counter, [0], { scheduler: 0, name });
    self.register("spawned");
    try {
      await starting;
      self.send(observer, ["racer", "started"] as never);
    } catch (error) {
      self.send(observer, ["racer", "failed", (error as StartError).reason] as never);
    }
  },
);

/** A supervisor of whatever it is told. */
export const family = supervisor(import.meta.url, "family", (spec: SupervisorSpec) => spec);

/** Starts the first time only: the holder of the name is told, and says whether to. */
export const fickle = genServer(import.meta.url, "fickle", {
  async init(self, counterName: string, failures: number[]) {
    const start = await call(self, serverRef(counter, counterName), ["add", 1]);
    if (failures.includes(start)) self.exit(`start ${start} failed`);
    return start;
  },
  handleCall: { start: (ctx) => ctx.state },
});

/** Asks a supervisor to start a child. */
export const asker = proc(
  import.meta.url,
  async function asker(self: Self<unknown>, sup: Pid<SupervisorMessage>, spec: ChildSpec) {
    await startChild(self, sup, spec);
  },
);

/** Ends in the very slice in which it begins. */
export const mayfly = proc(import.meta.url, async function mayfly(self: Self<unknown>) {
  self.exit("at once");
});

/** Starts a mayfly, linked; traps no exits. */
export const mayflyStarter = proc(import.meta.url, async function mayflyStarter(self: Self<unknown>) {
  await startLink(self, mayfly, [], { scheduler: "here" });
});

/** Its first start goes well; any other tells the observer, waits for `go`, and fails. */
export const hesitant = genServer(import.meta.url, "hesitant", {
  async init(self, observer: AnyPid, counterName: string) {
    if ((await call(self, serverRef(counter, counterName), ["add", 1])) === 1) return null;
    self.send(observer, ["hesitant", "init", self.pid] as never);
    await self.receive((m): m is "go" => m === "go");
    return self.exit("no");
  },
});
