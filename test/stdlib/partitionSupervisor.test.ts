/** Partition supervisors keep the rules of Elixir's `PartitionSupervisor`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { BadName, type Pid, type Self } from "../../runtime/index.js";
import {
  call,
  partition,
  partitions,
  StartError,
  startLink,
  stop,
  whichChildren,
} from "../../stdlib/index.js";
import { event, type Fixture, onNode } from "./helpers.js";
import { adder, counters } from "./services.js";

const test = suite<Fixture>("stdlib/partitionSupervisor");
onNode(test);

function where(self: Self<unknown>, key: unknown): Promise<number> {
  return call(self, partition(self, counters, key), ["where"]);
}

test("by default there is one partition for each worker scheduler, and it lives there", async ({ self }) => {
  const sup = await startLink(self, counters, []);
  assert.is(partitions(self, counters), 2);
  assert.equal(
    (await whichChildren(self, sup)).map(({ id, pid }) => [id, pid!.scheduler]),
    [
      ["0", 1],
      ["1", 2],
    ],
  );
  assert.equal([await where(self, 0), await where(self, 1)], [1, 2]);
  await stop(self, sup, "shutdown");
});

test("the count can be given; whole numbers go round, negative ones too", async ({ self }) => {
  const sup = await startLink(self, counters, [3]);
  const start = (key: unknown) => call(self, partition(self, counters, key), ["get"]);
  const found: number[] = [];
  for (const key of [0, 1, 2, 3, -1]) found.push(await start(key));
  assert.equal(found, [0, 100, 200, 0, 200]);
  await stop(self, sup, "shutdown");
});

test("equal terms have the same partition, and many keys use all", ({ self }) => {
  return withCounters(self, 3, async () => {
    assert.is(
      partition(self, counters, ["user", { a: 1, b: 2 }]),
      partition(self, counters, ["user", { b: 2, a: 1 }]),
    );
    const used = new Set(Array.from({ length: 100 }, (_, i) => partition(self, counters, `user ${i}`)));
    assert.is(used.size, 3);
  });
});

test("a partition is found from every scheduler", ({ self }) => {
  return withCounters(self, 2, async () => {
    const pid = self.whereis(partition(self, counters, "x") as unknown as string) as Pid<unknown>;
    for (const scheduler of [0, 1, 2]) self.spawn(adder, [self.pid, pid], { scheduler });
    const got = new Set();
    for (let i = 0; i < 3; i++) got.add(((await event(self, "adder", "got"))[0] as number) % 100);
    assert.equal([...got].sort(), [1, 2, 3]);
  });
});

test("a partition that is restarted is found again, its neighbours all the time", ({ self }) => {
  return withCounters(self, 2, async (sup) => {
    const [one, other] = [partition(self, counters, 0), partition(self, counters, 1)];
    await call(self, other, ["add", 1]);
    const before = self.whereis(one as unknown as string)!;
    self.exit(before, "kill");
    for (;;) {
      const now = (await whichChildren(self, sup))[0]!.pid;
      if (now !== before && now !== undefined) break;
    }
    assert.is(await call(self, partition(self, counters, 0), ["get"]), 0);
    assert.is(await call(self, partition(self, counters, 1), ["get"]), 101);
  });
});

test("where none runs: BadName, also after one ran, and a new count is seen", async ({ self }) => {
  await withCounters(self, 2, async () => assert.is(partitions(self, counters), 2));
  assert.throws(
    () => partition(self, counters, 1),
    (error: unknown) => error instanceof BadName,
  );
  await withCounters(self, 5, async () => {
    assert.is(partitions(self, counters), 5);
    assert.is(await call(self, partition(self, counters, 4), ["get"]), 400);
  });
});

test("a count that is none: supervisorData", async ({ self }) => {
  for (const partitions of [0, 1.5, -1]) {
    const error = await startLink(self, counters, [partitions]).then(
      () => assert.unreachable(),
      (error: unknown) => error,
    );
    assert.instance(error, StartError);
    assert.equal((error as StartError).reason, { supervisorData: { invalidPartitions: partitions } });
  }
});

async function withCounters(
  self: Self<unknown>,
  count: number,
  body: (sup: Awaited<ReturnType<typeof startLink>> & Pid<never>) => Promise<void>,
): Promise<void> {
  const sup = await startLink(self, counters, [count]);
  await body(sup as never);
  await stop(self, sup, "shutdown");
}

test.run();
