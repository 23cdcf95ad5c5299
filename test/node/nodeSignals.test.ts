/** Signals between two nodes: each rule once for nodes in one process and once for nodes in two. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CallError, type Down, Exit, Pid, type Ref, TermError, TIMEOUT } from "../../runtime/index.js";
import { cleanUp } from "./harness.js";
import {
  assertNoMessage,
  next,
  type Pair,
  puppetHere,
  puppetThere,
  settle,
  startPair,
  tell,
  WHERE,
  watch,
} from "./pairs.js";

for (const where of WHERE) {
  const test = suite(`signals between nodes ${where}`);
  let pair: Pair;
  test.before(async () => {
    pair = await startPair(where);
  });

  // What puppets of the test before may still have said of it.
  test.before.each(async () => {
    while ((await pair.self.receive({ after: 0 })) !== TIMEOUT);
  });

  const peer = () => ({ name: "peer", node: pair.b });
  const call = (request: unknown, timeout?: number) => pair.self.call(peer(), request, timeout);

  test("sendByNameAndNodeReachesTheRegisteredProcess", async () => {
    const there = await puppetThere(pair);
    await watch(pair, there);
    tell(pair, there, { do: "register", name: "known" });
    await next(pair);
    await settle(pair, there);
    await next(pair);
    pair.self.send({ name: "known", node: pair.b }, { hello: 1 });
    assert.equal(await next(pair), { seen: { hello: 1 } });
    assert.equal(pair.a.nodes(), [pair.b]);
  });

  test("everyKindOfTermComesBackAsItWent", async () => {
    const term = {
      list: [1, -0.5, 2n ** 70n, "héllo", "", null, undefined, true, Number.NaN, Number.NEGATIVE_INFINITY],
      map: new Map<unknown, unknown>([[1, new Set(["x"])]]),
      date: new Date(12345),
      bytes: new Uint8Array([1, 2, 3]),
      floats: new Float64Array([1.5]),
    };
    assert.equal(await call(["echo", term]), term);
    const error = (await call(["echo", new RangeError("too far")])) as Error;
    assert.is(`${error.name}: ${error.message}`, "RangeError: too far");
  });

  test("aRemotePidOrRefIsTheSameValueEachTime", async () => {
    const first = (await call(["whoami"])) as Pid;
    const second = (await call(["whoami"])) as Pid;
    assert.ok(first instanceof Pid);
    assert.ok(first === second);
    assert.is(new Map([[first, 1]]).get(second), 1);
    assert.match(String(first), new RegExp(`^<${pair.b}:0\\.\\d+>$`));
    const ref = pair.self.makeRef();
    const [pidBack, refBack] = (await call(["echo", [pair.self.pid, ref]])) as [Pid, Ref];
    assert.ok(pidBack === pair.self.pid, "our own pid comes home as itself");
    assert.ok(refBack === ref);
  });

  test("aPidInAMessageCanBeAnswered", async () => {
    const [one, two] = [await puppetThere(pair), await puppetThere(pair, { scheduler: 0 })];
    await watch(pair, two!);
    tell(pair, one!, { do: "answer", to: two!, message: { from: pair.self.pid } });
    const { seen } = (await next(pair)) as { seen: { from: Pid } };
    assert.ok(seen.from === pair.self.pid);
  });

  test("monitorTellsHowTheProcessEnded", async () => {
    const ends: [order: Parameters<typeof tell>[2], reason: unknown][] = [
      [{ do: "exit", reason: "normal" }, "normal"],
      [{ do: "exit", reason: { shutdown: ["x", 1] } }, { shutdown: ["x", 1] }],
    ];
    for (const [order, reason] of ends) {
      const there = await puppetThere(pair);
      const ref = pair.self.monitor(there);
      tell(pair, there, order);
      assert.equal(await next(pair), { tag: "DOWN", ref, process: there, reason });
      await assertNoMessage(pair);
    }
  });

  test("monitorOfAProcessThatCrashesGivesItsError", async () => {
    const there = await puppetThere(pair);
    pair.self.monitor(there);
    tell(pair, there, { do: "throw", text: "a crash that this test wants" });
    const { reason } = (await next(pair)) as unknown as Down;
    assert.instance(reason, Error);
    assert.is((reason as Error).message, "a crash that this test wants");
  });

  test("monitorOfWhatIsNotThereIsNoproc", async () => {
    const there = await puppetThere(pair);
    const first = pair.self.monitor(there);
    tell(pair, there, { do: "exit", reason: "normal" });
    assert.is(((await next(pair)) as unknown as Down).ref, first);
    for (const target of [there, { name: "nobody", node: pair.b }]) {
      const ref = pair.self.monitor(target);
      assert.equal(await next(pair), { tag: "DOWN", ref, process: target, reason: "noproc" });
    }
    await assertNoMessage(pair);
  });

  test("monitorByNameTellsTheNameInItsDown", async () => {
    const there = await puppetThere(pair, { name: "mortal", scheduler: 1 });
    await settle(pair, there);
    const target = { name: "mortal", node: pair.b };
    const ref = pair.self.monitor(target);
    pair.self.send(target, { do: "exit", reason: "bye" });
    assert.equal(await next(pair), { tag: "DOWN", ref, process: target, reason: "bye" });
  });

  test("afterDemonitorNoDownComes", async () => {
    const there = await puppetThere(pair);
    const ref = pair.self.monitor(there);
    const other = pair.self.monitor(there);
    assert.is(pair.self.demonitor(ref), true);
    tell(pair, there, { do: "exit", reason: "normal" });
    assert.is(((await next(pair)) as unknown as Down).ref, other);
    await assertNoMessage(pair);
  });

  test("noReplyComesAfterACallTimedOut", async () => {
    const failure = await call(["late"], 20).catch((error: unknown) => error);
    assert.instance(failure, CallError);
    assert.is((failure as CallError).failure, "timeout");
    assert.is(await call(["echo", 1]), 1, "and this makes the peer send the late one");
    assert.is(await call(["echo", 2]), 2);
    await assertNoMessage(pair);
  });

  test("aliasTakesMessagesUntilUnalias", async () => {
    const there = await puppetThere(pair);
    const alias = pair.self.alias();
    tell(pair, there, { do: "answer", to: alias, message: { n: 1 } });
    assert.equal(await next(pair), { n: 1 });
    assert.is(pair.self.unalias(alias), true);
    tell(pair, there, { do: "answer", to: alias, message: { n: 2 } });
    await settle(pair, there);
    await assertNoMessage(pair);
  });

  test("replyToAMonitorsAliasEndsTheMonitor", async () => {
    const there = await puppetThere(pair);
    const ref = pair.self.monitor(there, { alias: "replyDemonitor" });
    for (const n of [1, 2]) tell(pair, there, { do: "answer", to: ref, message: { n } });
    assert.equal(await next(pair), { n: 1 });
    const fence = pair.self.monitor(there);
    tell(pair, there, { do: "exit", reason: "normal" });
    assert.is(
      ((await next(pair)) as unknown as Down).ref,
      fence,
      "no second answer, no DOWN of the first monitor",
    );
    await assertNoMessage(pair);
  });

  test("callOfAServerThatEndsFailsWithItsReason", async () => {
    const there = await puppetThere(pair);
    const failing = pair.self.call(there, ["anything"]);
    tell(pair, there, { do: "exit", reason: { broken: 7 } });
    const error = await failing.catch((e: unknown) => e);
    assert.instance(error, Exit);
    assert.equal((error as CallError).failure, { broken: 7 });
  });

  test("aFunctionIsRefusedAlikeHereAndThere", async () => {
    const [here, there] = [puppetHere(pair), await puppetThere(pair)];
    const beside = puppetHere(pair, { scheduler: 0 });
    const alias = pair.self.alias();
    const remoteRef = (await pair.self.call(peer(), ["echo", pair.self.makeRef()])) as Ref;
    const message = { job: { handlers: [() => {}] } };
    for (const dest of [here, beside, there, peer(), { name: "x", node: pair.a.name }, alias, remoteRef]) {
      const error = refusal(() => pair.self.send(dest as Pid<unknown>, message));
      assert.match(error.message, /message\.job\.handlers\[0\]: function/, String(dest));
      assert.is(error.message, refusal(() => pair.self.send(beside, message)).message);
    }
    for (const pid of [here, beside, there]) {
      const error = refusal(() => pair.self.exit(pid, { because: Symbol("x") }));
      assert.match(error.message, /reason\.because: symbol/);
    }
    for (const server of [here, there, peer()]) {
      const error = await pair.self.call(server, () => {}).catch((e: unknown) => e);
      assert.instance(error, TermError);
      assert.match((error as Error).message, /request: function/, String(server));
    }
    await assertNoMessage(pair);
  });

  test("aNodeThatIsNotThereIsNoconnection", async () => {
    const target = { name: "peer", node: "nowhere@127.0.0.1" };
    const ref = pair.self.monitor(target);
    assert.equal(await next(pair), { tag: "DOWN", ref, process: target, reason: "noconnection" });
    const error = await pair.self.call(target, 1).catch((e: unknown) => e);
    assert.is((error as CallError).failure, "noconnection");
    pair.self.send(target, "dropped");
    await assertNoMessage(pair);
  });

  test("stopsWithNothingLeftOver", async () => {
    await assertNoMessage(pair);
    await pair.stop();
    await cleanUp();
  });

  test.run();
}

function refusal(refused: () => void): TermError {
  try {
    refused();
  } catch (error) {
    assert.instance(error, TermError);
    return error as TermError;
  }
  return assert.unreachable("not refused") as never;
}
