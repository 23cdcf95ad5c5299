/** Spawning: options, what cannot start, what a body can throw. */
import * as assert from "uvu/assert";
import { Pid, Proc, proc, type Self, type SpawnReply } from "../../../runtime/index.js";
import { courier, forerunner, leave, thrower, undertaker } from "../bodies.js";
import { puppet } from "../puppet.js";
import { downOf, exitMessage, inbox, next, partner, type Scenario, tell, thrownBy } from "./support.js";

const BODIES = new URL("../bodies.js", import.meta.url).href;

/** As a node with other modules would name it: `proc` without the module. */
const named = (module: string, name: string) => new Proc<[], unknown>(module, name);

export const scenarios: Record<string, Scenario> = {
  async spawnedWhereItWasWished(self, there) {
    assert.is(partner(self, there).scheduler, there);
    assert.is(self.spawn(leave, ["normal"], { scheduler: "here" }).scheduler, self.scheduler);
    assert.ok(self.spawn(leave, ["normal"]).scheduler >= 1);
    assert.instance(await thrownBy(() => partner(self, 7)), RangeError);
    assert.instance(await thrownBy(() => partner(self, 1.5)), RangeError);
  },
  async unknownExportIsUndef(self, there) {
    const { ref } = self.spawnMonitor(named(BODIES, "noSuchBody"), [], { scheduler: there });
    assert.equal(await downOf(self, ref), { undef: `${BODIES}#noSuchBody` });
  },
  async moduleThatCannotLoadIsUndefWithItsCause(self, there) {
    const module = new URL("./noSuchModule.js", import.meta.url).href;
    const { ref } = self.spawnMonitor(named(module, "body"), [], { scheduler: there });
    const { undef, cause } = (await downOf(self, ref)) as { undef: string; cause: string };
    assert.is(undef, `${module}#body`);
    assert.match(cause, "noSuchModule");
  },
  async killWhileItsModuleLoads(self, there) {
    const { pid, ref } = self.spawnMonitor(
      named(`${BODIES}?late${self.scheduler}${there}`, "leave"),
      ["left"] as unknown as [],
      { scheduler: there },
    );
    self.exit(pid, "kill");
    // Or it was quicker.
    assert.ok(["killed", "left"].includes((await downOf(self, ref)) as string));
  },
  async priorityIsKept(self, there) {
    const pid = partner(self, there, [], { priority: "high" });
    assert.is(await tell(self, pid, "processFlag", "priority", "low"), "high");
    assert.is(await tell(self, pid, "processFlag", "priority", "normal"), "low");
  },
  async unknownPriorityIsRefused(self, there) {
    const priority = "urgent" as never;
    assert.instance(await thrownBy(() => partner(self, there, [], { priority })), TypeError);
    assert.instance(await thrownBy(() => self.processFlag("priority", priority)), TypeError);
    await tell(self, partner(self, there), "inbox");
  },
  async whateverABodyThrowsItEndsAndAllHearOfIt(self, there) {
    const recipes = [
      "function",
      "functionInside",
      "unprintable",
      "badGetter",
      "unprintableBadGetter",
      "revokedProxy",
      "undefined",
      "symbol",
    ];
    for (const recipe of recipes) {
      const { pid, ref } = self.spawnMonitor(thrower, [recipe], { scheduler: there, name: "thrower" });
      const reason = await downOf(self, ref).catch((error) => {
        throw new Error(`${recipe} of ${pid}: ${error}`);
      });
      if (recipe === "undefined") assert.is(reason, undefined);
      else assert.is.not(reason, "noproc");
      assert.is(self.whereis("thrower"), undefined);
    }
  },
  async spawnerIsParent(self, there) {
    const pid = partner(self, there);
    const { ref } = self.spawnMonitor(parentTeller, [self.pid], { scheduler: there });
    assert.is(await next(self), self.pid);
    assert.is(await downOf(self, ref), "normal");
    assert.is(await tell(self, pid, "whereis", "nobody"), undefined);
  },
  async zombieAfterKillCanDoNothing(self, there) {
    self.spawn(undertaker, [self.pid], { scheduler: there });
    assert.equal(await next(self), { tried: [], inbox: "empty" });
  },
  async messageToUnbornProcessReachesIt(self, there) {
    const rounds = 50;
    const postman = self.spawn(courier, [], { scheduler: 0 });
    self.spawn(forerunner, [rounds, there, postman, self.pid], { scheduler: self.scheduler });
    const got = new Map<number, unknown>();
    for (let n = 0; n < rounds; n++) {
      const { i, got: message } = await next<{ i: number; got: unknown }>(self);
      got.set(i, message);
    }
    for (let i = 0; i < rounds; i++) assert.is(got.get(i), i);
    self.exit(postman, "kill");
  },
  async spawnMonitorLinksAndMakesAnAliasInTheSameStep(self, there) {
    self.processFlag("trapExit", true);
    const options = { scheduler: there, link: true, alias: "replyDemonitor" } as const;
    const ended = self.spawnMonitor(leave, ["over"], options);
    assert.equal(await next(self), exitMessage(ended.pid, "over"));
    assert.equal(await next(self), { tag: "DOWN", ref: ended.ref, process: ended.pid, reason: "over" });
    const { pid, ref } = self.spawnMonitor(puppet, [], options);
    await tell(self, pid, "send", ref, "to the alias");
    assert.is(await next(self), "to the alias");
    await tell(self, pid, "send", ref, "too late");
    self.exit(pid, "kill");
    assert.equal(await next(self), exitMessage(pid, "killed"));
    assert.equal(await inbox(self), [], "the first message to the alias has ended the monitor too");
  },
  async spawnRequestIsAnsweredBeforeAnythingOfTheChild(self, there) {
    self.processFlag("trapExit", true);
    const ref = self.spawnRequest(leave, ["over"], { scheduler: there, link: true, monitor: true });
    const { pid } = await next<SpawnReply>(self);
    assert.instance(pid, Pid);
    assert.equal(await next(self), exitMessage(pid!, "over"));
    assert.equal(await next(self), { tag: "DOWN", ref, process: pid, reason: "over" });
  },
  async spawnRequestUnderATakenNameIsAnsweredBeforeTheEnd(self, there) {
    self.processFlag("trapExit", true);
    const holder = partner(self, there, [], { name: "wanted" });
    await tell(self, holder, "inbox");
    const options = { scheduler: there, name: "wanted", link: true, monitor: true };
    const ref = self.spawnRequest(leave, ["never runs"], options);
    const { pid } = await next<SpawnReply>(self);
    const reason = { alreadyRegistered: holder };
    assert.equal(await next(self), exitMessage(pid!, reason));
    assert.equal(await next(self), { tag: "DOWN", ref, process: pid, reason });
  },
  async spawnRequestThatCannotBeMetSaysWhy(self) {
    const ref = self.spawnRequest(leave, ["over"], { scheduler: 7, link: true, monitor: true });
    const { failure, ...rest } = await next<SpawnReply>(self);
    assert.instance(failure, RangeError);
    assert.equal(rest, { tag: "spawnReply", ref });
    assert.not(self.spawnRequestAbandon(ref));
  },
  async spawnLinkMonitorAndExitWithinOneSlice(self, there) {
    self.processFlag("trapExit", true);
    for (let i = 0; i < 100; i++) {
      const pid = self.spawnLink(leave, [i], { scheduler: there });
      assert.equal(await next(self), { tag: "EXIT", pid, reason: i });
    }
  },
};

const parentTeller = proc(
  import.meta.url,
  async function parentTeller(self: Self<unknown>, to: Self<unknown>["pid"]) {
    self.send(to, self.parent);
  },
);
