/** Questions to a scheduler whose thread dies before it answers. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Down, type Node, type Ref, startNode } from "../../runtime/index.js";
import { lastOne, timerKeeper } from "./threadBodies.js";

const test = suite("sched/requests");
let node: Node;

test.before(async () => {
  node = await startNode({ schedulers: 1, modules: [new URL("./threadBodies.js", import.meta.url).href] });
});
test.after(() => node.stop());

test("aTimerAndANameOfALostThreadAreAnsweredAsGone", async () => {
  const { self } = node;
  const keeper = self.spawn(timerKeeper, [self.pid], { scheduler: 1 });
  const { timer } = (await self.receive()) as { timer: Ref };
  assert.ok((await self.readTimer(timer, { anywhere: true }))! > 0);
  const last = self.spawn(lastOne, [self.pid], { scheduler: 1 });
  const end = self.monitor(last);
  assert.is(await self.receive(), "computing");
  // It hears nothing any more: both questions die with the thread.
  self.readTimer(timer, { async: true });
  const named = self.register("lost", keeper).catch((error: Error) => error.message);
  assert.match(String(await named), "is registered already, or has ended");
  assert.is(self.whereis("lost"), undefined);
  const rest = [await self.receive(), await self.receive()] as Record<string, unknown>[];
  assert.equal(
    rest.find(({ tag }) => tag === "readTimer"),
    { tag: "readTimer", ref: timer, left: undefined },
  );
  const down = rest.find(({ tag }) => tag === "DOWN") as unknown as Down;
  assert.equal([down.ref, down.reason], [end, { schedulerDown: 1 }]);
});

test.run();
