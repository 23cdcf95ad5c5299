/** Waking: every wake is followed by an onWake, on the right thread, as a macrotask. Runs on both implementations. */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native, type Slot } from "../../native/index.js";
import { signal, within } from "./support.js";

const test = suite(`wake (${native.kind})`);
const ROUNDS = native.kind === "addon" ? 100_000 : 20_000;

const slots: Slot[] = [];

test.after.each(() => {
  for (const slot of slots.splice(0)) native.closeSlot(slot);
});

function openSlot(): Slot {
  const slot = native.openSlot();
  slots.push(slot);
  return slot;
}

async function startPeer(own: Slot, peer: Slot, rounds: number): Promise<Worker> {
  const worker = new Worker(new URL("./wakeWorker.js", import.meta.url), {
    workerData: { own, peer, rounds },
  });
  await within(10_000, "attach", once(worker, "message"));
  return worker;
}

test("wakeBeforeAttachOrAfterDetachIsHarmless", () => {
  const slot = openSlot();
  assert.is(native.wake(slot), false);
  const attachment = native.attach(
    slot,
    () => assert.unreachable("woken after detach"),
    () => {},
  );
  assert.is(native.wake(slot), true);
  attachment.detach();
  attachment.detach();
  assert.is(native.wake(slot), false);
  return new Promise((resolve) => setTimeout(resolve, 20));
});

test("closedSlotIsNobodys", () => {
  const slot = native.openSlot();
  native.closeSlot(slot);
  native.closeSlot(slot);
  assert.is(native.wake(slot), false);
  assert.is(native.requestKill(slot, 1, 0), false);
  assert.throws(
    () =>
      native.attach(
        slot,
        () => {},
        () => {},
      ),
    /closed or taken/,
  );
});

test("slotHasOneOwner", () => {
  const slot = openSlot();
  const attachment = native.attach(
    slot,
    () => {},
    () => {},
  );
  assert.throws(
    () =>
      native.attach(
        slot,
        () => {},
        () => {},
      ),
    /closed or taken/,
  );
  attachment.detach();
});

test("onWakeIsMacrotaskAndWakesCoalesce", async () => {
  const slot = openSlot();
  const { promise, fire } = signal();
  let calls = 0;
  let microtasks = 0;
  const attachment = native.attach(
    slot,
    () => {
      calls++;
      assert.is(microtasks, 1000);
      fire();
    },
    () => {},
  );
  for (let n = 0; n < 100; n++) native.wake(slot);
  for (; microtasks < 1000; microtasks++) await null;
  await within(5000, "wake", promise);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.is(calls, 1);
  attachment.detach();
});

test("wakeDuringOnWakeIsNotLost", async () => {
  const slot = openSlot();
  const { promise, fire } = signal();
  let left = 1000;
  const attachment = native.attach(
    slot,
    () => (--left === 0 ? fire() : native.wake(slot)),
    () => {},
  );
  native.wake(slot);
  await within(10_000, "wakes", promise);
  attachment.detach();
});

test("wakeIsNeverLostBetweenWorkerAndMain", async () => {
  const [main, own] = [openSlot(), openSlot()];
  const { promise, fire } = signal();
  let left = ROUNDS;
  const attachment = native.attach(
    main,
    () => {
      if (--left === 0) return fire();
      native.wake(own);
    },
    () => {},
  );
  const worker = await startPeer(own, main, ROUNDS);
  const ended = once(worker, "exit");
  native.wake(own);
  await within(120_000, "ping-pong", promise);
  attachment.detach();
  assert.equal(await within(10_000, "exit", ended), [0]);
});

test("wakeIsNeverLostBetweenWorkers", async () => {
  const [left, right] = [openSlot(), openSlot()];
  const first = await startPeer(left, right, ROUNDS);
  const second = await startPeer(right, left, ROUNDS);
  const ended = Promise.all([once(first, "exit"), once(second, "exit")]);
  native.wake(left);
  const codes = (await within(120_000, "ping-pong", ended)).flat();
  assert.equal(codes, [0, 0]);
});

test.run();
