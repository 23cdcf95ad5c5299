/** What must compile of event managers does, and what must not does not: the compiler checks this file. */
import type { Self } from "../../runtime/index.js";
import {
  addHandler,
  addSupHandler,
  callHandler,
  deleteHandler,
  eventHandler,
  genEvent,
  notify,
  type ReqId,
  removeHandler,
  sendHandlerRequest,
  serverRef,
  startLink,
  swapHandler,
  swapInto,
  syncNotify,
} from "../../stdlib/index.js";

type Alarm = { readonly kind: "fire" | "water" };

const alarms = genEvent<Alarm>(import.meta.url, "alarms");

const bell = eventHandler(import.meta.url, "bell", {
  async init(_self, loud: boolean, rung?: number) {
    return { loud, rung: rung ?? 0 };
  },
  handleEvent(ctx, event: Alarm) {
    ctx.state.rung += 1;
    // @ts-expect-error there is no such alarm
    if (event.kind === "air") return;
    return ctx.state.rung > 3 ? removeHandler() : undefined;
  },
  handleCall: {
    rung: (ctx, since: number) => ctx.state.rung - since,
    last: (ctx) => (ctx.state.loud ? removeHandler().reply("bye") : 1),
  },
});

const anything = eventHandler(import.meta.url, "anything", {
  init: () => null,
  // @ts-expect-error what bell's init takes
  handleEvent: (_ctx, _event: unknown) => swapInto(bell, ["loud"]),
});

const numbers = eventHandler(import.meta.url, "numbers", {
  init: () => 0,
  handleEvent(_ctx, _event: number) {},
});

/** Never called. */
export async function checked(self: Self<unknown>): Promise<void> {
  const pid = await startLink(self, alarms, [], { name: "alarms" });
  notify(self, pid, { kind: "fire" });
  // @ts-expect-error no such event
  notify(self, pid, { kind: "air" });
  // @ts-expect-error no such event
  await syncNotify(self, pid, "fire");
  notify(self, "alarms", "whatever");
  await syncNotify(self, serverRef(alarms, "alarms"), { kind: "water" }, 100);

  await addHandler(self, pid, bell, [true]);
  await addSupHandler(self, pid, [bell, "second"], [true, 3]);
  await addHandler(self, "alarms", bell, [true]);
  await addHandler(self, pid, anything, []);
  // @ts-expect-error wrong argument of init
  await addHandler(self, pid, bell, [1]);
  // @ts-expect-error it does not take the manager's events
  await addHandler(self, pid, numbers, []);

  (await callHandler(self, pid, bell, ["rung", 1])) satisfies number;
  (await callHandler(self, "alarms", [bell, "second"], ["last"])) satisfies number | string;
  sendHandlerRequest(self, pid, bell, ["rung", 1]) satisfies ReqId<number>;
  // @ts-expect-error no such call
  sendHandlerRequest(self, pid, bell, ["rang", 1]);
  // @ts-expect-error no such call
  await callHandler(self, pid, bell, ["rang", 1]);
  // @ts-expect-error wrong argument
  await callHandler(self, pid, bell, ["rung", "1"]);

  await swapHandler(self, pid, [bell, "why"], [[bell, "third"], [false]]);
  // @ts-expect-error wrong argument of init
  await swapHandler(self, pid, [bell], [bell, ["false"]]);
  await deleteHandler(self, pid, bell, "why");
}
