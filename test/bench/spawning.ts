/** Starting and ending processes. The same in Erlang: spawning.erl. */
import { type AnyPid, type Pid, proc, type Self } from "ringbeam";
import { type Row, timed } from "./row.js";
import { inBursts, nsOf, receiveAll } from "./steps.js";

const BURST = 1000;
/** Of the tree: 2^12 leaves. */
const DEPTH = 12;
const TREE = 2 ** (DEPTH + 1) - 1;

export const hello = proc(import.meta.url, async function hello(self: Self, to: Pid<string>) {
  self.send(to, "hello");
});

export const waiting = proc(import.meta.url, async function waiting(self: Self<string>) {
  await self.receive();
});

/** Spawns, each process says hello and ends. */
export async function spawnAll(self: Self<unknown>, n: number): Promise<number> {
  const bursts = Math.ceil(n / BURST);
  const ns = await nsOf(async () => {
    for (let b = 0; b < bursts; b++) {
      for (let i = 0; i < BURST; i++) self.spawn(hello, [self.pid as Pid<string>]);
      await receiveAll(self, BURST);
    }
  });
  return (ns * n) / (bursts * BURST);
}

async function kill(self: Self<unknown>, n: number): Promise<number> {
  return nsOf(async () => {
    for (let i = 0; i < n; i++) {
      const { pid } = self.spawnMonitor(waiting, []);
      self.exit(pid, "kill");
      await self.receive();
    }
  });
}

/** A node of the tree: tells how many it and those below it are. */
export const fork = proc(
  import.meta.url,
  async function fork(self: Self<number>, parent: Pid<number>, depth: number) {
    if (depth === 0) return self.send(parent, 1);
    spawnFork(self, depth - 1);
    spawnFork(self, depth - 1);
    self.send(parent, 1 + (await self.receive()) + (await self.receive()));
  },
);

function spawnFork(self: Self<number>, depth: number): void {
  self.spawn(fork, [self.pid, depth]);
}

async function forkJoin(self: Self<unknown>, n: number): Promise<number> {
  const trees = Math.ceil(n / TREE);
  const ns = await inBursts(self, trees, 1, () => spawnFork(self as Self<number>, DEPTH));
  return (ns * n) / (trees * TREE);
}

/** Monitored processes that end by themselves, the way of a task: spawn, result, DOWN. */
async function spawnMonitor(self: Self<unknown>, n: number): Promise<number> {
  return nsOf(async () => {
    for (let i = 0; i < n; i++) {
      self.spawnMonitor(hello, [self.pid as Pid<string>]);
      await receiveAll(self, 2);
    }
  });
}

/** `count` processes that wait, each having run once. */
export async function crowd(self: Self<unknown>, count: number): Promise<AnyPid[]> {
  const pids: AnyPid[] = [];
  while (pids.length < count) {
    const burst = Math.min(BURST, count - pids.length);
    for (let i = 0; i < burst; i++) pids.push(self.spawn(waitingHello, [self.pid as Pid<string>]));
    await receiveAll(self, burst);
  }
  return pids;
}

export const waitingHello = proc(
  import.meta.url,
  async function waitingHello(self: Self<Pid<string>>, to: Pid<string>) {
    self.send(to, "hello");
    self.send(await self.receive(), "bye");
  },
);

export const spawning: readonly Row[] = [
  timed({
    name: "spawn",
    what: "spawn, run (it says hello), exit",
    schedulers: 1,
    first: 5_000,
    aim: 1.5,
    alsoNamed: true,
    run: spawnAll,
  }),
  timed({
    name: "kill",
    what: "spawn and monitor, kill, DOWN",
    schedulers: 1,
    first: 5_000,
    aim: 1.5,
    run: kill,
  }),
  timed({
    name: "spawn-monitor",
    what: "spawn and monitor, result, DOWN",
    schedulers: 1,
    first: 5_000,
    run: spawnMonitor,
  }),
  timed({
    name: "fork-join",
    what: `a tree of ${TREE} processes, results joined upwards: each process`,
    schedulers: 2,
    first: TREE,
    run: forkJoin,
  }),
];
