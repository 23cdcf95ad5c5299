/** Servers, state machines, registries, supervisors, on one scheduler. The same in Erlang: behaviours.erl. */
import {
  call,
  cast,
  child,
  genServer,
  genStatem,
  initialState,
  type Pid,
  Registry,
  registry,
  type Self,
  start,
  startLink,
  stop,
  supervisor,
} from "ringbeam";
import { OPS_PER_S, type Row, timed } from "./row.js";
import { nsOf, receiveAll } from "./steps.js";

const BURST = 1000;
const KEYS = 1000;
const SUBSCRIBERS = 100;
/** Messages that a subscriber takes before it says so. */
const DISPATCHES = 10;
const INTENSITY = 100;

export const counter = genServer(import.meta.url, "counter", {
  init: () => ({ count: 0 }),
  handleCall: {
    add: (ctx, by: number) => (ctx.state.count += by),
    get: (ctx) => ctx.state.count,
  },
  handleCast: {
    add(ctx, by: number) {
      ctx.state.count += by;
    },
  },
});

async function calls(self: Self<unknown>, n: number): Promise<number> {
  const server = await startLink(self, counter, []);
  const ns = await nsOf(async () => {
    for (let i = 0; i < n; i++) await call(self, server, ["add", i]);
  });
  await stop(self, server);
  return ns;
}

async function casts(self: Self<unknown>, n: number): Promise<number> {
  const server = await startLink(self, counter, []);
  const bursts = Math.ceil(n / BURST);
  const ns = await nsOf(async () => {
    for (let b = 0; b < bursts; b++) {
      for (let i = 0; i < BURST; i++) cast(self, server, ["add", i]);
      await call(self, server, ["get"]);
    }
  });
  await stop(self, server);
  return (ns * n) / (bursts * BURST);
}

export const lamp = genStatem(import.meta.url, "lamp", {
  init: () => initialState("off", { flips: 0 }),
  states: {
    on: {
      cast: {
        flip(ctx) {
          ctx.data.flips++;
          return ctx.nextState("off");
        },
      },
    },
    off: {
      cast: {
        flip(ctx) {
          ctx.data.flips++;
          return ctx.nextState("on");
        },
      },
    },
  },
  handleEvent: { call: { flips: (ctx) => ctx.data.flips } },
});

async function transitions(self: Self<unknown>, n: number): Promise<number> {
  const machine = await startLink(self, lamp, []);
  const bursts = Math.ceil(n / BURST);
  const ns = await nsOf(async () => {
    for (let b = 0; b < bursts; b++) {
      for (let i = 0; i < BURST; i++) cast(self, machine, ["flip"]);
      await call(self, machine, ["flips"]);
    }
  });
  await stop(self, machine);
  return (ns * n) / (bursts * BURST);
}

export const users = registry<number>(import.meta.url, "users", { keys: "unique" });

async function lookups(self: Self<unknown>, n: number): Promise<number> {
  const directory = await startLink(self, users, []);
  for (let key = 0; key < KEYS; key++) await Registry.register(self, directory, key);
  const ns = await nsOf(async () => {
    for (let i = 0; i < n; i++) await Registry.whereisName(self, directory, i % KEYS);
  });
  await stop(self, directory);
  return ns;
}

type Topic = Pid<import("ringbeam").RegistryMessage<string, undefined, number, "duplicate">>;
export const topics = registry<string, undefined, number>(import.meta.url, "topics", { keys: "duplicate" });

export const subscriber = genServer(import.meta.url, "subscriber", {
  init: async (self, directory: Topic, publisher: Pid<string>) => {
    await Registry.register(self, directory, "news");
    return { publisher, left: DISPATCHES };
  },
  handleInfo(ctx, _news: number) {
    if (--ctx.state.left > 0) return;
    ctx.state.left = DISPATCHES;
    ctx.self.send(ctx.state.publisher, "read");
  },
});

async function dispatches(self: Self<unknown>, n: number): Promise<number> {
  const directory = await startLink(self, topics, []);
  const readers = await Promise.all(
    Array.from({ length: SUBSCRIBERS }, () =>
      self.spawnLink(subscriber, [directory, self.pid as Pid<string>]),
    ),
  );
  while ((await Registry.count(self, directory)) < SUBSCRIBERS);
  const bursts = Math.ceil(n / (SUBSCRIBERS * DISPATCHES));
  const ns = await nsOf(async () => {
    for (let b = 0; b < bursts; b++) {
      for (let i = 0; i < DISPATCHES; i++)
        await Registry.dispatch(self, directory, "news", (entries) => {
          for (const { pid } of entries) self.send(pid, i);
        });
      await receiveAll(self, SUBSCRIBERS);
    }
  });
  for (const reader of readers) await stop(self, reader);
  await stop(self, directory);
  return (ns * n) / (bursts * SUBSCRIBERS * DISPATCHES);
}

/** Tells that it is up; ends when it is told to, for no good reason. */
export const fragile = genServer(import.meta.url, "fragile", {
  init: (self, to: Pid<Pid<string>>) => {
    self.send(to, self.pid as Pid<string>);
    return {};
  },
  handleInfo(ctx, _end: string) {
    ctx.self.exit("normal");
  },
});

export const guard = supervisor(import.meta.url, "guard", (to: Pid<Pid<string>>) => ({
  intensity: INTENSITY,
  period: 1000,
  children: [child(fragile, [to], { id: "fragile" })],
}));

async function restarts(self: Self<unknown>, n: number): Promise<number> {
  const me = self as Self<Pid<string>>;
  const families = Math.ceil(n / INTENSITY);
  const ns = await nsOf(async () => {
    for (let f = 0; f < families; f++) {
      const family = await start(me, guard, [me.pid]);
      for (let i = 0; i < INTENSITY; i++) me.send(await me.receive(), "end");
      await me.receive();
      await stop(me, family, "shutdown");
    }
  });
  return (ns * n) / (families * INTENSITY);
}

export const behaviours: readonly Row[] = [
  timed({
    name: "call",
    what: "call of a gen_server",
    schedulers: 1,
    first: 10_000,
    aim: 3,
    alsoNamed: true,
    run: calls,
  }),
  timed({
    name: "cast",
    what: "cast to a gen_server",
    schedulers: 1,
    first: 50_000,
    aim: 3,
    run: casts,
  }),
  timed({
    name: "statem",
    what: "a transition of a state machine, by a cast",
    schedulers: 1,
    first: 20_000,
    run: transitions,
  }),
  timed({
    name: "registry-lookup",
    what: `whose is a key, of ${KEYS}`,
    schedulers: 1,
    first: 10_000,
    run: lookups,
  }),
  timed({
    name: "registry-dispatch",
    what: `a message to ${SUBSCRIBERS} subscribers of a key: each`,
    schedulers: 1,
    first: 10_000,
    run: dispatches,
  }),
  timed({
    name: "restarts",
    what: `a child ends, its supervisor starts it again (a new supervisor each ${INTENSITY} times)`,
    schedulers: 1,
    first: 1_000,
    unit: OPS_PER_S,
    run: restarts,
  }),
];
