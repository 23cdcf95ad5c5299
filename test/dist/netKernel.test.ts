/** The net kernels of two nodes over a transport in memory, every step of which is the test's. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { register } from "../../runtime/dist/epmd/client.js";
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { NetKernel } from "../../runtime/dist/netKernel.js";
import type { Channel, Transport } from "../../runtime/dist/transport.js";
import { ManualClock, pipe } from "./memory.js";

const test = suite("dist/netKernel");

let epmd: EpmdServer;
test.before(async () => {
  epmd = await EpmdServer.start({ port: 0 });
});
test.after(() => epmd.close());

/** Dials between the nodes of one clock; a dial is there once `dials` says so. */
class Wires implements Transport {
  readonly name = "memory";
  readonly #listening = new Map<number, (channel: Channel) => void>();
  dials = 0;

  constructor(readonly clock: ManualClock) {}

  async dial({ port }: { port: number }): Promise<Channel> {
    const [near, far] = pipe(this.clock);
    this.dials++;
    this.#listening.get(port)!(far);
    return near;
  }

  async listen(endpoint: { host: string; port: number }, onChannel: (channel: Channel) => void) {
    this.#listening.set(endpoint.port, onChannel);
    return { endpoint, close: () => void this.#listening.delete(endpoint.port) };
  }
}

let creations = 0;

/** A net kernel that is up and known to epmd, and what it says. */
async function startKernel(wires: Wires, node: string, port: number) {
  const said: string[] = [];
  const kernel = new NetKernel({
    name: `${node}@127.0.0.1`,
    hidden: false,
    cookie: "secret",
    epmd: { host: "127.0.0.1", port: epmd.port },
    transport: wires,
    onSignal: (payload) => said.push(payload.toString()),
    onNodeUp: () => said.push("up"),
    onDrain: () => said.push("drained"),
    onNodeDown: (_node, reason) => said.push(`down: ${reason}`),
    warn: (text) => said.push(text),
  });
  await kernel.listen({ host: "127.0.0.1", port });
  kernel.open(++creations);
  kernel.listenToPeers();
  const entry = await register({ host: "127.0.0.1", port: epmd.port }, { name: node, port, hidden: false });
  return { kernel, said, entry, name: `${node}@127.0.0.1` };
}

/** Steps till nothing has moved for a while: connections defer by the event loop too. */
async function settle(clock: ManualClock): Promise<void> {
  for (let still = 0; still < 5; ) still = (await clock.step()) ? 0 : still + 1;
}

// How many steps the one dial is ahead of the other: none, some, and so many that it is done.
for (let ahead = 0; ahead <= 8; ahead++) {
  for (const first of ["lesser", "greater"] as const) {
    test(`twoThatDialEachOtherSettleOnOneConnection, the ${first} name ${ahead} steps ahead`, async () => {
      const clock = new ManualClock();
      const wires = new Wires(clock);
      const a = await startKernel(wires, "a", 1);
      const b = await startKernel(wires, "b", 2);
      const [early, late] = first === "lesser" ? [a, b] : [b, a];
      early.kernel.send(late.name, Buffer.from("early"));
      while (wires.dials < 1) await new Promise(setImmediate);
      for (let i = 0; i < ahead; i++) await clock.step();
      late.kernel.send(early.name, Buffer.from("late"));
      if (late.kernel.nodes().length === 0) while (wires.dials < 2) await new Promise(setImmediate);
      await settle(clock);
      assert.equal(late.said, ["up", "early"]);
      assert.equal(early.said, ["up", "late"]);
      assert.equal([a.kernel.nodes(), b.kernel.nodes()], [[b.name], [a.name]]);
      for (const { kernel, entry } of [a, b]) {
        const closed = kernel.close();
        await settle(clock);
        await closed;
        entry.close();
      }
    });
  }
}

test.run();
