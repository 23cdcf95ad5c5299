/** Between schedulers: the caller is on scheduler 1, who it talks to on 2. The same in Erlang: schedulers.erl. */
import { call, type Pid, proc, type Self, startLink, stop } from "ringbeam";
import { counter } from "./behaviours.js";
import { asyncSink, behaviourSink, echo, roundTrips } from "./messaging.js";
import { OPS_PER_S, type Row, type Run, timed } from "./row.js";
import { type Ask, inBursts, killAll, nsOf, receiveAll, type Six, six } from "./steps.js";

/** Longer than on one scheduler: the end of a burst costs a wake-up. */
const BURST = 10_000;
const PAIRS = 100;
const SENDERS = 100;
const SENDER_BURST = 100;

const OTHER = { scheduler: 2 };

const send =
  (sink: typeof asyncSink, message: (i: number) => number | Six): Run =>
  async (self, n) => {
    const to = self.spawn(sink, [self.pid as Pid<string>, BURST], OTHER);
    const ns = await inBursts(self, n, BURST, (i) => self.send(to, message(i)));
    self.exit(to, "kill");
    return ns;
  };

async function pingPong(self: Self<unknown>, n: number): Promise<number> {
  const to = self.spawn(echo, [], OTHER);
  const ns = await roundTrips(self, to, n);
  self.exit(to, "kill");
  return ns;
}

export const pinger = proc(
  import.meta.url,
  async function pinger(self: Self<number>, parent: Pid<string>, to: Pid<Ask>, n: number) {
    for (let i = 0; i < n; i++) {
      self.send(to, { from: self.pid, n: i });
      await self.receive();
    }
    self.send(parent, "done");
  },
);

/** Many pairs at a time, each across two schedulers: nobody is idle, and nobody has to be woken. */
async function pingPongLoad(self: Self<unknown>, n: number): Promise<number> {
  const each = Math.ceil(n / PAIRS);
  const echoes = Array.from({ length: PAIRS }, () => self.spawn(echo, [], OTHER));
  const ns = await nsOf(async () => {
    for (const to of echoes) self.spawn(pinger, [self.pid as Pid<string>, to, each], { scheduler: 1 });
    await receiveAll(self, PAIRS);
  });
  killAll(self, echoes);
  return (ns * n) / (each * PAIRS);
}

async function calls(self: Self<unknown>, n: number): Promise<number> {
  const server = await startLink(self, counter, [], OTHER);
  const ns = await nsOf(async () => {
    for (let i = 0; i < n; i++) await call(self, server, ["add", i]);
  });
  await stop(self, server);
  return ns;
}

interface Parcel {
  readonly from: Pid<string>;
  readonly n: number;
  readonly last: boolean;
}

/** Takes from everybody, and tells each of them at the end of its burst. */
export const collector = proc(import.meta.url, async function collector(self: Self<Parcel>) {
  for (;;) {
    const { from, last } = await self.receive();
    if (last) self.send(from, "all here");
  }
});

export const sender = proc(
  import.meta.url,
  async function sender(self: Self<string>, parent: Pid<string>, to: Pid<Parcel>, bursts: number) {
    for (let b = 0; b < bursts; b++) {
      for (let i = 1; i <= SENDER_BURST; i++)
        self.send(to, { from: self.pid, n: i, last: i === SENDER_BURST });
      await self.receive();
    }
    self.send(parent, "done");
  },
);

async function fanIn(self: Self<unknown>, n: number): Promise<number> {
  const bursts = Math.ceil(n / (SENDERS * SENDER_BURST));
  const to = self.spawn(collector, []);
  const ns = await nsOf(async () => {
    for (let i = 0; i < SENDERS; i++) self.spawn(sender, [self.pid as Pid<string>, to, bursts]);
    await receiveAll(self, SENDERS);
  });
  self.exit(to, "kill");
  return (ns * n) / (bursts * SENDERS * SENDER_BURST);
}

/** Naive on purpose: calls and small sums, nothing to be clever about. */
export const fib = (n: number): number => (n < 2 ? n : fib(n - 1) + fib(n - 2));

export const FIB = 24;

export const worker = proc(
  import.meta.url,
  async function worker(self: Self, to: Pid<number>, input: number) {
    self.send(to, fib(input));
  },
);

/** `n` processes that compute, all at once. */
export async function compute(self: Self<unknown>, n: number): Promise<number> {
  return nsOf(async () => {
    for (let i = 0; i < n; i++) self.spawn(worker, [self.pid as Pid<number>, FIB]);
    await receiveAll(self, n);
  });
}

export const schedulers: readonly Row[] = [
  timed({
    name: "send-across",
    what: "a number, to a behaviour on another scheduler",
    schedulers: 2,
    first: 50_000,
    aim: 5,
    alsoNamed: true,
    run: send(behaviourSink, (i) => i),
  }),
  timed({
    name: "send-across-map",
    what: "a map of 6 keys, to a behaviour on another scheduler",
    schedulers: 2,
    first: 50_000,
    aim: 1.5,
    run: send(behaviourSink, six),
  }),
  timed({
    name: "send-across-async",
    what: "a number, to an async body on another scheduler",
    schedulers: 2,
    first: 50_000,
    run: send(asyncSink, (i) => i),
  }),
  timed({
    name: "ping-pong-across",
    what: "round trip between two processes on two schedulers, nothing else running",
    schedulers: 2,
    first: 2_000,
    run: pingPong,
  }),
  timed({
    name: "ping-pong-across-load",
    what: `round trip between schedulers, ${PAIRS} pairs at a time`,
    schedulers: 2,
    first: 20_000,
    aim: 5,
    run: pingPongLoad,
  }),
  timed({
    name: "call-across",
    what: "call of a gen_server on another scheduler",
    schedulers: 2,
    first: 2_000,
    run: calls,
  }),
  timed({
    name: "fan-in",
    what: `${SENDERS} processes send to one, anywhere`,
    schedulers: 2,
    first: 50_000,
    run: fanIn,
  }),
  timed({
    name: "parallel",
    what: `processes that compute fib(${FIB}), all started at once`,
    schedulers: 2,
    first: 100,
    unit: OPS_PER_S,
    run: compute,
  }),
];
