/** Bad processes, and the neighbours that must not notice, for isolation.test.ts. */
import { EventEmitter } from "node:events";
import { readFile } from "node:fs";
import { type Pid, proc, type Self } from "../../runtime/index.js";
import { child, genServer, supervisor } from "../../stdlib/index.js";

/** Takes numbers in order and remembers them; tells what it has when asked. */
export const neighbour = proc(
  import.meta.url,
  async function neighbour(self: Self<number | { tell: Pid<unknown> }>) {
    const seen: number[] = [];
    for (;;) {
      const m = await self.receive();
      if (typeof m === "number") seen.push(m);
      else self.send(m.tell, { seen });
    }
  },
);

/** Sends itself a number and awaits it, for ever: it is in the midst of its own order whenever a neighbour dies. */
export const clock = proc(import.meta.url, async function clock(self: Self<number | { tell: Pid<unknown> }>) {
  let next = 0;
  self.send(self.pid, next);
  for (;;) {
    const m = await self.receive();
    if (typeof m !== "number") self.send(m.tell, { ticks: next });
    else {
      if (m !== next) throw new Error(`${m} came, not ${next}`);
      self.send(self.pid, ++next);
    }
  }
});

function depth(n: number): number {
  return depth(n + 1) + 1;
}

type Deed = (self: Self<unknown>, friend: Pid<unknown>) => unknown;

/** What never ends by itself. */
export const ENDLESS: Record<string, Deed> = {
  "plain code"() {
    for (;;);
  },
  async "async code"() {
    for (;;) await null;
  },
  "a regular expression"() {
    /^(a+)+$/.test(`${"a".repeat(60)}b`);
  },
  "a getter while its message is copied"(self, friend) {
    self.send(friend, {
      get trap() {
        for (;;);
      },
    });
  },
  "a getter of an error, thrown at last"() {
    throw Object.defineProperty(new Error("late"), "message", {
      get() {
        for (;;);
      },
    });
  },
  "a matcher"(self) {
    self.send(self.pid, "look");
    return self.receive(() => {
      for (;;);
    });
  },
  "a promise that is never settled": () => new Promise(() => {}),
};

/** What ends with an error: name, and its message. */
export const FAILING: Record<string, Deed> = {
  "deep recursion": () => depth(0),
  "a rejection that nobody hears of"(self) {
    void Promise.reject(new Error("escaped"));
    return self.receive();
  },
  async "a rejection after a foreign await"(self) {
    void (async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error("escaped");
    })();
    await self.receive();
  },
  "a timer"(self) {
    setTimeout(fail, 1);
    return self.receive();
  },
  "a timer that a timer set"(self) {
    setTimeout(() => setTimeout(fail, 1), 1);
    return self.receive();
  },
  async "a timer set after a foreign await"(self) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    setImmediate(fail);
    await self.receive();
  },
  "a tick"(self) {
    process.nextTick(fail);
    return self.receive();
  },
  "a microtask"(self) {
    queueMicrotask(fail);
    return self.receive();
  },
  "an event handler"(self) {
    const emitter = new EventEmitter();
    emitter.on("event", fail);
    setImmediate(() => emitter.emit("event"));
    return self.receive();
  },
  "an async event handler"(self) {
    const emitter = new EventEmitter();
    emitter.on("event", async () => fail());
    setImmediate(() => emitter.emit("event"));
    return self.receive();
  },
};

/** Whose process can only be told from Node 24 on. */
export const STRAY: Record<string, Deed> = {
  "a callback of fs"(self) {
    readFile(new URL(import.meta.url), fail);
    return self.receive();
  },
};

function fail(): never {
  throw new Error("escaped");
}

/** Does it, once it has said so. */
export const bad = proc(
  import.meta.url,
  async function bad(self: Self<unknown>, deed: string, friend: Pid<unknown>, to: Pid<unknown>) {
    self.send(to, "on it");
    await { ...ENDLESS, ...FAILING, ...STRAY }[deed]!(self, friend);
  },
);

export const stubborn = genServer(import.meta.url, "stubborn", {
  init(self) {
    self.processFlag("trapExit", true);
    return {};
  },
  terminate() {
    for (;;);
  },
});

export const top = supervisor(import.meta.url, "top", () => ({
  children: [child(stubborn, [], { id: "stubborn", name: "stubborn", shutdown: 20 })],
}));

/** A supervisor whose own init never ends. */
export const lost = supervisor(import.meta.url, "lost", () => {
  for (;;);
});
