/** Spawning on another node: each rule once for nodes in one process and once for nodes in two. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type AnyPid,
  type Down,
  Pid,
  Proc,
  type SpawnReply,
  type Started,
  TIMEOUT,
} from "../../runtime/index.js";
import { cleanUp, startEpmd, startHere, startPeer, stopHere, within } from "./harness.js";
import {
  assertNoMessage,
  next,
  type Pair,
  puppetHere,
  settle,
  startPair,
  tell,
  WHERE,
  watch,
} from "./pairs.js";
import { type Puppet, puppet, toldBy } from "./peerApp.js";

const NOBODY = "nobody@127.0.0.1";

for (const where of WHERE) {
  const test = suite(`spawn on another node, ${where}`);
  let pair: Pair;
  test.before(async () => {
    pair = await startPair(where);
  });
  test.before.each(async () => {
    while ((await pair.self.receive({ after: 0 })) !== TIMEOUT);
  });

  const end = (pid: AnyPid, reason: unknown) => pair.self.send(pid as Puppet, { do: "exit", reason });

  for (const scheduler of [0, 1]) {
    test(`aSpawnedProcessLivesThereAndTakesWhatIsSentToItAtOnce, scheduler ${scheduler}`, async () => {
      for (let i = 0; i < 20; i++) {
        const pid = await pair.self.spawn(puppet, [], { node: pair.b, scheduler });
        pair.self.send(pid as Puppet, { do: "answer", to: pair.self.pid, message: i });
        assert.is((await next(pair)) as unknown, i);
        assert.is(pid.node.name, pair.b);
        assert.is(pid.scheduler, scheduler);
        end(pid, "normal");
      }
      await assertNoMessage(pair);
    });
  }

  test("nothingOfTheChildComesBeforeItsPid", async () => {
    for (const scheduler of [0, 1]) {
      for (let i = 0; i < 20; i++) {
        const options = { node: pair.b, scheduler, link: true, monitor: true };
        const ref = pair.self.spawnRequest(toldBy, [pair.self.pid, i], options);
        const { pid } = (await next(pair)) as unknown as SpawnReply;
        assert.instance(pid, Pid);
        assert.is((await next(pair)) as unknown, i);
        assert.equal(await next(pair), { tag: "EXIT", pid, reason: "told" });
        assert.equal(await next(pair), { tag: "DOWN", ref, process: pid, reason: "told" });
      }
    }
    await assertNoMessage(pair);
  });

  test("optionsCountThere", async () => {
    const options = { node: pair.b, name: "spawned-from-afar", priority: "high" } as const;
    const { pid, ref } = await pair.self.spawnMonitor(puppet, [], options);
    const info = await pair.self.processInfo(pid);
    assert.equal([info?.name, info?.priority], ["spawned-from-afar", "high"]);
    assert.is(info?.scheduler, 1, "the one with the least load is a worker");
    const second = await pair.self.spawnMonitor(puppet, [], options);
    assert.equal(await next(pair), {
      tag: "DOWN",
      ref: second.ref,
      process: second.pid,
      reason: { alreadyRegistered: pid },
    });
    end(pid, "over");
    assert.is(((await next(pair)) as unknown as Down).ref, ref);
  });

  test("linkEndsBothWaysAndWithTheMonitorInOneStep", async () => {
    const { pid, ref } = await pair.self.spawnMonitor(puppet, [], { node: pair.b, link: true });
    end(pid, "over");
    assert.equal(await next(pair), { tag: "EXIT", pid, reason: "over" });
    assert.equal(await next(pair), { tag: "DOWN", ref, process: pid, reason: "over" });
    const here = puppetHere(pair);
    tell(pair, here, { do: "spawnLink", node: pair.b, to: pair.self.pid });
    const { spawned } = (await next(pair)) as { spawned: AnyPid };
    const down = pair.self.monitor(spawned);
    tell(pair, here, { do: "exit", reason: "over" });
    assert.equal(await next(pair), { tag: "DOWN", ref: down, process: spawned, reason: "over" });
  });

  test("aliasOfTheMonitorTakesOneReply", async () => {
    const { pid, ref } = await pair.self.spawnMonitor(puppet, [], { node: pair.b, alias: "replyDemonitor" });
    for (const message of ["first", "second"])
      pair.self.send(pid as Puppet, { do: "answer", to: ref, message });
    assert.is((await next(pair)) as unknown, "first");
    await settle(pair, pid as Puppet);
    end(pid, "over");
    await settle(pair, puppetHere(pair));
    await assertNoMessage(pair);
  });

  test("spawnStartIsAcknowledgedFromThere", async () => {
    const { pid, ref } = await pair.self.spawnStart(puppet, [], { node: pair.b, link: true });
    assert.equal(await next(pair), { tag: "$started", ref } satisfies Started);
    end(pid, "normal");
    assert.equal(await next(pair), { tag: "EXIT", pid, reason: "normal" });
    assert.equal(await next(pair), { tag: "DOWN", ref, process: pid, reason: "normal" });
  });

  test("whatTheOtherNodeDoesNotHaveIsUndef", async () => {
    const unknown = new Proc<[], unknown>(puppet.module, "noSuchBody");
    const { pid, ref } = await pair.self.spawnMonitor(unknown, [], { node: pair.b });
    const reason = { undef: `${puppet.module}#noSuchBody` };
    assert.equal(await next(pair), { tag: "DOWN", ref, process: pid, reason });
    assert.is(pid.node.name, pair.b, "it was a process of that node");
  });

  test("aBusyConnectionLosesNoReply", async () => {
    const [peer, bytes] = [{ name: "peer", node: pair.b }, new Uint8Array(1 << 20)];
    const busy = await pair.self.spawn(puppet, [], { node: pair.b, scheduler: 1 });
    const requests = [];
    for (let i = 0; i < 20; i++) {
      // Much goes both ways before each request and its reply.
      pair.self.send(busy as Puppet, { do: "answer", to: pair.self.pid, message: bytes });
      requests.push(pair.self.spawnRequest(toldBy, [pair.self.pid, i], { node: pair.b, monitor: true }));
    }
    const seen = { replies: [] as unknown[], told: [] as unknown[], downs: 0, answers: 0 };
    while (seen.downs < 20 || seen.answers < 20) {
      const message: unknown = await next(pair);
      if (typeof message === "number") seen.told.push(message);
      else if (message instanceof Uint8Array) seen.answers += message.length / bytes.length;
      else if ((message as Down).tag === "DOWN") seen.downs++;
      else seen.replies.push((message as SpawnReply).ref);
    }
    assert.equal(new Set(seen.replies), new Set(requests));
    assert.equal(new Set(seen.told), new Set(requests.keys()));
    assert.is(await pair.self.call(peer, ["echo", "still there"]), "still there");
    end(busy, "normal");
  });

  test("aSchedulerThatIsNotThereIsRefusedFromThere", async () => {
    const error = await pair.self.spawn(puppet, [], { node: pair.b, scheduler: 9 }).catch((e: unknown) => e);
    assert.match(String(error), /RangeError: no scheduler 9; this node has 0 to 1/);
    assert.throws(() => pair.self.spawnRequest(puppet, [], { node: pair.b, name: "a b" }), /not a name/);
    const refused = pair.self.spawn(toldBy, [pair.self.pid, (() => {}) as never], { node: pair.b });
    assert.match(String(await refused.catch((e: unknown) => e)), /args\[1\]: function/);
    await assertNoMessage(pair);
  });

  test("aNodeThatCannotBeReachedIsNoconnectionOfAPidThatHasEnded", async () => {
    const { pid, ref } = await pair.self.spawnMonitor(puppet, [], { node: NOBODY, link: true });
    assert.equal(await next(pair), { tag: "EXIT", pid, reason: "noconnection" });
    assert.equal(await next(pair), { tag: "DOWN", ref, process: pid, reason: "noconnection" });
    assert.is(pid.node.name, pair.a.name);
    assert.is(await pair.self.processInfo(pid), undefined);
    const request = pair.self.spawnRequest(puppet, [], { node: NOBODY, link: true, monitor: true });
    assert.equal(await next(pair), { tag: "spawnReply", ref: request, failure: "noconnection" });
    const here = puppetHere(pair);
    const end = pair.self.monitor(here);
    tell(pair, here, { do: "spawnLink", node: NOBODY, to: pair.self.pid });
    assert.equal(await next(pair), { tag: "DOWN", ref: end, process: here, reason: "noconnection" });
  });

  test("aChildWhoseSpawnerEndedBeforeTheReplyEndsWithItsReason", async () => {
    for (;;) {
      const here = puppetHere(pair);
      tell(pair, here, { do: "requestAndExit", node: pair.b, to: pair.self.pid, reason: "gone" });
      // Once in a long while the child is ended before it can trap exits, and tells nothing.
      const message = await pair.self.receive({ after: 2000 });
      if (message === TIMEOUT) continue;
      assert.equal(message, { told: { tag: "EXIT", pid: here, reason: "gone" } });
      break;
    }
  });

  test("anAbandonedChildEndsAndNobodyHears", async () => {
    const options = { node: pair.b, link: true, monitor: true };
    const ref = pair.self.spawnRequest(puppet, [], { ...options, name: "abandoned" });
    assert.ok(pair.self.spawnRequestAbandon(ref));
    assert.not(pair.self.spawnRequestAbandon(ref));
    const gone = { name: "abandoned", node: pair.b };
    const down = pair.self.monitor(gone);
    const { reason, ...rest } = (await next(pair)) as unknown as Down;
    assert.equal(rest, { tag: "DOWN", ref: down, process: gone });
    assert.ok(reason === "abandoned" || reason === "noproc", String(reason));
    await assertNoMessage(pair);
  });

  test("aReplyIsSentAsIsWished", async () => {
    for (const [reply, ofPid, ofFailure] of [
      ["yes", true, true],
      ["no", false, false],
      ["errorOnly", false, true],
      ["successOnly", true, false],
    ] as const) {
      const ref = pair.self.spawnRequest(toldBy, [pair.self.pid, reply], {
        node: pair.b,
        monitor: true,
        reply,
      });
      if (ofPid) assert.is(((await next(pair)) as unknown as SpawnReply).ref, ref);
      assert.is((await next(pair)) as unknown, reply);
      const { tag, ref: of } = (await next(pair)) as unknown as Down;
      assert.ok(tag === "DOWN" && of === ref);
      const refused = pair.self.spawnRequest(puppet, [], { node: NOBODY, reply });
      if (ofFailure)
        assert.equal(await next(pair), { tag: "spawnReply", ref: refused, failure: "noconnection" });
      // Its own failure is told after that of the request.
      const { ref: last } = await pair.self.spawnMonitor(puppet, [], { node: NOBODY });
      assert.is(((await next(pair)) as unknown as Down).ref, last);
    }
  });

  test("onesOwnNodeByItsNameWorksAlike", async () => {
    const { pid, ref } = await pair.self.spawnMonitor(puppet, [], { node: pair.a.name, scheduler: 1 });
    assert.is(pid.node, pair.self.pid.node);
    await watch(pair, pid as Puppet);
    end(pid, "over");
    assert.equal(await next(pair), { seen: { do: "exit", reason: "over" } });
    assert.equal(await next(pair), { tag: "DOWN", ref, process: pid, reason: "over" });
  });

  test("stopsWithNothingLeftOver", async () => {
    await assertNoMessage(pair);
    await pair.stop();
    await cleanUp();
  });

  test.run();
}

const loss = suite("spawn on a node that is lost");

loss("aRequestUnderWayIsNoconnectionWhenTheNodeIsLost", async () => {
  const epmd = await startEpmd();
  const a = await startHere("asks", epmd, { schedulers: 1 });
  const b = await startPeer("frozen", epmd);
  await a.connect("frozen@127.0.0.1");
  b.signal("SIGSTOP");
  const spawner = a.self.spawn(puppet, [], { scheduler: 1 }) as Puppet;
  a.self.send(spawner, { do: "requestAndTell", node: "frozen@127.0.0.1", to: a.self.pid });
  const { requested } = (await within("the request", a.self.receive())) as { requested: unknown };
  b.signal("SIGKILL");
  await b.ended;
  assert.equal(await within("the answer", a.self.receive()), {
    told: { tag: "spawnReply", ref: requested, failure: "noconnection" },
  });
  await stopHere(a);
  await epmd.close();
});

loss("leavesNothingBehind", cleanUp);
loss.run();
