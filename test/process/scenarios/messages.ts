/** Order, copies, selective receive, timeouts. */
import * as assert from "uvu/assert";
import { BadName, type Pid, type SchedulerReport, TermError, TIMEOUT } from "../../../runtime/index.js";
import { idle } from "../bodies.js";
import { endOf, inbox, order, partner, type Scenario, tell, thrownBy } from "./support.js";

const MANY = 5000;

export const scenarios: Record<string, Scenario> = {
  async messagesKeepTheOrderOfSending(self, there) {
    const pid = partner(self, there);
    // Every kind of frame in turn: number, atom, term, alias would have its own ref.
    const kinds = [
      (i: number) => i,
      (i: number) => (i % 2 === 0 ? null : true),
      (i: number) => ({ i }),
      (i: number) => `${i}`,
    ];
    const sent = Array.from({ length: MANY }, (_, i) => kinds[i % kinds.length]!(i));
    for (const message of sent) self.send(pid, message);
    assert.equal(await tell(self, pid, "inbox"), sent);
  },
  async messagesAndExitSignalKeepTheirOrder(self, there) {
    const pid = partner(self, there, [["processFlag", "trapExit", true]]);
    await tell(self, pid, "inbox");
    self.send(pid, 1);
    self.exit(pid, "between");
    self.send(pid, 2);
    const heard = await tell<unknown[]>(self, pid, "inbox");
    assert.equal(heard, [1, { tag: "EXIT", pid: self.pid, reason: "between" }, 2]);
  },
  async messageToNameAliasAndPidKeepTheirOrder(self, there) {
    const pid = partner(self, there, [["register", "order"]]);
    const alias = await tell<never>(self, pid, "alias");
    for (let i = 0; i < 300; i += 3) {
      self.send(pid, i);
      self.send("order", i + 1);
      self.send(alias, i + 2);
    }
    assert.equal(await tell(self, pid, "inbox"), [...Array(300).keys()]);
  },
  async termsArriveEqualAndAreCopies(self, there) {
    const pid = partner(self, there);
    const map = new Map<unknown, unknown>([["k", new Set([1n, "two"])]]);
    const message = {
      map,
      pid: self.pid,
      date: new Date(5),
      bytes: new Uint8Array([1, 2]),
      nan: Number.NaN,
      none: undefined,
    };
    const expected = { ...message, map: new Map(map) };
    self.send(pid, message);
    map.clear();
    message.bytes[0] = 9;
    const [got] = await tell<[typeof message]>(self, pid, "inbox");
    assert.equal(got, { ...expected, bytes: new Uint8Array([1, 2]) });
    assert.ok(got.pid === self.pid);
  },
  async functionInMessageIsRefusedWithItsPath(self, there) {
    const pid = partner(self, there);
    const error = (await thrownBy(() => self.send(pid, { job: { handlers: [() => {}] } }))) as TermError;
    assert.instance(error, TermError);
    assert.is(error.message, "message.job.handlers[0]: function cannot be sent");
    class Box {}
    const instance = (await thrownBy(() => self.send(pid, [new Box()]))) as TermError;
    assert.is(instance.message, "message[0]: instance of Box cannot be sent");
    const reason = (await thrownBy(() => self.exit(pid, { f() {} }))) as TermError;
    assert.is(reason.message, "reason.f: function cannot be sent");
    const args = (await thrownBy(() => partner(self, there, [["x", Symbol("s")]]))) as TermError;
    assert.is(args.message, "args[0][1]: symbol cannot be sent");
    const named = (await thrownBy(() =>
      self.send({ name: "nobody", node: self.node }, () => {}),
    )) as TermError;
    assert.is(named.message, "message: function cannot be sent");
    assert.equal(await tell(self, pid, "inbox"), []);
  },
  async refusedSpawnLeavesNoLinkOrMonitor(self, there) {
    const bad = (() => {}) as unknown as { from: Pid<unknown> };
    const args = [bad] as unknown as [];
    await thrownBy(() => self.spawnLink(idle, args, { scheduler: there }));
    await thrownBy(() => self.spawnMonitor(idle, args, { scheduler: there }));
    const reports = (await self.call("kernel", ["inspect"])) as SchedulerReport[];
    const me = reports
      .flatMap((report) => report.processes)
      .find((process) => process.pid === String(self.pid));
    // The monitor is that of this very call.
    assert.equal([me?.links, me?.monitors], [0, 1]);
  },
  async selectiveReceiveTakesTheFirstThatFitsAndLeavesTheRest(self, there) {
    const pid = partner(self, there, [
      ["send", self.pid, 1],
      ["send", self.pid, "a"],
      ["send", self.pid, 2],
      ["send", self.pid, "b"],
    ]);
    await tell(self, pid, "inbox");
    const isText = (m: unknown): m is string => typeof m === "string";
    assert.is(await self.receive(isText), "a");
    assert.is(await self.receive(isText), "b");
    assert.equal(await inbox(self), [1, 2]);
  },
  async selectiveReceiveWaitsForOneThatFits(self, there) {
    const pid = partner(self, there);
    for (let i = 0; i < 100; i++) order(self, pid, "send", self.pid, i);
    order(self, pid, "send", self.pid, "x");
    assert.is(await self.receive((m) => m === "x"), "x");
    assert.equal(await inbox(self), [...Array(100).keys()]);
  },
  async afterZeroOnlyLooks(self, there) {
    assert.is(await self.receive({ after: 0 }), TIMEOUT);
    const pid = partner(self, there, [["send", self.pid, "here"]]);
    await tell(self, pid, "inbox");
    assert.is(await self.receive((m) => m === "other", { after: 0 }), TIMEOUT);
    assert.is(await self.receive({ after: 0 }), "here");
    assert.is(await self.receive({ after: 0 }), TIMEOUT);
  },
  async afterTimesOutNotBeforeItsTime(self) {
    for (const ms of [1, 5, 20]) {
      const start = performance.now();
      assert.is(await self.receive({ after: ms }), TIMEOUT);
      assert.ok(performance.now() - start >= ms, `${performance.now() - start} < ${ms}`);
    }
  },
  async afterCountsFromTheReceiveWhateverComesMeanwhile(self, there) {
    const pid = partner(self, there);
    const start = performance.now();
    for (let ms = 0; ms <= 40; ms += 5) order(self, pid, "sendAfter", ms, self.pid, ms);
    assert.is(await self.receive((m) => m === "never", { after: 25 }), TIMEOUT);
    assert.ok(performance.now() - start >= 25);
  },
  async messageThatFitsEndsTheTimeout(self, there) {
    const pid = partner(self, there);
    order(self, pid, "send", self.pid, "in time");
    assert.is(await self.receive({ after: 5000 }), "in time");
    assert.is(await self.receive({ after: 10 }), TIMEOUT);
  },
  async receiveSinceRefSkipsWhatWasThereBefore(self, there) {
    self.send(self.pid, "old");
    const ref = self.makeRef();
    assert.is(await self.receive({ after: 0, since: ref }), TIMEOUT);
    const seen: unknown[] = [];
    const look = (m: unknown) => seen.push(m) > 0;
    const pid = partner(self, there, [["send", self.pid, "new"]]);
    await self.receive((m) => m === "new" && look(m), { after: 5000, since: ref });
    assert.equal(seen, ["new"]);
    assert.equal(await inbox(self), ["old"]);
    // Not the youngest ref any more: looks at all.
    self.send(self.pid, "old");
    const first = self.makeRef();
    self.makeRef();
    assert.is(await self.receive((m) => m === "old", { after: 0, since: first }), "old");
    await tell(self, pid, "inbox");
  },
  async matcherThatThrowsCanBeCaughtAndTakesNothing(self, there) {
    const bad = (m: unknown) => {
      if (m === 1) throw new Error("matcher");
      return false;
    };
    self.send(self.pid, 1);
    assert.match(String(await thrownBy(() => self.receive(bad))), /matcher/);
    assert.equal(await inbox(self), [1]);
    const pid = partner(self, there);
    order(self, pid, "send", self.pid, 1);
    assert.match(String(await thrownBy(() => self.receive(bad))), /matcher/);
    assert.equal(await inbox(self), [1]);
  },
  async secondReceiveWhileOneWaitsIsRefused(self) {
    const first = self.receive();
    assert.match(String(await thrownBy(() => self.receive())), /waiting already/);
    self.send(self.pid, "for the first");
    assert.is(await first, "for the first");
  },
  async sendToUnregisteredNameThrowsBadName(self) {
    assert.instance(await thrownBy(() => self.send("nobody", 1)), BadName);
    self.send({ name: "nobody", node: self.node }, 1);
  },
  async messageToDeadIsDropped(self, there) {
    const pid = partner(self, there);
    self.exit(pid, "kill");
    self.send(pid, 1);
    self.send(pid, { big: "x".repeat(100_000) });
    assert.is(await endOf(self, pid), "noproc");
    assert.equal(await inbox(self), []);
  },
};
