/** Process groups across nodes: each node's server knows the members of all, till a node is lost. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid, Node, Self } from "../../runtime/index.js";
import { call, pg, Registry, start } from "../../stdlib/index.js";
import { cleanUp, startEpmd, startHere, stopHere } from "../node/harness.js";
import { ended, failure, next } from "./helpers.js";
import { family } from "./servers.js";
import { idle, users } from "./services.js";

interface Nodes {
  a: Node;
  b: Node;
  here: Self<unknown>;
  there: Self<unknown>;
}

const test = suite<Nodes>("stdlib/pgNodes");

test.before(async (nodes) => {
  const epmd = await startEpmd();
  nodes.a = await startHere("a", epmd, { schedulers: 1 });
  nodes.b = await startHere("b", epmd, { schedulers: 1 });
  nodes.here = nodes.a.self;
  nodes.there = nodes.b.self;
  for (const self of [nodes.here, nodes.there]) await start(self, family, [{ children: [pg.spec("sc")] }]);
});

async function eventOf(self: Self<unknown>, { ref }: pg.Watch): Promise<pg.GroupEvent> {
  return next(self, (m): m is pg.GroupEvent => (m as Partial<pg.GroupEvent>).ref === ref);
}

test("members of both nodes are seen on both, and each knows its own", async ({ a, b, here, there }) => {
  await pg.join(here, "sc", "g", here.pid);
  const member = there.spawn(idle, []);
  await pg.join(there, "sc", "g", member);
  const watch = await pg.monitor(here, "sc", "g");
  assert.equal(watch.groups, [["g", [here.pid]]]);
  await here.connectNode(b.name);
  const { event, pids } = await eventOf(here, watch);
  assert.equal([event, pids.map(String)], ["join", [String(member)]]);
  assert.is((await pg.getMembers(here, "sc", "g")).length, 2);
  assert.equal(await pg.getLocalMembers(here, "sc", "g"), [here.pid]);
  assert.is(a.nodes()[0], b.name);

  // The pid that came is one to talk to.
  here.exit(pids[0]!, "kill");
  assert.is((await eventOf(here, watch)).event, "leave");
  assert.is(await ended(there, member), "noproc");
  await pg.demonitor(here, "sc", watch.ref);
});

test("a scope that starts later finds those of the connected nodes", async ({ b, here, there }) => {
  await start(here, family, [{ children: [pg.spec("later")] }]);
  await pg.join(here, "later", "g", here.pid);
  assert.equal(here.nodes(), [b.name]);
  await start(there, family, [{ children: [pg.spec("later")] }]);
  const watch = await pg.monitor(there, "later", "g");
  if (watch.groups.length === 0) assert.is((await eventOf(there, watch)).event, "join");
  assert.equal((await pg.getMembers(there, "later", "g")).map(String), [String(here.pid)]);
  await pg.demonitor(there, "later", watch.ref);
});

test("a process of another node is neither joined nor registered", async ({ a, here, there }) => {
  const far = await failure(call(there, { name: "sc", node: a.name }, ["join", "g", [there.pid]]));
  assert.is(String((far as { noLocal: AnyPid }).noLocal), String(there.pid));
  await start(there, users, [], { name: "users" });
  const registry = { name: "users", node: there.node };
  const reason = await failure(Registry.register(here, registry, "a", 1));
  assert.is((reason as { noLocal: AnyPid }).noLocal, here.pid);
  assert.is(await Registry.whereisName(here, registry, "a"), undefined);
});

test("a node that is lost: its members have left", async ({ b, here, there }) => {
  await pg.join(there, "sc", "h", there.spawn(idle, []));
  const watch = await pg.monitor(here, "sc", "h");
  if (watch.groups.length === 0) assert.is((await eventOf(here, watch)).event, "join");
  await stopHere(b);
  assert.is((await eventOf(here, watch)).event, "leave");
  assert.equal(await pg.getMembers(here, "sc", "h"), []);
  assert.equal(await pg.getMembers(here, "sc", "g"), [here.pid]);
});

test("leavesNothingBehind", cleanUp);

test.run();
