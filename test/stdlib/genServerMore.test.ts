/** Servers that go on by themselves, wait no longer than they want, do not start; requests answered later. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type ExitReason, type Pid, TIMEOUT } from "../../runtime/index.js";
import {
  abcast,
  type ChildSpec,
  call,
  cast,
  checkResponse,
  child,
  countChildren,
  Ignored,
  multiCall,
  receiveResponse,
  restartChild,
  StartError,
  type SupervisorSpec,
  sendRequest,
  serverRef,
  start,
  startChild,
  startLink,
  startMonitor,
  stop,
  waitResponse,
  whichChildren,
} from "../../stdlib/index.js";
import { ended, event, exitOf, type Fixture, failure, next, onNode } from "./helpers.js";
import { account, diary, infoTimeout, shy, unwilling } from "./moreServers.js";
import { counter, deaf, family } from "./servers.js";

const test = suite<Fixture>("stdlib/genServerMore");
onNode(test);

/** The same rule for a server on the client's own scheduler and on another one. */
function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

// -- continue ----------------------------------------------------------------------------------------------------

everywhere(
  "the continue of init runs before a message that came during init",
  async ({ self }, scheduler) => {
    const pid = self.spawn(diary, [{ waitFor: self.pid, load: true }], { scheduler });
    await event(self, "diary", "inInit");
    cast(self, pid, ["write", "early"]);
    self.send(pid as Pid<unknown>, "go");
    assert.equal(await call(self, pid, ["lines"]), ["init", "load 2", "load 1", "early"]);
    await stop(self, pid);
  },
);

everywhere("the continue of init runs without any message", async ({ self }, scheduler) => {
  const pid = await start(self, diary, [{ load: true }], { scheduler });
  assert.equal(await call(self, pid, ["lines"]), ["init", "load 2", "load 1"]);
  await stop(self, pid);
});

for (const how of ["thenNote", "laterNote"] as const) {
  everywhere(
    `${how}: the reply, then the last continue, then the next message`,
    async ({ self }, scheduler) => {
      const pid = await start(self, diary, [{}], { scheduler });
      const first = sendRequest(self, pid, [how, "a"]);
      cast(self, pid, ["write", "b"]);
      assert.is(await receiveResponse(self, first), 1);
      assert.equal(await call(self, pid, ["lines"]), ["init", "a", "b"]);
      await stop(self, pid);
    },
  );
}

everywhere("a continue may end the server, after the reply was sent", async ({ self }, scheduler) => {
  const pid = await startLink(self, diary, [{}], { scheduler });
  assert.is(await call(self, pid, ["thenEnd", "enough"]), "bye");
  assert.is(await exitOf(self, pid), "enough");
});

everywhere("a continue that throws ends the server with that error", async ({ self }, scheduler) => {
  const pid = await startLink(self, diary, [{}], { scheduler });
  cast(self, pid, ["crashNext"]);
  assert.is(((await exitOf(self, pid)) as Error).message, "in continue");
});

// -- idle timeouts -----------------------------------------------------------------------------------------------

everywhere("a wait that takes too long ends in handleTimeout, once", async ({ self }, scheduler) => {
  const pid = await start(self, diary, [{}], { scheduler });
  assert.equal(await call(self, pid, ["untilIdle", 5]), ["init", "timeout"]);
  assert.equal(await call(self, pid, ["untilIdle", 0]), ["init", "timeout", "timeout"]);
  await stop(self, pid);
});

everywhere("init may set the timeout of the first wait", async ({ self }, scheduler) => {
  const options = { scheduler };
  const pid = await start(self, diary, [{ timeout: Number.POSITIVE_INFINITY }], options);
  assert.equal(await call(self, pid, ["lines"]), ["init"]);
  await stop(self, pid);
  const ref = (await startMonitor(self, infoTimeout, [self.pid], options)).pid;
  assert.equal(await event(self, "infoTimeout", "got"), ["timeout"]);
  await stop(self, ref);
});

everywhere(
  "a message that waits already comes before a timeout of 0, and cancels it",
  async ({ self }, scheduler) => {
    const pid = await start(self, diary, [{}], { scheduler });
    cast(self, pid, ["writeToMyself", "mine", 0]);
    while ((await call(self, pid, ["lines"])).length < 2);
    assert.equal(await call(self, pid, ["lines"]), ["init", "mine"]);
    await stop(self, pid);
  },
);

test("a timeout of 0 comes before a message that is sent later", async ({ self }) => {
  const [pid, other] = [
    await start(self, diary, [{}], { scheduler: 0 }),
    await start(self, diary, [{}], { scheduler: 0 }),
  ];
  cast(self, pid, ["idleAndAsk", other]);
  await call(self, other, ["lines"]);
  assert.equal(await call(self, pid, ["lines"]), ["init", "timeout", "from another"]);
  await stop(self, pid);
  await stop(self, other);
});

test("a timer that fired while another message waited before it is nothing any more", async ({ self }) => {
  const pid = await start(self, diary, [{}], { scheduler: 0 });
  await call(self, pid, ["idle", 1]);
  cast(self, pid, ["idleThenWrite", 10_000, "first"]);
  // The timer is due now, behind the cast; ours is due behind it.
  for (const end = performance.now() + 5; performance.now() < end; );
  self.sendAfter(0, self.pid, "later");
  await next(self, (m): m is "later" => m === "later");
  assert.equal(await call(self, pid, ["lines"]), ["init", "first"]);
  assert.equal(await call(self, pid, ["untilIdle", 1]), ["init", "first", "timeout"]);
  await stop(self, pid);
});

everywhere(
  "an async handler, and a continue, set the timeout of the wait behind them",
  async ({ self }, scheduler) => {
    const pid = await start(self, account, [{ observer: self.pid }], { scheduler });
    cast(self, pid, ["idle", 1]);
    await event(self, "account", "timeout");
    await stop(self, pid);
    const other = await start(self, diary, [{}], { scheduler });
    await call(self, other, ["idleLater", 0]);
    cast(self, other, ["idleByContinue", 0]);
    // Each cancels the one before it if it comes in time: the last one is left alone.
    const lines = (await call(self, other, ["untilIdle", 0])) as string[];
    assert.is(lines.at(-1), "timeout");
    await stop(self, other);
  },
);

everywhere("a timeout that is no time is a crash", async ({ self }, scheduler) => {
  const pid = await startLink(self, diary, [{}], { scheduler });
  await call(self, pid, ["idle", -1]).catch(() => {});
  assert.instance(await exitOf(self, pid), Error);
});

// -- not starting ------------------------------------------------------------------------------------------------

async function startFailure(starting: Promise<unknown>): Promise<StartError> {
  try {
    await starting;
  } catch (error) {
    if (error instanceof StartError) return error;
    throw error;
  }
  throw new Error("it started");
}

for (const later of [false, true]) {
  const when = later ? "later" : "at once";
  everywhere(`init gives ignore ${when}: Ignored, and its name is free`, async ({ self }, scheduler) => {
    for (const begin of [start, startLink, startMonitor]) {
      const options = { scheduler, name: "unwilling" };
      const error = await startFailure(begin(self, unwilling, ["ignore", later], options));
      assert.instance(error, Ignored);
      assert.is(error.reason, "ignore");
      assert.is(self.whereis("unwilling"), undefined);
    }
    // Nothing of it is left: neither EXIT nor DOWN nor what the child said.
    assert.is(await self.receive({ after: 0 }), TIMEOUT);
  });

  everywhere(`init gives stopWith ${when}: the start fails with the reason`, async ({ self }, scheduler) => {
    const error = await startFailure(startLink(self, unwilling, ["stop", later], { scheduler }));
    assert.not.instance(error, Ignored);
    assert.is(error.reason, "noDisk");
    assert.is(await self.receive({ after: 0 }), TIMEOUT);
  });
}

everywhere("an exit normal of init is not ignore", async ({ self }, scheduler) => {
  const error = await startFailure(startLink(self, unwilling, ["exitNormal", false], { scheduler }));
  assert.not.instance(error, Ignored);
  assert.is(error.reason, "normal");
});

everywhere("a process that ignores its start exits normal", async ({ self }, scheduler) => {
  const { ref } = self.spawnMonitor(unwilling, ["ignore", false], { scheduler });
  const down = await next(self, (m): m is { reason: ExitReason } => (m as { ref?: unknown }).ref === ref);
  assert.is(down.reason, "normal");
});

async function shyFamily({ self }: Fixture, starts: number, ...children: ChildSpec[]) {
  const left = await start(self, counter, [starts], { name: "shyness" });
  const spec: SupervisorSpec = { children };
  const sup = await startLink(self, family, [spec]);
  const end = async () => {
    await stop(self, sup, "shutdown");
    await exitOf(self, sup);
    await stop(self, left);
  };
  return { sup, left, end };
}

test("a supervisor keeps a child that ignores its start, without a pid; it can be started again", async (fixture) => {
  const { self } = fixture;
  const { sup, end } = await shyFamily(fixture, 1, child(shy, ["shyness"]), child(deaf, []));
  const [ignored] = await whichChildren(self, sup);
  assert.is(ignored?.pid, undefined);
  assert.is(ignored?.status, "stopped");
  assert.equal(await countChildren(self, sup), { specs: 2, active: 1, supervisors: 0, workers: 2 });
  const pid = await restartChild(self, sup, "shy");
  assert.is((await whichChildren(self, sup))[0]?.pid, pid);
  await end();
});

test("a temporary child that ignores its start is not kept", async (fixture) => {
  const { self } = fixture;
  const temporary = child(shy, ["shyness"], { restart: "temporary" });
  const { sup, end } = await shyFamily(fixture, 2, temporary);
  assert.equal(await whichChildren(self, sup), []);
  assert.is(await failure(startChild(self, sup, temporary)), "ignore");
  assert.equal(await whichChildren(self, sup), []);
  await end();
});

test("startChild and restartChild of a child that ignores: ignore, and it is kept", async (fixture) => {
  const { self } = fixture;
  const { sup, end } = await shyFamily(fixture, 2);
  assert.is(await failure(startChild(self, sup, child(shy, ["shyness"]))), "ignore");
  assert.is(await failure(restartChild(self, sup, "shy")), "ignore");
  assert.is((await whichChildren(self, sup))[0]?.status, "stopped");
  await end();
});

test("a child that ignores its restart is left alone", async (fixture) => {
  const { self } = fixture;
  const { sup, left, end } = await shyFamily(fixture, 0, child(shy, ["shyness"]));
  const pid = (await whichChildren(self, sup))[0]!.pid!;
  cast(self, left, ["reset", 1]);
  assert.is(await call(self, left, ["get"]), 1);
  self.exit(pid, "kill");
  await ended(self, pid);
  let info = (await whichChildren(self, sup))[0];
  while (info?.pid === pid) info = (await whichChildren(self, sup))[0];
  assert.is(info?.status, "stopped");
  assert.is(await call(self, left, ["get"]), 0);
  await end();
});

// -- requests ----------------------------------------------------------------------------------------------------

everywhere("replies can be fetched in any order", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [0], { scheduler });
  const ids = [1, 2, 3].map((by) => sendRequest(self, pid, ["add", by]));
  assert.is(await receiveResponse(self, ids[2]!), 6);
  assert.is(await waitResponse(self, ids[0]!), 1);
  assert.is(await receiveResponse(self, ids[1]!, 1000), 3);
  await stop(self, pid);
});

everywhere("waitResponse may be asked again after its timeout", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [0], { scheduler });
  const id = sendRequest(self, pid, ["later"]);
  assert.is(await waitResponse(self, id, 1), TIMEOUT);
  assert.is(await waitResponse(self, id, 0), TIMEOUT);
  cast(self, pid, ["answer", "at last"]);
  assert.is(await waitResponse(self, id), "at last");
  await stop(self, pid);
});

everywhere("receiveResponse gives up: a late reply does not come", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [0], { scheduler });
  const id = sendRequest(self, pid, ["later"]);
  assert.is(await failure(receiveResponse(self, id, 1)), "timeout");
  cast(self, pid, ["answer", "late"]);
  await stop(self, pid);
  assert.is(await self.receive({ after: 0 }), TIMEOUT);
});

everywhere("a reply that is there already is taken with a timeout of 0", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [4], { scheduler });
  const id = sendRequest(self, pid, ["get"]);
  await call(self, pid, ["get"]);
  assert.is(await receiveResponse(self, id, 0), 4);
  await stop(self, pid);
});

everywhere("checkResponse knows the reply to its own request only", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [7], { scheduler });
  const id = sendRequest(self, pid, ["get"]);
  const other = sendRequest(self, pid, ["add", 1]);
  const message = await self.receive();
  assert.equal(checkResponse(message, id), { reply: 7 });
  assert.is(checkResponse(message, other), undefined);
  assert.is(checkResponse(null, other), undefined);
  assert.is(await receiveResponse(self, other), 8);
  await stop(self, pid);
});

everywhere("a request fails as a call does", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [7], { scheduler });
  const crash = sendRequest(self, pid, ["crash", "boom"]);
  const never = sendRequest(self, pid, ["get"]);
  assert.is(((await failure(receiveResponse(self, crash))) as Error).message, "boom");
  const down = await self.receive();
  assert.throws(() => checkResponse(down, never));
  for (const nobody of [pid as Pid<unknown>, "nobody"])
    assert.is(await failure(receiveResponse(self, sendRequest(self, nobody, ["get"]))), "noproc");
  const mute = await start(self, deaf, [], { scheduler });
  const bad = sendRequest(self, mute as Pid<unknown>, ["pong"]);
  assert.equal(await failure(waitResponse(self, bad)), { badRequest: "pong", calls: ["ping"] });
  assert.throws(() => sendRequest(self, mute as Pid<unknown>, ["f", () => 1]));
  await stop(self, mute);
  assert.is(await self.receive({ after: 0 }), TIMEOUT);
});

test("multiCall gathers replies; nodes without the server, or unreachable, are bad", async ({
  self,
  node,
}) => {
  const pid = await start(self, counter, [5], { name: "multi" });
  const nodes = [node.name, "nowhere@127.0.0.1"];
  const { replies, badNodes } = await multiCall(self, nodes, serverRef(counter, "multi"), ["add", 1], 5000);
  assert.equal(replies, [{ node: node.name, reply: 6 }]);
  assert.equal(badNodes, ["nowhere@127.0.0.1"]);
  assert.equal(await multiCall(self, [node.name], "nobody", ["get"]), { replies: [], badNodes: [node.name] });
  await stop(self, pid);
});

test("multiCall: its timeout is for all nodes together, and no reply comes after it", async ({
  self,
  node,
}) => {
  const pid = await start(self, counter, [5], { name: "multi" });
  const here = [node.name, node.name];
  const { badNodes } = await multiCall(self, here, "multi", ["later"], 5);
  assert.equal(badNodes, here);
  cast(self, pid, ["answer", "late"]);
  await stop(self, pid);
  assert.is(await self.receive({ after: 0 }), TIMEOUT);
});

test("abcast reaches the servers of a name, and is no error where there is none", async ({ self, node }) => {
  const pid = await start(self, counter, [5], { name: "multi" });
  abcast(self, [node.name, "nowhere@127.0.0.1"], serverRef(counter, "multi"), ["reset", 9]);
  abcast(self, [node.name], "nobody", ["reset"]);
  assert.is(await call(self, pid, ["get"]), 9);
  await stop(self, pid);
});

test.run();
