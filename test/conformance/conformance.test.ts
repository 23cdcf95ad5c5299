/**
 * Every recorded scenario at every placement does on ringbeam what it does on Erlang/OTP. Needs no Erlang; with
 * RINGBEAM_ORACLE=on the recorded traces themselves are compared with what the Erlang installed here does.
 */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Ringbeam } from "./check.js";
import { canonical, difference } from "./compare.js";
import { DIFFERS } from "./differences.js";
import { groups, recorded } from "./golden.js";
import { erlangIsThere, Oracle } from "./oracle.js";
import { PLACEMENTS } from "./scenario.js";

for (const placement of PLACEMENTS) {
  const test = suite(`conformance, ${placement}`);
  const ringbeam = new Ringbeam(placement);
  test.after(() => ringbeam.close());

  for (const group of Object.keys(groups())) {
    for (const { scenario, trace } of recorded(group)) {
      test(`${group}/${scenario.name}`, async () => {
        const finding = await ringbeam.check(scenario, trace);
        if (DIFFERS[scenario.name]?.includes(placement)) {
          assert.ok(finding, "differs no more: take it out of differences.ts");
        } else assert.is(finding?.what, undefined);
      });
    }
  }
  test.run();
}

const test = suite("conformance, the oracle");

(process.env.RINGBEAM_ORACLE === "on" && erlangIsThere() ? test : test.skip)(
  "recordedTracesAreWhatErlangDoes",
  async () => {
    const oracle = new Oracle();
    try {
      for (const group of Object.keys(groups())) {
        const known = recorded(group);
        const traces = await oracle.run(known.map(({ scenario }) => scenario));
        for (const [i, { scenario, trace }] of known.entries()) {
          const differs = difference(canonical(traces[i]!, scenario), trace);
          assert.is(differs, undefined, `${group}/${scenario.name}: ${differs}`);
        }
      }
    } finally {
      oracle.close();
    }
  },
);

test("everyScenarioHasANameOfItsOwn", () => {
  const names = Object.values(groups()).flatMap((scenarios) => scenarios.map(({ name }) => name));
  assert.equal(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
});

test.run();
