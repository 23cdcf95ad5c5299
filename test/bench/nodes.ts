/** Between two nodes of one host. The same in Erlang: nodes.erl. */
import { call, genServer, type Node, type Pid, proc, type Self } from "ringbeam";
import { counter } from "./behaviours.js";
import { echo } from "./messaging.js";
import { gigabytesPerSecond, type Row, type Run, type Setting, timed } from "./row.js";
import { inBursts, nsOf, six } from "./steps.js";

const BURST = 10_000;
const BINARY = 64 * 1024;
const BINARY_BURST = 64;

interface Parcel {
  readonly from: Pid<string> | null;
  readonly load: unknown;
}

/** Takes what comes; who wants to know when all of it is there says so in the last. */
export const remoteSink = proc(import.meta.url, async function remoteSink(self: Self<Parcel>) {
  for (;;) {
    const { from } = await self.receive();
    if (from !== null) self.send(from, "all here");
  }
});

/** Tells pids, so that programs need not send to names. */
export const directory = genServer(import.meta.url, "directory", {
  init: () => ({}),
  handleCall: { whereis: (ctx, name: string) => ctx.self.whereis(name) },
});

/** What the second node runs. */
export function startPartner({ self }: Node): void {
  self.spawn(echo, [], { name: "echo" });
  self.spawn(remoteSink, [], { name: "sink" });
  self.spawn(counter, [], { name: "counter" });
  self.spawn(directory, [], { name: "directory" });
}

async function pidOf<M>(self: Self<unknown>, name: string, { partner }: Setting): Promise<Pid<M>> {
  return (await call(self, { name: "directory", node: partner }, ["whereis", name])) as Pid<M>;
}

async function pingPong(self: Self<unknown>, n: number, setting: Setting): Promise<number> {
  const to = await pidOf<{ from: Pid<number>; n: number }>(self, "echo", setting);
  return nsOf(async () => {
    for (let i = 0; i < n; i++) {
      self.send(to, { from: self.pid as Pid<number>, n: i });
      await self.receive();
    }
  });
}

const send =
  (burst: number, load: (i: number) => unknown): Run =>
  async (self, n, setting) => {
    const to = await pidOf<Parcel>(self, "sink", setting);
    return inBursts(self, n, burst, (i, last) =>
      self.send(to, { from: last ? (self.pid as Pid<string>) : null, load: load(i) }),
    );
  };

async function calls(self: Self<unknown>, n: number, setting: Setting): Promise<number> {
  const server = await pidOf(self, "counter", setting);
  return nsOf(async () => {
    for (let i = 0; i < n; i++) await call(self, server, ["add", 1]);
  });
}

export const nodes: readonly Row[] = [
  timed({
    name: "nodes-ping-pong",
    what: "round trip between nodes",
    schedulers: 2,
    first: 500,
    aim: 1.5,
    partner: true,
    run: pingPong,
  }),
  timed({
    name: "nodes-call",
    what: "call of a gen_server on another node",
    schedulers: 2,
    first: 500,
    partner: true,
    run: calls,
  }),
  timed({
    name: "nodes-send",
    what: "a small message (a number and a pid) to another node, one way",
    schedulers: 2,
    first: 20_000,
    aim: 3,
    partner: true,
    run: send(BURST, (i) => i),
  }),
  timed({
    name: "nodes-send-map",
    what: "a map of 6 keys to another node, one way",
    schedulers: 2,
    first: 20_000,
    partner: true,
    run: send(BURST, six),
  }),
  timed({
    name: "nodes-binaries",
    what: "binaries of 64 KiB to another node, one way",
    schedulers: 2,
    first: 640,
    unit: gigabytesPerSecond(BINARY),
    partner: true,
    run: send(BINARY_BURST, (i) => new Uint8Array(BINARY).fill(i)),
  }),
];
