/** Signals that overtake the birth of their target. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Op, type Signal } from "../../runtime/process/signal.js";
import { Births } from "../../runtime/sched/births.js";
import { MAX_SCHEDULERS, NodeId, Pid, Ref } from "../../runtime/term/pid.js";

const test = suite("sched/births");

const serial = (n: number, origin: number) => n * MAX_SCHEDULERS + origin;

/** Signals stand for themselves here: nobody looks into them. */
function setUp(): { births: Births; delivered: string[]; hold: (s: number, name: string) => boolean } {
  const delivered: string[] = [];
  const births = new Births((signal) => delivered.push(signal as unknown as string));
  return { births, delivered, hold: (s, name) => births.hold(s, name as unknown as Signal) };
}

test("signals for an unborn process wait for it and come in order", () => {
  const { births, delivered, hold } = setUp();
  assert.ok(hold(serial(2, 3), "a"));
  assert.ok(hold(serial(2, 3), "b"));
  births.born(serial(1, 3));
  assert.equal(delivered, []);
  births.born(serial(2, 3));
  assert.equal(delivered, ["a", "b"]);
  assert.not.ok(hold(serial(2, 3), "late"));
});

test("each origin counts for itself", () => {
  const { births, hold } = setUp();
  births.born(serial(9, 1));
  assert.ok(hold(serial(1, 2), "a"));
  assert.not.ok(hold(serial(9, 1), "b"));
  assert.ok(hold(serial(10, 1), "c"));
});

test("what an announcement says will never be born is delivered, to be answered as dead", () => {
  const { births, delivered, hold } = setUp();
  hold(serial(4, 1), "a");
  hold(serial(6, 1), "b");
  hold(serial(4, 2), "other origin");
  births.announce(1, 5);
  assert.equal(delivered, ["a"]);
  births.announce(1, 2);
  assert.ok(births.isUnborn(serial(6, 1)));
});

test("a lost origin has no unborn any more", () => {
  const { births, delivered, hold } = setUp();
  hold(serial(4, 1), "a");
  hold(serial(7, 1), "b");
  hold(serial(4, 2), "other origin");
  births.forget(1);
  assert.equal(delivered, ["a", "b"]);
  assert.not.ok(hold(serial(7, 1), "late"));
});

test("a link of one that is lost does not wait for the birth of its target any more", () => {
  const self = new NodeId("here@sim", 1);
  const [lost, other] = [new Pid(new NodeId("gone@sim", 2), 1, 64), new Pid(self, 1, 128)];
  const unborn = new Pid(self, 2, serial(1, 3));
  const ref = new Ref(lost.node, 1, 1);
  const delivered: Signal[] = [];
  const births = new Births((signal) => delivered.push(signal));
  const kept: Signal[] = [
    [Op.link, unborn, other],
    [Op.send, unborn, "said before"],
  ];
  for (const signal of [[Op.link, unborn, lost], [Op.monitor, unborn, lost, ref], ...kept] as Signal[])
    births.hold(unborn.serial, signal);
  births.lose((pid) => pid === lost);
  births.born(unborn.serial);
  assert.equal(delivered, kept);
});

test.run();
