/** Registered names. */
import * as assert from "uvu/assert";
import { BadName, type Pid } from "../../../runtime/index.js";
import { contender, leave } from "../bodies.js";
import { downOf, endOf, next, order, partner, type Scenario, tell, thrownBy } from "./support.js";

export const scenarios: Record<string, Scenario> = {
  async nameIsSeenByAllAtOnce(self, there) {
    const pid = partner(self, there);
    await tell(self, pid, "register", "shared");
    assert.is(self.whereis("shared"), pid);
    self.register("mine");
    assert.is(await tell(self, pid, "whereis", "mine"), self.pid);
    const names = self.registered();
    assert.ok(names.includes("shared") && names.includes("mine"));
    assert.equal(await tell(self, pid, "registered"), names);
    self.send("shared", 1);
    assert.equal(await tell(self, pid, "inbox"), [1]);
    self.unregister("mine");
    assert.is(await tell(self, pid, "whereis", "mine"), undefined);
    assert.instance(await thrownBy(() => self.unregister("mine")), BadName);
  },
  async takenNameAndSecondNameAreRefused(self, there) {
    const pid = partner(self, there, [["register", "taken"]]);
    await tell(self, pid, "inbox");
    assert.match(String(await thrownBy(() => self.register("taken"))), "is taken by");
    self.register("only");
    assert.match(String(await thrownBy(() => self.register("second"))), "registered already");
    assert.is(self.whereis("second"), undefined);
  },
  async nameIsFreedAtExitBeforeAnybodyHearsOfIt(self, there) {
    for (let i = 0; i < 50; i++) {
      const pid = partner(self, there, [["register", "again"]]);
      await tell(self, pid, "inbox");
      const ref = self.monitor(pid);
      self.exit(pid, "kill");
      await downOf(self, ref);
      assert.is(self.whereis("again"), undefined);
    }
  },
  async nameGivenByAnotherIsFreedAtExit(self, there) {
    const pid = partner(self, there);
    const kept = self.register("given", pid);
    assert.is(self.whereis("given"), pid, "at once");
    await kept;
    assert.is(await tell(self, pid, "whereis", "given"), pid);
    const ref = self.monitor(pid);
    self.exit(pid, "kill");
    await downOf(self, ref);
    assert.is(self.whereis("given"), undefined);
  },
  async nameTakenAwayByAnotherCanBeReplaced(self, there) {
    const pid = partner(self, there, [["register", "first"]]);
    await tell(self, pid, "inbox");
    self.unregister("first");
    await tell(self, pid, "register", "second");
    assert.is(self.whereis("second"), pid);
    assert.is(self.whereis("first"), undefined);
  },
  async oneOfAllWhoRaceForANameGetsIt(self, there) {
    for (let round = 0; round < 20; round++) {
      const name = `prize${there}.${round}`;
      const racers: Pid<unknown>[] = [];
      for (let i = 0; i < 12; i++) {
        racers.push(
          self.spawn(contender, [name, self.pid], { scheduler: there === self.scheduler ? there : i % 3 }),
        );
      }
      for (const _ of racers) assert.is(await next(self), "ready");
      for (const racer of racers) self.send(racer, "go");
      const heard = [];
      for (const _ of racers) heard.push(await next<{ won?: Pid; lost?: Pid }>(self));
      const winners = heard.filter((h) => h.won !== undefined);
      assert.is(winners.length, 1);
      assert.is(self.whereis(name), winners[0]!.won);
      for (const racer of racers) self.exit(racer, "kill");
      for (const racer of racers) await endOf(self, racer);
      assert.is(self.whereis(name), undefined);
    }
  },
  async spawnUnderTakenNameExitsWithTheHolder(self, there) {
    const holder = partner(self, there, [], { name: "held" });
    await tell(self, holder, "inbox");
    const { ref } = self.spawnMonitor(leave, ["never runs"], { name: "held", scheduler: there });
    assert.equal(await downOf(self, ref), { alreadyRegistered: holder });
    assert.is(self.whereis("held"), holder);
    self.processFlag("trapExit", true);
    const linked = self.spawnLink(leave, ["never runs"], { name: "held", scheduler: self.scheduler });
    assert.equal(await next(self), { tag: "EXIT", pid: linked, reason: { alreadyRegistered: holder } });
  },
  async nameOfSpawnIsThereBeforeItsBodyRuns(self, there) {
    const pid = self.spawn(leave, ["over"], { name: "brief", scheduler: there });
    await endOf(self, pid);
    assert.is(self.whereis("brief"), undefined);
    const other = partner(self, there, [["send", self.pid, "started"]], { name: "lasting" });
    assert.is(await next(self), "started");
    assert.is(self.whereis("lasting"), other);
  },
  async badNamesAreRefused(self) {
    for (const name of ["", "a b", "<a>", "a,b", "x".repeat(256), 5 as unknown as string]) {
      assert.instance(await thrownBy(() => self.register(name)), TypeError);
    }
  },
  async registerOfDeadProcessLeavesNoName(self, there) {
    const pid = partner(self, there);
    self.exit(pid, "kill");
    assert.is(await endOf(self, pid), "noproc");
    assert.match(String(await thrownBy(() => self.register("ghost", pid))), "has ended");
    assert.is(self.whereis("ghost"), undefined);
  },
  async processWithANameGetsNoSecondOneFromAnother(self, there) {
    const pid = partner(self, there, [["register", "first"]]);
    await tell(self, pid, "inbox");
    for (const name of ["second", "first"])
      assert.match(String(await thrownBy(() => self.register(name, pid))), "is registered already");
    assert.is(self.whereis("second"), undefined);
    assert.is(self.whereis("first"), pid);
    assert.is((await self.processInfo(pid))?.name, "first");
  },
  async ofTwoNamesGivenAtOnceTheProcessKeepsOne(self, there) {
    const pid = partner(self, there);
    const other = partner(self, there);
    for (let i = 0; i < 20; i++) {
      order(self, other, "register", `his${i}`, pid);
      await self.register(`mine${i}`, pid).catch(() => {});
      await tell(self, other, "makeRef");
      const names = self.registered().filter((name) => self.whereis(name) === pid);
      assert.is(names.length, 1, String(names));
      self.unregister(names[0]!);
    }
  },
};
