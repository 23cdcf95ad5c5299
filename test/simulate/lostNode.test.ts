/** What the simulator found, step by step: signals that were sent while a node was lost and not everybody knew. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid } from "../../runtime/index.js";
import { Guard } from "./guard.js";
import { Loop } from "./loop.js";
import { Network } from "./network.js";
import { type NodeSettings, SimNode, type Watcher } from "./node.js";
import { Random } from "./random.js";

const test = suite("simulate/lostNode");

const ignore = (): void => {};
const WATCHER: Watcher = { born: ignore, died: ignore, nodeDown: ignore, warned: ignore };

let guard: Guard;
test.before(() => {
  guard = new Guard();
});
test.after(() => guard.close());

class Bench {
  readonly #random = new Random(1);
  readonly loop = new Loop(this.#random, ignore);
  readonly network = new Network(this.loop, this.#random);

  start(name: string, creation: number): SimNode {
    const settings: NodeSettings = {
      name,
      creation,
      schedulers: 1,
      ringBytes: 256,
      pace: { turnMs: 0, spinMs: 0, slicesPerLook: 1 },
      guarded: false,
      tickMs: 3000,
      fragmentBytes: 4096,
    };
    const { loop, network } = this;
    return new SimNode({ loop, network, guard, random: this.#random, watcher: WATCHER }, settings);
  }

  /** Lets so much time pass, and all that happens in it. */
  async pass(ms: number): Promise<void> {
    const until = this.loop.now + ms;
    for (let idle = false; ; ) {
      const stepped = this.loop.step(until);
      if (!stepped && idle) return;
      idle = !stepped;
      if (!stepped || !this.loop.settled) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

test("aMonitorOfTheNextLifeThatWentToTheLastOneEndsWithItsConnection", async () => {
  const bench = new Bench();
  const [alpha, beta] = [bench.start("alpha@sim", 1), bench.start("beta@sim", 2)];
  await bench.pass(10);
  const { self } = beta.controller;
  const first = self.monitor(beta.pidOn(0, alpha.controller.self.pid as never) as AnyPid);
  await bench.pass(1000);
  assert.is(beta.net.connections().length, 1);
  // It loses its power: beta sees nothing yet.
  alpha.crash(false);
  const again = bench.start("alpha@sim", 3);
  await bench.pass(10);
  const second = self.monitor(beta.pidOn(0, again.controller.self.pid as never) as AnyPid);
  const downs: unknown[] = [];
  const listen = (): void =>
    void self.receive().then((message) => {
      downs.push(message);
      listen();
    });
  listen();
  await bench.pass(60_000);
  const told = (downs as { tag: string; ref: unknown; reason: unknown }[]).map(({ ref, reason }) => [
    ref,
    reason,
  ]);
  assert.equal(told, [
    [first, "noconnection"],
    [second, "noconnection"],
  ]);
});

test("anUnlinkFromAProcessOfAnEarlierLifeIsAcknowledged", async () => {
  const bench = new Bench();
  const [alpha, beta] = [bench.start("alpha@sim", 1), bench.start("beta@sim", 2)];
  await bench.pass(10);
  const { self, process } = beta.controller;
  const old = beta.pidOn(0, alpha.controller.self.pid as never) as AnyPid;
  alpha.crash(true);
  bench.start("alpha@sim", 3);
  await bench.pass(10);
  self.link(old);
  self.unlink(old);
  await bench.pass(60_000);
  assert.is(process.links?.size, 0);
});

test.run();
