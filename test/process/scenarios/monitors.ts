/** Monitors, aliases, calls. */
import * as assert from "uvu/assert";
import { CallError, type Down, type Ref } from "../../../runtime/index.js";
import { leave } from "../bodies.js";
import { downOf, endOf, inbox, next, order, partner, type Scenario, tell, thrownBy } from "./support.js";

export const scenarios: Record<string, Scenario> = {
  async normalEndGivesDownNormal(self, there) {
    const { pid, ref } = self.spawnMonitor(leave, ["normal"], { scheduler: there });
    assert.equal(await next(self), { tag: "DOWN", ref, process: pid, reason: "normal" });
  },
  async crashGivesDownWithTheErrorThrown(self, there) {
    const { ref } = self.spawnMonitor(leave, [{ code: 7 }], { scheduler: there });
    assert.equal(await downOf(self, ref), { code: 7 });
  },
  async monitorOfDeadIsNoproc(self, there) {
    const pid = self.spawn(leave, ["boom"], { scheduler: there });
    await endOf(self, pid);
    const ref = self.monitor(pid);
    assert.equal(await next(self), { tag: "DOWN", ref, process: pid, reason: "noproc" });
  },
  async monitorByNameNamesTheAddress(self, there) {
    const pid = partner(self, there, [], { name: "watched" });
    await tell(self, pid, "inbox");
    const ref = self.monitor("watched");
    const other = self.monitor({ name: "watched", node: self.node });
    self.exit(pid, "boom");
    const process = { name: "watched", node: self.node };
    const downs = [await next(self), await next(self)] as Down[];
    for (const down of downs)
      assert.equal({ ...down, ref: 0 }, { tag: "DOWN", ref: 0, process, reason: "boom" });
    assert.ok(downs.some((d) => d.ref === ref) && downs.some((d) => d.ref === other));
    assert.is(await downOf(self, self.monitor("watched")), "noproc");
  },
  async monitorByNameIsOfWhoHadTheNameThen(self, there) {
    const pid = partner(self, there, [], { name: "moved" });
    await tell(self, pid, "inbox");
    const [ref, kept] = [self.monitor("moved"), self.monitor("moved")];
    self.unregister("moved");
    self.demonitor(ref);
    // The one that is kept, and the one that asks.
    assert.is((await self.processInfo(pid))?.monitoredBy, 2);
    self.exit(pid, "boom");
    assert.is(await downOf(self, kept), "boom");
  },
  async aNameThatWasTakenAwayIsNotOneselfAnyMore(self, there) {
    const pid = partner(self, there, [], { name: "lent" });
    await tell(self, pid, "inbox");
    self.unregister("lent");
    const ref = await tell<Ref>(self, pid, "monitor", "lent");
    const [down] = (await tell(self, pid, "inbox")) as Down[];
    assert.is(down?.ref, ref);
    assert.is(down?.reason, "noproc");
  },
  async demonitorMeansNoDown(self, there) {
    const pid = partner(self, there);
    const ref = self.monitor(pid);
    assert.is(self.demonitor(ref), true);
    assert.is(self.demonitor(ref), false);
    self.exit(pid, "boom");
    await endOf(self, pid);
    assert.equal(await inbox(self), []);
  },
  async demonitorFlushTakesTheDownThatIsThere(self, there) {
    const { pid, ref } = self.spawnMonitor(leave, ["boom"], { scheduler: there });
    self.send(self.pid, "kept");
    // Its own DOWN comes after that of `ref`, from the same process.
    await endOf(self, pid);
    assert.is(self.demonitor(ref, { flush: true }), false);
    assert.equal(await inbox(self), ["kept"]);
  },
  async downRacingDemonitorFlushIsNeverSeen(self, there) {
    for (let i = 0; i < 200; i++) {
      const { pid, ref } = self.spawnMonitor(leave, ["boom"], { scheduler: there });
      if (i % 3 > 0) await self.receive((m) => m === "never", { after: i % 3 === 1 ? 0 : 0.1 });
      self.demonitor(ref, { flush: true });
      await endOf(self, pid);
      assert.equal(await inbox(self), []);
    }
  },
  async twoMonitorsGiveTwoDownsAndNoMore(self, there) {
    const pid = partner(self, there);
    const refs = [self.monitor(pid), self.monitor(pid)];
    assert.is.not(refs[0], refs[1]);
    self.exit(pid, "boom");
    self.exit(pid, "again");
    await endOf(self, pid);
    const downs = (await inbox(self)) as Down[];
    assert.equal(
      downs.map((d) => [d.tag, d.reason]),
      [
        ["DOWN", "boom"],
        ["DOWN", "boom"],
      ],
    );
    assert.equal(new Set(downs.map((d) => d.ref)), new Set(refs));
  },
  async monitorOfSelfTellsNobody(self, there) {
    const pid = partner(self, there);
    // As on BEAM: a ref, and no monitor.
    const ref = await tell<Ref>(self, pid, "monitor", pid);
    assert.is(await tell(self, pid, "demonitor", ref), false);
    await tell(self, pid, "monitor", pid);
    self.exit(pid, "boom");
    assert.is(await endOf(self, pid), "noproc");
  },
  async endOfWatcherEndsItsMonitors(self, there) {
    const watched = partner(self, self.scheduler);
    const watcher = partner(self, there, [["monitor", watched]]);
    await tell(self, watcher, "inbox");
    self.exit(watcher, "kill");
    await endOf(self, watcher);
    self.exit(watched, "kill");
    assert.is(await endOf(self, watched), "noproc");
  },
  async messagesBeforeTheEndComeBeforeTheDown(self, there) {
    const pid = partner(
      self,
      there,
      [...Array(50).keys()].map((i) => ["send", self.pid, i] as const).concat([["exit", "over"]] as never),
    );
    const ref = self.monitor(pid);
    assert.is(["over", "noproc"].includes((await downOf(self, ref)) as string), true);
    assert.equal(await inbox(self), [...Array(50).keys()]);
  },

  async aliasTakesMessagesTillUnalias(self, there) {
    const pid = partner(self, there);
    const alias = self.alias();
    await tell(self, pid, "send", alias, 1);
    await tell(self, pid, "send", alias, { two: 2 });
    assert.is(self.unalias(alias), true);
    assert.is(self.unalias(alias), false);
    await tell(self, pid, "send", alias, 3);
    assert.equal(await inbox(self), [1, { two: 2 }]);
  },
  async aliasOfAnotherCannotBeTakenAway(self, there) {
    const pid = partner(self, there);
    const alias = await tell<Ref>(self, pid, "alias");
    assert.is(self.unalias(alias), false);
    self.send(alias, 1);
    assert.equal(await tell(self, pid, "inbox"), [1]);
  },
  async aliasOfDeadIsNothing(self, there) {
    const pid = partner(self, there);
    const alias = await tell<Ref>(self, pid, "alias");
    self.exit(pid, "kill");
    await endOf(self, pid);
    self.send(alias, 1);
  },
  async replyDemonitorEndsWithTheFirstReply(self, there) {
    const pid = partner(self, there);
    const ref = self.monitor(pid, { alias: "replyDemonitor" });
    order(self, pid, "send", ref, "first");
    order(self, pid, "send", ref, "second");
    await tell(self, pid, "inbox");
    self.exit(pid, "boom");
    await endOf(self, pid);
    assert.equal(await inbox(self), ["first"]);
    assert.is(self.demonitor(ref), false);
  },
  async aliasOfMonitorEndsWithDownOrDemonitor(self, there) {
    const sender = partner(self, there);
    const pid = partner(self, there);
    const ref = self.monitor(pid, { alias: "demonitor" });
    await tell(self, sender, "send", ref, 1);
    await tell(self, sender, "send", ref, 2);
    self.exit(pid, "boom");
    assert.is(await downOf(self, ref), "boom");
    await tell(self, sender, "send", ref, 3);
    assert.equal(await inbox(self), [1, 2]);
    const other = self.monitor(sender, { alias: "demonitor" });
    self.demonitor(other);
    await tell(self, sender, "send", other, 4);
    assert.equal(await inbox(self), []);
  },

  async noReplyComesAfterTheTimeoutOfItsCall(self, there) {
    const pid = partner(self, there, [["receive", { after: 30 }]]);
    const error = (await thrownBy(() => self.call(pid, ["inbox"], 5))) as CallError;
    assert.instance(error, CallError);
    assert.is(error.failure, "timeout");
    await tell(self, pid, "inbox");
    assert.equal(await inbox(self), []);
  },
  async replyRacingTheTimeoutIsEitherAnswerOrNothing(self, there) {
    const pid = partner(self, there);
    let answers = 0;
    for (let i = 0; i < 300; i++) {
      try {
        await self.call(pid, ["inbox"], i % 2 === 0 ? 0 : 0.05);
        answers++;
      } catch (error) {
        assert.is((error as CallError).failure, "timeout");
      }
    }
    await tell(self, pid, "inbox");
    assert.equal(await inbox(self), [], `${answers} answers`);
  },
  async callOfDeadIsNoproc(self, there) {
    const pid = partner(self, there);
    self.exit(pid, "kill");
    assert.is(((await thrownBy(() => self.call(pid, 1))) as CallError).failure, "noproc");
    assert.is(((await thrownBy(() => self.call("nobody", 1))) as CallError).failure, "noproc");
    assert.equal(await inbox(self), []);
  },
  async callFailsWithTheReasonThatItsServerEndsWith(self, there) {
    const pid = partner(self, there);
    const error = (await thrownBy(() => self.call(pid, ["exit", { gone: 1 }]))) as CallError;
    assert.equal(error.failure, { gone: 1 });
    assert.equal(await inbox(self), []);
  },
  async callLeavesOlderMessagesWhereTheyAre(self, there) {
    const pid = partner(self, there);
    for (let i = 0; i < 200; i++) self.send(self.pid, i);
    for (let i = 0; i < 200; i++) assert.equal(await tell(self, pid, "inbox"), []);
    assert.equal(await inbox(self), [...Array(200).keys()]);
  },
  async refusedRequestLeavesNoMonitor(self, there) {
    const pid = partner(self, there);
    assert.match(String(await thrownBy(() => self.call(pid, () => {}))), "request: function cannot be sent");
    self.exit(pid, "kill");
    await endOf(self, pid);
    assert.equal(await inbox(self), []);
  },
};
