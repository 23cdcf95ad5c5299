/** processInfo, isAlive and processes, wherever the process lives. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CallError, type Down, type Node, startNode, TIMEOUT } from "../../runtime/index.js";
import { idle } from "./bodies.js";

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
