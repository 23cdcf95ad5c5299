/** Remote procedure calls: each class of outcome, as real Erlang gives it; nodes in one process, and in two. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type AnyPid, type Down, erpc, Proc, type Self, TermError, TIMEOUT } from "../../stdlib/index.js";
import { cleanUp, startEpmd, startHere, startPeer, stopHere, within } from "../node/harness.js";
import { assertNoMessage, next, type Pair, startPair, WHERE } from "../node/pairs.js";
import { double, fail, held, tell, where as whereFn } from "./erpcFunctions.js";

const NOBODY = "nobody@127.0.0.1";

/** What a call that has to fail threw, as data. */
async function thrown(promise: Promise<unknown>): Promise<unknown> {
  try {
    return { returned: await promise };
  } catch (error) {
    return error instanceof erpc.ErpcError
      ? { class: error.failureClass, reason: error.reason }
      : { thrown: error };
  }
}

const erpcError = (reason: unknown) => ({ class: "error", reason: { erpc: reason } });

async function heldThere(self: Self<unknown>): Promise<AnyPid> {
  const isHeld = (m: unknown): m is { held: AnyPid } => (m as { held?: unknown } | null)?.held !== undefined;
  return (await within("the function runs", self.receive(isHeld))).held;
}

for (const where of WHERE) {
  const test = suite(`stdlib/erpc, ${where}`);
  let pair: Pair;
  let self: Self<unknown>;
  let b: string;
  test.before(async () => {
    pair = await startPair(where);
    ({ self, b } = pair);
  });

  test("aJobGivesItsResult", async () => {
    assert.is(await erpc.call(self, b, double, [21]), 42);
  });

  test("aTaskIsAProcessOfTheOtherNode", async () => {
    const { name, node, pid } = await erpc.call(self, b, whereFn, ["x"]);
    assert.equal([name, node, pid.node.name], ["x", b, b]);
    assert.not(await self.isAlive(pid));
  });

  test("onesOwnNodeIsCalledAlike", async () => {
    assert.is((await erpc.call(self, self.node, whereFn, ["x"])).node, self.node);
    assert.equal(await thrown(erpc.call(self, self.node, fail, ["exit", "r"])), {
      class: "exit",
      reason: { exception: "r" },
    });
  });

  test("whatIsThrownIsThrown", async () => {
    for (const value of ["x", { a: [1] }, null])
      assert.equal(await thrown(erpc.call(self, b, fail, ["throw", value])), { thrown: value });
  });

  test("anErrorIsAnExceptionWithItsStack", async () => {
    for (const call of [
      () => erpc.call(self, b, fail, ["throwError", "x"]),
      () => erpc.call(self, b, double, [NaN]),
    ]) {
      const { class: of, reason } = (await thrown(call())) as { class: string; reason: { exception: Error } };
      assert.is(of, "error");
      assert.match(String(reason.exception), /^(TypeError: x|RangeError: not a number)$/);
      assert.match(reason.exception.stack!, /erpcFunctions/);
    }
  });

  test("anExitOfItsOwnIsAnException", async () => {
    for (const way of ["exit", "throwExit"] as const) {
      for (const value of ["normal", { a: 1 }]) {
        const expected = { class: "exit", reason: { exception: value } };
        assert.equal(await thrown(erpc.call(self, b, fail, [way, value])), expected);
      }
    }
  });

  test("anExitSignalIsASignal", async () => {
    for (const [sent, seen] of [
      ["kill", "killed"],
      ["foo", "foo"],
      ["normal", "normal"],
    ])
      assert.equal(await thrown(erpc.call(self, b, fail, ["signal", sent])), {
        class: "exit",
        reason: { signal: seen },
      });
  });

  test("aResultThatIsNoTermIsAnException", async () => {
    const failure = (await thrown(erpc.call(self, b, fail, ["function", 0]))) as {
      reason: { exception: Error };
    };
    assert.match(failure.reason.exception.message, /result: function/);
    assert.is(await erpc.call(self, b, fail, ["undefined", 0]), undefined);
  });

  test("whatIsNotThereIsUndef", async () => {
    const missing = new Proc(double.module, "missing") as typeof double;
    assert.equal(await thrown(erpc.call(self, b, missing, [1])), {
      class: "error",
      reason: { exception: { undef: `${double.module}#missing` } },
    });
  });

  test("badArgumentsSendNothing", async () => {
    const bad = "x" as never;
    for (const call of [
      () => erpc.call(self, 5 as never, double, [1]),
      () => erpc.call(self, b, double, bad),
      () => erpc.call(self, b, double, [1], -1),
      () => erpc.call(self, b, double, [1], NaN),
      () => erpc.multicall(self, [b, 5 as never], double, [1]),
      async () => erpc.cast(self, 5 as never, double, [1]),
      async () => erpc.sendRequest(self, b, double, bad),
    ])
      assert.equal(await thrown(call()), erpcError("badarg"));
    const refused = (await thrown(erpc.call(self, b, fail, ["throw", () => {}]))) as { thrown: unknown };
    assert.instance(refused.thrown, TermError);
    // Whether it is something to call is known there.
    assert.equal(await thrown(erpc.call(self, b, "double" as never, [] as never)), erpcError("badarg"));
  });

  test("aNodeThatCannotBeReachedIsNoconnection", async () => {
    assert.equal(await thrown(erpc.call(self, NOBODY, double, [1])), erpcError("noconnection"));
  });

  test("theTimeIsUpAndNothingComesLater", async () => {
    assert.equal(await thrown(erpc.call(self, b, held, [self.pid, "late"], 50)), erpcError("timeout"));
    const pid = await heldThere(self);
    const ref = self.monitor(pid);
    self.send(pid, "go" as never);
    assert.is(((await next(pair)) as unknown as Down).ref, ref, "it had run on");
    await assertNoMessage(pair);
    assert.equal(await thrown(erpc.call(self, b, double, [1], 0)), erpcError("timeout"));
    assert.is(await erpc.call(self, b, double, [1]), 2);
    await assertNoMessage(pair);
  });

  test("castTellsNobody", async () => {
    erpc.cast(self, b, tell, [self.pid, 1]);
    assert.equal(await next(pair), { told: 1, from: b });
    erpc.cast(self, NOBODY, tell, [self.pid, 1]);
    erpc.multicast(self, [b, self.node, NOBODY], tell, [self.pid, 2]);
    const both = [await next(pair), await next(pair)].map(({ from }) => from);
    assert.equal(both.sort(), [self.node, b].sort());
    assert.is(await self.ping(NOBODY), "pang");
    await assertNoMessage(pair);
  });

  test("multicallGivesWhatCameOfEachInTheOrderOfNodes", async () => {
    const nodes = [b, NOBODY, self.node];
    assert.equal(await erpc.multicall(self, nodes, double, [4]), [
      { ok: 8 },
      erpcError("noconnection"),
      { ok: 8 },
    ]);
    assert.equal(await erpc.multicall(self, [b, b], fail, ["throw", 1]), [
      { class: "throw", reason: 1 },
      { class: "throw", reason: 1 },
    ]);
    assert.equal(await erpc.multicall(self, [], double, [4]), []);
    const late = await erpc.multicall(self, [b, NOBODY, self.node], held, [self.pid, 0], 50);
    assert.equal(late[0], erpcError("timeout"));
    assert.equal(late[2], erpcError("timeout"));
    for (let i = 0; i < 2; i++) self.exit(await heldThere(self), "kill");
    await assertNoMessage(pair);
  });

  test("aRequestIsFetchedLater", async () => {
    const id = erpc.sendRequest(self, b, held, [self.pid, { a: 1 }]);
    const pid = await heldThere(self);
    assert.is(await erpc.waitResponse(self, id, 0), TIMEOUT);
    assert.is(erpc.checkResponse({ tag: "DOWN" }, id), undefined);
    self.send(pid, "go" as never);
    assert.equal(erpc.checkResponse(await next(pair), id), { response: { a: 1 } });
    // Used up.
    assert.equal(await thrown(erpc.receiveResponse(self, id, 0)), erpcError("badarg"));

    const second = erpc.sendRequest(self, b, held, [self.pid, 2]);
    self.send(await heldThere(self), "go" as never);
    assert.is(await erpc.waitResponse(self, second), 2);
    const third = erpc.sendRequest(self, b, fail, ["exit", 3]);
    assert.equal(await thrown(erpc.receiveResponse(self, third)), {
      class: "exit",
      reason: { exception: 3 },
    });
    const fourth = erpc.sendRequest(self, NOBODY, double, [1]);
    const message = await next(pair);
    assert.throws(
      () => erpc.checkResponse(message, fourth),
      (error: unknown) => error instanceof erpc.ErpcError,
    );
    await assertNoMessage(pair);
  });

  test("aCollectionGivesWhatComesFirst", async () => {
    const ids = new erpc.RequestIds<unknown, string>();
    assert.is(await erpc.receiveResponse(self, ids, 0), "noRequest");
    const slow = erpc.sendRequest(self, b, held, [self.pid, "slow"]);
    const pid = await heldThere(self);
    ids.add(slow, "slow");
    ids.add(erpc.sendRequest(self, b, double, [1]), "quick");
    ids.add(erpc.sendRequest(self, NOBODY, double, [1]), "nobody");
    assert.throws(() => ids.add(slow, "again"), TypeError);
    const labels = new Map<string, unknown>();
    for (let i = 0; i < 2; i++) {
      const answer = await erpc.receiveResponse(self, ids, 10_000);
      if (answer === TIMEOUT || answer === "noRequest") throw new Error("no answer");
      labels.set(answer.label, answer.outcome);
    }
    assert.equal(labels.get("quick"), { ok: 2 });
    assert.equal(labels.get("nobody"), erpcError("noconnection"));
    assert.equal(ids.toList(), [[slow, "slow"]]);
    assert.is(await erpc.waitResponse(self, ids, 0), TIMEOUT);
    assert.is(ids.size, 1);
    assert.is(await erpc.receiveResponse(self, ids, 0), TIMEOUT);
    assert.is(ids.size, 0);
    self.send(pid, "go" as never);
    await erpc.call(self, b, double, [1]);
    await assertNoMessage(pair);
  });

  test("stopsWithNothingLeftOver", async () => {
    await assertNoMessage(pair);
    await pair.stop();
    await cleanUp();
  });

  test.run();
}

const loss = suite("stdlib/erpc, a node that is lost");

loss("aCallUnderWayIsNoconnection", async () => {
  const epmd = await startEpmd();
  const a = await startHere("asks", epmd);
  const b = await startPeer("answers", epmd);
  const id = erpc.sendRequest(a.self, "answers@127.0.0.1", held, [a.self.pid, 1]);
  await heldThere(a.self);
  await b.kill();
  assert.equal(await thrown(erpc.receiveResponse(a.self, id)), erpcError("noconnection"));
  assert.is(await a.self.receive({ after: 0 }), TIMEOUT);
  await stopHere(a);
  await epmd.close();
});

loss("leavesNothingBehind", cleanUp);
loss.run();
