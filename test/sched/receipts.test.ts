import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Receipts } from "../../runtime/sched/receipts.js";

const test = suite("sched/receipts");

function noted(lump: number) {
  const told: unknown[] = [];
  return { told, receipts: new Receipts(lump, (...what) => told.push(what)) };
}

test("withRoomALumpIsToldAtOnce", () => {
  const { told, receipts } = noted(100);
  receipts.taken("b", 1, 60, true);
  receipts.taken("b", 2, 60, true);
  assert.equal(told, []);
  receipts.taken("b", 1, 60, true);
  assert.equal(told, [[1, "b", 120]]);
});

test("withoutRoomNothingIsToldTillTheConnectionHasDrained", () => {
  const { told, receipts } = noted(100);
  receipts.taken("b", 1, 500, false);
  receipts.taken("b", 2, 10, true);
  receipts.taken("c", 1, 10, true);
  receipts.settle("b");
  assert.equal(told, [
    [1, "b", 500],
    [2, "b", 10],
  ]);
  receipts.settle("b");
  assert.is(told.length, 2);
});

test("aLostThreadIsToldNothing", () => {
  const { told, receipts } = noted(100);
  receipts.taken("b", 1, 500, false);
  receipts.forget(1);
  receipts.settle("b");
  assert.equal(told, []);
});

test.run();
