/** What processes weigh, and what a node does while all of them wait. The same in Erlang: memory.erl. */
import { type AnyPid, behaviour, type Pid, proc, type Self } from "ringbeam";
import { BYTES_EACH, NS_PER_OP, OF_START, PERCENT_CPU, type Row, type Setting, WAKE_UPS } from "./row.js";
import { crowd, spawnAll } from "./spawning.js";
import { nsOf, receiveAll } from "./steps.js";

const BURST = 1000;
const CROWD = 100_000;
const MILLION = 1_000_000;
/** For each process of `memory-back`. */
const MESSAGES = 10;
/** Finalizers and what they free come after a collection, in a turn of their own. */
const COLLECTIONS = 3;
const BETWEEN_COLLECTIONS_MS = 50;

/** Bytes in use on its scheduler. */
export const scale = proc(import.meta.url, async function scale(self: Self<never>, to: Pid<number>) {
  for (let i = 0; i < COLLECTIONS; i++) {
    globalThis.gc!();
    await self.receive({ after: BETWEEN_COLLECTIONS_MS });
  }
  const { heapUsed, external } = process.memoryUsage();
  self.send(to, heapUsed + external);
});

/** Bytes in use on all schedulers, garbage collected. */
export async function weigh(self: Self<unknown>, schedulers: number): Promise<number> {
  let bytes = 0;
  for (let scheduler = 0; scheduler <= schedulers; scheduler++) {
    self.spawn(scale, [self.pid as Pid<number>], { scheduler });
    bytes += (await self.receive()) as number;
  }
  return bytes;
}

/** Bytes that `make` adds for good; what it gives is held until they are counted. */
export async function growth(
  self: Self<unknown>,
  schedulers: number,
  make: () => Promise<readonly AnyPid[]>,
): Promise<number> {
  const before = await weigh(self, schedulers);
  const pids = await make();
  const bytes = (await weigh(self, schedulers)) - before;
  for (const pid of pids) self.exit(pid, "kill");
  return bytes;
}

export const idleBehaviour = behaviour(import.meta.url, "idleBehaviour", (self: Self, to: Pid<string>) => {
  self.send(to, "hello");
  return { handle: () => {} };
});

async function idleBehaviours(self: Self<unknown>, n: number): Promise<AnyPid[]> {
  const pids: AnyPid[] = [];
  while (pids.length < n) {
    const burst = Math.min(BURST, n - pids.length);
    for (let i = 0; i < burst; i++) pids.push(self.spawn(idleBehaviour, [self.pid as Pid<string>]));
    await receiveAll(self, burst);
  }
  return pids;
}

/** Starts a million, lets all of them end: the memory that the system gave, ns to start, ns to stop. */
async function million(self: Self<unknown>, n: number): Promise<number[]> {
  const me = self.pid as Pid<string>;
  const before = process.memoryUsage.rss();
  let pids: AnyPid[] = [];
  const start = await nsOf(async () => {
    pids = await crowd(self, n);
  });
  const bytes = process.memoryUsage.rss() - before;
  const stop = await nsOf(async () => {
    for (let i = 0; i < n; i += BURST) {
      const burst = pids.slice(i, i + BURST);
      for (const pid of burst) self.send(pid as Pid<Pid<string>>, me);
      await receiveAll(self, burst.length);
    }
  });
  return [bytes, start, stop];
}

/** Takes so many messages, then tells and ends. */
export const brief = proc(import.meta.url, async function brief(self: Self<number>, to: Pid<string>) {
  await receiveAll(self, MESSAGES);
  self.send(to, "done");
});

async function memoryBack(self: Self<unknown>, n: number): Promise<number> {
  await spawnAll(self, BURST);
  const before = await weigh(self, 2);
  for (let b = 0; b < n / BURST; b++) {
    const pids = Array.from({ length: BURST }, () => self.spawn(brief, [self.pid as Pid<string>]));
    for (let i = 0; i < MESSAGES; i++) for (const pid of pids) self.send(pid, i);
    await receiveAll(self, BURST);
  }
  return (await weigh(self, 2)) / before;
}

/** The crowd of `idle`, which stays. */
const NAME = "crowd";

export const holder = proc(
  import.meta.url,
  async function holder(self: Self<unknown>, to: Pid<string>, count: number) {
    await crowd(self, count);
    self.send(to, "all wait");
    await self.receive(() => false);
  },
);

async function idle(self: Self<unknown>, n: number): Promise<readonly number[]> {
  if (self.whereis(NAME) === undefined) {
    self.spawn(holder, [self.pid as Pid<string>, n], { name: NAME });
    await self.receive();
  }
  return [];
}

const idleMemory = (
  name: string,
  what: string,
  make: (self: Self<unknown>, n: number, setting: Setting) => Promise<readonly AnyPid[]>,
): Row => ({
  name,
  what: `an idle process: ${what}, garbage collected`,
  schedulers: 1,
  weighs: true,
  alsoNamed: true,
  count: { first: 1_000, fixed: CROWD },
  figures: [{ row: name, unit: BYTES_EACH, aim: 3 }],
  run: (self, n, setting) => growth(self, 1, () => make(self, n, setting)),
});

export const memory: readonly Row[] = [
  idleMemory("idle-memory", "an async body that waits", (self, n) => crowd(self, n)),
  idleMemory("idle-memory-behaviour", "a behaviour", (self, n) => idleBehaviours(self, n)),
  {
    name: "million",
    what: "1,000,000 processes alive: resident memory; to start, to stop each of them",
    schedulers: 2,
    fresh: true,
    many: true,
    count: { first: 10_000, fixed: MILLION },
    figures: [
      { row: "million-resident", unit: BYTES_EACH, aim: 1 },
      { row: "million-start", unit: NS_PER_OP, aim: 1 },
      { row: "million-stop", unit: NS_PER_OP, aim: 1 },
    ],
    run: million,
  },
  {
    name: "memory-back",
    what: `heap after ${MILLION} processes and ${MILLION * MESSAGES} messages`,
    schedulers: 2,
    fresh: true,
    weighs: true,
    count: { first: 10_000, fixed: MILLION },
    figures: [{ row: "memory-back", unit: OF_START, aim: { atMost: 1.1 } }],
    run: memoryBack,
  },
  {
    name: "idle",
    what: `a node where ${CROWD} processes wait`,
    schedulers: 2,
    watched: true,
    alsoNamed: true,
    count: { first: 1_000, fixed: CROWD },
    figures: [
      { row: "idle-wake-ups", unit: WAKE_UPS, aim: { atMost: 0 } },
      { row: "idle-cpu", unit: PERCENT_CPU, aim: { atMost: 1 } },
    ],
    run: idle,
  },
];
