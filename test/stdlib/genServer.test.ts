/** Servers keep the rules of `gen_server(3)`, beside their client and on another scheduler. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Pid, TermError, TIMEOUT } from "../../runtime/index.js";
import { call, cast, serverRef, start, startLink, stop } from "../../stdlib/index.js";
import { event, events, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import { client, counter, deaf, gate, linker, watched } from "./servers.js";

const test = suite<Fixture>("stdlib/genServer");
onNode(test);

/** The same rule for a server on the client's own scheduler and on another one. */
function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

everywhere("a call gives what its handler gave", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  const sum: number = await call(self, pid, ["add", 5]);
  assert.is(sum, 6);
  assert.is(await call(self, pid, ["where"]), scheduler);
  await stop(self, pid);
});

everywhere("a cast changes the state before a later call", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  cast(self, pid, ["reset", 40]);
  cast(self, pid, ["reset"]);
  assert.is(await call(self, pid, ["get"]), 0);
  await stop(self, pid);
});

everywhere("a server is reached by name", async ({ self, node }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler, name: "named" });
  assert.is(await call(self, "named", ["add", 1]), 2);
  assert.is(await call(self, { name: "named", node: node.name }, ["add", 1]), 3);
  const typed: number = await call(self, serverRef(counter, "named"), ["add", 1]);
  assert.is(typed, 4);
  cast(self, serverRef(counter, "named"), ["reset", 9]);
  assert.is(await call(self, pid, ["get"]), 9);
  await stop(self, "named");
  assert.is(self.whereis("named"), undefined);
});

everywhere("noReply lets another message bring the reply", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  self.spawn(client, [self.pid, "client", pid, ["later"]], { scheduler });
  await event(self, "client", "asked");
  cast(self, pid, ["answer", { late: true }]);
  assert.equal(await event(self, "client", "answered"), [{ late: true }]);
  await stop(self, pid);
});

everywhere("a reply after the timeout is dropped", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  assert.is(await failure(call(self, pid, ["later"], 5)), "timeout");
  cast(self, pid, ["answer", "late"]);
  assert.is(await call(self, pid, ["get"]), 1);
  const late = (m: unknown) => (m as { tag?: unknown } | null)?.tag === "$reply";
  assert.is(await self.receive(late, { after: 0 }), TIMEOUT);
  await stop(self, pid);
});

everywhere("while an async handler is pending no other message is taken", async ({ self }, scheduler) => {
  const door = await start(self, gate, [self.pid]);
  const pid = await start(self, counter, [1], { scheduler });
  self.spawn(client, [self.pid, "a", pid, ["slowly", door, "a"]], { scheduler });
  await event(self, "gate", "a");
  self.spawn(client, [self.pid, "b", pid, ["slowly", door, "b"]], { scheduler });
  await event(self, "b", "asked");
  cast(self, door, ["open"]);
  await event(self, "gate", "b");
  cast(self, door, ["open"]);
  assert.equal(await event(self, "a", "answered"), ["<a>"]);
  assert.equal(await event(self, "b", "answered"), ["<a><b>"]);
  await stop(self, pid);
  await stop(self, door);
});

for (const how of ["crash", "crashLater"] as const) {
  everywhere(`${how}: the caller gets the error that ended the server`, async ({ self }, scheduler) => {
    const pid = await start(self, counter, [1], { scheduler });
    const reason = await failure(call(self, pid, [how, "boom"]));
    assert.instance(reason, Error);
    assert.is((reason as Error).message, "boom");
    assert.is(await failure(call(self, pid, ["get"])), "noproc");
  });
}

everywhere("a reply that is no term is a crash of the server", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  const reason = await failure(call(self, pid, ["notATerm"]));
  assert.match((reason as Error).message, /function cannot be sent/);
});

test("a request that is no term is refused to its sender", async ({ self }) => {
  const pid = await start(self, counter, [1]);
  assert.throws(
    () => cast(self, pid as Pid<unknown>, ["reset", () => 1]),
    (error: unknown) => error instanceof TermError,
  );
  await call(self, pid as Pid<unknown>, ["add", () => 1]).then(
    () => assert.unreachable(),
    (error) => assert.instance(error, TermError),
  );
  assert.is(await call(self, pid, ["get"]), 1);
  await stop(self, pid);
});

everywhere("an unknown call fails and names the calls; the server lives on", async ({ self }, scheduler) => {
  const pid = await start(self, deaf, [], { scheduler });
  const untyped = pid as Pid<unknown>;
  assert.equal(await failure(call(self, untyped, ["pong"])), { badRequest: "pong", calls: ["ping"] });
  assert.equal(await failure(call(self, untyped, ["constructor"])), {
    badRequest: "constructor",
    calls: ["ping"],
  });
  assert.equal(await failure(self.call(pid, "ping")), { badRequest: undefined, calls: ["ping"] });
  assert.equal(await failure(self.call(pid, [["ping"]])), { badRequest: ["ping"], calls: ["ping"] });
  assert.equal(await failure(self.call(pid, null)), { badRequest: undefined, calls: ["ping"] });
  assert.is(await call(self, pid, ["ping"]), "pong");
  await stop(self, pid);
});

everywhere("an unknown cast, and a message without handleInfo, are dropped", async ({ self }, scheduler) => {
  const pid = await start(self, deaf, [], { scheduler });
  cast(self, pid as Pid<unknown>, ["nothing"]);
  cast(self, pid as Pid<unknown>, ["__proto__"]);
  for (const odd of [
    null,
    7,
    "text",
    [],
    { tag: "$cast" },
    { tag: "$call" },
    { tag: "$call", from: 1, request: ["ping"] },
  ]) {
    self.send(pid as Pid<unknown>, odd);
  }
  assert.is(await call(self, pid, ["ping"]), "pong");
  await stop(self, pid);
});

test("a cast to nobody is no error", async ({ self, node }) => {
  cast(self, "nobody", ["anything"]);
  cast(self, { name: "nobody", node: node.name }, ["anything"]);
  assert.is(await failure(call(self, "nobody", ["anything"])), "noproc");
  assert.is(await failure(stop(self, "nobody")), "noproc");
});

everywhere("handleInfo gets what is neither call nor cast", async ({ self }, scheduler) => {
  const pid = await start(self, watched, [{ observer: self.pid }], { scheduler });
  self.send(pid as Pid<unknown>, { tick: 1 });
  assert.equal(await event(self, "watched", "info"), [{ tick: 1 }]);
  await stop(self, pid);
});

// -- ends ----------------------------------------------------------------------------------------------------------

everywhere("stopWith a reply: terminate, then the reply, then the exit", async ({ self }, scheduler) => {
  const pid = await startLink(self, watched, [{ observer: self.pid }], { scheduler });
  assert.is(await call(self, pid, ["last"]), "bye");
  assert.equal(await events(self, "watched"), ["init", "terminate"]);
  assert.is(await exitOf(self, pid), "normal");
});

everywhere("stopWith without a reply: the caller gets the reason", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  assert.equal(await failure(call(self, pid, ["lastWithout", { shutdown: 1 }])), { shutdown: 1 });
  const other = await start(self, counter, [8], { scheduler });
  assert.is(await call(self, other, ["last", "bad"]), 8);
});

everywhere("stopWith from a cast", async ({ self }, scheduler) => {
  const pid = await startLink(self, watched, [{ observer: self.pid }], { scheduler });
  cast(self, pid, ["end", "enough"]);
  assert.equal(await event(self, "watched", "terminate"), ["enough"]);
  assert.is(await exitOf(self, pid), "enough");
});

everywhere("terminate is called with the error of a callback that threw", async ({ self }, scheduler) => {
  const pid = await startLink(self, watched, [{ observer: self.pid }], { scheduler });
  await failure(call(self, pid, ["crash"]));
  const [reason] = await event(self, "watched", "terminate");
  assert.is((reason as Error).message, "boom");
  assert.is(((await exitOf(self, pid)) as Error).message, "boom");
});

everywhere("what terminate throws is the exit reason", async ({ self }, scheduler) => {
  const pid = await start(self, watched, [{ observer: self.pid, terminateThrows: "worse" }], { scheduler });
  assert.is(((await failure(stop(self, pid))) as Error).message, "worse");
});

everywhere("stop ends the server with the reason it is given", async ({ self }, scheduler) => {
  const pid = await startLink(self, watched, [{ observer: self.pid }], { scheduler });
  await stop(self, pid, { shutdown: "done" }, 5000);
  assert.equal(await event(self, "watched", "terminate"), [{ shutdown: "done" }]);
  assert.equal(await exitOf(self, pid), { shutdown: "done" });
  assert.is(await failure(stop(self, pid)), "noproc");
});

everywhere("stop gives up after its timeout", async ({ self }, scheduler) => {
  const options = { observer: self.pid, ignoresShutdown: true };
  const pid = await startLink(self, watched, [options], { scheduler });
  assert.is(await failure(stop(self, pid, "normal", 5)), "timeout");
  self.exit(pid, "kill");
  assert.is(await exitOf(self, pid), "killed");
});

everywhere(
  "a server that traps exits calls terminate when its parent says shutdown",
  async ({ self }, scheduler) => {
    const pid = await startLink(self, watched, [{ observer: self.pid, trap: true }], { scheduler });
    self.exit(pid, "shutdown");
    assert.equal(await event(self, "watched", "terminate"), ["shutdown"]);
    assert.is(await exitOf(self, pid), "shutdown");
  },
);

everywhere("the EXIT of anybody but the parent goes to handleInfo", async ({ self }, scheduler) => {
  const pid = await startLink(self, watched, [{ observer: self.pid, trap: true }], { scheduler });
  const other = self.spawn(linker, [pid]);
  const [message] = await event(self, "watched", "info");
  assert.equal(message, { tag: "EXIT", pid: other, reason: "gone" });
  await stop(self, pid);
});

everywhere("without trapping exits terminate is not called", async ({ self }, scheduler) => {
  const pid = await startLink(self, watched, [{ observer: self.pid }], { scheduler });
  self.exit(pid, "shutdown");
  assert.is(await exitOf(self, pid), "shutdown");
  assert.equal(await events(self, "watched"), ["init"]);
});

test.run();
