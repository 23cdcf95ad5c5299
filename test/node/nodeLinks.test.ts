/** Links, exit signals and order between two nodes: each rule once for nodes in one process and once for nodes in two. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Down, type ExitMessage, TIMEOUT } from "../../runtime/index.js";
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
  const test = suite(`links between nodes ${where}`);
  let pair: Pair;
  test.before(async () => {
    pair = await startPair(where);
  });

  // What puppets of the test before may still have said of it.
  test.before.each(async () => {
    while ((await pair.self.receive({ after: 0 })) !== TIMEOUT);
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
      tell(pair, here, {
        do: "answer",
        to: there,
        message: { do: "answer", to: pair.self.pid, message: fence },
      });
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

  test("stopsWithNothingLeftOver", async () => {
    await assertNoMessage(pair);
    await pair.stop();
    await cleanUp();
  });

  test.run();
}

const WHOLE = [0, "exit 0", 1, 2, 3, "exit 3", 4, 5, 6, "exit 6", 7, 8, 9, "exit 9"];
