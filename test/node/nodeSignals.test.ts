/** Signals between two nodes: each rule once for nodes in one process and once for nodes in two. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CallError, Exit, type Down, type ExitMessage, Pid, Ref, TermError, TIMEOUT } from "../../runtime/index.js";
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

  test("linkTellsTheTrappingSideOfItsEnd", async () => {
    const there = await puppetThere(pair);
    pair.self.link(there);
    tell(pair, there, { do: "exit", reason: "tired" });
    assert.equal(await next(pair), { tag: "EXIT", pid: there, reason: "tired" });
    const here = puppetHere(pair);
    const trapping = await puppetThere(pair);
    await watch(pair, trapping);
    tell(pair, trapping, { do: "trap" });
    tell(pair, trapping, { do: "link", to: here });
    await next(pair);
    await next(pair);
    await settle(pair, trapping);
    tell(pair, here, { do: "exit", reason: "tired too" });
    let seen: unknown;
    while ((seen as ExitMessage | undefined)?.tag !== "EXIT") seen = (await next(pair)).seen;
    assert.equal(seen, { tag: "EXIT", pid: here, reason: "tired too" });
  });

  test("linkEndsTheOtherSideUnlessTheReasonIsNormal", async () => {
    for (const [from, reason, dies] of [
      ["here", "crash", true],
      ["there", "crash", true],
      ["here", "normal", false],
      ["there", "normal", false],
    ] as const) {
      const [here, there] = [puppetHere(pair), await puppetThere(pair)];
      const [first, second] = from === "here" ? [here, there] : [there, here];
      tell(pair, here, { do: "link", to: there });
      await settle(pair, here);
      await settle(pair, there);
      // The link signal was sent before `here` answered; a round trip by `here` itself puts it before what follows.
      const fence = pair.self.makeRef();
      tell(pair, here, { do: "answer", to: there, message: { do: "answer", to: pair.self.pid, message: fence } });
      await pair.self.receive((m) => m === fence);
      const ref = pair.self.monitor(second);
      const gone = pair.self.monitor(first);
      tell(pair, first, { do: "exit", reason });
      const downs = [(await next(pair)) as unknown as Down];
      if (dies) downs.push((await next(pair)) as unknown as Down);
      else {
        await settle(pair, second);
        tell(pair, second, { do: "exit", reason: "after all" });
        downs.push((await next(pair)) as unknown as Down);
      }
      const by = new Map(downs.map((down) => [down.ref, down.reason]));
      assert.equal([by.get(gone), by.get(ref)], [reason, dies ? reason : "after all"], `${from} ${reason}`);
    }
  });

  test("linkToAProcessThatIsGoneIsNoproc", async () => {
    const there = await puppetThere(pair);
    pair.self.monitor(there);
    tell(pair, there, { do: "exit", reason: "normal" });
    await next(pair);
    pair.self.link(there);
    assert.equal(await next(pair), { tag: "EXIT", pid: there, reason: "noproc" });
  });

  test("afterUnlinkNoExitComesAndALinkMadeAnewHolds", async () => {
    const there = await puppetThere(pair);
    pair.self.link(there);
    pair.self.unlink(there);
    pair.self.link(there);
    pair.self.unlink(there);
    await settle(pair, there);
    pair.self.link(there);
    pair.self.unlink(there);
    pair.self.link(there);
    tell(pair, there, { do: "exit", reason: "once" });
    assert.equal(await next(pair), { tag: "EXIT", pid: there, reason: "once" });
    const other = await puppetThere(pair);
    pair.self.link(other);
    pair.self.unlink(other);
    const ref = pair.self.monitor(other);
    tell(pair, other, { do: "exit", reason: "unseen" });
    assert.is(((await next(pair)) as unknown as Down).ref, ref);
    await assertNoMessage(pair);
  });

  test("exitSignalsAreTrappedKillIsNot", async () => {
    const there = await puppetThere(pair);
    const ref = pair.self.monitor(there);
    await watch(pair, there);
    pair.self.exit(there, "normal");
    tell(pair, there, { do: "trap" });
    await settle(pair, there);
    pair.self.exit(there, "please");
    let message = await next(pair);
    while ((message.seen as ExitMessage | undefined)?.tag !== "EXIT") message = await next(pair);
    assert.equal(message.seen, { tag: "EXIT", pid: pair.self.pid, reason: "please" });
    pair.self.exit(there, "kill");
    assert.equal(await next(pair), { tag: "DOWN", ref, process: there, reason: "killed" });
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
    assert.is(((await next(pair)) as unknown as Down).ref, fence, "no second answer, no DOWN of the first monitor");
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

  test("processesOnWorkerThreadsWatchEachOther", async () => {
    const here = puppetHere(pair, { scheduler: 1 });
    const [monitored, linked] = [await puppetThere(pair), await puppetThere(pair)];
    await watch(pair, here);
    tell(pair, here, { do: "trap" });
    tell(pair, here, { do: "monitor", to: monitored });
    tell(pair, here, { do: "link", to: linked });
    for (let i = 0; i < 3; i++) await next(pair);
    for (const there of [monitored, linked]) {
      tell(pair, here, { do: "answer", to: there, message: { do: "exit", reason: "seen off" } });
      let message = await next(pair);
      while ((message.seen as { tag?: string })?.tag === undefined) message = await next(pair);
      const { tag, reason } = message.seen as Down | ExitMessage;
      assert.equal([tag, reason], [there === monitored ? "DOWN" : "EXIT", "seen off"]);
    }
  });

  test("signalsOfEveryKindKeepTheirOrder", async () => {
    for (let round = 0; round < 20; round++) {
      const there = await puppetThere(pair, { name: "ordered", scheduler: 1 });
      await watch(pair, there);
      tell(pair, there, { do: "trap" });
      await settle(pair, there);
      for (let i = 0; i < 10; i++) {
        pair.self.send(i % 2 === 0 ? there : { name: "ordered", node: pair.b }, { i });
        if (i % 3 === 0) pair.self.exit(there, { i });
      }
      const ref = pair.self.monitor(there);
      pair.self.exit(there, "kill");
      const order: unknown[] = [];
      let message = await next(pair);
      for (; message.tag !== "DOWN"; message = await next(pair)) {
        const seen = message.seen as { i?: number; tag?: string; reason?: { i: number } };
        if (seen.i !== undefined) order.push(seen.i);
        else if (seen.tag === "EXIT") order.push(`exit ${seen.reason!.i}`);
      }
      assert.equal(order.slice(0, 3), [0, "exit 0", 1].slice(0, order.length));
      assert.equal(order, WHOLE.slice(0, order.length), "what a kill left is the beginning, in order");
      assert.equal(message, { tag: "DOWN", ref, process: there, reason: "killed" });
    }
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

const WHOLE = [0, "exit 0", 1, 2, 3, "exit 3", 4, 5, 6, "exit 6", 7, 8, 9, "exit 9"];

function refusal(refused: () => void): TermError {
  try {
    refused();
  } catch (error) {
    assert.instance(error, TermError);
    return error as TermError;
  }
  return assert.unreachable("not refused") as never;
}
