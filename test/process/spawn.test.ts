/** A spawn that is refused half way: what must not be left of it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Env } from "../../runtime/process/env.js";
import { Process } from "../../runtime/process/process.js";
import type { Signal } from "../../runtime/process/signal.js";
import { spawn } from "../../runtime/process/spawn.js";
import { procOf } from "../../runtime/term/mfa.js";
import { NodeId, Pid } from "../../runtime/term/pid.js";
import { TermSpace } from "../../runtime/term/space.js";

const test = suite("process/spawn");

const body = procOf("test", "body");

/** A process on scheduler 1 that spawns on 2, and what `signal` does there. */
function spawner(signal: Env["signal"]): Process {
  const space = new TermSpace(new NodeId("test@host", 1), 1);
  let serials = 0;
  const env = {
    space,
    signal,
    place: () => 2,
    nextSerial: () => 64 * ++serials + 1,
    nextRefId: () => ++serials,
  } as Partial<Env> as Env;
  return new Process(env, new Pid(space.self, 1, 65), body, [], new Pid(space.self, 1, 1), undefined);
}

test("tiesAreMadeInOneStepWithTheSpawnNotBefore", () => {
  const tied: boolean[] = [];
  const parent = spawner((signal: Signal, first?: () => void) => {
    // The arguments are encoded here: a kill now must find nothing that it would tell the unborn of.
    tied.push(parent.links !== undefined || parent.monitors !== undefined);
    first?.();
    tied.push(parent.links?.get(signal[1] as Pid) === 0 && parent.monitors !== undefined);
  });
  spawn(parent, body, [], {}, { link: true, monitor: true });
  assert.equal(tied, [false, true]);
});

test("whatIsRefusedOnItsWayLeavesNoTies", () => {
  const parent = spawner(() => {
    throw new TypeError("not a term");
  });
  assert.throws(
    () => spawn(parent, body, [], {}, { link: true, monitor: true, alias: "demonitor" }),
    "not a term",
  );
  assert.is(parent.links, undefined);
  assert.is(parent.monitors, undefined);
});

test.run();
