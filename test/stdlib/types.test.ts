/** What must compile does, and what must not does not: the compiler checks this file, running it does little. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid, Pid, Self } from "../../runtime/index.js";
import {
  call,
  cast,
  child,
  genServer,
  noReply,
  type ServerMessage,
  serverRef,
  start,
  startChild,
  startLink,
  stopWith,
  supervisor,
  whichChildren,
} from "../../stdlib/index.js";

interface Item {
  readonly key: string;
}

const store = genServer(import.meta.url, "store", {
  async init(_self, size: number, label?: string) {
    return { size, label, items: new Map<string, Item>() };
  },
  handleCall: {
    put(ctx, item: Item) {
      ctx.state.items.set(item.key, item);
    },
    get: (ctx, key: string) => ctx.state.items.get(key),
    async count(ctx, ..._keys: string[]) {
      return ctx.state.items.size;
    },
    maybe(ctx, now: boolean) {
      if (now) return ctx.state.size;
      const from = ctx.from;
      return from ? noReply : stopWith("normal", "last words");
    },
  },
  handleCast: {
    clear(ctx) {
      // @ts-expect-error a cast has nobody to reply to
      ctx.from;
      ctx.state = { ...ctx.state, items: new Map() };
    },
    end: (_ctx, reason: string) => stopWith(reason),
  },
  handleInfo(ctx, message: "tick" | { tag: "tock" }) {
    // @ts-expect-error the state is what init gave
    ctx.state.nothing;
    return message === "tick" ? undefined : stopWith("shutdown");
  },
});

genServer(import.meta.url, "replyingCast", {
  init: () => 0,
  // @ts-expect-error a cast handler has no reply to give
  handleCast: { reset: () => 5 },
});

const shop = supervisor(import.meta.url, "shop", (size: number) => ({
  strategy: "restForOne",
  children: [child(store, [size], { restart: "transient", shutdown: "brutalKill" })],
}));

/** Never called. */
export async function checked(self: Self<{ mine: true }>, any: AnyPid): Promise<void> {
  const pid = await startLink(self, store, [5]);
  await startLink(self, store, [5, "label"], { name: "store", timeout: 100, scheduler: "here" });
  // @ts-expect-error wrong argument of init
  await startLink(self, store, ["5"]);
  // @ts-expect-error missing argument of init
  await start(self, store, []);
  // @ts-expect-error no such option
  await start(self, store, [5], { nmae: "store" });

  (await call(self, pid, ["put", { key: "a" }])) satisfies void;
  (await call(self, pid, ["get", "a"], 1000)) satisfies Item | undefined;
  (await call(self, pid, ["count"])) satisfies number;
  (await call(self, pid, ["count", "a", "b"])) satisfies number;
  (await call(self, pid, ["maybe", true])) satisfies number | string;
  // @ts-expect-error the reply may be a string
  (await call(self, pid, ["maybe", true])) satisfies number;
  // @ts-expect-error no such call
  await call(self, pid, ["gte", "a"]);
  // @ts-expect-error a cast is no call
  await call(self, pid, ["clear"]);
  // @ts-expect-error wrong argument
  await call(self, pid, ["get", 1]);
  // @ts-expect-error missing argument
  await call(self, pid, ["get"]);
  // @ts-expect-error too many arguments
  await call(self, pid, ["get", "a", "b"]);

  cast(self, pid, ["clear"]);
  cast(self, pid, ["end", "enough"]);
  // @ts-expect-error a call is no cast
  cast(self, pid, ["get", "a"]);
  // @ts-expect-error wrong argument
  cast(self, pid, ["end", 1]);

  self.send(pid, "tick");
  self.send(pid, { tag: "tock" });
  // @ts-expect-error handleInfo does not take it
  self.send(pid, "tack");

  const named = serverRef(store, { name: "store", node: "beta@127.0.0.1" });
  (await call(self, named, ["count"])) satisfies number;
  // @ts-expect-error no such call
  await call(self, named, ["cuont"]);
  (await call(self, "store", ["whatever", 1])) satisfies unknown;
  // @ts-expect-error by a mere name the reply is unknown
  (await call(self, "store", ["count"])) satisfies number;
  // @ts-expect-error a pid of unknown protocol must be given one first
  await call(self, any, ["count"]);

  const typed: Pid<ServerMessage<typeof store>> = pid;
  (await call(self, typed, ["count"])) satisfies number;

  const root = await startLink(self, shop, [1]);
  const added = await startChild(self, root, child(store, [1]));
  (await call(self, added, ["count"])) satisfies number;
  await whichChildren(self, root);
  await whichChildren(self, "shop");
  // @ts-expect-error a store is no supervisor
  await whichChildren(self, pid);
  // @ts-expect-error wrong argument of init
  child(store, [true]);
  // @ts-expect-error no such restart type
  child(store, [1], { restart: "always" });
}

const test = suite("stdlib/types");

test("a child spec is filled in with OTP's defaults", () => {
  const { proc, ...spec } = child(store, [1]);
  assert.is(proc, store);
  assert.equal(spec, { id: "store", args: [1], type: "worker", restart: "permanent", shutdown: 5000 });
  assert.is(child(store, [1], { name: "kept" }).id, "kept");
  assert.is(child(shop, [1]).type, "supervisor");
  assert.is(child(shop, [1]).shutdown, "infinity");
});

test.run();
