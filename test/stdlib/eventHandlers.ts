/** Event managers and handlers for the tests of the library; a module of its own, because other schedulers load it. */
import { type AnyPid, type Pid, proc, type Self } from "../../runtime/index.js";
import {
  addSupHandler,
  eventHandler,
  genEvent,
  type HandlerEnd,
  type ManagerMessage,
  notify,
  removeHandler,
  swapInto,
  syncNotify,
} from "../../stdlib/index.js";

export type Alarm = { readonly kind: string; readonly room?: string };

export const alarms = genEvent<Alarm>(import.meta.url, "alarms");

/** Tells its observer `[who, what, detail]` of all that happens to it. The kind of an event says what it does. */
export const watcher = eventHandler(import.meta.url, "watcher", {
  init(self, observer: AnyPid, who: string, given?: unknown) {
    const tell = (what: string, detail?: unknown) => self.send(observer, [who, what, detail] as never);
    if (who === "refuses") throw new Error("not me");
    tell("init", given);
    return { tell, observer, who };
  },
  handleEvent(ctx, { kind }: Alarm): HandlerEnd | undefined {
    ctx.state.tell(kind);
    if (kind === `crash ${ctx.state.who}`) throw new Error("boom");
    if (kind === `remove ${ctx.state.who}`) return removeHandler();
    if (kind === `swap ${ctx.state.who}`)
      return swapInto([watcher, "next"], [ctx.state.observer, "next"], "swapped");
    return undefined;
  },
  handleCall: {
    who: (ctx) => ctx.state.who,
    where: (ctx) => ctx.self.scheduler,
    last: () => removeHandler().reply("bye"),
    crash(): never {
      throw new Error("boom");
    },
  },
  handleInfo(ctx, message) {
    ctx.state.tell("info", message);
  },
  terminate(ctx, why) {
    ctx.state.tell("terminate", why);
    if (why === "badly") throw new Error("worse");
    return `${ctx.state.who} was here`;
  },
});

/** A state that can be shown: how many events there were. */
export const counting = eventHandler(import.meta.url, "counting", {
  init: (_self, from: number) => ({ count: from }),
  handleEvent(ctx, _event: Alarm) {
    ctx.state.count++;
  },
});

/** Waits in each event for a message to the manager. */
export const slow = eventHandler(import.meta.url, "slow", {
  init: (_self, observer: AnyPid) => observer,
  async handleEvent(ctx, event: Alarm) {
    ctx.self.send(ctx.state, ["slow", "begins", event.kind] as never);
    await ctx.self.receive((m): m is "go" => m === "go");
    ctx.self.send(ctx.state, ["slow", "ends", event.kind] as never);
    if (event.kind === "crash") throw new Error("boom");
  },
});

/** Adds a supervised handler, then ends when told, with the reason it is told. */
export const owner = proc(
  import.meta.url,
  async function owner(
    self: Self<unknown>,
    manager: Pid<ManagerMessage<Alarm>>,
    observer: AnyPid,
    who: string,
  ) {
    await addSupHandler(self, manager, watcher, [observer, who]);
    self.send(observer, ["owner", "added", self.pid] as never);
    const told = await self.receive((m): m is { end: unknown } => Object.hasOwn(m as object, "end"));
    self.exit(told.end);
  },
);

/** Sends events of its own. */
export const notifier = proc(import.meta.url, async function notifier(self: Self<unknown>, kinds: string[]) {
  for (const kind of kinds) notify(self, "alarms", { kind });
});

/** Tells when it has been answered. */
export const syncNotifier = proc(
  import.meta.url,
  async function syncNotifier(
    self: Self<unknown>,
    manager: Pid<ManagerMessage<Alarm>>,
    observer: AnyPid,
    kind: string,
  ) {
    self.send(observer, ["syncNotifier", "begins"] as never);
    await syncNotify(self, manager, { kind });
    self.send(observer, ["syncNotifier", "done"] as never);
  },
);

/** Is no event handler. */
export const notNamed = proc(import.meta.url, async function notNamed(_self: Self<unknown>) {});
