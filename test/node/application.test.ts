/** Applications in a node of this process: what real Erlang's `application` does, rule by rule. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AnyApplication,
  ApplicationError,
  application,
  type Down,
  Exit,
  type ExitReason,
  type Node,
  type NodeOptions,
  type Pid,
  type Ref,
  type RestartType,
  type Self,
  startNode,
} from "../../runtime/index.js";
import { envUser, MODULE, neverUp, root, seen, starter, stopper, stray } from "./applicationBodies.js";
import { within } from "./harness.js";

const test = suite("application");

test.before.each(() => {
  seen.length = 0;
});

/** Tells of each callback. */
function app(name: string, applications: readonly (AnyApplication | string)[] = [], more: object = {}) {
  return application({
    name,
    applications,
    start() {
      seen.push(`start ${name}`);
      return { root: { proc: root, args: [name], name: `${name}Root` }, state: [name] };
    },
    prepStop(state: string[]) {
      seen.push(`prepStop ${state}`);
      return [...state, "prepped"];
    },
    stop(state: string[]) {
      seen.push(`stop ${state}`);
    },
    ...more,
  });
}

async function withNode(use: (node: Node) => Promise<void>, options: NodeOptions = {}): Promise<void> {
  const node = await startNode({ schedulers: 0, ...options });
  try {
    await use(node);
  } finally {
    await within("the node stops", node.stop());
  }
}

async function reasonOfFailure(promise: Promise<unknown>): Promise<unknown> {
  const error = await promise.then(
    () => assert.unreachable("it must fail"),
    (e: unknown) => e,
  );
  assert.instance(error, ApplicationError, String(error));
  return (error as ApplicationError).reason;
}

const names = async (self: Self<unknown>) =>
  (await application.whichApplications(self)).map(({ name }) => name);

async function reasonOfDown(self: Self<unknown>, ref: Ref): Promise<unknown> {
  return ((await self.receive((m) => (m as { ref?: unknown }).ref === ref)) as Down).reason;
}

/** Resolves as the node is told that it is not to go on. */
function termination(): { options: NodeOptions; told: Promise<string> } {
  let tell!: (text: string) => void;
  const told = new Promise<string>((resolve) => {
    tell = resolve;
  });
  return { told, options: { onApplicationTerminated: (name, reason) => tell(`${name} ${String(reason)}`) } };
}

async function endRoot(self: Self<unknown>, name: string, reason: ExitReason): Promise<void> {
  const ref = self.monitor(`${name}Root`);
  self.send(`${name}Root`, { end: reason });
  await reasonOfDown(self, ref);
}

test("dependenciesStartFirstAndOnceAndStopInReverseOrder", async () => {
  await withNode(async ({ self }) => {
    const a = app("a");
    const [b, c] = [app("b", [a]), app("c", [a])];
    const d = app("d", [b, "c"]);
    assert.equal(await application.ensureAllStarted(self, d), ["a", "b", "c", "d"]);
    assert.equal(await application.ensureAllStarted(self, d), []);
    assert.equal(await names(self), ["d", "c", "b", "a"], "the latest first");
    void c;
  });
  const starts = ["start a", "start b", "start c", "start d"];
  const stop = (n: string) => [`prepStop ${n}`, `${n} down shutdown`, `stop ${n},prepped`];
  assert.equal(seen, [...starts, ...["d", "c", "b", "a"].flatMap(stop)]);
});

test("startWithoutItsDependencyIsNotStarted", async () => {
  await withNode(async ({ self }) => {
    app("needs", [app("needed")]);
    assert.equal(await reasonOfFailure(application.start(self, "needs")), { notStarted: "needed" });
    assert.equal(seen, []);
    await application.start(self, "needed");
    await application.start(self, "needs");
  });
});

// Erlang says {not_running, needed}.
test("whatNeedsOneThatHasEndedIsNotStarted", async () => {
  await withNode(async ({ self }) => {
    const needed = app("needed");
    const stopped = new Promise<void>((resolve) => {
      app("needed", [], { stop: resolve });
    });
    app("needs", [needed]);
    await application.start(self, "needed");
    await endRoot(self, "needed", "boom");
    await within("it is stopped", stopped);
    assert.equal(await reasonOfFailure(application.start(self, "needs")), { notStarted: "needed" });
    assert.equal(await application.ensureAllStarted(self, "needs"), ["needed", "needs"]);
  });
});

test("startOfWhatRunsIsAlreadyStartedAndEnsureStartedIsContent", async () => {
  await withNode(async ({ self }) => {
    const a = app("a");
    await application.ensureStarted(self, a);
    await application.ensureStarted(self, a);
    assert.equal(await reasonOfFailure(application.start(self, a)), { alreadyStarted: "a" });
  });
});

test("twoStartsAtOnceAreOne", async () => {
  await withNode(async (node) => {
    const a = app("a");
    await Promise.all([node.startApplication(a), application.start(node.self, a)]);
    assert.equal(seen, ["start a"]);
  });
});

test("aCycleIsRefusedAndNothingStarts", async () => {
  await withNode(async (node) => {
    app("x", [app("y", ["z"])]);
    app("z", ["x"]);
    app("entry", ["x"]);
    assert.equal(await reasonOfFailure(application.ensureAllStarted(node.self, "entry")), {
      cycle: ["x", "y", "z", "x"],
    });
    const error = await node.startApplication("entry").catch((e: unknown) => e);
    assert.is(
      (error as Error).message,
      "application entry did not start: its dependencies form a cycle: x > y > z > x",
    );
    assert.equal(seen, []);
  });
});

test("aMissingDependencyIsNamedWithWhoNeedsIt", async () => {
  await withNode(async ({ self }) => {
    const error = await application.ensureAllStarted(self, app("shop", ["noSuch"])).catch((e: unknown) => e);
    assert.is(
      (error as Error).message,
      "application shop did not start: it needs noSuch, which no module declares",
    );
    assert.equal(await reasonOfFailure(application.start(self, "noSuch")), { noSuchApplication: "noSuch" });
    assert.equal(await reasonOfFailure(application.stop(self, "noSuch")), { notStarted: "noSuch" });
  });
});

test("ensureAllStartedStopsWhatItStartedWhenOneFails", async () => {
  await withNode(async ({ self }) => {
    const a = app("a");
    const b = app("b", [app("a2", [a])]);
    const start = () => {
      throw new Exit("nope");
    };
    await application.start(self, a);
    seen.length = 0;
    const error = await application.ensureAllStarted(self, app("c", [b], { start })).catch((e: unknown) => e);
    assert.is((error as ApplicationError).application, "c");
    assert.is((error as ApplicationError).reason, "nope");
    const stop = (n: string) => [`prepStop ${n}`, `${n} down shutdown`, `stop ${n},prepped`];
    assert.equal(seen, ["start a2", "start b", ...stop("b"), ...stop("a2")]);
    assert.equal(await names(self), ["a"], "which ran before");
  });
});

test("whatIsNoRootIsABadReturn", async () => {
  await withNode(async (node) => {
    for (const bad of [undefined, {}, { root: 1, state: 2 }, { proc: root }]) {
      const reason = await reasonOfFailure(node.startApplication(app("bad", [], { start: () => bad })));
      assert.ok(Object.hasOwn(reason as object, "badReturn"), JSON.stringify(bad));
    }
  });
});

test("stopLeavesDependentsRunning", async () => {
  await withNode(async ({ self }) => {
    const a = app("a");
    await application.ensureAllStarted(self, app("b", [a]));
    await application.stop(self, a);
    assert.equal(await names(self), ["b"]);
    assert.equal(await reasonOfFailure(application.stop(self, a)), { notStarted: "a" });
  });
});

test("startDuringStopWaitsForItsEnd", async () => {
  await withNode(async ({ self }) => {
    const a = app("a");
    await application.start(self, a);
    const ends = [stopper, starter].map((proc) => self.spawnMonitor(proc, ["a"], { scheduler: 0 }));
    for (const { ref } of ends) assert.is(await reasonOfDown(self, ref), "normal");
    assert.equal(await names(self), ["a"]);
    assert.equal(seen.slice(-2), ["stop a,prepped", "start a"]);
  });
});

test("processesThatLeftTheTreeAreKilledWithTheirApplication", async () => {
  await withNode(
    async ({ self }) => {
      let strays: Pid<unknown>[] = [];
      const start = (_: unknown, context: { self: Self<unknown> }) => {
        strays = [0, 1].map((scheduler) => context.self.spawn(stray, [], { scheduler }));
        return { proc: root, args: ["a"] };
      };
      await application.start(self, app("a", [], { start, prepStop: undefined, stop: undefined }));
      const downs = strays.map((pid) => self.monitor(pid));
      for (const pid of strays) assert.is(await application.getApplication(self, pid), "a");
      assert.is(await application.getApplication(self, self.pid), undefined);
      await application.stop(self, "a");
      for (const ref of downs) assert.is(await reasonOfDown(self, ref), "killed");
    },
    { schedulers: 1, modules: [MODULE] },
  );
});

const ENDS: [type: RestartType, reason: ExitReason, nodeStops: boolean][] = [
  ["permanent", "normal", true],
  ["permanent", "bad", true],
  ["transient", "normal", false],
  ["transient", "shutdown", true],
  ["transient", "bad", true],
  ["temporary", "bad", false],
];
for (const [type, reason, nodeStops] of ENDS) {
  test(`${type}ThatEnds${String(reason)}${nodeStops ? "TakesTheNodeDown" : "LeavesTheNodeUp"}`, async () => {
    const { told, options } = termination();
    await withNode(async ({ self }) => {
      await application.start(self, app("a"), type);
      const stopped = new Promise<void>((resolve) => {
        app("b", [], {
          prepStop: undefined,
          stop: () => resolve(),
          start: () => ({ proc: root, args: ["b"], name: "bRoot" }),
        });
      });
      await application.start(self, "b");
      await endRoot(self, "a", reason);
      if (nodeStops) assert.is(await within("the node is told", told), `a ${String(reason)}`);
      else {
        // A later end of another application has been dealt with, so the first has been too.
        await endRoot(self, "b", "bad");
        await within("b is stopped", stopped);
        assert.is(await Promise.race([told, "nothing"]), "nothing");
      }
      assert.equal(seen, ["start a", "prepStop a", "stop a,prepped"]);
    }, options);
  });
}

test("permanentThatFailsToStartAtRunTimeTakesTheNodeDown", async () => {
  const { told, options } = termination();
  await withNode(async ({ self }) => {
    const start = () => {
      throw new Exit("nope");
    };
    assert.is(await reasonOfFailure(application.start(self, app("a", [], { start }), "permanent")), "nope");
    assert.is(await told, "a nope");
  }, options);
});

test("aRefusedStartOfAPermanentOneDoesNot", async () => {
  const { told, options } = termination();
  await withNode(async ({ self }) => {
    await reasonOfFailure(application.start(self, app("a", ["gone"]), "permanent"));
    await reasonOfFailure(application.start(self, "a", "sometimes" as RestartType));
    assert.is(await Promise.race([told, "nothing"]), "nothing");
  }, options);
});

test("startPhasesRunInOrderOnceTheRootIsUp", async () => {
  await withNode(async ({ self }) => {
    const up = () => self.whereis("aRoot") !== undefined;
    const startPhases = {
      one: (state: unknown) => void seen.push(`one ${state} ${up()}`),
      two: async (state: unknown) => void seen.push(`two ${state} ${up()}`),
    };
    await application.start(self, app("a", [], { startPhases }));
    assert.equal(seen, ["start a", "one a true", "two a true"]);
  });
});

test("aPhaseThatFailsShutsTheRootDownAndCallsNeitherPrepStopNorStop", async () => {
  await withNode(async ({ self }) => {
    const startPhases = {
      one() {
        throw new Error("phase one");
      },
    };
    const reason = await reasonOfFailure(application.start(self, app("a", [], { startPhases })));
    assert.is((reason as Error).message, "phase one");
    assert.equal(seen, ["start a", "a down shutdown"]);
    assert.equal(await names(self), []);
  });
});

test("aPrepStopThatThrowsKeepsTheState", async () => {
  await withNode(async ({ self }) => {
    const prepStop = () => {
      throw new Error("not ready");
    };
    await application.start(self, app("a", [], { prepStop }));
    await application.stop(self, "a");
    assert.is(seen.at(-1), "stop a");
  });
});

test("aStopThatThrowsIsToldAndTheApplicationIsStopped", async () => {
  await withNode(async ({ self }) => {
    const stop = () => {
      throw new Error("cannot let go");
    };
    await application.start(self, app("a", [], { stop }));
    assert.match(String(await reasonOfFailure(application.stop(self, "a"))), /cannot let go/);
    assert.equal(await names(self), []);
  });
});

test("stopOfTheNodeGivesUpWhatStartsAndStopsWhatRuns", async () => {
  const node = await startNode({ schedulers: 0 });
  await node.startApplication(app("a"));
  const slow = app("slow", ["a"], { start: () => ({ proc: neverUp, args: [], name: "slowRoot" }) });
  const stuck = app("stuck", [], { start: () => new Promise(() => {}) });
  const failures = [slow, stuck].map((one) => node.startApplication(one).catch((e: unknown) => e));
  await within(
    "slow starts",
    (async () => {
      while (node.self.whereis("slowRoot") === undefined) await new Promise((r) => setImmediate(r));
    })(),
  );
  await within("the node stops", node.stop());
  for (const failure of failures) assert.is(((await failure) as ApplicationError).reason, "shutdown");
  assert.equal(seen, ["start a", "prepStop a", "a down shutdown", "stop a,prepped"]);
  const late = await node.startApplication(app("late")).catch((e: unknown) => e);
  assert.instance(late, ApplicationError, "none starts any more");
});

test("applicationsOfTheNodeStartInOrderAndOneThatFailsLeavesNothing", async () => {
  const [a, b] = [app("a"), app("b", ["a"])];
  await withNode(async ({ self }) => assert.equal(await names(self), ["c", "b", "a"]), {
    applications: [b, a, app("c")],
  });
  seen.length = 0;
  const bad = app("bad", [], { start: () => undefined });
  const error = await startNode({ schedulers: 0, applications: [a, bad] }).catch((e: unknown) => e);
  assert.instance(error, ApplicationError);
  assert.equal(seen, ["start a", "prepStop a", "a down shutdown", "stop a,prepped"]);
});

test("loadMakesTheEnvironmentReadableAndUnloadForgetsIt", async () => {
  await withNode(
    async ({ self }) => {
      const a = app("a", [], { env: { k: 1, j: { deep: [2] } } });
      assert.is(application.getEnv(self, "a", "k"), undefined, "not loaded");
      await application.load(self, a);
      assert.equal(application.getAllEnv(self, "a"), { k: 10, j: { deep: [2] }, z: 3 });
      assert.equal(await reasonOfFailure(application.load(self, a)), { alreadyLoaded: "a" });
      await application.setEnv(self, "a", "k", 99);
      await application.setEnv(self, "a", "q", "kept", { persistent: true });
      await application.unload(self, a);
      assert.equal(application.getAllEnv(self, "a"), {});
      assert.equal(await reasonOfFailure(application.unload(self, a)), { notLoaded: "a" });
      await application.load(self, a);
      assert.equal(application.getAllEnv(self, "a"), { k: 10, j: { deep: [2] }, z: 3, q: "kept" });
      assert.is(application.getEnv(self, "a", "zz", "fallback"), "fallback");
      await application.unsetEnv(self, "a", "k");
      assert.is(application.getEnv(self, "a", "k"), undefined);
      await application.start(self, a);
      assert.equal(await reasonOfFailure(application.unload(self, a)), { running: "a" });
    },
    { env: { a: { k: 10, z: 3 } } },
  );
});

test("setEnvOfWhatIsNotLoadedIsSeenToo", async () => {
  await withNode(async ({ self }) => {
    await application.setEnv(self, "new", "k", 5);
    assert.is(application.getEnv(self, "new", "k"), 5);
    const error = await application.setEnv(self, "new", "f", () => {}).catch((e: unknown) => e);
    assert.match(String(error), /function/);
    assert.equal(application.getAllEnv(self, "new"), { k: 5 });
  });
});

test("whatIsReadOfTheEnvironmentIsACopy", async () => {
  await withNode(async ({ self }) => {
    const list = [1];
    await application.setEnv(self, "a", "list", list);
    list.push(2);
    (application.getEnv(self, "a", "list") as number[]).push(3);
    assert.equal(application.getEnv(self, "a", "list"), [1]);
  });
});

test("startIsGivenTheEnvironmentAsItIsThen", async () => {
  await withNode(async ({ self }) => {
    let given: unknown;
    const env = { port: 1, host: "h" };
    const start = (_: unknown, context: { env: unknown }) => {
      given = context.env;
      return { proc: root, args: ["a"] };
    };
    const a = app("a", [], { env, start, prepStop: undefined });
    await application.load(self, a);
    await application.setEnv(self, "a", "port", 2);
    await application.start(self, a);
    assert.equal(given, { port: 2, host: "h" });
  });
});

test("everySchedulerReadsWhatAnyHasSetOnceSetEnvIsDone", async () => {
  await withNode(
    async ({ self }) => {
      let before: unknown;
      for (let round = 0; round < 30; round++) {
        const value = { round, text: "x".repeat(round * 1000) };
        self.spawn(envUser, [self.pid, "k", value], { scheduler: round % 3 });
        const told = await within("the process tells", self.receive());
        assert.equal(told, [round % 3, before, value]);
        assert.equal(application.getEnv(self, "shared", "k"), value);
        before = value;
      }
    },
    { schedulers: 2, modules: [MODULE] },
  );
});

test("aProcessOfAnySchedulerStartsAnApplicationByName", async () => {
  await withNode(
    async ({ self }) => {
      app("far");
      const { ref } = self.spawnMonitor(starter, ["far"], { scheduler: 1 });
      assert.is(await reasonOfDown(self, ref), "normal");
      assert.equal(await names(self), ["far"]);
    },
    { schedulers: 1, modules: [MODULE] },
  );
});

test("anUnknownRequestFailsAndTheControllerLivesOn", async () => {
  await withNode(async ({ self }) => {
    for (const request of [["nonsense"], "nonsense", ["start", 5], null]) {
      const error = await self.call("applicationController", request).catch((e: unknown) => e);
      assert.ok("badRequest" in (error as { failure: object }).failure);
    }
    assert.equal(await names(self), []);
  });
});

test.run();
