/** Timers that send messages. */
import * as assert from "uvu/assert";
import type { Ref, TimerLeft } from "../../../runtime/index.js";
import { endOf, inbox, next, partner, type Scenario, tell } from "./support.js";

export const scenarios: Record<string, Scenario> = {
  async sendAfterComesNotBeforeItsTime(self, there) {
    const pid = partner(self, there);
    const start = performance.now();
    self.sendAfter(15, pid, { late: 1 });
    assert.equal(await tell(self, pid, "next"), { late: 1 });
    assert.ok(performance.now() - start >= 15);
  },
  async startTimerSaysWhichTimerItWas(self) {
    const ref = self.startTimer(1, self.pid, ["m"]);
    assert.equal(await next(self), { tag: "timeout", ref, message: ["m"] });
  },
  async timerToAnother(self, there) {
    const pid = partner(self, there);
    const ref = self.startTimer(0, pid, "m");
    assert.equal(await tell(self, pid, "next"), { tag: "timeout", ref, message: "m" });
  },
  async cancelledTimerDoesNotFire(self) {
    const ref = self.sendAfter(20, self.pid, "never");
    const left = self.readTimer(ref)!;
    assert.ok(left > 0 && left <= 20);
    const atCancel = self.cancelTimer(ref)!;
    assert.ok(atCancel > 0 && atCancel <= 20);
    assert.is(self.cancelTimer(ref), undefined);
    assert.is(self.readTimer(ref), undefined);
    self.sendAfter(30, self.pid, "later");
    assert.is(await next(self), "later");
  },
  async firedTimerCannotBeCancelled(self) {
    const ref = self.sendAfter(0, self.pid, "fired");
    assert.is(await next(self), "fired");
    assert.is(self.cancelTimer(ref), undefined);
  },
  async equalTimesFireInTheOrderOfTheirStart(self) {
    // Different delays that end in the same look at the clock, and many with the same.
    for (let i = 0; i < 500; i++) self.sendAfter(3, self.pid, i);
    for (let i = 0; i < 500; i++) assert.is(await next(self), i);
  },
  async timersFireByTimeNotByStart(self) {
    for (const ms of [30, 10, 20, 0]) self.sendAfter(ms, self.pid, ms);
    assert.equal([await next(self), await next(self), await next(self), await next(self)], [0, 10, 20, 30]);
  },
  async timerOutlivesWhoStartedIt(self, there) {
    const pid = partner(self, there, [["sendAfter", 10, self.pid, "from the grave"]]);
    await tell(self, pid, "inbox");
    self.exit(pid, "kill");
    await endOf(self, pid);
    assert.is(await next(self), "from the grave");
  },
  async timerToNameLooksItUpWhenItFires(self, there) {
    self.sendAfter(0, "unborn.name", "dropped");
    self.sendAfter(20, "timed", "delivered");
    const pid = partner(self, there, [], { name: "timed" });
    assert.is(await tell(self, pid, "next"), "delivered");
  },
  async timerOfAnotherSchedulerIsNotMistakenForOnesOwn(self, there) {
    if (there === self.scheduler) return;
    const pid = partner(self, there);
    // Each scheduler counts its ids: bring the other's in front, then start timers till the ids are equal.
    const gap = self.makeRef().id - (await tell<Ref>(self, pid, "makeRef")).id;
    await tell(self, pid, "makeRefs", Math.max(0, gap) + 20);
    const theirs = await tell<Ref>(self, pid, "sendAfter", 60_000, self.pid, "theirs");
    let mine = self.sendAfter(60_000, self.pid, "mine");
    while (mine.id < theirs.id) {
      self.cancelTimer(mine);
      mine = self.sendAfter(60_000, self.pid, "mine");
    }
    assert.is(mine.id, theirs.id);
    assert.throws(() => self.readTimer(theirs), /is on scheduler/);
    assert.throws(() => self.cancelTimer(theirs), /is on scheduler/);
    assert.ok(self.cancelTimer(mine)! > 0, "the cancel of the other's hit this timer");
    assert.ok((await tell<number>(self, pid, "cancelTimer", theirs)) > 0);
  },
  async anyProcessCanReadAndCancelATimer(self, there) {
    const pid = partner(self, there);
    const timer = await tell<Ref>(self, pid, "sendAfter", 60_000, self.pid, "never");
    const left = (await self.readTimer(timer, { anywhere: true }))!;
    assert.ok(left > 0 && left <= 60_000);
    const atCancel = (await self.cancelTimer(timer, { anywhere: true }))!;
    assert.ok(atCancel > 0 && atCancel <= left);
    assert.is(await self.readTimer(timer, { anywhere: true }), undefined);
    assert.is(await self.cancelTimer(timer, { anywhere: true }), undefined);
    assert.equal(await inbox(self), []);
  },
  async asyncCancelAndReadAnswerByMessageUnlessInfoIsFalse(self, there) {
    const pid = partner(self, there);
    const timer = await tell<Ref>(self, pid, "startTimer", 60_000, self.pid, "never");
    assert.is(self.readTimer(timer, { async: true }), undefined);
    const read = await next<TimerLeft>(self);
    assert.ok(read.left! > 0 && read.left! <= 60_000);
    assert.equal(read, { tag: "readTimer", ref: timer, left: read.left });
    assert.is(self.cancelTimer(timer, { async: true }), undefined);
    const cancelled = await next<TimerLeft>(self);
    assert.ok(cancelled.left! > 0 && cancelled.left! <= read.left!);
    assert.equal(cancelled, { tag: "cancelTimer", ref: timer, left: cancelled.left });
    self.cancelTimer(timer, { async: true });
    assert.equal(await next(self), { tag: "cancelTimer", ref: timer, left: undefined });
    const other = await tell<Ref>(self, pid, "sendAfter", 60_000, self.pid, "never");
    self.cancelTimer(other, { async: true, info: false });
    // The question takes the way of the cancel, behind it.
    assert.is(await self.readTimer(other, { anywhere: true }), undefined);
    assert.equal(await inbox(self), []);
  },
  async whatIsNoTimerIsNotCancelled(self, there) {
    const ref = await tell<Ref>(self, partner(self, there), "makeRef");
    assert.is(await self.cancelTimer(ref, { anywhere: true }), undefined);
  },
  async absoluteTimeIsOnTheClockOfNow(self) {
    const at = self.now() + 15;
    const ref = self.startTimer(at, self.pid, "due", { abs: true });
    assert.ok(self.readTimer(ref)! <= 15);
    assert.equal(await next(self), { tag: "timeout", ref, message: "due" });
    assert.ok(self.now() >= at);
    self.sendAfter(at - 5, self.pid, "over", { abs: true });
    assert.is(await next(self), "over");
    assert.throws(() => self.sendAfter(Number.NaN, self.pid, 1, { abs: true }), /is not a time/);
  },
  async badTimesAreRefused(self) {
    for (const ms of [-1, Number.NaN]) {
      assert.throws(() => self.sendAfter(ms, self.pid, 1), /is not a time/);
    }
  },
};
