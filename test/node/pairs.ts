/** Two nodes, `a` in this process and `b` beside it or in a process of its own: what one test runs on both. */

import * as assert from "uvu/assert";
import type { EpmdServer } from "../../runtime/dist/epmd/server.js";
import type { Self, SpawnOptions } from "../../runtime/index.js";
import { TIMEOUT } from "../../runtime/index.js";
import type { Node } from "../../runtime/node/boot.js";
import { PEER_APP, startEpmd, startHere, startPeer, stopHere } from "./harness.js";
import app, { type Order, type Puppet, puppet } from "./peerApp.js";

export const WHERE = ["in one process", "as processes"] as const;

export interface Pair {
  readonly epmd: EpmdServer;
  readonly a: Node;
  readonly self: Self<unknown>;
  /** Name of the other node, on which `peer` and one `peer N` for each worker run. */
  readonly b: string;
  stop(): Promise<void>;
}

let pairs = 0;

export interface PairOptions {
  readonly workers?: number;
  /** Of both nodes; only for those in one process. */
  readonly ringBytes?: number;
}

export async function startPair(where: (typeof WHERE)[number], options: PairOptions = {}): Promise<Pair> {
  const { workers = 1, ringBytes } = options;
  const nodeOptions = { schedulers: workers, ...(ringBytes !== undefined && { ringBytes }) };
  const epmd = await startEpmd();
  const n = ++pairs;
  const a = await startHere(`a${n}`, epmd, nodeOptions);
  const b = `b${n}`;
  if (where === "as processes") {
    const child = await startPeer(b, epmd, ["--schedulers", String(workers)], [PEER_APP, String(workers)]);
    const stop = async () => {
      await stopHere(a);
      const { code, stderr } = await child.stop();
      assert.is(code, 0, stderr);
      await epmd.close();
    };
    return { epmd, a, self: a.self, b: `${b}@127.0.0.1`, stop };
  }
  const beside = await startHere(b, epmd, nodeOptions);
  await beside.startApplication(app, [String(workers)]);
  const stop = async () => {
    await stopHere(a);
    await stopHere(beside);
    await epmd.close();
  };
  return { epmd, a, self: a.self, b: beside.name, stop };
}

/** A new puppet on the other node, on its worker thread unless told otherwise. */
export async function puppetThere(pair: Pair, options: SpawnOptions = { scheduler: 1 }): Promise<Puppet> {
  return (await pair.self.call({ name: "peer", node: pair.b }, ["spawn", options])) as Puppet;
}

export function puppetHere(pair: Pair, options: SpawnOptions = { scheduler: 1 }): Puppet {
  return pair.self.spawn(puppet, [], options) as Puppet;
}

export function tell(pair: Pair, whom: Puppet, order: Order): void {
  pair.self.send(whom, order);
}

/** The next message that this process gets. */
export async function next(pair: Pair): Promise<Record<string, unknown>> {
  const message = await pair.self.receive({ after: 10_000 });
  if (message === TIMEOUT) throw new Error("no message came within 10 s");
  return message as Record<string, unknown>;
}

/** From now on what the puppet gets is seen here as `{ seen }`. */
export async function watch(pair: Pair, whom: Puppet): Promise<void> {
  tell(pair, whom, { do: "watch", by: pair.self.pid });
  assert.equal(Object.keys(await next(pair)), ["watching"]);
}

/** What is under way between this process and the puppet, both ways, has arrived. */
export async function settle(pair: Pair, whom: Puppet): Promise<void> {
  const ref = pair.self.makeRef();
  tell(pair, whom, { do: "answer", to: pair.self.pid, message: { settled: ref } });
  await pair.self.receive((m) => (m as { settled?: unknown }).settled === ref, { after: 10_000 });
}

/** No message waits here. */
export async function assertNoMessage(pair: Pair): Promise<void> {
  const message = await pair.self.receive({ after: 0 });
  if (message !== TIMEOUT) assert.unreachable(`a message too many: ${JSON.stringify(message)}`);
}
