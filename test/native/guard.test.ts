/** The guard: what a slice may do, and that the watchdog ends the slice it was sent for and no other. */

import { AsyncLocalStorage, AsyncResource, createHook } from "node:async_hooks";
import { readFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Attachment, native, type Slot } from "../../native/index.js";
import { mustReachItsEnd, needsAddon, randomFrom, signal, spin, within } from "./support.js";

const test = suite("guard");
const guarded = needsAddon(test);

let slot: Slot;
let attachment: Attachment;
let body: () => void = () => {};
let woken: () => void = () => {};
let serial = 0;

test.before.each(() => {
  slot = native.openSlot();
  attachment = native.attach(
    slot,
    () => woken(),
    () => body(),
  );
});

test.after.each(() => {
  attachment.detach();
  native.closeSlot(slot);
});

/** Runs one slice. */
function run(slice: () => void): boolean {
  body = slice;
  return attachment.run(++serial);
}

/** Runs one slice that is to be killed after `graceMs`. */
function runAndKill(slice: () => void, graceMs = 1): boolean {
  return run(() => {
    assert.ok(native.requestKill(slot, serial, graceMs));
    slice();
  });
}

/** Calls `task` in a wake-up: a macrotask, as the scheduler is run. */
function inWake(task: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    woken = () => {
      try {
        task();
        resolve();
      } catch (error) {
        reject(error);
      }
    };
    native.wake(slot);
  });
}

const endless: Record<string, () => void> = {
  endlessLoopIsTerminated() {
    for (;;);
  },
  async endlessAsyncLoopIsTerminated() {
    for (;;) await null;
  },
  backtrackingRegexIsTerminated() {
    /^(a+)+$/.test(`${"a".repeat(50)}b`);
  },
  atomicsWaitIsTerminated() {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
  terminationCannotBeCaught() {
    for (;;) {
      try {
        for (;;);
      } catch {
        // Never here.
      } finally {
        for (;;);
      }
    }
  },
};

for (const [name, slice] of Object.entries(endless)) {
  guarded(name, async () => {
    await inWake(() => {
      assert.is(runAndKill(slice), true);
      assert.is(
        run(() => spin(100)),
        false,
      );
    });
  });
}

guarded("microtasksRunBeforeRunReturns", async () => {
  await inWake(() => {
    const seen: string[] = [];
    const terminated = run(async () => {
      seen.push("slice");
      await null;
      seen.push("microtask");
      await Promise.all([null, null]);
      seen.push("later microtask");
    });
    assert.is(terminated, false);
    assert.equal(seen, ["slice", "microtask", "later microtask"]);
  });
});

guarded("microtasksOfKilledSliceNeverRun", async () => {
  let leaked = 0;
  await inWake(() => {
    const killed = runAndKill(() => {
      void Promise.resolve().then(() => leaked++);
      queueMicrotask(() => leaked++);
      for (;;);
    });
    assert.is(killed, true);
    run(() => {});
  });
  await new Promise(setImmediate);
  assert.is(leaked, 0);
});

guarded("killOfOtherOrIdleProcessIsRefused", () => {
  assert.is(native.requestKill(slot, serial, 0), false);
  const terminated = run(() => {
    assert.is(native.requestKill(slot, serial + 1, 0), false);
    assert.is(native.requestKill(Number.NaN, serial, 0), false);
    spin(5000);
  });
  assert.is(terminated, false);
});

guarded("killAfterSliceEndedSparesNextSliceOfSameProcess", () => {
  runAndKill(() => {}, 10);
  serial--;
  assert.is(
    run(() => spin(40_000)),
    false,
  );
});

guarded("killRacingSliceEndNeverHitsNextSlice", () => {
  const seed = Number(process.env.RINGBEAM_SEED ?? Date.now() % 2 ** 32);
  const random = randomFrom(seed);
  const outcomes = { killed: 0, spared: 0 };
  // Follows the watchdog's latency, so that about half of the slices end first.
  let meanUs = 20;
  for (let round = 0; round < 40_000; round++) {
    const us = 2 * meanUs * random();
    const killed = runAndKill(() => spin(us), 0);
    outcomes[killed ? "killed" : "spared"]++;
    meanUs *= killed ? 0.99 : 1.01;
    let completed = false;
    const canary = run(() => {
      spin(random() * 20);
      completed = true;
    });
    if (canary || !completed)
      assert.unreachable(`round ${round} of seed ${seed}: the kill hit the next slice`);
  }
  // Otherwise the kill did not race with anything.
  assert.ok(outcomes.killed > 1000 && outcomes.spared > 1000, `seed ${seed}: ${JSON.stringify(outcomes)}`);
});

guarded("threadWorksAfterKill", async () => {
  const { promise, fire } = signal();
  await inWake(() => {
    assert.is(
      runAndKill(() => endless.endlessLoopIsTerminated?.()),
      true,
    );
    process.nextTick(fire);
  });
  await within(5000, "nextTick", promise);
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.ok((await readFile(new URL(import.meta.url))).length > 0);
});

guarded("asyncLocalStoreOfKilledSliceIsGone", async () => {
  const storage = new AsyncLocalStorage<string>();
  const killInStore = (slice: (() => void) | undefined): void => {
    assert.is(
      runAndKill(() => storage.run("of the dead", () => slice?.())),
      true,
    );
    assert.is(storage.getStore(), undefined);
  };
  await inWake(() => {
    // Again and in turn: what the first one leaves is where the next one starts from.
    for (let n = 0; n < 3; n++) {
      killInStore(endless.endlessAsyncLoopIsTerminated);
      killInStore(endless.endlessLoopIsTerminated);
    }
  });
  assert.is(storage.getStore(), undefined);
});

/** Node ends the OS process when a killed slice leaves its async-context stack askew: see asyncStack.ts. */
for (const macrotask of [
  inWake,
  (task: () => void) => new Promise<void>((done) => setImmediate(() => done(task()))),
]) {
  guarded(`asyncHooksSurviveKillIn${macrotask === inWake ? "Wake" : "OtherMacrotask"}`, async () => {
    const hook = createHook({ init() {}, before() {}, after() {} }).enable();
    try {
      const resource = new AsyncResource("test");
      for (const slice of [
        endless.endlessAsyncLoopIsTerminated,
        () => resource.runInAsyncScope(() => endless.endlessLoopIsTerminated?.()),
      ]) {
        await macrotask(() => assert.is(runAndKill(slice ?? (() => {})), true));
        await new Promise(setImmediate);
      }
    } finally {
      hook.disable();
    }
  });
}

test("exceptionPropagates", () => {
  const error = new Error("of the slice");
  let microtask = false;
  assert.throws(
    () =>
      run(() => {
        queueMicrotask(() => {
          microtask = true;
        });
        throw error;
      }),
    (thrown: unknown) => thrown === error,
  );
  let ran = false;
  run(() => {
    ran = true;
  });
  assert.ok(ran);
  return new Promise<void>((resolve) => setImmediate(() => resolve(assert.ok(microtask))));
});

test("nestedRunAndDetachWithinSliceAreRefused", () => {
  const other = native.openSlot();
  const second = native.attach(
    other,
    () => {},
    () => {},
  );
  let refused = 0;
  run(() => {
    assert.throws(() => attachment.detach(), /within a slice/);
    for (const nested of [attachment, second]) {
      assert.throws(() => nested.run(1), /within a slice/);
      refused++;
    }
  });
  assert.is(refused, 2);
  assert.is(second.run(1), false);
  second.detach();
  assert.throws(() => second.run(1), /after detach/);
  native.closeSlot(other);
});

mustReachItsEnd(test);
test.run();
