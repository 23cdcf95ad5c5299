/** A mailbox with a limit: what becomes of a message too many, from near and far, and what is never dropped. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Down,
  type MailboxLimit,
  type Node,
  type Pid,
  type Ref,
  startNode,
} from "../../runtime/index.js";
import * as bodies from "./mailboxBodies.js";

const test = suite("process/mailboxLimit");
const MODULES = [new URL("./mailboxBodies.js", import.meta.url).href];
const FAR = 1;

let node: Node;
test.before(async () => {
  node = await startNode({ schedulers: FAR, modules: MODULES });
});
test.after(() => node.stop());

interface Hoarder {
  readonly pid: Pid<unknown>;
  /** What comes here is no flood. */
  readonly alias: Ref;
}

/** A process with this limit that runs, and takes nothing before it is asked for all that it has. */
async function hoarder(scheduler: number, maxMailbox: MailboxLimit): Promise<Hoarder> {
  const { self } = node;
  const pid = self.spawn(bodies.hoarder, [self.pid], { scheduler, maxMailbox }) as Pid<unknown>;
  return (await self.receive((m) => (m as { pid?: unknown }).pid === pid)) as Hoarder;
}

async function contents({ alias }: Hoarder): Promise<unknown> {
  node.self.send(alias, "open" as never);
  return await node.self.receive((m) => Array.isArray(m));
}

for (const scheduler of [0, FAR]) {
  test(`refuse: those that came first stay, on scheduler ${scheduler}`, async () => {
    const it = await hoarder(scheduler, { size: 3, policy: "refuse" });
    for (let i = 0; i < 10; i++) node.self.send(it.pid, i);
    assert.equal(await contents(it), [0, 1, 2]);
  });

  test(`dropOldest: those that came last stay, in their order, on scheduler ${scheduler}`, async () => {
    const it = await hoarder(scheduler, { size: 3, policy: "dropOldest" });
    for (let i = 0; i < 10; i++) node.self.send(it.pid, i);
    assert.equal(await contents(it), [7, 8, 9]);
  });

  test(`exit: the reason says so, whatever it traps, on scheduler ${scheduler}`, async () => {
    const { pid } = await hoarder(scheduler, { size: 3, policy: "exit" });
    const ref = node.self.monitor(pid);
    for (let i = 0; i < 4; i++) node.self.send(pid, i);
    const down = (await node.self.receive((m) => (m as { ref?: unknown }).ref === ref)) as Down;
    assert.equal(down.reason, { mailboxFull: 3 });
  });

  for (const policy of ["refuse", "dropOldest"] as const) {
    test(`${policy}: exit signals that are trapped, and DOWN, are never lost, on scheduler ${scheduler}`, async () => {
      const it = await hoarder(scheduler, { size: 2, policy });
      for (let i = 0; i < 5; i++) node.self.send(it.pid, i);
      node.self.exit(it.pid, "first");
      node.self.exit(it.pid, "second");
      for (let i = 5; i < 9; i++) node.self.send(it.pid, i);
      const kept = ((await contents(it)) as { reason?: unknown }[]).map((m) => m.reason ?? m);
      assert.equal(kept, policy === "refuse" ? [0, 1, "first", "second"] : ["first", "second", 8]);
    });
  }
}

test("a message that is taken makes room, and the limit may be lifted", async () => {
  const { self } = node;
  assert.is(self.processFlag("maxMailbox", { size: 1, policy: "refuse" }), undefined);
  self.send(self.pid, "a");
  self.send(self.pid, "lost");
  assert.is(await self.receive(), "a");
  self.send(self.pid, "b");
  assert.equal(self.processFlag("maxMailbox", undefined), { size: 1, policy: "refuse" });
  self.send(self.pid, "c");
  assert.equal([await self.receive(), await self.receive()], ["b", "c"]);
});

test("what is no limit is refused, and nothing is spawned", () => {
  for (const bad of [
    { size: 0, policy: "exit" },
    { size: 1.5, policy: "exit" },
    { size: 1, policy: "?" },
    3,
  ]) {
    const maxMailbox = bad as MailboxLimit;
    assert.throws(() => node.self.spawn(bodies.slow, [], { maxMailbox }), /maxMailbox/);
    assert.throws(() => node.self.processFlag("maxMailbox", maxMailbox), /maxMailbox/);
  }
});

test("ten times what a server can take: it stays within its limit, and its node answers", async () => {
  const { self } = node;
  const pid = self.spawn(bodies.slow, [], {
    scheduler: FAR,
    maxMailbox: { size: 100, policy: "dropOldest" },
  });
  for (let round = 0; round < 20; round++) {
    for (let i = 0; i < 1000; i++) self.send(pid as Pid<unknown>, i);
    const { mailbox } = (await self.processInfo(pid))!;
    assert.ok(mailbox <= 100, `${mailbox} wait`);
  }
  self.exit(pid, "kill");
});

test.run();
