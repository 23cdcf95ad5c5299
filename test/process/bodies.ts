/**
 * Process bodies for the tests of the process layer.
 *
 * - `stage` runs one scenario by name, with the scheduler that its partners live on. It ends `normal`, or with what
 *   the scenario threw.
 * - partners are in puppet.ts;
 */
import { MessageChannel } from "node:worker_threads";
import { CallError, Exit, type Pid, type Proc, proc, type Self, TIMEOUT } from "../../runtime/index.js";
import { dismissPartners, type Scenario } from "./scenarios/support.js";

/** Runs `scenarios[name]` of a module; the program under test is the scenario, so it is a process itself. */
export const stage = proc(
  import.meta.url,
  async function stage(self: Self<unknown>, file: string, name: string, there: number) {
    const { scenarios } = (await import(new URL(`./scenarios/${file}.js`, import.meta.url).href)) as {
      scenarios: Record<string, Scenario>;
    };
    try {
      await scenarios[name]!(self, there);
      await dismissPartners(self);
    } catch (error) {
      if (error instanceof Exit && !(error instanceof CallError)) throw error;
      // uvu's Assertion holds what is no term; as text it reads well.
      throw new Exit({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  },
);

/** Ends as it begins. */
export const leave = proc(import.meta.url, async function leave(self: Self<unknown>, reason: unknown) {
  self.exit(reason);
});

/** Throws what is made of a recipe: things that cannot be sent as arguments. */
export const thrower = proc(import.meta.url, async function thrower(_self: Self<unknown>, recipe: string) {
  throw RECIPES[recipe]!();
});

const RECIPES: Record<string, () => unknown> = {
  function: () => () => {},
  functionInside: () => Object.assign(new Error("has a function"), { retry: () => {} }),
  unprintable: () => Object.assign(Object.create(null) as object, { f: () => {} }),
  badGetter: () => ({
    get x(): unknown {
      throw new Error("getter");
    },
  }),
  unprintableBadGetter: () => ({
    get x(): unknown {
      throw new Error("getter");
    },
    toString() {
      throw new Error("toString");
    },
  }),
  revokedProxy() {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  undefined: () => undefined,
  symbol: () => Symbol("s"),
};

/** A body that awaits what no scheduler knows, is killed meanwhile, and then tries everything. */
export const zombie = proc(
  import.meta.url,
  async function zombie(self: Self<unknown>, watcher: Pid<unknown>) {
    const { port1, port2 } = new MessageChannel();
    const back = new Promise((resolve) => {
      port1.once("message", resolve);
    });
    const tried: string[] = [];
    self.send(watcher, "asleep");
    gates.set(self.pid, () => port2.postMessage(null));
    await back;
    port1.close();
    const acts: Record<string, () => unknown> = {
      send: () => self.send(watcher, "from the dead"),
      spawn: () => self.spawn(leave, ["normal"]),
      link: () => self.link(watcher),
      monitor: () => self.monitor(watcher),
      register: () => self.register("zombie"),
      exit: () => self.exit(watcher, "kill"),
      sendAfter: () => self.sendAfter(0, watcher, "from the dead"),
      alias: () => self.alias(),
      call: () => self.call(watcher, "from the dead"),
      processFlag: () => self.processFlag("trapExit", true),
    };
    for (const [name, act] of Object.entries(acts)) {
      try {
        act();
        tried.push(`${name} worked`);
      } catch (error) {
        if (!(error instanceof Exit)) tried.push(`${name} threw ${error}`);
      }
    }
    let received = false;
    void self.receive().then(() => {
      received = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    if (received) tried.push("receive gave something");
    graves.get(self.pid)!(tried);
  },
);

/** Of zombies on this thread: what ends their foreign await, and who is told what they could still do. */
const gates = new Map<unknown, () => void>();
const graves = new Map<unknown, (tried: string[]) => void>();

/** Lives beside a zombie and lets it go on after its end; sends what it could still do. */
export const undertaker = proc(
  import.meta.url,
  async function undertaker(self: Self<unknown>, to: Pid<unknown>) {
    const body = self.spawn(zombie, [self.pid], { scheduler: "here" });
    await self.receive();
    const end = self.monitor(body);
    self.exit(body, "kill");
    await self.receive((m) => (m as { ref?: unknown }).ref === end);
    const tried = await new Promise<string[]>((resolve) => {
      graves.set(body, resolve);
      gates.get(body)!();
    });
    self.send(to, { tried, inbox: (await self.receive({ after: 0 })) === TIMEOUT ? "empty" : "not empty" });
  },
);

/** Waits for the parent's word, then tries to get the name; says how that went and keeps it till told to end. */
export const contender = proc(
  import.meta.url,
  async function contender(self: Self<unknown>, name: string, boss: Pid<unknown>) {
    self.send(boss, "ready");
    await self.receive();
    try {
      self.register(name);
      self.send(boss, { won: self.pid });
    } catch {
      self.send(boss, { lost: self.pid });
    }
    await self.receive();
  },
);

/** Starts the next of a chain, linked, then waits; the last one tells `to`. */
type ChainArgs = [left: number, spread: number, to: Pid<unknown>];

export const chainLink: Proc<ChainArgs, unknown> = proc<unknown, ChainArgs>(
  import.meta.url,
  async function chainLink(self, left, spread, to) {
    if (left > 0) {
      const scheduler = spread > 0 ? 1 + (left % spread) : ("here" as const);
      self.spawnLink(chainLinkAgain(), [left - 1, spread, to], { scheduler });
    } else self.send(to, { last: self.pid });
    await self.receive();
  },
);

/** Within its body the function hides the declaration of the same name. */
function chainLinkAgain(): Proc<ChainArgs, unknown> {
  return chainLink;
}

/** Holds `count` children and reports; each child waits. */
export const crowd = proc(
  import.meta.url,
  async function crowd(self: Self<unknown>, count: number, linked: boolean, to: Pid<unknown>) {
    for (let i = 0; i < count; i++) {
      if (linked) self.spawnLink(idle, [], { scheduler: "here" });
      else self.spawn(idle, [], { scheduler: "here" });
    }
    self.send(to, "all alive");
    await self.receive();
  },
);

/** Waits for one message, and answers it. */
export const idle = proc(import.meta.url, async function idle(self: Self<{ from: Pid<unknown> }>) {
  const { from } = await self.receive();
  self.send(from, self.pid);
});

/** Spawns on `target` and gives the pid away at once, before it can be born there. */
export const forerunner = proc(
  import.meta.url,
  async function forerunner(
    self: Self<unknown>,
    rounds: number,
    target: number,
    courier: Pid<{ pid: Pid<unknown>; i: number }>,
    to: Pid<unknown>,
  ) {
    for (let i = 0; i < rounds; i++) {
      // A spawn in pieces, behind a full ring: the pid is quicker by another way.
      const pid = self.spawn(newborn, [to, i, "x".repeat(20_000)], { scheduler: target });
      self.send(courier, { pid, i });
    }
  },
);

export const newborn = proc(
  import.meta.url,
  async function newborn(self: Self<unknown>, to: Pid<unknown>, i: number, _load: string) {
    self.send(to, { i, got: await self.receive({ after: 5000 }) });
  },
);

/** Greets every pid that it is handed. */
export const courier = proc(
  import.meta.url,
  async function courier(self: Self<{ pid: Pid<unknown>; i: number }>) {
    for (;;) {
      const { pid, i } = await self.receive();
      self.send(pid, i);
    }
  },
);
