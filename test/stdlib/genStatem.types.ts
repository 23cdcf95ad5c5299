/** What must compile of state machines does, and what must not does not: the compiler checks this file. */
import type { Self } from "../../runtime/index.js";
import {
  call,
  cast,
  genStatem,
  type Initial,
  initialState,
  noReply,
  startLink,
  stopWith,
} from "../../stdlib/index.js";

interface Item {
  readonly key: string;
}

const door = genStatem(import.meta.url, "door", {
  async init(_self, code: string, tries?: number) {
    return initialState("locked", { code, tries: tries ?? 3, items: new Map<string, Item>() }).stateTimeout(
      5,
    );
  },
  states: {
    locked: {
      enter(ctx, oldState) {
        oldState satisfies "locked" | "open";
        // @ts-expect-error a state enter call cannot change the state
        ctx.nextState;
        // @ts-expect-error nor postpone
        ctx.keepState().postpone();
      },
      call: {
        open(ctx, code: string) {
          ctx.state satisfies "locked";
          ctx.data.tries -= 1;
          if (ctx.data.tries === 0) return stopWith("tooMany", false);
          return code === ctx.data.code ? ctx.nextState("open").reply(true) : ctx.keepState().reply("wrong");
        },
        get: (ctx) => ctx.keepState().postpone(),
        weak: (_ctx, _key: string) => 1,
        odd: (ctx, _a: string, _b: number) => ctx.keepState(),
        unsure: (ctx) => (ctx.data.tries > 1 ? noReply : ctx.data),
      },
      cast: {
        reset(ctx, to?: number) {
          ctx.data = { ...ctx.data, tries: to ?? 3 };
          // @ts-expect-error a cast has nobody to reply to
          ctx.from;
          // @ts-expect-error no such state
          return ctx.nextState("opne");
        },
      },
      info(_ctx, message: "tick" | "tock") {
        return message === "tick" ? stopWith("tick") : undefined;
      },
      stateTimeout: (ctx, _content: string) => ctx.keepState().genericTimeout("later", 10, "content"),
      genericTimeout: { later: (ctx, _content: string) => ctx.repeatState() },
    },
    open: {
      enter: (ctx) =>
        ctx.keepState().eventTimeout(10).stateTimeout("cancel").genericTimeout("a", "update", 1),
      call: {
        get: (ctx, key: string) => ctx.data.items.get(key),
        odd: (_ctx, _a: string) => 7,
        // @ts-expect-error no such state
        close: (ctx) => ctx.nextState("shut").reply("closed"),
      },
      cast: {
        reset: (ctx) => ctx.nextState("locked").nextEvent("internal", ["told"]),
      },
      internal: { told() {} },
      // @ts-expect-error a generic timeout has a name
      eventTimeout: (ctx) => ctx.keepState().nextEvent("genericTimeout", "x"),
    },
  },
  handleEvent: {
    call: {
      where: (ctx) => ctx.state,
      close: (ctx) => ctx.nextState("locked").reply("closed"),
    },
  },
  terminate(ctx, _reason) {
    ctx.state satisfies "locked" | "open";
    ctx.data.tries satisfies number;
  },
});

type Light = { readonly lit: boolean; readonly colour: "red" | "green" };

const light = genStatem(import.meta.url, "light", {
  init: (_self, colour: "red" | "green"): Initial<Light, number> => initialState({ lit: false, colour }, 0),
  handleEvent: {
    enter(ctx, old) {
      old.colour satisfies "red" | "green";
      ctx.data += 1;
    },
    call: { lit: (ctx) => ctx.state.lit },
    cast: {
      flip: (ctx) => ctx.nextState({ ...ctx.state, lit: !ctx.state.lit }),
      // @ts-expect-error no such state
      blue: (ctx) => ctx.nextState({ lit: true, colour: "blue" }),
    },
  },
});

genStatem(import.meta.url, "replyingCast", {
  init: () => initialState("on", 0),
  // @ts-expect-error a cast handler has no reply to give
  states: { on: { cast: { value: () => 5 } } },
});

genStatem(import.meta.url, "slip", {
  init: () => initialState("on", 0),
  // @ts-expect-error a slip of the pen in an event type
  states: { on: { stateTimout: () => undefined } },
});

genStatem(import.meta.url, "lost", {
  init: () => initialState("onn", 0),
  // @ts-expect-error it begins in no state of its
  states: { on: {} },
});

/** Never called. */
export async function checked(self: Self<unknown>): Promise<void> {
  const pid = await startLink(self, door, ["1234"]);
  await startLink(self, door, ["1234", 5], { name: "door" });
  // @ts-expect-error wrong argument of init
  await startLink(self, door, [1234]);

  (await call(self, pid, ["open", "1"])) satisfies boolean | string;
  // @ts-expect-error the reply may be a string
  (await call(self, pid, ["open", "1"])) satisfies boolean;
  (await call(self, pid, ["get", "a"])) satisfies Item | undefined;
  // @ts-expect-error the state that answers it needs the key
  await call(self, pid, ["get"]);
  // @ts-expect-error wrong argument
  await call(self, pid, ["get", 1]);
  (await call(self, pid, ["weak", "a"])) satisfies number;
  (await call(self, pid, ["odd", "a", 1])) satisfies number;
  // @ts-expect-error the state that takes more arguments needs them
  await call(self, pid, ["odd", "a"]);
  (await call(self, pid, ["where"])) satisfies "locked" | "open";
  (await call(self, pid, ["unsure"])) satisfies { tries: number };
  // @ts-expect-error no such call
  await call(self, pid, ["opne", "1"]);
  // @ts-expect-error a cast is no call
  await call(self, pid, ["reset"]);

  cast(self, pid, ["reset"]);
  cast(self, pid, ["reset", 4]);
  // @ts-expect-error wrong argument
  cast(self, pid, ["reset", "4"]);
  // @ts-expect-error an internal event is nobody else's
  cast(self, pid, ["told"]);

  self.send(pid, "tick");
  // @ts-expect-error info does not take it
  self.send(pid, "tack");

  const lamp = await startLink(self, light, ["red"]);
  (await call(self, lamp, ["lit"])) satisfies boolean;
  cast(self, lamp, ["flip"]);
  // @ts-expect-error no such cast
  cast(self, lamp, ["flop"]);
}
