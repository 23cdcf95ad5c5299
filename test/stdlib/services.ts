/** Dynamic supervisors, tasks, agents and registries for tests; a module of its own, because other schedulers load it. */
import { type AnyPid, type Pid, proc, type Self } from "../../runtime/index.js";
import {
  agent,
  call,
  child,
  type DynamicSupervisorSpec,
  dynamicSupervisor,
  genServer,
  ignore,
  partitionSupervisor,
  Registry,
  type RegistryMessage,
  registry,
  Task,
  task,
} from "../../stdlib/index.js";
import { counter } from "./servers.js";

export const pool = dynamicSupervisor(import.meta.url, "pool", (spec: DynamicSupervisorSpec) => spec);

/** Idle, as cheap as can be. */
export const idle = proc(import.meta.url, async function idle(self: Self<unknown>) {
  await self.receive((m): m is "end" => m === "end");
});

/** Traps exits, tells when it is told to end, and waits for `go`. */
export const stubborn = proc(
  import.meta.url,
  async function stubborn(self: Self<unknown>, observer: AnyPid, id: number) {
    self.processFlag("trapExit", true);
    self.send(observer, ["stubborn", "up", id] as never);
    await self.receive((m) => (m as { tag?: unknown } | null)?.tag === "EXIT");
    self.send(observer, ["stubborn", "told", id, self.pid] as never);
    await self.receive((m): m is "go" => m === "go");
  },
);

/** Ends in the same way as often as it is told to. */
export const mortal = genServer(import.meta.url, "mortal", {
  init: (self, observer: AnyPid, id: string) => {
    self.send(observer, ["mortal", "up", id, self.pid] as never);
    return null;
  },
  handleInfo(ctx, message: { readonly die: unknown }) {
    ctx.self.exit(message.die);
  },
});

/** Starts, unless somebody is registered as `busy`: then it has nothing to do. */
export const modest = genServer(import.meta.url, "modest", {
  init: (self) => (self.whereis("busy") === undefined ? "up" : ignore),
});

export const counters = partitionSupervisor(import.meta.url, "counters", (partitions?: number) => ({
  child: (partition) => child(counter, [100 * partition]),
  ...(partitions !== undefined && { partitions }),
}));

export const square = task(import.meta.url, async function square(_self, n: number) {
  return n * n;
});

export const where = task(import.meta.url, function where(self) {
  return self.scheduler;
});

export const failing = task(import.meta.url, async function failing(self, reason: unknown): Promise<string> {
  return self.exit(reason);
});

/** Tells that it is up, and gives what it is sent. */
export const waiting = task(
  import.meta.url,
  async function waiting(self: Self<unknown>, observer: AnyPid, id: number): Promise<number> {
    self.send(observer, ["waiting", "up", id, self.pid] as never);
    await self.receive((m): m is "go" => m === "go");
    return id;
  },
);

export const looping = task(import.meta.url, function looping(): number {
  for (;;);
});

/** Starts a task and awaits it, not trapping exits. */
export const awaiter = proc(
  import.meta.url,
  async function awaiter(self: Self<unknown>, observer: AnyPid, reason: unknown) {
    try {
      await Task.await(self, Task.async(self, failing, [reason]));
    } catch (error) {
      self.send(observer, ["awaiter", "caught", (error as Task.TaskError).failure] as never);
    }
  },
);

/** Starts a task and waits to be ended. */
export const taskOwner = proc(
  import.meta.url,
  async function taskOwner(self: Self<unknown>, observer: AnyPid) {
    Task.async(self, waiting, [observer, 0]);
    await self.receive((m): m is "end" => m === "end");
  },
);

/** Streams `waiting` tasks 0 to `count` - 1, and tells the results one by one and all. Traps no exits. */
export const streamer = proc(
  import.meta.url,
  async function streamer(self: Self<unknown>, observer: AnyPid, count: number, options: Task.StreamOptions) {
    const inputs = Array.from({ length: count }, (_, id) => [observer, id] as const);
    const all: string[] = [];
    for await (const one of Task.asyncStream(self, waiting, inputs, options)) {
      all.push(one.tag === "ok" ? `ok ${one.result}` : `exit ${one.reason}`);
      self.send(observer, ["streamer", "result", all.at(-1)] as never);
    }
    self.send(observer, ["streamer", "done", all] as never);
  },
);

export const tally = agent(import.meta.url, "tally", {
  init: (start: number) => ({ sum: start, seen: new Set<number>() }),
  get: {
    value: (state) => state.sum,
    isAbove: (state, limit: number) => state.sum > limit,
    later: async (state) => state.sum,
    whole: (state) => state,
  },
  update: {
    add: (state, by: number) => ({ ...state, sum: state.sum + by }),
    addLater: async (state, by: number) => {
      await null;
      return { ...state, sum: state.sum + by };
    },
    crash: () => {
      throw new Error("boom");
    },
  },
  getAndUpdate: {
    take: (state, most: number) => [
      Math.min(most, state.sum),
      { ...state, sum: state.sum - Math.min(most, state.sum) },
    ],
  },
});

export type Key = string | readonly [string, number];
export const users = registry<Key, number, "hello">(import.meta.url, "users", { keys: "unique" });
export const topics = registry<Key, string | undefined, string>(import.meta.url, "topics", {
  keys: "duplicate",
});

type AnyRegistry = Pid<RegistryMessage<Key, number, "hello", "unique">>;

/** Registers itself, tells how that went, and waits. */
export const registrant = proc(
  import.meta.url,
  async function registrant(self: Self<unknown>, observer: AnyPid, to: AnyRegistry, key: Key) {
    const outcome = await Registry.register(self, to, key, 1).then(
      () => "registered",
      (error: { failure?: unknown }) => error.failure,
    );
    self.send(observer, ["registrant", "up", outcome, self.pid] as never);
    await self.receive((m): m is "end" => m === "end");
  },
);

/** For each round: a holder of the key, on scheduler 1, is ended; as soon as that is known, the key is taken. */
export const heir = proc(
  import.meta.url,
  async function heir(self: Self<unknown>, observer: AnyPid, to: AnyRegistry, rounds: number) {
    let taken = 0;
    for (let i = 0; i < rounds; i++) {
      const { pid, ref } = self.spawnMonitor(registrant, [self.pid, to, "throne"], { scheduler: 1 });
      await self.receive((m) => Array.isArray(m) && m[2] === "registered");
      self.exit(pid, "kill");
      await self.receive((m) => (m as { ref?: unknown }).ref === ref);
      await Registry.register(self, to, "throne", i).catch(() => taken++);
      await Registry.unregister(self, to, "throne");
    }
    self.send(observer, ["heir", "done", taken] as never);
  },
);

/** Calls a server and tells how that went. */
export const adder = proc(
  import.meta.url,
  async function adder(self: Self<unknown>, observer: AnyPid, server: Pid<unknown>) {
    self.send(observer, ["adder", "got", await call(self, server, ["add", 1])] as never);
  },
);
