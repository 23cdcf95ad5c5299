/** Names that a module keeps: the rules of OTP's `{via, Module, Name}`, for a module of one's own and for registries. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid } from "../../runtime/index.js";
import {
  addHandler,
  call,
  cast,
  child,
  Ignored,
  notify,
  Registry,
  receiveResponse,
  StartError,
  sendRequest,
  start,
  startChild,
  startLink,
  startMonitor,
  stop,
  syncNotify,
  sys,
  type ViaName,
  via,
  whereis,
} from "../../stdlib/index.js";
import { ended, type Fixture, failure, next, onNode } from "./helpers.js";
import { bus, echoing, lost, prefixed } from "./keepers.js";
import { codeLock, stepper } from "./machines.js";
import { unwilling } from "./moreServers.js";
import { counter, family, plainBody } from "./servers.js";
import { tally, users } from "./services.js";

const test = suite<Fixture>("stdlib/via");
onNode(test);

/** The same rule for names that are kept here, for names that a registry keeps, and on both schedulers. */
function everywhere(
  rule: string,
  check: (fixture: Fixture, scheduler: number, named: (key: string) => ViaName) => Promise<void>,
): void {
  for (const scheduler of [0, 1]) {
    const where = `on scheduler ${scheduler}`;
    test(`${rule}, ${where}`, (fixture) => check(fixture, scheduler, (key) => via(prefixed, key)));
    test(`${rule}, by a registry, ${where}`, async (fixture) => {
      const registry = await start(fixture.self, users, [], { scheduler: 1, name: "viaUsers" });
      await check(fixture, scheduler, (key) => Registry.via("viaUsers", ["user", key]));
      await stop(fixture.self, registry);
    });
  }
}

const started = async (starting: Promise<unknown>) =>
  starting.then(
    () => assert.unreachable("it started"),
    (error: StartError) => {
      assert.instance(error, StartError);
      return error.reason;
    },
  );

everywhere(
  "a server has its name before its init, and is called by it",
  async ({ self }, scheduler, named) => {
    const name = named("one");
    const pid = await start(self, counter, [5], { scheduler, name });
    assert.is(await whereis(self, name), pid);
    assert.is(await call(self, name, ["add", 1]), 6);
    await cast(self, name, ["reset", 9]);
    assert.is(await call(self, pid, ["get"]), 9);
    const id = await sendRequest(self, name, ["get"]);
    assert.is(await receiveResponse(self, id), 9);
    assert.is(((await sys.getState(self, name)) as { count: number }).count, 9);
    assert.is((await sys.getStatus(self, name)).pid, pid);
    assert.is((await self.processInfo(pid as AnyPid))?.initialCall, String(counter));
    await stop(self, name);
    assert.is(await whereis(self, name), undefined);
  },
);

// gen:start/6: {error, {already_started, Pid}}.
everywhere("a name that is taken: alreadyStarted", async ({ self }, scheduler, named) => {
  const name = named("taken");
  const { pid } = await startMonitor(self, counter, [5], { scheduler, name });
  for (const starting of [start, startLink])
    assert.equal(await started(starting(self, counter, [6], { name })), { alreadyStarted: pid });
  assert.is(await call(self, name, ["get"]), 5);
  self.exit(pid as AnyPid, "kill");
  await ended(self, pid as AnyPid);
  const again = await start(self, counter, [7], { scheduler, name });
  assert.is(await call(self, name, ["get"]), 7);
  await stop(self, again);
});

// gen_server:call exits noproc; cast is ok; send_request is answered {error, {noproc, _}}.
everywhere("a name that nobody has", async ({ self }, _scheduler, named) => {
  const name = named("nobody");
  assert.is(await failure(call(self, name, ["get"])), "noproc");
  assert.is(await failure(stop(self, name)), "noproc");
  assert.is(await failure(sys.getState(self, name)), "noproc");
  await cast(self, name, ["reset"]);
  assert.is(await failure(receiveResponse(self, await sendRequest(self, name, ["get"]))), "noproc");
});

// gen:unregister_name/1 where init fails or gives ignore, before the starter is told.
everywhere("a start that fails leaves no name behind", async ({ self }, scheduler, named) => {
  const name = named("failing");
  for (const how of ["stop", "exitNormal", "ignore"] as const) {
    const reason = await started(start(self, unwilling, [how, true], { scheduler, name }));
    assert.is(reason, { stop: "noDisk", exitNormal: "normal", ignore: "ignore" }[how]);
    assert.is(await whereis(self, name), undefined);
  }
});

everywhere("machines, managers, agents and supervisors, too", async ({ self }, scheduler, named) => {
  const names = ["lock", "manager", "tally", "family"].map(named);
  const [lock, manager, sum, sup] = names as [ViaName, ViaName, ViaName, ViaName];
  await start(self, codeLock, ["1"], { scheduler, name: lock });
  await cast(self, lock, ["button", "1"]);
  assert.is(await call(self, lock, ["state"]), "open");
  await start(self, bus, [], { scheduler, name: manager });
  await notify(self, manager as never, 5 as never);
  await syncNotify(self, manager as never, 6 as never);
  assert.match(String(await failure(addHandler(self, manager as never, lost as never, []))), /undef|object/);
  await start(self, tally, [3], { scheduler, name: sum });
  assert.is(await call(self, sum, ["value"]), 3);
  await start(self, family, [{ children: [] }], { scheduler, name: sup });
  const one = child(counter, [1], { name: named("child"), restart: "temporary" });
  assert.is(one.id, "counter");
  const pid = await startChild(self, sup as never, one as never);
  assert.is(await call(self, named("child"), ["get"]), 1);
  assert.is(await whereis(self, named("child")), pid);
  for (const name of names) await stop(self, name);
});

test("a supervisor starts its child again under its name", async ({ self }) => {
  const name = via(prefixed, "again");
  const sup = await startLink(self, family, [{ children: [child(counter, [1], { name })] }]);
  const before = (await whereis(self, name)) as unknown as AnyPid;
  self.exit(before, "kill");
  await ended(self, before);
  let after = await whereis(self, name);
  while (after === undefined) after = await whereis(self, name);
  assert.is.not(after, before);
  await stop(self, sup, "shutdown");
  await next(self, (m): m is object => (m as { tag?: unknown } | null)?.tag === "EXIT").catch(() => {});
});

test("a registry keeps the value that a name comes with", async ({ self }) => {
  const registry = await start(self, users, [], { scheduler: 1, name: "valueUsers" });
  const pid = await start(self, counter, [1], { name: Registry.via("valueUsers", ["user", "v"], 7) });
  assert.equal(await Registry.lookup(self, "valueUsers", ["user", "v"]), [{ pid, value: 7 }]);
  await stop(self, pid);
  await stop(self, registry);
});

test("a keeper has its own way to send", async ({ self }) => {
  await cast(self, via(echoing, "a"), ["reset"]);
  const message = await next(self, (m): m is unknown[] => Array.isArray(m) && m[0] === "a");
  assert.equal(message[1], { tag: "$cast", request: ["reset"] });
});

test("what a keeper throws does not hide why a start failed", async ({ self }) => {
  const name = via(prefixed, "!bad");
  assert.is(await started(start(self, unwilling, ["stop", false], { name })), "noDisk");
});

test("a keeper that is nowhere: the start fails, a cast is dropped", async ({ self }) => {
  const name = via(counter as never, "a");
  assert.match(JSON.stringify(await started(start(self, stepper, [], { name }))), /noViaModule/);
  await cast(self, name, ["reset"]);
  assert.match(
    JSON.stringify(await started(start(self, stepper, [], { name: via(lost as never, "a") }))),
    /undef/,
  );
  const gone = Registry.via("noRegistry", "a");
  await cast(self, gone, ["reset"]);
  assert.is(await failure(call(self, gone, ["get"])), "noproc");
});

test("Ignored is told from a failure under a via name, too", async ({ self }) => {
  const starting = start(self, unwilling, ["ignore", false], { name: via(prefixed, "ignored") });
  await starting.then(
    () => assert.unreachable(),
    (error) => assert.instance(error, Ignored),
  );
});

test("a plain body cannot have a via name", async ({ self }) => {
  const starting = start(self, plainBody, [] as never, { name: via(prefixed, "plain") });
  await starting.then(
    () => assert.unreachable(),
    (error) => assert.instance(error, TypeError),
  );
});

test.run();
