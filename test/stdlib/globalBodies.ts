/** Processes and resolvers for the tests of `global`; a module of its own, because other nodes load it. */
import { type AnyPid, genServer, global, proc, type Self, task } from "../../stdlib/index.js";

export const counter = genServer(import.meta.url, "counter", {
  init: (_self, start: number) => start,
  handleCall: { add: (ctx, n: number) => (ctx.state += n) },
});

/** Shows what it gets to the one that it was told of, which has a name here. */
export const shows = proc(import.meta.url, async function shows(self: Self<unknown>, to: AnyPid) {
  for (;;) self.send(to, { shown: await self.receive(), by: self.pid } as never);
});

/** Keeps the one on the lesser node, and tells of each conflict whom the name stands for. */
export const lesserNode: global.Resolver = task(
  import.meta.url,
  function lesserNode(self, name: unknown, one: AnyPid, other: AnyPid) {
    const [lesser, greater] = one.node.name < other.node.name ? [one, other] : [other, one];
    self.send(lesser, { resolved: name } as never);
    self.send(greater, { resolved: name } as never);
    return lesser;
  },
);

export const crashes: global.Resolver = task(
  import.meta.url,
  function crashes(_self, _name: unknown, _one: AnyPid, _other: AnyPid): AnyPid {
    throw new Error("as it is told");
  },
);

/** Counts in a critical section: reads, lets others run, writes. What is lost tells of two that were in it at once. */
export const worker = proc(
  import.meta.url,
  async function worker(self: Self<unknown>, store: AnyPid, rounds: number, to: AnyPid) {
    for (let i = 0; i < rounds; i++) {
      await global.trans(self, ["count", self.pid], async () => {
        const n = (await self.call(store as never, ["get"])) as number;
        await self.receive({ after: 1 });
        await self.call(store as never, ["put", n + 1]);
      });
    }
    self.send(to, { done: self.pid } as never);
  },
);

export const store = genServer(import.meta.url, "store", {
  init: () => 0,
  handleCall: {
    get: (ctx) => ctx.state,
    put(ctx, n: number) {
      ctx.state = n;
    },
  },
});

/** Registers its name from the other node, and lives. */
export const registers = task(import.meta.url, function registers(self, name: unknown, pid: AnyPid) {
  return global.registerName(self, name, pid);
});

export const looksUp = task(import.meta.url, function looksUp(self, name: unknown) {
  return global.whereisName(self, name);
});

export const idle = proc(import.meta.url, async function idle(self: Self<unknown>) {
  await self.receive((m): m is "end" => m === "end");
});

export const registersItself = proc(
  import.meta.url,
  async function registersItself(self: Self<unknown>, name: unknown, to: AnyPid) {
    self.send(to, { registered: await global.registerName(self, name, self.pid) } as never);
    await self.receive((m): m is "end" => m === "end");
  },
);
