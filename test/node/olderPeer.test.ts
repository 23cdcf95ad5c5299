/** A node that does not know all operations: it is not sent what it would leave without an answer. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { register } from "../../runtime/dist/epmd/client.js";
import { NetKernel } from "../../runtime/dist/netKernel.js";
import { tcp } from "../../runtime/dist/tcp.js";
import type { Pid, SpawnReply } from "../../runtime/index.js";
import { COOKIE, cleanUp, startEpmd, startHere, stopHere, within } from "./harness.js";
import { type Puppet, puppet } from "./peerApp.js";

const test = suite("an older peer");

const OLD = "old@127.0.0.1";

/** A node without features, that notes what it is sent. */
async function startOld(epmd: { host: string; port: number }) {
  let heard = 0;
  const kernel = new NetKernel({
    name: OLD,
    hidden: false,
    cookie: COOKIE,
    epmd,
    transport: tcp,
    onSignal: () => heard++,
    onNodeUp: () => {},
    onNodeDown: () => {},
    onDrain: () => {},
    warn: () => {},
  });
  const { port } = await kernel.listen({ host: "127.0.0.1", port: 0 });
  const entry = await register(epmd, { name: "old", port, hidden: false });
  kernel.open(entry.creation);
  kernel.listenToPeers();
  const stop = async () => {
    entry.close();
    await kernel.close();
  };
  return { stop, heard: () => heard };
}

test("aSpawnThereFailsAtOnceWithNotsup, before and after the connection is up, from any scheduler", async () => {
  const epmd = await startEpmd();
  const old = await startOld({ host: "127.0.0.1", port: epmd.port });
  const a = await startHere("newer", epmd, { schedulers: 1 });
  const { self } = a;
  for (let i = 0; i < 2; i++) {
    const ref = self.spawnRequest(puppet, [], { node: OLD, monitor: true });
    const reply = (await within("a reply", self.receive())) as SpawnReply;
    assert.equal(reply, { tag: "spawnReply", ref, failure: "notsup" });
  }
  const { pid, ref } = await self.spawnMonitor(puppet, [], { node: OLD });
  const down = await within("a DOWN", self.receive());
  assert.equal(down, { tag: "DOWN", ref, process: pid, reason: "notsup" });
  const worker = self.spawn(puppet, [], { scheduler: 1 }) as Puppet;
  self.send(worker, { do: "requestAndTell", node: OLD, to: self.pid });
  const { requested } = (await within("a request", self.receive())) as { requested: unknown };
  const told = await within("a reply", self.receive());
  assert.equal(told, { told: { tag: "spawnReply", ref: requested, failure: "notsup" } });
  assert.is(old.heard(), 0);
  self.send({ name: "anybody", node: OLD } as unknown as Pid<string>, "hello");
  await stopHere(a);
  await old.stop();
  assert.is(old.heard(), 1);
  await epmd.close();
});

test("leavesNothingBehind", cleanUp);

test.run();
