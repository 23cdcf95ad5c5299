/** Process bodies for the tests of threads: those that take their thread down, those that suffer, those that look on. */
import { Exit, type Pid, proc, type Self } from "../../runtime/index.js";

/** Takes its whole thread with it when told to. */
export const exiter = proc(import.meta.url, async function exiter(self: Self<unknown>) {
  await self.receive();
  process.exit(3);
});

/** Fills the heap when told to. */
export const glutton = proc(import.meta.url, async function glutton(self: Self<unknown>) {
  await self.receive();
  const eaten: unknown[] = [];
  for (;;) eaten.push(new Array(1000).fill(eaten.length));
});

export const stringGlutton = proc(import.meta.url, async function stringGlutton(self: Self<unknown>) {
  await self.receive();
  const eaten: string[] = [];
  for (;;) eaten.push("x".repeat(10) + eaten.length);
});

/** Counts its calls: state that a neighbour's end must not touch. */
export const counter = proc(
  import.meta.url,
  async function counter(self: Self<{ from: { pid: Pid; ref: never } }>) {
    for (let n = 1; ; n++) {
      const { from } = await self.receive();
      self.reply(from, n);
    }
  },
);

/** Never answers. */
export const mute = proc(import.meta.url, async function mute(self: Self<unknown>) {
  for (;;) await self.receive();
});

/** Links, monitors and calls `victim`, by pid and by name, then reports all that it hears until it is to tell. */
export const witness = proc(
  import.meta.url,
  async function witness(self: Self<unknown>, victim: Pid<unknown>, name: string, to: Pid<unknown>) {
    self.processFlag("trapExit", true);
    self.link(victim);
    self.monitor(victim);
    self.monitor(name);
    self.send(to, { ready: self.pid });
    let failure: unknown;
    try {
      await self.call(victim, "anything", 20_000);
    } catch (error) {
      failure = (error as { failure: unknown }).failure;
    }
    const heard: unknown[] = [];
    await self.receive((m) => m === "tell");
    for (;;) {
      const m = await self.receive({ after: 0 });
      if (typeof m === "symbol") break;
      const { tag, reason } = m as { tag: string; reason: unknown };
      heard.push([tag, reason]);
    }
    self.send(to, { failure, heard });
  },
);

/** Spins for ever, once it has said so. */
function fillArrays(until: number): void {
  for (let i = 0; i !== until; i++) new Array(1000).fill(i);
}

export const spinner = proc(
  import.meta.url,
  async function spinner(self: Self<unknown>, to: Pid<unknown>, how: string) {
    if (how === "optimised") for (let i = 0; i < 2000; i++) fillArrays(100);
    self.send(to, "spinning");
    if (how === "optimised") fillArrays(-1);
    if (how === "await") for (;;) await null;
    if (how === "receive") for (;;) await self.receive({ after: 0 });
    if (how === "catch") {
      for (;;) {
        try {
          for (;;);
        } catch {
          // It cannot be caught.
        } finally {
          for (;;);
        }
      }
    }
    for (;;);
  },
);

/** Works in short slices, doing all kinds of things to shared state: sends, spawns, timers, names. */
export const busy = proc(
  import.meta.url,
  async function busy(self: Self<unknown>, friend: Pid<unknown>, far: Pid<unknown>) {
    for (let i = 0; ; i++) {
      self.send(friend, { i, text: "near" });
      self.send(far, { i, text: "far" });
      self.monitor(friend);
      const timer = self.sendAfter(1000, self.pid, "late");
      self.cancelTimer(timer);
      if (i % 8 === 0) self.spawnLink(brief, [], { scheduler: "here" });
      const until = performance.now() + (i % 7) * 0.02;
      while (performance.now() < until);
      self.send(self.pid, "go on");
      await self.receive((m) => m === "go on");
    }
  },
);

export const brief = proc(import.meta.url, async function brief(_self: Self<unknown>) {});

/** Sends `count` numbered messages to each of the targets, in turn. */
export const source = proc(
  import.meta.url,
  async function source(self: Self<unknown>, id: number, targets: readonly Pid<never>[], count: number) {
    for (let i = 0; i < count; i++) {
      const message = i % 3 === 0 ? [id, i, `text ${i}`] : [id, i];
      for (const target of targets) self.send(target as Pid<unknown>, message);
      if (i % 1000 === 0) await self.receive({ after: 0 });
    }
  },
);

/** Takes `count` messages from each of so many sources, slowly at first, and checks the order of each. */
export const sink = proc(
  import.meta.url,
  async function sink(
    self: Self<readonly [number, number, string?]>,
    sources: number,
    count: number,
    to: Pid<unknown>,
  ) {
    const next = new Array<number>(sources).fill(0);
    for (let n = 0; n < sources * count; n++) {
      const [id, i, text] = await self.receive();
      if (i !== next[id] || (i % 3 === 0 && text !== `text ${i}`))
        throw new Exit({ outOfOrder: [id, i, next[id]!] });
      next[id]!++;
      if (n % 5000 === 0) {
        const until = performance.now() + 1;
        while (performance.now() < until);
      }
    }
    self.send(to, { complete: next });
  },
);

/** Answers with length and checksum of what it gets. */
export const weigher = proc(
  import.meta.url,
  async function weigher(self: Self<{ from: { pid: Pid; ref: never }; request: Uint8Array }>) {
    for (;;) {
      const { from, request } = await self.receive();
      let sum = 0;
      for (let i = 0; i < request.length; i += 4093) sum = (sum * 31 + request[i]!) | 0;
      self.reply(from as never, [request.length, sum]);
    }
  },
);

/** Starts a timer that lives longer than it, says which, and waits. */
export const timerKeeper = proc(
  import.meta.url,
  async function timerKeeper(self: Self<unknown>, to: Pid<unknown>) {
    self.send(to, { timer: self.sendAfter(600_000, to, "never") });
    await self.receive();
  },
);

/** Holds its thread for a while, and takes it with it. */
export const lastOne = proc(import.meta.url, async function lastOne(self: Self<unknown>, to: Pid<unknown>) {
  self.send(to, "computing");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  process.exit(3);
});
