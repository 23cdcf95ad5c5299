/** Links and exit signals. */
import * as assert from "uvu/assert";
import { TermError } from "../../../runtime/index.js";
import { chainLink, leave } from "../bodies.js";
import {
  downOf,
  endOf,
  exitMessage,
  inbox,
  next,
  order,
  partner,
  type Scenario,
  tell,
  thrownBy,
} from "./support.js";

const TRAP = ["processFlag", "trapExit", true] as const;

export const scenarios: Record<string, Scenario> = {
  async linkedNormalExitIsIgnored(self, there) {
    const pid = self.spawnLink(leave, ["normal"], { scheduler: there });
    await endOf(self, pid);
    assert.equal(await inbox(self), []);
  },
  async trappedNormalExitIsMessage(self, there) {
    self.processFlag("trapExit", true);
    const pid = self.spawnLink(leave, ["normal"], { scheduler: there });
    assert.equal(await next(self), exitMessage(pid, "normal"));
  },
  /** As BEAM does, whichever was set up first. */
  async exitOfALinkComesBeforeDownOfAMonitor(self, there) {
    self.processFlag("trapExit", true);
    for (const linkFirst of [true, false]) {
      const pid = partner(self, there);
      if (linkFirst) self.link(pid);
      const ref = self.monitor(pid);
      if (!linkFirst) self.link(pid);
      self.exit(pid, "boom");
      assert.equal(await next(self), exitMessage(pid, "boom"));
      assert.equal(await downOf(self, ref), "boom");
    }
  },
  async linkedAbnormalExitEndsWithSameReason(self, there) {
    const a = partner(self, there);
    const b = partner(self, self.scheduler, [["link", a]]);
    await tell(self, b, "inbox");
    const ref = self.monitor(b);
    self.exit(a, { why: ["boom", 1] });
    assert.equal(await downOf(self, ref), { why: ["boom", 1] });
  },
  async trappedAbnormalExitIsMessage(self, there) {
    self.processFlag("trapExit", true);
    const pid = self.spawnLink(leave, [{ why: "boom" }], { scheduler: there });
    assert.equal(await next(self), exitMessage(pid, { why: "boom" }));
  },
  async exitWithKillByLinkIsTrapped(self, there) {
    self.processFlag("trapExit", true);
    const pid = self.spawnLink(leave, ["kill"], { scheduler: there });
    assert.equal(await next(self), exitMessage(pid, "kill"));
  },
  async exitWithKillByLinkEndsWithKill(self, there) {
    const a = partner(self, self.scheduler);
    const b = partner(self, there, [["link", a]]);
    await tell(self, b, "inbox");
    const ref = self.monitor(b);
    order(self, a, "exit", "kill");
    assert.is(await downOf(self, ref), "kill");
  },
  async killIsSeenThroughLinksAsKilled(self, there) {
    self.processFlag("trapExit", true);
    const pid = partner(self, there, [["link", self.pid]]);
    await tell(self, pid, "inbox");
    self.exit(pid, "kill");
    assert.equal(await next(self), exitMessage(pid, "killed"));
  },
  async killCannotBeTrapped(self, there) {
    const pid = partner(self, there, [TRAP]);
    const ref = self.monitor(pid);
    self.exit(pid, "kill");
    assert.is(await downOf(self, ref), "killed");
  },
  async exitSignalToTrappingIsMessage(self, there) {
    const pid = partner(self, there, [TRAP]);
    await tell(self, pid, "inbox");
    for (const reason of ["normal", "boom", "killed", "shutdown"]) self.exit(pid, reason);
    assert.equal(
      await tell(self, pid, "inbox"),
      ["normal", "boom", "killed", "shutdown"].map((reason) => exitMessage(self.pid, reason)),
    );
  },
  async exitSignalNormalToOtherIsIgnored(self, there) {
    const pid = partner(self, there);
    self.exit(pid, "normal");
    assert.equal(await tell(self, pid, "inbox"), []);
  },
  async exitSignalEndsOther(self, there) {
    const pid = partner(self, there);
    const ref = self.monitor(pid);
    self.exit(pid, { shutdown: "now" });
    assert.equal(await downOf(self, ref), { shutdown: "now" });
  },
  async exitSignalToDeadIsNothing(self, there) {
    const pid = self.spawn(leave, ["normal"], { scheduler: there });
    await endOf(self, pid);
    self.exit(pid, "kill");
    self.exit(pid, "boom");
    assert.is(await endOf(self, pid), "noproc");
  },
  async exitNormalToSelfEnds(self, there) {
    const pid = partner(self, there);
    const ref = self.monitor(pid);
    order(self, pid, "exit", pid, "normal");
    assert.is(await downOf(self, ref), "normal");
  },
  async exitKillToSelfEndsAsKilledThoughTrapping(self, there) {
    const pid = partner(self, there, [TRAP]);
    const ref = self.monitor(pid);
    order(self, pid, "exit", pid, "kill");
    assert.is(await downOf(self, ref), "killed");
  },
  async exitToSelfIsMessageBeforeItReturns(self) {
    self.processFlag("trapExit", true);
    self.exit(self.pid, "normal");
    self.exit(self.pid, "boom");
    assert.equal(await inbox(self), [exitMessage(self.pid, "normal"), exitMessage(self.pid, "boom")]);
  },
  async exitToSelfRefusesAndCopiesItsReason(self) {
    self.processFlag("trapExit", true);
    const reason = { list: [1] };
    self.exit(self.pid, reason);
    reason.list.push(2);
    assert.equal(await inbox(self), [exitMessage(self.pid, { list: [1] })]);
    const error = await thrownBy(() => self.exit(self.pid, { f() {} }));
    assert.instance(error, TermError);
    assert.equal(await inbox(self), []);
  },
  async unlinkBeforeExitMeansNoExit(self, there) {
    self.processFlag("trapExit", true);
    const pid = partner(self, there);
    self.link(pid);
    self.unlink(pid);
    self.exit(pid, "boom");
    assert.is(await endOf(self, pid), "noproc");
    assert.equal(await inbox(self), []);
  },
  async exitOnItsWayIsDroppedByUnlink(self, there) {
    self.processFlag("trapExit", true);
    for (let i = 0; i < 200; i++) {
      const pid = self.spawnLink(leave, ["boom"], { scheduler: there });
      if (i % 2 === 0) await self.receive({ after: 0 });
      self.unlink(pid);
      const early = await inbox(self);
      assert.ok(early.length <= 1);
      await endOf(self, pid);
      assert.equal(await inbox(self), []);
    }
  },
  async linkMadeAnewAfterUnlinkHolds(self, there) {
    self.processFlag("trapExit", true);
    const pid = partner(self, there);
    for (let i = 0; i < 20; i++) {
      self.link(pid);
      self.unlink(pid);
    }
    self.link(pid);
    self.exit(pid, "boom");
    assert.equal(await next(self), exitMessage(pid, "boom"));
    await endOf(self, pid);
    assert.equal(await inbox(self), []);
  },
  async linkToDeadIsNoproc(self, there) {
    const pid = self.spawn(leave, ["normal"], { scheduler: there });
    await endOf(self, pid);
    self.processFlag("trapExit", true);
    self.link(pid);
    assert.equal(await next(self), exitMessage(pid, "noproc"));
    self.processFlag("trapExit", false);
    const b = partner(self, self.scheduler);
    order(self, b, "link", pid);
    assert.is(await endOf(self, b), "noproc");
  },
  async linkToSelfIsNothing(self, there) {
    const pid = partner(self, there);
    await tell(self, pid, "link", pid);
    await tell(self, pid, "unlink", pid);
    assert.equal(await tell(self, pid, "inbox"), []);
    const ref = self.monitor(pid);
    self.exit(pid, "over");
    assert.is(await downOf(self, ref), "over");
  },
  async doubleLinkIsOne(self, there) {
    self.processFlag("trapExit", true);
    const pid = partner(self, there, [["link", self.pid]]);
    self.link(pid);
    self.link(pid);
    await tell(self, pid, "link", self.pid);
    self.exit(pid, "boom");
    await endOf(self, pid);
    assert.equal(await inbox(self), [exitMessage(pid, "boom")]);
    const other = partner(self, there);
    self.link(other);
    self.link(other);
    self.unlink(other);
    self.exit(other, "boom");
    await endOf(self, other);
    assert.equal(await inbox(self), []);
  },
  async simultaneousLinksAreOneLink(self, there) {
    self.processFlag("trapExit", true);
    for (let i = 0; i < 100; i++) {
      const pid = partner(self, there, [["link", self.pid]]);
      self.link(pid);
      await tell(self, pid, "inbox");
      self.exit(pid, "boom");
      await endOf(self, pid);
      assert.equal(await inbox(self), [exitMessage(pid, "boom")]);
    }
  },
  async simultaneousLinkAndUnlinkLeaveBothEndsAgreeing(self, there) {
    for (let i = 0; i < 128; i++) {
      const a = partner(self, self.scheduler, [TRAP]);
      const b = partner(self, there, [TRAP]);
      for (let bit = 0; bit < 6; bit++) {
        const act = (i >> bit) & 1 ? "link" : "unlink";
        order(self, bit % 2 ? a : b, act, bit % 2 ? b : a);
      }
      const linked = i >= 64;
      await tell(self, a, "unlink", b);
      await tell(self, b, linked ? "link" : "unlink", a);
      await tell(self, a, "inbox");
      const ref = self.monitor(a);
      self.exit(a, "kill");
      await downOf(self, ref);
      if (linked) assert.equal(await tell(self, b, "next"), exitMessage(a, "killed"), `round ${i}`);
      assert.equal(await tell(self, b, "inbox"), [], `round ${i}`);
      self.exit(b, "kill");
    }
  },
  async exitRunsAlongChainOf1000(self, there) {
    const to = self.pid;
    const first = self.spawn(chainLink, [1000, there === self.scheduler ? 0 : 2, to], { scheduler: there });
    const { last } = await next<{ last: typeof first }>(self);
    const ref = self.monitor(last);
    self.exit(first, "boom");
    assert.is(await downOf(self, ref), "boom");
  },
};
