/** processInfo, isAlive and processes, wherever the process lives. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type CallError,
  copy,
  type Down,
  type Node,
  startNode,
  TermError,
  TIMEOUT,
} from "../../runtime/index.js";
import { idle } from "./bodies.js";
import { puppet } from "./puppet.js";

const test = suite("process/info");
let node: Node;

test.before(async () => {
  node = await startNode({ schedulers: 2, modules: [new URL("./bodies.js", import.meta.url).href] });
});
test.after(() => node.stop());

for (const scheduler of [0, 1, 2]) {
  test(`a process on scheduler ${scheduler} tells of itself, and one that has ended does not`, async () => {
    const { self } = node;
    const name = `idle ${scheduler}`.replace(" ", "-");
    const pid = self.spawn(idle, [], { scheduler, name, priority: "high" });
    const other = self.monitor(pid);
    const info = await self.processInfo(pid);
    assert.is(info?.pid, String(pid));
    assert.equal([info?.scheduler, info?.name, info?.priority], [scheduler, name, "high"]);
    assert.match(info?.initialCall ?? "", /bodies\.js#idle$/);
    assert.is(info?.monitoredBy, 2, "our monitor, and the question's own");
    assert.ok(await self.isAlive(pid));
    assert.ok((await self.processes()).includes(pid), "the very same pid");
    self.exit(pid, "kill");
    assert.is(((await self.receive()) as Down).ref, other);
    assert.is(await self.processInfo(pid), undefined);
    assert.not(await self.isAlive(pid));
    assert.not((await self.processes()).includes(pid));
    assert.is(await self.receive({ after: 0 }), TIMEOUT, "questions leave nothing in the mailbox");
  });
}

for (const scheduler of [0, 1]) {
  test(`items that are lists are told when asked for by name, scheduler ${scheduler}`, async () => {
    const { self } = node;
    const pid = self.spawn(puppet, [], { scheduler });
    await self.call(pid, ["link", self.pid]);
    await self.call(pid, ["monitor", "kernel"]);
    const ref = self.monitor(pid);
    for (const message of ["one", { two: 2 }]) self.send(pid, message);
    const kernel = { name: "kernel", node: self.node };
    const info = await self.processInfo(pid, ["parent", "links", "monitors", "monitoredBy", "messages"]);
    assert.equal(info, {
      parent: self.pid,
      links: [self.pid],
      monitors: [kernel],
      monitoredBy: [self.pid, self.pid],
      messages: ["one", { two: 2 }],
    });
    assert.equal(await self.processInfo(pid, ["messages"]), { messages: ["one", { two: 2 }] });
    assert.throws(() => self.processInfo(pid, ["memory" as never]), /no item memory/);
    self.demonitor(ref);
    self.unlink(pid);
    self.exit(pid, "kill");
    assert.is(await self.processInfo(pid, ["links"]), undefined);
  });
}

test("clock, schedulers and copies are there for every process", async () => {
  const { self } = node;
  assert.is(self.schedulers, 2);
  const before = self.now();
  assert.is(await self.receive({ after: 5 }), TIMEOUT);
  assert.ok(self.now() - before >= 5);
  const term = { list: [1, new Map([["a", 1]])] };
  const twin = copy(term);
  assert.equal(twin, term);
  assert.is.not(twin.list, term.list);
  assert.throws(
    () => copy({ f: () => {} }),
    (error: unknown) => error instanceof TermError,
  );
});

test("a process can ask about itself", async () => {
  const { self } = node;
  assert.is((await self.processInfo(self.pid))?.pid, String(self.pid));
});

test("a call to oneself fails at once", async () => {
  const { self } = node;
  const error = await self.call(self.pid, "anything").catch((thrown: CallError) => thrown);
  assert.is((error as CallError).failure, "callingSelf");
});

test.run();
