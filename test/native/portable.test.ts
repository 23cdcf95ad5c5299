/** The portable implementation: the suites that both must pass, forced here, and what it cannot do. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createPortable } from "../../native/portable.js";

const test = suite("portable");

for (const name of ["wake", "guard", "lifecycle"]) {
  test(`${name}SuitePasses`, () => {
    const file = fileURLToPath(new URL(`./${name}.test.js`, import.meta.url));
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
      encoding: "utf8",
      env: { ...process.env, RINGBEAM_NATIVE: "off" },
      timeout: 300_000,
    });
    assert.is(status, 0, `${stdout}${stderr}`);
    if (name !== "wake") assert.match(stdout, "portable (RINGBEAM_NATIVE=off)");
  });
}

test("saysWhyAndRefusesKill", () => {
  const portable = createPortable("no compiler");
  assert.is(portable.kind, "portable");
  assert.is(portable.reason, "no compiler");
  const slot = portable.openSlot();
  const attachment = portable.attach(
    slot,
    () => {},
    () => assert.is(portable.requestKill(slot, 1, 0), false),
  );
  assert.is(attachment.run(1), false);
  attachment.detach();
});

test("slotOfAddonIsRefused", () => {
  const portable = createPortable("no compiler");
  assert.throws(() => portable.wake(1), /slot of the addon/);
});

test.run();
