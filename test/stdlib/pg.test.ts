/** Process groups keep the rules of Erlang's `pg`, as its real server was seen to. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AnyPid, type Pid, type Self, TIMEOUT } from "../../runtime/index.js";
import { type ChildSpec, pg, type SupervisorMessage, start, stop } from "../../stdlib/index.js";
import { ended, type Fixture, failure, next, onNode } from "./helpers.js";
import { family } from "./servers.js";
import { idle } from "./services.js";

const test = suite<Fixture>("stdlib/pg");
onNode(test);

/** Scopes under a supervisor, for as long as the body runs. */
async function withScopes(
  self: Self<unknown>,
  specs: ChildSpec[],
  body: (sup: Pid<SupervisorMessage>) => Promise<void>,
): Promise<void> {
  const sup = await start(self, family, [{ children: specs }]);
  await body(sup);
  await stop(self, sup, "shutdown");
}

/** Processes to be members, spread over the schedulers. */
function processes(self: Self<unknown>, count: number): AnyPid[] {
  return Array.from({ length: count }, (_, i) => self.spawn(idle, [], { scheduler: i % 3 }));
}

function endAll(self: Self<unknown>, pids: AnyPid[]): void {
  for (const pid of pids) self.exit(pid, "kill");
}

/** The next event of a watch, without its tag and ref. */
async function eventOf(self: Self<unknown>, { ref }: pg.Watch): Promise<unknown[]> {
  const { event, group, pids } = await next(
    self,
    (m): m is pg.GroupEvent => (m as { tag?: unknown }).tag === "pg" && (m as pg.GroupEvent).ref === ref,
  );
  return [event, group, pids];
}

const sorted = (pids: readonly AnyPid[]) => pids.map(String).sort();

test("a process is a member as often as it joined, and leaves as often", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    const [a, b] = processes(self, 2) as [AnyPid, AnyPid];
    await pg.join(self, "sc", "g", a);
    await pg.join(self, "sc", "g", [b, a]);
    assert.equal(sorted(await pg.getMembers(self, "sc", "g")), sorted([a, a, b]));
    await pg.leave(self, "sc", "g", a);
    assert.equal(sorted(await pg.getMembers(self, "sc", "g")), sorted([a, b]));
    await pg.leave(self, "sc", "g", [a, b]);
    assert.equal(await pg.getMembers(self, "sc", "g"), []);
    assert.equal(await pg.whichGroups(self, "sc"), []);
    endAll(self, [a, b]);
  });
});

test("leave of one that is no member: notJoined, unless another of them is", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    const [a, b] = processes(self, 2) as [AnyPid, AnyPid];
    assert.is(await failure(pg.leave(self, "sc", "g", a)), "notJoined");
    await pg.join(self, "sc", "g", a);
    assert.is(await failure(pg.leave(self, "sc", "g", b)), "notJoined");
    await pg.leave(self, "sc", "g", [b, a]);
    endAll(self, [a, b]);
  });
});

test("a group is any term, by value", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    await pg.join(self, "sc", ["room", { id: 5, of: "x" }], self.pid);
    assert.equal(await pg.getLocalMembers(self, "sc", ["room", { of: "x", id: 5 }]), [self.pid]);
    assert.equal(await pg.getMembers(self, "sc", ["room", { id: 6, of: "x" }]), []);
    assert.equal(await pg.whichLocalGroups(self, "sc"), [["room", { id: 5, of: "x" }]]);
  });
});

test("scopes know nothing of each other", ({ self }) => {
  return withScopes(self, [pg.spec("one"), pg.spec("two")], async () => {
    await pg.join(self, "one", "g", self.pid);
    assert.equal(await pg.getMembers(self, "two", "g"), []);
  });
});

test("a process that ends leaves each group as often as it joined", ({ self }) => {
  return withScopes(self, [pg.spec("sc", { scheduler: 1 })], async () => {
    const [a] = processes(self, 1) as [AnyPid];
    for (const group of ["g", "h", "g"]) await pg.join(self, "sc", group, a);
    const watch = await pg.monitorScope(self, "sc");
    assert.equal(watch.groups, [
      ["g", [a, a]],
      ["h", [a]],
    ]);
    self.exit(a, "kill");
    for (const group of ["g", "h", "g"]) assert.equal(await eventOf(self, watch), ["leave", group, [a]]);
    assert.equal(await pg.whichGroups(self, "sc"), []);
  });
});

test("one that has ended joins, and leaves at once", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    const [a] = processes(self, 1) as [AnyPid];
    self.exit(a, "kill");
    await ended(self, a);
    const watch = await pg.monitorScope(self, "sc");
    await pg.join(self, "sc", "g", a);
    assert.equal(await eventOf(self, watch), ["join", "g", [a]]);
    assert.equal(await eventOf(self, watch), ["leave", "g", [a]]);
  });
});

test("what is no process of this node is refused", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    const reason = await failure(pg.join(self, "sc", "g", [self.pid, "nobody" as never]));
    assert.equal(reason, { noLocal: "nobody" });
    assert.equal(await pg.getMembers(self, "sc", "g"), []);
  });
});

test("monitor of one group tells of that group only, till demonitor", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    const watch = await pg.monitor(self, "sc", "g");
    assert.equal(watch.groups, []);
    await pg.join(self, "sc", "h", self.pid);
    await pg.join(self, "sc", "g", self.pid);
    assert.equal(await eventOf(self, watch), ["join", "g", [self.pid]]);
    assert.is(await pg.demonitor(self, "sc", watch.ref), true);
    assert.is(await pg.demonitor(self, "sc", watch.ref), false);
    await pg.leave(self, "sc", "g", self.pid);
    assert.is(await self.receive({ after: 0 }), TIMEOUT);
  });
});

// -- the protocol between the servers of a scope, here two of one node ------------------------------------------------

/** Two servers that know of each other, as those of two nodes do. */
async function peers(self: Self<unknown>): Promise<void> {
  pg.discover(self, "one", { name: "two", node: self.node });
  // Each has answered the other's discover once both know the other's members.
  await seen(self, "one", "of two");
  await seen(self, "two", "of one");
}

async function seen(self: Self<unknown>, scope: string, group: string): Promise<void> {
  const watch = await pg.monitor(self, scope, group);
  if (watch.groups.length === 0) await eventOf(self, watch);
  await pg.demonitor(self, scope, watch.ref);
}

const both = () => [pg.spec("one", { scheduler: 1 }), pg.spec("two", { scheduler: 2 })];

async function members(self: Self<unknown>, count: number): Promise<[AnyPid, AnyPid]> {
  assert.is(count, 2);
  const [a, b] = processes(self, count) as [AnyPid, AnyPid];
  await pg.join(self, "one", "of one", a);
  await pg.join(self, "two", "of two", b);
  return [a, b];
}

test("discover: both learn all members of the other", ({ self }) => {
  return withScopes(self, both(), async () => {
    const [a, b] = await members(self, 2);
    await peers(self);
    assert.equal(await pg.getMembers(self, "one", "of two"), [b]);
    assert.equal(await pg.getMembers(self, "two", "of one"), [a]);
    assert.equal(await pg.getLocalMembers(self, "one", "of two"), []);
    assert.equal(await pg.whichLocalGroups(self, "one"), ["of one"]);
    assert.equal((await pg.whichGroups(self, "one")).sort(), ["of one", "of two"]);
    endAll(self, [a, b]);
  });
});

test("joins and leaves, and the end of a member, are told to the other", ({ self }) => {
  return withScopes(self, both(), async () => {
    const [a, b] = await members(self, 2);
    await peers(self);
    const watch = await pg.monitor(self, "two", "g");
    await pg.join(self, "one", "g", [a, a]);
    assert.equal(await eventOf(self, watch), ["join", "g", [a, a]]);
    await pg.leave(self, "one", "g", a);
    assert.equal(await eventOf(self, watch), ["leave", "g", [a]]);
    self.exit(a, "kill");
    assert.equal(await eventOf(self, watch), ["leave", "g", [a]]);
    endAll(self, [b]);
  });
});

test("when a server ends, the other drops its members; a new one learns all again", ({ self }) => {
  return withScopes(self, both(), async () => {
    const [a, b] = await members(self, 2);
    await peers(self);
    const watch = await pg.monitor(self, "two", "of one");
    self.exit(self.whereis("one")!, "kill");
    assert.equal(await eventOf(self, watch), ["leave", "of one", [a]]);
    while (self.whereis("one") === undefined) await new Promise((done) => setImmediate(done));
    pg.discover(self, "two", { name: "one", node: self.node });
    await seen(self, "one", "of two");
    assert.equal(await pg.getMembers(self, "one", "of two"), [b]);
    endAll(self, [a, b]);
  });
});

test("a join of one that is not known has no effect: its sync will tell", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    const server = self.whereis("sc")!;
    self.send(server, { tag: "pg", op: "join", peer: self.pid, group: "g", pids: [self.pid] });
    self.send(server, { tag: "pg", op: "leave", peer: self.pid, groups: ["g"], pids: [self.pid] });
    assert.equal(await pg.getMembers(self, "sc", "g"), []);
    self.send(server, { tag: "pg", op: "sync", peer: self.pid, groups: [["g", [self.pid]]] });
    self.send(server, { tag: "pg", op: "join", peer: self.pid, group: "h", pids: [self.pid] });
    assert.equal(await pg.whichGroups(self, "sc"), ["g", "h"]);
  });
});

test("a second sync changes what is different, and tells only that", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    const server = self.whereis("sc")!;
    const sync = (groups: unknown) => self.send(server, { tag: "pg", op: "sync", peer: self.pid, groups });
    const me = self.pid;
    sync([
      ["g", [me, me]],
      ["h", [me]],
    ]);
    const watch = await pg.monitorScope(self, "sc");
    sync([
      ["g", [me]],
      ["h", [me]],
      ["i", [me]],
    ]);
    assert.equal(await eventOf(self, watch), ["leave", "g", [me]]);
    assert.equal(await eventOf(self, watch), ["join", "i", [me]]);
  });
});

test("nodeup: the scope of that node is asked to speak", ({ self }) => {
  return withScopes(self, [pg.spec("sc")], async () => {
    // One that is not there: dropped, as every message to a name on another node that nobody has.
    self.send(self.whereis("sc")!, { tag: "nodeup", node: self.node });
    self.send(self.whereis("sc")!, { tag: "pg", op: "discover", peer: self.pid });
    const said = async () => ((await self.receive()) as { op: unknown }).op;
    assert.equal([await said(), await said()], ["sync", "discover"]);
  });
});

test.run();
