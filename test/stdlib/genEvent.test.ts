/** Event managers keep the rules of `gen_event(3)`, beside their client and on another scheduler. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Pid } from "../../runtime/index.js";
import {
  addHandler,
  addSupHandler,
  callHandler,
  deleteHandler,
  eventHandler,
  type GenEventExit,
  type ManagerMessage,
  notify,
  ReqIds,
  receiveResponse,
  sendHandlerRequest,
  start,
  startLink,
  stop,
  swapHandler,
  swapSupHandler,
  syncNotify,
  sys,
  whichHandlers,
} from "../../stdlib/index.js";
import {
  type Alarm,
  alarms,
  counting,
  notifier,
  notNamed,
  owner,
  slow,
  syncNotifier,
  watcher,
} from "./eventHandlers.js";
import { ended, event, events, exitOf, type Fixture, failure, next, onNode } from "./helpers.js";
import { stranger } from "./machines.js";

const test = suite<Fixture>("stdlib/genEvent");
onNode(test);

function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

const isExit = (m: unknown): m is GenEventExit => (m as { tag?: unknown } | null)?.tag === "genEventExit";

everywhere(
  "a handler runs in the manager, with arguments and a state of its own",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler });
    await addHandler(self, pid, watcher, [self.pid, "a"]);
    await addHandler(self, pid, [watcher, 2], [self.pid, "b"]);
    const who: string = await callHandler(self, pid, watcher, ["who"]);
    assert.is(who, "a");
    assert.is(await callHandler(self, pid, [watcher, 2], ["who"]), "b");
    assert.is(await callHandler(self, pid, watcher, ["where"]), scheduler);
    const ids = new ReqIds<string, number>();
    ids.add(sendHandlerRequest(self, pid, watcher, ["who"]), 1);
    const gone = sendHandlerRequest(self, pid, [watcher, 3], ["who"]);
    const answer = await receiveResponse(self, ids);
    assert.is((answer as { reply: string }).reply, "a");
    assert.is(await failure(receiveResponse(self, gone)), "badModule");
    await stop(self, pid);
  },
);

everywhere(
  "all handlers get each event, the newest first, in the order of the events",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler, name: "alarms" });
    await addHandler(self, pid, [watcher, 1], [self.pid, "a"]);
    await addHandler(self, "alarms", [watcher, 2], [self.pid, "b"]);
    assert.equal(await whichHandlers(self, pid), [
      [watcher, 2],
      [watcher, 1],
    ]);
    // Beside us: signals of different senders have an order only where they take the same ring.
    await ended(self, self.spawn(notifier, [["x", "y"]], { scheduler: "here" }));
    await syncNotify(self, pid, { kind: "z" });
    const order: unknown[] = [];
    for (let i = 0; i < 8; i++)
      order.push((await next(self, (m): m is unknown[] => Array.isArray(m))).slice(0, 2).join(" "));
    assert.equal(order, ["a init", "b init", "b x", "a x", "b y", "a y", "b z", "a z"]);
    await stop(self, pid);
  },
);

everywhere(
  "syncNotify waits until all handlers are done; other events wait meanwhile",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler });
    await addHandler(self, pid, watcher, [self.pid, "last"]);
    await addHandler(self, pid, slow, [self.pid]);
    notify(self, pid, { kind: "one" });
    notify(self, pid, { kind: "two" });
    self.spawn(syncNotifier, [pid, self.pid, "three"], { scheduler: 1 - scheduler });
    await event(self, "syncNotifier", "begins");
    for (const kind of ["one", "two", "three"]) {
      assert.equal(await event(self, "slow", "begins"), [kind]);
      assert.equal(await events(self, "syncNotifier"), []);
      self.send(pid as Pid<unknown>, "go");
      assert.equal(await event(self, "slow", "ends"), [kind]);
      await event(self, "last", kind);
    }
    await event(self, "syncNotifier", "done");
    await stop(self, pid);
  },
);

type Manager = Pid<ManagerMessage<Alarm>>;

for (const [how, crash] of [
  ["in an event", (self, pid) => syncNotify(self, pid, { kind: "crash a" })],
  [
    "in a call",
    async (self, pid) => {
      const reason = await failure(callHandler(self, pid, [watcher, 1], ["crash"]));
      assert.is((reason as Error).message, "boom");
    },
  ],
] as [string, (self: Fixture["self"], pid: Manager) => Promise<void>][]) {
  everywhere(
    `a handler that throws ${how} is removed, after terminate; the others live on`,
    async ({ self }, scheduler) => {
      const pid = await start(self, alarms, [], { scheduler });
      await addHandler(self, pid, [watcher, 1], [self.pid, "a"]);
      await addHandler(self, pid, [watcher, 2], [self.pid, "b"]);
      await crash(self, pid);
      const [why] = await event(self, "a", "terminate");
      assert.is((why as { error: Error }).error.message, "boom");
      assert.equal(await whichHandlers(self, pid), [[watcher, 2]]);
      await syncNotify(self, pid, { kind: "after" });
      await event(self, "b", "after");
      await stop(self, pid);
    },
  );
}

test("an async handler that throws is removed, and the event goes on to the others", async ({ self }) => {
  const pid = await start(self, alarms, []);
  await addHandler(self, pid, watcher, [self.pid, "a"]);
  await addHandler(self, pid, slow, [self.pid]);
  notify(self, pid, { kind: "crash" });
  await event(self, "slow", "begins");
  self.send(pid as Pid<unknown>, "go");
  await event(self, "a", "crash");
  assert.equal(await whichHandlers(self, pid), [watcher]);
  await stop(self, pid);
});

everywhere("getStatus shows the handlers and their states", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  assert.equal((await sys.getStatus(self, pid)).state, []);
  await addHandler(self, pid, counting, [1]);
  await addHandler(self, pid, [counting, "two"], [2]);
  await syncNotify(self, pid, { kind: "fire" });
  assert.equal((await sys.getStatus(self, pid)).state, [
    { handler: [counting, "two"], state: { count: 3 } },
    { handler: counting, state: { count: 2 } },
  ]);
  await stop(self, pid);
});

everywhere("what init throws fails addHandler, and nothing is added", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  const reason = await failure(addHandler(self, pid, watcher, [self.pid, "refuses"]));
  assert.is((reason as Error).message, "not me");
  assert.equal(await whichHandlers(self, pid), []);
  await stop(self, pid);
});

everywhere(
  "the manager loads the module of a handler that its thread does not know",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler });
    await addHandler(self, pid, stranger, []);
    assert.is(await callHandler(self, pid, stranger, ["where"]), scheduler);
    const [shown] = (await sys.getStatus(self, pid)).state as { handler: unknown }[];
    assert.is(shown?.handler, stranger);
    await stop(self, pid);
  },
);

test("a handler whose module cannot be loaded there is undef", async ({ self }) => {
  const pid = await start(self, alarms, [], { scheduler: 1 });
  const nowhere = eventHandler("file:///no/such/module.js", "nowhere", { init: () => 0, handleEvent() {} });
  const reason = await failure(addHandler(self, pid, nowhere, []));
  assert.is((reason as { undef?: string }).undef, "file:///no/such/module.js#nowhere");
  assert.equal(await whichHandlers(self, pid), []);
  await stop(self, pid);
});

everywhere("what is no event handler is refused", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  const reason = await failure(addHandler(self, pid, notNamed as never, []));
  assert.equal(reason, { noEventHandler: String(notNamed) });
  assert.equal(await whichHandlers(self, pid), []);
  await stop(self, pid);
});

everywhere(
  "deleteHandler calls terminate with its argument and gives what that gives",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler });
    await addHandler(self, pid, watcher, [self.pid, "a"]);
    assert.is(await deleteHandler(self, pid, watcher, { some: "why" }), "a was here");
    assert.equal(await event(self, "a", "terminate"), [{ some: "why" }]);
    assert.is(await failure(deleteHandler(self, pid, watcher)), "moduleNotFound");
    assert.is(await failure(callHandler(self, pid, watcher, ["who"])), "badModule");
    await addHandler(self, pid, watcher, [self.pid, "a"]);
    assert.is(((await failure(deleteHandler(self, pid, watcher, "badly"))) as Error).message, "worse");
    assert.equal(await whichHandlers(self, pid), []);
    await stop(self, pid);
  },
);

everywhere(
  "an unknown call to a handler fails and names the calls; the handler stays",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler });
    await addHandler(self, pid, watcher, [self.pid, "a"]);
    const reason = await failure(callHandler(self, pid, watcher, ["whoo" as "who"]));
    assert.equal(reason, { badRequest: "whoo", calls: ["who", "where", "last", "crash"] });
    assert.is(await callHandler(self, pid, watcher, ["who"]), "a");
    await stop(self, pid);
  },
);

everywhere("a handler removes itself, from an event or with a last reply", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  await addHandler(self, pid, watcher, [self.pid, "a"]);
  await syncNotify(self, pid, { kind: "remove a" });
  assert.equal(await event(self, "a", "terminate"), ["removeHandler"]);
  await addHandler(self, pid, watcher, [self.pid, "b"]);
  const bye: string = await callHandler(self, pid, watcher, ["last"]);
  assert.is(bye, "bye");
  assert.equal(await event(self, "b", "terminate"), ["removeHandler"]);
  assert.equal(await whichHandlers(self, pid), []);
  await stop(self, pid);
});

everywhere(
  "swapHandler gives the new handler's init what the old one's terminate gave",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler });
    await addHandler(self, pid, watcher, [self.pid, "a"]);
    await swapHandler(
      self,
      pid,
      [watcher, "enough"],
      [
        [watcher, "new"],
        [self.pid, "b"],
      ],
    );
    assert.equal(await event(self, "a", "terminate"), ["enough"]);
    assert.equal(await event(self, "b", "init"), ["a was here"]);
    await swapHandler(
      self,
      pid,
      [watcher],
      [
        [watcher, "newer"],
        [self.pid, "c"],
      ],
    );
    assert.equal(await event(self, "c", "init"), [undefined]);
    assert.equal(await whichHandlers(self, pid), [
      [watcher, "newer"],
      [watcher, "new"],
    ]);
    await stop(self, pid);
  },
);

everywhere("a handler that swaps itself leaves its place to the next one", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  for (const who of ["a", "b", "c"]) await addHandler(self, pid, [watcher, who], [self.pid, who]);
  await syncNotify(self, pid, { kind: "swap b" });
  assert.equal(await event(self, "b", "terminate"), ["swapped"]);
  assert.equal(await event(self, "next", "init"), ["b was here"]);
  assert.equal(await whichHandlers(self, pid), [
    [watcher, "c"],
    [watcher, "next"],
    [watcher, "a"],
  ]);
  assert.equal(await events(self, "next"), []);
  await stop(self, pid);
});

everywhere("other messages go to handleInfo", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  await addHandler(self, pid, watcher, [self.pid, "a"]);
  self.send(pid as Pid<unknown>, { plain: 1 });
  assert.equal(await event(self, "a", "info"), [{ plain: 1 }]);
  await stop(self, pid);
});

everywhere(
  "who added a handler with addSupHandler is told when it is gone, and why",
  async ({ self }, scheduler) => {
    const pid = await start(self, alarms, [], { scheduler });
    const goneBecause = async (doing: Promise<unknown>) => {
      await doing;
      return (await next(self, isExit)).reason;
    };
    await addSupHandler(self, pid, watcher, [self.pid, "a"]);
    assert.is(await goneBecause(deleteHandler(self, pid, watcher)), "normal");
    await addSupHandler(self, pid, watcher, [self.pid, "a"]);
    assert.is(await goneBecause(syncNotify(self, pid, { kind: "remove a" })), "normal");
    await addSupHandler(self, pid, watcher, [self.pid, "a"]);
    assert.is(((await goneBecause(syncNotify(self, pid, { kind: "crash a" }))) as Error).message, "boom");
    await addSupHandler(self, pid, watcher, [self.pid, "a"]);
    const swapped = swapHandler(
      self,
      pid,
      [watcher],
      [
        [watcher, 2],
        [self.pid, "b"],
      ],
    );
    assert.equal(await goneBecause(swapped), { swapped: [watcher, 2], owner: self.pid });
    assert.equal(await goneBecause(deleteHandler(self, pid, [watcher, 2])), "normal");
    await addHandler(self, pid, watcher, [self.pid, "a"]);
    await swapSupHandler(self, pid, [watcher], [watcher, [self.pid, "b"]]);
    assert.is(await goneBecause(stop(self, pid)), "shutdown");
  },
);

everywhere("the handler goes with who supervises it, and only that one", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  await addHandler(self, pid, [watcher, "stays"], [self.pid, "stays"]);
  self.spawn(owner, [pid, self.pid, "goes"], { scheduler: 1 - scheduler });
  const [who] = (await event(self, "owner", "added")) as [Pid<unknown>];
  self.send(who, { end: { shutdown: "enough" } });
  assert.equal(await event(self, "goes", "terminate"), [{ stop: { shutdown: "enough" } }]);
  assert.equal(await event(self, "stays", "info"), [
    { tag: "EXIT", pid: who, reason: { shutdown: "enough" } },
  ]);
  assert.equal(await whichHandlers(self, pid), [[watcher, "stays"]]);
  await stop(self, pid);
});

everywhere("when the manager ends, all handlers are terminated with stop", async ({ self }, scheduler) => {
  const pid = await start(self, alarms, [], { scheduler });
  await addHandler(self, pid, [watcher, 1], [self.pid, "a"]);
  await addHandler(self, pid, [watcher, 2], [self.pid, "b"]);
  await stop(self, pid, "shutdown");
  for (const who of ["a", "b"]) assert.equal(await event(self, who, "terminate"), ["stop"]);
});

everywhere("a manager follows its parent", async ({ self }, scheduler) => {
  const traps = self.processFlag("trapExit", true);
  const pid = await startLink(self, alarms, [], { scheduler });
  await addSupHandler(self, pid, watcher, [self.pid, "a"]);
  self.exit(pid, "shutdown");
  assert.equal(await event(self, "a", "terminate"), ["stop"]);
  assert.is(await exitOf(self, pid), "shutdown");
  self.processFlag("trapExit", traps);
});

test.run();
