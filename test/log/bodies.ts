/** What crashes, stops and is supervised in the tests of the logger; other schedulers load it too. */
import { Exit, logger, proc, type Self } from "../../runtime/index.js";
import {
  application,
  child,
  dynamicSupervisor,
  eventHandler,
  genEvent,
  genServer,
  genStatem,
  ignore,
  initialState,
  type Restart,
  stopWith,
  supervisor,
  task,
} from "../../stdlib/index.js";

export type Init = "up" | "trap" | "ignore" | { stop: unknown } | { exit: unknown } | { error: string };

/** Begins as `how` says; ends as it is told. */
export const server = genServer(import.meta.url, "server", {
  init(self: Self<unknown>, how: Init) {
    if (how === "ignore") return ignore;
    if (how === "trap") self.processFlag("trapExit", true);
    if (typeof how === "object") {
      if ("stop" in how) return stopWith(how.stop);
      if ("exit" in how) throw new Exit(how.exit);
      throw new Error(how.error);
    }
    return "state1";
  },
  handleCall: {
    stop: (_ctx, reason: unknown) => stopWith(reason, "ok"),
    crash(_ctx, text: string): void {
      throw new Error(text);
    },
    exit(_ctx, reason: unknown): void {
      throw new Exit(reason);
    },
    async crashLater(_ctx, text: string): Promise<void> {
      await null;
      throw new Error(text);
    },
  },
  handleCast: {
    crash(_ctx, text: string) {
      throw new Error(text);
    },
  },
});

/** Shows no secret to people. */
export const discreet = genServer(import.meta.url, "discreet", {
  init: () => ({ password: "hunter2" }),
  handleCast: {
    crash() {
      throw new Error("boom");
    },
  },
  formatStatus: () => ({ state: "hidden" }),
});

/** A state too large for any report. */
export const huge = genServer(import.meta.url, "huge", {
  init: () => ({ rows: Array.from({ length: 100_000 }, (_, i) => ({ i, text: "x".repeat(1000) })) }),
  handleCast: {
    crash() {
      throw new Error("boom");
    },
  },
});

export const machine = genStatem(import.meta.url, "machine", {
  init: () => initialState("idle", "data1"),
  handleEvent: {
    call: {
      crash(_ctx, text: string): void {
        throw new Error(text);
      },
    },
    cast: {
      later: (ctx) => ctx.keepState().postpone(),
      stop: (_ctx, reason: unknown) => stopWith(reason),
    },
  },
});

/** Shows no secret to people. */
export const discreetMachine = genStatem(import.meta.url, "discreetMachine", {
  init: () => initialState("idle", { password: "hunter2" }),
  handleEvent: {
    cast: {
      crash(): void {
        throw new Error("boom");
      },
    },
  },
  formatStatus: () => ({ state: { state: "idle", data: "hidden" } }),
});

export const failingTask = task(import.meta.url, function failingTask(_self, text: string): never {
  throw new Error(text);
});

export const manager = genEvent<string>(import.meta.url, "manager");
export const brittle = eventHandler(import.meta.url, "brittle", {
  init: () => "st",
  handleEvent(_ctx, event: string) {
    throw new Error(event);
  },
});

export type Kind = "error" | "exit" | "throw" | "return";

/** Ends as it is told, with its messages unread. */
export const body = proc(import.meta.url, async function body(self: Self<unknown>, how: Kind, what: unknown) {
  await self.receive((m) => m === "go");
  if (how === "error") throw new Error(String(what));
  if (how === "exit") throw new Exit(what);
  if (how === "throw") throw what;
});

/** Starts the first time, and not again. */
let starts = 0;
export const once = genServer(import.meta.url, "once", {
  init: () => (starts++ === 0 ? "up" : stopWith({ shutdown: "nope" })),
});

export const stuck = proc(import.meta.url, async function stuck(self: Self<unknown>) {
  self.processFlag("trapExit", true);
  await self.receive(() => false);
});

export const family = supervisor(
  import.meta.url,
  "family",
  (how: Init, restart: Restart, intensity: number) => ({
    intensity,
    children: [child(server, [how], { id: "a", restart })],
  }),
);
export const failing = supervisor(import.meta.url, "failing", () => ({
  intensity: 2,
  children: [child(once, [], { id: "a" })],
}));
export const patient = supervisor(import.meta.url, "patient", () => ({
  children: [child(stuck, [], { id: "a", shutdown: 20 })],
}));
export const rooms = dynamicSupervisor(import.meta.url, "rooms", () => ({ intensity: 1 }));

// -- for `ringbeam node` --------------------------------------------------------------------------------------------

/** Logs and is gone at once, with its thread. */
export const lastWords = proc(import.meta.url, async function lastWords(self: Self<unknown>) {
  logger.error({
    get broken(): never {
      throw new Error("who looks at me?");
    },
  });
  logger.error("the last words", { self, unprintable: () => 1 });
  process.exit(1);
});
/** Leaves with an error. */
export const clumsy = proc(import.meta.url, async function clumsy() {
  logger.info("not to be seen by default");
  throw new Error("clumsy as ever");
});
/** Logs without end. */
export const chatty = proc(import.meta.url, async function chatty(self: Self<unknown>) {
  self.send(self.parent, self.pid);
  for (;;) logger.error("chat", { self, room: { name: "lobby" } });
});
export const calm = proc(import.meta.url, async function calm(self: Self<unknown>) {
  logger.error("still here", { self });
});

const PROGRAMS = { lastWords, clumsy, calm, "": clumsy, node: clumsy, kills: calm };
const main = proc(import.meta.url, async function main(self: Self<unknown>, what: keyof typeof PROGRAMS) {
  const downOf = (ref: unknown) => self.receive((m) => (m as { ref?: unknown }).ref === ref);
  for (let i = 0; what === "kills" && i < 40; i++) {
    const { pid, ref } = self.spawnMonitor(chatty, [], { scheduler: 1 });
    await self.receive((m) => m === pid);
    self.exit(pid, "kill");
    await downOf(ref);
  }
  await downOf(self.spawnMonitor(PROGRAMS[what], [], { scheduler: 1 }).ref);
  if (what !== "node") return;
  logger.emergency("the node ends", { self });
  process.exit(7);
});
export default application({
  name: "words",
  start: ([what = ""]) => child(main, [what as keyof typeof PROGRAMS]),
});
