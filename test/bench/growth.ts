/** How cost grows: programs that are told how many, how large, how long. The same in Erlang: growth.erl. */
import { type AnyPid, call, type Pid, proc, type Self, start } from "ringbeam";
import { counter } from "./behaviours.js";
import { growth as weighed } from "./memory.js";
import { echo, hops } from "./messaging.js";
import { BYTES_EACH, NS_PER_OP, OPS_PER_S, type Row, type Run, type Unit } from "./row.js";
import { compute, pinger } from "./schedulers.js";
import { crowd, spawnAll } from "./spawning.js";
import { inBursts, killAll, nsOf, receiveAll } from "./steps.js";

/** A row whose program is run at each of `points`, and gives a curve. */
export interface GrowthRow extends Row {
  readonly points: readonly number[];
  /** What the points are. */
  readonly axis: string;
  /** The points are numbers of schedulers. */
  readonly pointsAreSchedulers?: boolean;
  /** A round has as many operations as its point says. */
  readonly pointsAreCounts?: boolean;
}

const BURST = 1000;
const PAIRS = 100;
const BYTES_PER_ITEM = 8;
const FAR_AWAY_MS = 60_000;
const THOUSANDS = [1_000, 10_000, 100_000, 1_000_000];
const SIZES = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10 * 2 ** 20];

/** Takes numbers; to a pid it says that it is there. */
export const listener = proc(import.meta.url, async function listener(self: Self<number | Pid<string>>) {
  for (;;) {
    const m = await self.receive();
    if (typeof m !== "number") self.send(m, "here");
  }
});

/** The many of this OS process: all its rounds are about the same number, and on the same scheduler. */
let many: readonly AnyPid[] | undefined;

const send: Run = async (self, n, { x }) => {
  many ??= repeat(x, () => self.spawn(listener, []));
  const pids = many as readonly Pid<number | Pid<string>>[];
  for (const pid of pids) self.send(pid, self.pid as Pid<string>);
  await receiveAll(self, x);
  // On one scheduler, the last of a burst is the last to run.
  return inBursts(self, n, BURST, (i, last) => self.send(pids[i % x]!, last ? (self.pid as Pid<string>) : i));
};

const spawn: Run = async (self, n, { x }) => {
  many ??= await crowd(self, x);
  return spawnAll(self, n);
};

const calls: Run = async (self, n, { x }) => {
  const servers = [...(many ?? [])];
  while (servers.length < x) servers.push(await start(self, counter, []));
  many = servers;
  return nsOf(async () => {
    for (let i = 0; i < n; i++) await call(self, servers[i % x] as Pid<unknown>, ["add", i]);
  });
};

const memory: Run = (self, n) => weighed(self, 1, () => crowd(self, n));

/** Pairs anywhere, each of them at ping-pong. */
const pairs: Run = async (self, n) => {
  const each = Math.ceil(n / PAIRS);
  const echoes = repeat(PAIRS, () => self.spawn(echo, []));
  const ns = await nsOf(async () => {
    for (const to of echoes) self.spawn(pinger, [self.pid as Pid<string>, to, each]);
    await receiveAll(self, PAIRS);
  });
  killAll(self, echoes);
  return (ns * n) / (each * PAIRS);
};

/** So many messages wait, then all are taken. */
const mailbox: Run = async (self, n, { x }) => {
  const me = self as Self<number>;
  const times = Math.ceil(n / x);
  const ns = await nsOf(async () => {
    for (let t = 0; t < times; t++) {
      for (let i = 0; i < x; i++) me.send(me.pid, i);
      await receiveAll(me, x);
    }
  });
  return (ns * n) / (times * x);
};

/** So many timers are set, then all are cancelled. */
const timers: Run = async (self, n, { x }) => {
  const times = Math.ceil(n / x);
  const ns = await nsOf(async () => {
    for (let t = 0; t < times; t++) {
      const refs = repeat(x, (i) => self.sendAfter(FAR_AWAY_MS + (i % BURST), self.pid, i));
      for (const ref of refs) self.cancelTimer(ref);
    }
  });
  return (ns * n) / (times * x);
};

interface Letter {
  readonly from: Pid<string>;
  readonly load: unknown;
}

export const reader = proc(import.meta.url, async function reader(self: Self<Letter>) {
  for (;;) self.send((await self.receive()).from, "read");
});

/** A message of so many bytes to another scheduler, and a short answer. */
const letter =
  (load: (bytes: number) => unknown): Run =>
  async (self, n, { x }) => {
    const to = self.spawn(reader, [], { scheduler: 2 });
    const ns = await nsOf(async () => {
      for (let i = 0; i < n; i++) {
        self.send(to, { from: self.pid as Pid<string>, load: load(x) });
        await self.receive();
      }
    });
    self.exit(to, "kill");
    return ns;
  };

function repeat<T>(x: number, one: (i: number) => T): T[] {
  return Array.from({ length: x }, (_, i) => one(i));
}

const binary = (bytes: number) => new Uint8Array(bytes).fill(bytes);
const list = (bytes: number) => repeat(Math.ceil(bytes / BYTES_PER_ITEM), (i) => i);

type Curve = Pick<GrowthRow, "name" | "what" | "axis" | "run"> &
  Partial<GrowthRow> & { readonly unit?: Unit };

const curve = ({ unit = NS_PER_OP, ...rest }: Curve): GrowthRow => ({
  schedulers: 1,
  points: THOUSANDS,
  many: true,
  count: { first: 1000 },
  figures: [{ row: rest.name, unit, aim: 1 }],
  ...rest,
});

export const growth: readonly GrowthRow[] = [
  curve({
    name: "growth-send",
    what: "a message to one of many processes",
    axis: "processes alive",
    run: send,
  }),
  curve({ name: "growth-spawn", what: "spawn, run, exit, among many", axis: "processes alive", run: spawn }),
  curve({ name: "growth-call", what: "a call to one of many servers", axis: "servers alive", run: calls }),
  curve({
    name: "growth-memory",
    what: "an idle process, garbage collected",
    axis: "processes alive",
    unit: BYTES_EACH,
    weighs: true,
    pointsAreCounts: true,
    run: memory,
  }),
  curve({
    name: "growth-mailbox",
    what: "send and receive, of many that wait",
    axis: "messages waiting",
    run: mailbox,
  }),
  curve({
    name: "growth-timers",
    what: "a timer set and cancelled, of many",
    axis: "timers set",
    run: timers,
  }),
  curve({
    name: "growth-ring",
    what: "a hop in a ring",
    axis: "processes in the ring",
    points: [10, 100, 1_000, 10_000, 100_000],
    run: (self, n, { x }) => hops(self, n, x),
  }),
  curve({
    name: "growth-binary",
    what: "a binary to another scheduler, and an answer",
    axis: "bytes of the message",
    points: SIZES,
    schedulers: 2,
    count: { first: 100 },
    run: letter(binary),
  }),
  curve({
    name: "growth-list",
    what: "a list of small integers to another scheduler, and an answer",
    axis: "bytes of the message, 8 an item",
    points: SIZES,
    schedulers: 2,
    count: { first: 10 },
    run: letter(list),
  }),
  curve({
    name: "growth-schedulers",
    what: `${PAIRS} pairs at ping-pong: round trips`,
    axis: "schedulers",
    points: [1, 2],
    pointsAreSchedulers: true,
    unit: OPS_PER_S,
    run: pairs,
  }),
  curve({
    name: "growth-compute",
    what: "processes that compute",
    axis: "schedulers",
    points: [1, 2],
    pointsAreSchedulers: true,
    unit: OPS_PER_S,
    count: { first: 100 },
    run: compute,
  }),
];
