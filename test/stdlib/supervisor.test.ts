/** Supervisors keep the rules of `supervisor(3)`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import type { AnyPid, Exit, Pid, Self } from "../../runtime/index.js";
import {
  type ChildInfo,
  type ChildOptions,
  call,
  cast,
  child,
  countChildren,
  deleteChild,
  restartChild,
  StartError,
  type Strategy,
  type SupervisorMessage,
  type SupervisorSpec,
  start,
  startChild,
  startLink,
  stop,
  terminateChild,
  whichChildren,
} from "../../stdlib/index.js";
import { ended, event, events, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import {
  asker,
  client,
  counter,
  family,
  fickle,
  hesitant,
  plainBody,
  type WatchedOptions,
  watched,
} from "./servers.js";

const test = suite<Fixture>("stdlib/supervisor");
onNode(test);

/** Only native code can end an endless loop. */
const guarded = native.kind === "addon" ? test : test.skip;

type Sup = Pid<SupervisorMessage>;

/** Child `id` beside its supervisor. What happens to it comes as `["kid", "ID EVENT"]`. */
function kid(
  self: Self<unknown>,
  id: string,
  options: ChildOptions = {},
  more: Partial<WatchedOptions> = {},
) {
  const watch: WatchedOptions = { observer: self.pid, trap: true, tag: "kid", id, ...more };
  return child(watched, [watch], { scheduler: "here", ...options, id });
}

/** A supervisor on scheduler 0, as the observer: what its children tell comes in the order of what happened. */
function up(self: Self<unknown>, spec: SupervisorSpec): Promise<Sup> {
  return startLink(self, family, [spec], { scheduler: 0 });
}

async function pidOf(self: Self<unknown>, sup: Sup, id: string): Promise<AnyPid> {
  return (await info(self, sup, id)).pid!;
}

async function info(self: Self<unknown>, sup: Sup, id: string): Promise<ChildInfo> {
  return (await whichChildren(self, sup)).find((one) => one.id === id)!;
}

/** The child's pid, once it is another one. */
async function restarted(self: Self<unknown>, sup: Sup, id: string, before: AnyPid): Promise<AnyPid> {
  for (;;) {
    const { pid } = await info(self, sup, id);
    if (pid !== undefined && pid !== before) return pid;
  }
}

/** Ends the child, waits until the supervisor has seen it, and gives what all children told. */
async function endAndSee(self: Self<unknown>, sup: Sup, id: string, reason: unknown): Promise<string[]> {
  const pid = await pidOf(self, sup, id);
  cast(self, pid as Pid<unknown>, ["end", reason]);
  await ended(self, pid);
  await whichChildren(self, sup);
  return events(self, "kid");
}

test("children start in order and end in reverse", async ({ self }) => {
  const sup = await up(self, { children: ["a", "b", "c"].map((id) => kid(self, id)) });
  assert.equal(await events(self, "kid"), ["a init", "b init", "c init"]);
  await stop(self, sup, "shutdown");
  assert.equal(await events(self, "kid"), ["c terminate", "b terminate", "a terminate"]);
});

test("the parent's shutdown ends the tree", async ({ self }) => {
  const inner = child(family, [{ children: [kid(self, "x"), kid(self, "y")] }], { scheduler: "here" });
  assert.is(inner.type, "supervisor");
  assert.is(inner.shutdown, "infinity");
  const sup = await up(self, { children: [kid(self, "a"), inner, kid(self, "b")] });
  assert.equal(await events(self, "kid"), ["a init", "x init", "y init", "b init"]);
  self.exit(sup, "shutdown");
  assert.is(await exitOf(self, sup), "shutdown");
  assert.equal(await events(self, "kid"), ["b terminate", "y terminate", "x terminate", "a terminate"]);
});

// -- strategies and restart types ----------------------------------------------------------------------------------

const down = (...ids: string[]) => ids.map((id) => `${id} terminate`);
const born = (...ids: string[]) => ids.map((id) => `${id} init`);
const afterCrash: [Strategy, string[]][] = [
  ["oneForOne", [...down("b"), ...born("b")]],
  ["oneForAll", [...down("b", "c", "a"), ...born("a", "b", "c")]],
  ["restForOne", [...down("b", "c"), ...born("b", "c")]],
];
for (const [strategy, expected] of afterCrash) {
  for (const restart of ["permanent", "transient", "temporary"] as const) {
    for (const reason of ["normal", "shutdown", "crash"]) {
      const restarts = restart === "permanent" || (restart === "transient" && reason === "crash");
      test(`${strategy}: a ${restart} child that ends with ${reason} is ${restarts ? "" : "not "}restarted`, async ({
        self,
      }) => {
        const sup = await up(self, {
          strategy,
          children: [kid(self, "a"), kid(self, "b", { restart }), kid(self, "c")],
        });
        await events(self, "kid");
        assert.equal(await endAndSee(self, sup, "b", reason), restarts ? expected : down("b"));
        const left = (await whichChildren(self, sup)).map((one) => `${one.id} ${one.status}`);
        const b = restarts ? ["b running"] : restart === "temporary" ? [] : ["b stopped"];
        assert.equal(left, ["a running", ...b, "c running"]);
        await stop(self, sup, "shutdown");
      });
    }
  }
}

test("temporary siblings that a restart ends do not come back", async ({ self }) => {
  const children = [kid(self, "a"), kid(self, "t", { restart: "temporary" }), kid(self, "c")];
  const sup = await up(self, { strategy: "oneForAll", children });
  await events(self, "kid");
  assert.equal(await endAndSee(self, sup, "c", "crash"), [...down("c", "t", "a"), ...born("a", "c")]);
  assert.equal(
    (await whichChildren(self, sup)).map((one) => one.id),
    ["a", "c"],
  );
  await stop(self, sup, "shutdown");
});

test("a restart that fails is tried again, from where it failed", async ({ self }) => {
  await start(self, counter, [0], { name: "starts" });
  const children = [kid(self, "a"), child(fickle, ["starts", [2, 3]], { scheduler: "here" }), kid(self, "c")];
  const sup = await up(self, { strategy: "restForOne", intensity: 3, children });
  await events(self, "kid");
  const before = await pidOf(self, sup, "fickle");
  cast(self, (await pidOf(self, sup, "a")) as Pid<unknown>, ["end", "crash"]);
  const after = await restarted(self, sup, "fickle", before);
  assert.is(await call(self, after as Pid<unknown>, ["start"]), 4);
  assert.equal(await events(self, "kid"), [...down("a", "c"), ...born("a", "c")]);
  await stop(self, sup, "shutdown");
  await stop(self, "starts");
});

test("a child terminated while its restart is to be tried again is not tried again", async ({ self }) => {
  await start(self, counter, [0], { name: "starts" });
  const sup = await up(self, {
    intensity: 5,
    children: [child(hesitant, [self.pid, "starts"], { scheduler: "here" })],
  });
  self.exit(await pidOf(self, sup, "hesitant"), "kill");
  const [again] = await event(self, "hesitant", "init");
  self.spawn(client, [self.pid, "client", sup, ["terminateChild", "hesitant"]], { scheduler: "here" });
  await event(self, "client", "asked");
  self.send(again as Pid<unknown>, "go");
  await event(self, "client", "answered");
  assert.is((await info(self, sup, "hesitant")).status, "stopped");
  assert.is(await call(self, "starts", ["get"]), 2);
  await stop(self, sup, "shutdown");
  await stop(self, "starts");
});

// -- intensity -----------------------------------------------------------------------------------------------------

test("more restarts than the intensity within the period: all end, exit shutdown", async ({ self }) => {
  const sup = await up(self, { intensity: 2, period: 60_000, children: [kid(self, "a"), kid(self, "b")] });
  await events(self, "kid");
  assert.equal(await endAndSee(self, sup, "a", "crash"), [...down("a"), ...born("a")]);
  assert.equal(await endAndSee(self, sup, "a", "crash"), [...down("a"), ...born("a")]);
  cast(self, (await pidOf(self, sup, "a")) as Pid<unknown>, ["end", "crash"]);
  assert.is(await exitOf(self, sup), "shutdown");
  assert.equal(await events(self, "kid"), down("a", "b"));
});

test("restarts further apart than the period do not add up", async ({ self }) => {
  const sup = await up(self, { intensity: 1, period: 1, children: [kid(self, "a")] });
  for (let i = 0; i < 5; i++) {
    const before = await pidOf(self, sup, "a");
    self.exit(before, "kill");
    await restarted(self, sup, "a", before);
    self.sendAfter(3, self.pid, "later");
    await self.receive((m): m is "later" => m === "later");
  }
  await stop(self, sup, "shutdown");
});

test("a restart that never succeeds uses up the intensity", async ({ self }) => {
  await start(self, counter, [0], { name: "starts" });
  const children = [child(fickle, ["starts", [2, 3, 4, 5, 6]])];
  const sup = await up(self, { intensity: 3, children });
  self.exit(await pidOf(self, sup, "fickle"), "kill");
  assert.is(await exitOf(self, sup), "shutdown");
  assert.is(await call(self, "starts", ["get"]), 4);
  await stop(self, "starts");
});

// -- start failures ------------------------------------------------------------------------------------------------

async function startFailure(starting: Promise<unknown>): Promise<unknown> {
  try {
    await starting;
  } catch (error) {
    assert.instance(error, StartError);
    return (error as Exit).reason;
  }
  throw new Error("the start did not fail");
}

test("a child that does not start: those before it end in reverse, and the start fails", async ({ self }) => {
  const children = [
    kid(self, "a"),
    kid(self, "b"),
    kid(self, "bad", {}, { initThrows: "no" }),
    kid(self, "never"),
  ];
  assert.equal(await startFailure(up(self, { children })), {
    shutdown: { failedToStartChild: "bad", reason: "no" },
  });
  assert.equal(await events(self, "kid"), [...born("a", "b", "bad"), ...down("b", "a")]);
});

test("a spec that is wrong is refused", async ({ self }) => {
  const a = kid(self, "a");
  const wrong = async (spec: object) => startFailure(up(self, { children: [], ...spec }));
  assert.equal(await wrong({ children: [a, a] }), { startSpec: { duplicateChildName: "a" } });
  assert.equal(await wrong({ children: [{ ...a, shutdown: -1 }] }), { startSpec: { invalidShutdown: -1 } });
  assert.equal(await wrong({ children: [{ ...a, restart: "often" }] }), {
    startSpec: { invalidRestart: "often" },
  });
  assert.equal(await wrong({ intensity: -1 }), { supervisorData: { invalidIntensity: -1 } });
  assert.equal(await wrong({ period: 0 }), { supervisorData: { invalidPeriod: 0 } });
  assert.equal(await wrong({ strategy: "allForOne" }), { supervisorData: { invalidStrategy: "allForOne" } });
  assert.equal(await events(self, "kid"), []);
});

test("a plain body can be a child", async ({ self }) => {
  const sup = await up(self, { children: [child(plainBody, [self.pid])] });
  const pid = await pidOf(self, sup, "plainBody");
  self.send(pid as Pid<unknown>, "stop");
  const again = await restarted(self, sup, "plainBody", pid);
  await stop(self, sup, "shutdown");
  assert.is(await ended(self, again), "noproc");
});

// -- shutdown ------------------------------------------------------------------------------------------------------

test("brutalKill gives no time: terminate is not called", async ({ self }) => {
  const sup = await up(self, { children: [kid(self, "a"), kid(self, "b", { shutdown: "brutalKill" })] });
  const b = await pidOf(self, sup, "b");
  await events(self, "kid");
  const ref = self.monitor(b);
  await stop(self, sup, "shutdown");
  assert.equal(await events(self, "kid"), down("a"));
  const message = await self.receive((m): m is { reason: unknown } => (m as { ref?: unknown }).ref === ref);
  assert.is(message.reason, "killed");
});

test("a child that is not gone after its time is killed", async ({ self }) => {
  const sup = await up(self, {
    children: [kid(self, "a"), kid(self, "b", { shutdown: 20 }, { ignoresShutdown: true })],
  });
  const ref = self.monitor(await pidOf(self, sup, "b"));
  await stop(self, sup, "shutdown");
  const message = await self.receive((m): m is { reason: unknown } => (m as { ref?: unknown }).ref === ref);
  assert.is(message.reason, "killed");
  assert.equal(await events(self, "kid"), [...born("a", "b"), ...down("b", "a")]);
});

test("a killed supervisor takes its children with it", async ({ self }) => {
  const sup = await up(self, {
    children: [kid(self, "a", { scheduler: 1 }), kid(self, "b", { scheduler: 2 })],
  });
  const children = await whichChildren(self, sup);
  self.exit(sup, "kill");
  for (const { pid } of children)
    assert.ok(["killed", "noproc"].includes((await ended(self, pid!)) as string));
  await exitOf(self, sup);
});

// -- dynamic children ----------------------------------------------------------------------------------------------

test("startChild, terminateChild, restartChild, deleteChild", async ({ self }) => {
  const sup = await up(self, { children: [kid(self, "a")] });
  const pid = await startChild(self, sup, child(counter, [5], { id: "extra" }));
  assert.is(await call(self, pid, ["get"]), 5);
  assert.equal(await failure(startChild(self, sup, kid(self, "extra"))), { alreadyStarted: pid });
  assert.is(await failure(restartChild(self, sup, "extra")), "running");
  assert.is(await failure(deleteChild(self, sup, "extra")), "running");
  assert.equal(await countChildren(self, sup), { specs: 2, active: 2, supervisors: 0, workers: 2 });

  await terminateChild(self, sup, "extra");
  assert.is(await ended(self, pid), "noproc");
  await terminateChild(self, sup, "extra");
  assert.is((await info(self, sup, "extra")).status, "stopped");
  assert.is(await failure(startChild(self, sup, kid(self, "extra"))), "alreadyPresent");
  assert.equal(await countChildren(self, sup), { specs: 2, active: 1, supervisors: 0, workers: 2 });

  const again = await restartChild(self, sup, "extra");
  assert.is(await call(self, again as Pid<unknown>, ["get"]), 5);
  await terminateChild(self, sup, "extra");
  await deleteChild(self, sup, "extra");
  for (const change of [terminateChild, restartChild, deleteChild]) {
    assert.is(await failure(change(self, sup, "extra")), "notFound");
  }
  await stop(self, sup, "shutdown");
});

test("a terminated temporary child leaves no spec; a child that does not start neither", async ({ self }) => {
  const sup = await up(self, { children: [] });
  await startChild(self, sup, kid(self, "t", { restart: "temporary" }));
  await terminateChild(self, sup, "t");
  assert.is(await failure(startChild(self, sup, kid(self, "bad", {}, { initThrows: "no" }))), "no");
  assert.equal(await failure(startChild(self, sup, { id: 1 } as never)), {
    missingId: { id: 1 },
  });
  assert.equal(await whichChildren(self, sup), []);
  await stop(self, sup, "shutdown");
});

test("a terminated child is not restarted", async ({ self }) => {
  const sup = await up(self, { intensity: 0, children: [kid(self, "a"), kid(self, "b")] });
  await terminateChild(self, sup, "a");
  assert.equal(
    (await whichChildren(self, sup)).map((one) => one.status),
    ["stopped", "running"],
  );
  await stop(self, sup, "shutdown");
});

test("while a child's init is pending, what happens waits", async ({ self }) => {
  const sup = await up(self, { children: [kid(self, "a", { scheduler: 1 })] });
  const a = await pidOf(self, sup, "a");
  await events(self, "kid");
  const starting = child(watched, [{ observer: self.pid, tag: "slow", initWaits: true }], {
    id: "slow",
    scheduler: 2,
  });
  self.spawn(asker, [sup, starting]);
  const [slow] = await event(self, "slow", "init");
  self.exit(a, "kill");
  assert.is(await ended(self, a), "noproc");
  self.send(slow as Pid<unknown>, "go");
  assert.not.equal(await restarted(self, sup, "a", a), a);
  assert.equal(
    (await whichChildren(self, sup)).map((one) => one.status),
    ["running", "running"],
  );
  await stop(self, sup, "shutdown");
});

// -- schedulers ----------------------------------------------------------------------------------------------------

test("children run on all worker schedulers and are restarted there", async ({ self }) => {
  const children = [1, 2].map((scheduler) =>
    child(counter, [scheduler], { id: `c${scheduler}`, scheduler, name: `c${scheduler}` }),
  );
  const sup = await up(self, { intensity: 2, children });
  for (const scheduler of [1, 2]) {
    const before = self.whereis(`c${scheduler}`)!;
    assert.is(await call(self, before as Pid<unknown>, ["where"]), scheduler);
    self.exit(before, "kill");
    const after = await restarted(self, sup, `c${scheduler}`, before);
    assert.is(self.whereis(`c${scheduler}`), after);
    assert.is(await call(self, after as Pid<unknown>, ["where"]), scheduler);
  }
  await stop(self, sup, "shutdown");
});

test("by default children are spread over the workers", async ({ self }) => {
  const sup = await up(self, {
    children: Array.from({ length: 200 }, (_, i) => child(counter, [i], { id: `c${i}` })),
  });
  const where = new Set((await whichChildren(self, sup)).map((one) => one.pid!.scheduler));
  assert.equal([...where].sort(), [1, 2]);
  await stop(self, sup, "shutdown");
});

guarded(
  "a child in an endless loop is killed and restarted, and its neighbour lives on",
  async ({ self }) => {
    const children = [
      child(counter, [1], { id: "looper", scheduler: 1, shutdown: "brutalKill" }),
      child(counter, [2], { id: "neighbour", scheduler: 1 }),
    ];
    const sup = await up(self, { children });
    const looper = (await pidOf(self, sup, "looper")) as Pid<unknown>;
    const neighbour = (await pidOf(self, sup, "neighbour")) as Pid<unknown>;
    self.send(looper, {
      tag: "$call",
      from: { pid: self.pid, ref: self.makeRef() },
      request: ["block", self.pid],
    });
    await self.receive((m): m is "blocked" => m === "blocked");
    await terminateChild(self, sup, "looper");
    const again = (await restartChild(self, sup, "looper")) as Pid<unknown>;
    assert.is(await call(self, again, ["get"]), 1);
    assert.is(await call(self, neighbour, ["get"]), 2);
    await stop(self, sup, "shutdown");
  },
);

test("ten thousand children that end at once are all restarted", async ({ self }) => {
  const size = 10_000;
  const children = Array.from({ length: size }, (_, i) =>
    child(counter, [i], { id: `c${i}`, scheduler: "here" }),
  );
  const sup = await up(self, { intensity: size, children });
  const before = await whichChildren(self, sup);
  for (const { pid } of before) self.exit(pid!, "kill");
  const after = await whichChildren(self, sup);
  assert.is(after.filter((one, i) => one.pid !== undefined && one.pid !== before[i]!.pid).length, size);
  await stop(self, sup, "shutdown");
});

test.run();
