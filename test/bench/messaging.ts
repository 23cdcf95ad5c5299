/** Messages and timers on one scheduler. The same in Erlang: messaging.erl. */
import { behaviour, type Pid, proc, type Self } from "ringbeam";
import { type Row, timed } from "./row.js";
import { type Ask, inBursts, killAll, nsOf, type Six, six } from "./steps.js";

const BURST = 1000;
const WAITING = 10_000;
const RING = 503;
const FAR_AWAY_MS = 60_000;

export const echo = proc(import.meta.url, async function echo(self: Self<Ask>) {
  for (;;) {
    const { from, n } = await self.receive();
    self.send(from, n);
  }
});

/** `n` round trips with a process that answers. */
export async function roundTrips(self: Self<unknown>, to: Pid<Ask>, n: number): Promise<number> {
  return nsOf(async () => {
    for (let i = 0; i < n; i++) {
      self.send(to, { from: self.pid as Pid<number>, n: i });
      await self.receive();
    }
  });
}

async function pingPong(self: Self<unknown>, n: number): Promise<number> {
  const to = self.spawn(echo, []);
  const ns = await roundTrips(self, to, n);
  self.exit(to, "kill");
  return ns;
}

export const member = proc(import.meta.url, async function member(self: Self<number>, next: Pid<number>) {
  for (;;) self.send(next, (await self.receive()) - 1);
});

/** Hops around a ring of `size` processes, the caller among them: whole laps, at least `n` hops. */
export async function hops(self: Self<unknown>, n: number, size: number): Promise<number> {
  const ring: Pid<number>[] = [self.pid as Pid<number>];
  while (ring.length < size) ring.push(self.spawn(member, [ring.at(-1)!]));
  const laps = Math.ceil(n / size);
  const ns = await nsOf(async () => {
    for (let left = laps * size; left > 0; ) {
      self.send(ring.at(-1)!, left - 1);
      left = (await self.receive()) as number;
    }
  });
  killAll(self, ring.slice(1));
  return (ns * n) / (laps * size);
}

/** Takes numbers, and says so at the end of each burst. */
export const behaviourSink = behaviour(
  import.meta.url,
  "behaviourSink",
  (self: Self<unknown>, from: Pid<string>, burst: number) => {
    let left = burst;
    return {
      handle() {
        if (--left > 0) return;
        left = burst;
        self.send(from, "all here");
      },
    };
  },
);

export const asyncSink = proc(
  import.meta.url,
  async function asyncSink(self: Self<unknown>, from: Pid<string>, burst: number) {
    for (;;) {
      for (let left = burst; left > 0; left--) await self.receive();
      self.send(from, "all here");
    }
  },
);

async function sendTo(
  self: Self<unknown>,
  n: number,
  sink: typeof asyncSink,
  message: (i: number) => number | Six,
): Promise<number> {
  const to = self.spawn(sink, [self.pid as Pid<string>, BURST]);
  const ns = await inBursts(self, n, BURST, (i) => self.send(to, message(i)));
  self.exit(to, "kill");
  return ns;
}

type Labelled = { readonly tag: "other" | "wanted"; readonly n: number };

async function selective(self: Self<unknown>, n: number): Promise<number> {
  const me = self as Self<Labelled>;
  for (let i = 0; i < WAITING; i++) me.send(me.pid, { tag: "other", n: i });
  return nsOf(async () => {
    for (let i = 0; i < n; i++) {
      me.send(me.pid, { tag: "wanted", n: i });
      await me.receive((m) => m.tag === "wanted");
    }
  });
}

async function timers(self: Self<unknown>, n: number): Promise<number> {
  const bursts = Math.ceil(n / BURST);
  const ns = await nsOf(async () => {
    for (let b = 0; b < bursts; b++) {
      const refs = Array.from({ length: BURST }, (_, i) => self.sendAfter(FAR_AWAY_MS + i, self.pid, i));
      for (const ref of refs) self.cancelTimer(ref);
    }
  });
  return (ns * n) / (bursts * BURST);
}

const number = (i: number) => i;

export const messaging: readonly Row[] = [
  timed({
    name: "ping-pong",
    what: "round trip between two processes",
    schedulers: 1,
    first: 20_000,
    aim: 3,
    alsoNamed: true,
    run: pingPong,
  }),
  timed({
    name: "ring",
    what: `a number goes round a ring of ${RING} processes: each hop`,
    schedulers: 1,
    first: 20_000,
    aim: 3,
    run: (self, n) => hops(self, n, RING),
  }),
  timed({
    name: "send",
    what: "a number, one process to one behaviour",
    schedulers: 1,
    first: 50_000,
    aim: 2,
    run: (self, n) => sendTo(self, n, behaviourSink, number),
  }),
  timed({
    name: "send-async",
    what: "a number, one process to one async body",
    schedulers: 1,
    first: 50_000,
    run: (self, n) => sendTo(self, n, asyncSink, number),
  }),
  timed({
    name: "send-map",
    what: "a map of 6 keys, one process to one behaviour",
    schedulers: 1,
    first: 50_000,
    run: (self, n) => sendTo(self, n, behaviourSink, six),
  }),
  timed({
    name: "selective",
    what: `selective receive behind ${WAITING} other messages`,
    schedulers: 1,
    first: 500,
    run: selective,
  }),
  timed({
    name: "timers",
    what: "a timer set and cancelled",
    schedulers: 1,
    first: 10_000,
    run: timers,
  }),
];
