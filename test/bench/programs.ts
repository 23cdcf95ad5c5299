/** Small programs of many processes, placed wherever the runtime likes. The same in Erlang: programs.erl. */
import { job, type Pid, proc, type Self, Task, task } from "ringbeam";
import { type Row, timed } from "./row.js";
import { fib } from "./schedulers.js";
import { killAll, nsOf, receiveAll } from "./steps.js";

const EVERYBODY = 200;
const CREATURES = 10;
const SMALL_FIB = 10;

type Peer =
  | { readonly tag: "go"; readonly all: readonly Pid<Peer>[] }
  | { readonly tag: "ping"; readonly from: Pid<Peer> }
  | { readonly tag: "pong" };

/** Told to go, it pings everybody else; with all pongs it tells the parent. It answers pings at any time. */
export const everybody = proc(
  import.meta.url,
  async function everybody(self: Self<Peer>, parent: Pid<string>) {
    let left = 0;
    for (;;) {
      const m = await self.receive();
      if (m.tag === "ping") self.send(m.from, { tag: "pong" });
      else if (m.tag === "pong") {
        if (--left === 0) self.send(parent, "done");
      } else {
        left = m.all.length - 1;
        for (const pid of m.all) if (pid !== self.pid) self.send(pid, { tag: "ping", from: self.pid });
      }
    }
  },
);

async function big(self: Self<unknown>, n: number): Promise<number> {
  const all = Array.from({ length: EVERYBODY }, () => self.spawn(everybody, [self.pid as Pid<string>]));
  const pings = EVERYBODY * (EVERYBODY - 1);
  const times = Math.ceil(n / pings);
  const ns = await nsOf(async () => {
    for (let i = 0; i < times; i++) {
      for (const pid of all) self.send(pid, { tag: "go", all });
      await receiveAll(self, EVERYBODY);
    }
  });
  killAll(self, all);
  return (ns * n) / (times * pings);
}

const COLOURS = ["blue", "red", "yellow"] as const;
type Colour = (typeof COLOURS)[number];

/** What both become when they meet: the same colour stays, of two it is the third. */
const blend = (a: Colour, b: Colour): Colour => (a === b ? a : COLOURS.find((c) => c !== a && c !== b)!);

interface Arrival {
  readonly from: Pid<Colour>;
  readonly colour: Colour;
}

export const creature = proc(
  import.meta.url,
  async function creature(self: Self<Colour>, place: Pid<Arrival>, first: Colour) {
    for (let colour = first; ; colour = blend(colour, await self.receive()))
      self.send(place, { from: self.pid, colour });
  },
);

/** Chameneos: whoever comes to the meeting place waits for the next to come, and each learns the other's colour. */
async function chameneos(self: Self<unknown>, n: number): Promise<number> {
  const place = self as Self<Arrival>;
  const creatures = Array.from({ length: CREATURES }, (_, i) =>
    place.spawn(creature, [place.pid, COLOURS[i % COLOURS.length]!]),
  );
  const ns = await nsOf(async () => {
    for (let i = 0; i < n; i++) {
      const a = await place.receive();
      const b = await place.receive();
      place.send(a.from, b.colour);
      place.send(b.from, a.colour);
    }
  });
  killAll(place, creatures);
  return ns;
}

export const smallTask = task(import.meta.url, function smallTask(_self, input: number) {
  return fib(input);
});

async function tasks(self: Self<unknown>, n: number): Promise<number> {
  return nsOf(async () => {
    for (let i = 0; i < n; i++) await Task.await(self, Task.async(self, smallTask, [SMALL_FIB]));
  });
}

export const smallJob = job(import.meta.url, function smallJob(input: number) {
  return fib(input);
});

async function jobs(self: Self<unknown>, n: number): Promise<number> {
  return nsOf(async () => {
    for (let i = 0; i < n; i++) await self.dirty(smallJob, [SMALL_FIB]);
  });
}

export const programs: readonly Row[] = [
  timed({
    name: "big",
    what: `${EVERYBODY} processes, each pings every other: a ping with its pong`,
    schedulers: 2,
    first: EVERYBODY ** 2,
    run: big,
  }),
  timed({
    name: "chameneos",
    what: `${CREATURES} creatures meet at one place: a meeting`,
    schedulers: 2,
    first: 5_000,
    run: chameneos,
  }),
  timed({
    name: "task",
    what: `a small task (fib(${SMALL_FIB})) in a process of its own, its result awaited`,
    schedulers: 2,
    first: 2_000,
    run: tasks,
  }),
  timed({
    name: "dirty",
    what: `a small job (fib(${SMALL_FIB})) on the dirty pool, its result awaited`,
    schedulers: 2,
    first: 500,
    beam: false,
    run: jobs,
  }),
];
