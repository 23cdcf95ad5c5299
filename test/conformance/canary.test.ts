/**
 * The machinery itself. Canaries: bugs planted in a copy of the compiled runtime, each of which the generated scenarios
 * must find, or they are worth nothing. And shrinking, seeds, comparison.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { canonical, difference } from "./compare.js";
import { generate } from "./generate.js";
import { packageRoot } from "./oracle.js";
import type { Scenario } from "./scenario.js";
import { shrink } from "./shrink.js";

const test = suite("conformance/canary");

interface Bug {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const BUGS: Readonly<Record<string, Bug>> = {
  normalExitToOneselfIsIgnored: {
    file: "process/exitRule.js",
    from: 'reason === "normal" && how !== "self"',
    to: 'reason === "normal"',
  },
  killPassesOnAsKill: {
    file: "process/exitRule.js",
    from: '? "killed" : reason',
    to: '? "kill" : reason',
  },
  killByLinkKills: {
    file: "process/exitRule.js",
    from: 'if (reason === "kill" && how !== "link")',
    to: 'if (reason === "kill")',
  },
  linkToDeadSaysNothing: {
    file: "process/links.js",
    from: 'return env.signal([Op.linkExit, from, to, "noproc"]);',
    to: "return;",
  },
  unlinkDoesNothing: {
    file: "process/links.js",
    from: "const id = process.env.nextRefId();",
    to: "return;",
  },
  replyLeavesTheMonitor: {
    file: "process/monitors.js",
    from: 'alias === "replyDemonitor")',
    to: 'alias === "never")',
  },
  exitAndKilledAreSwapped: {
    file: "process/exit.js",
    from: "env.signal([Op.linkExit, other, pid, copy(reason)]);",
    to: 'env.signal([Op.linkExit, other, pid, reason === "killed" ? "kill" : copy(reason)]);',
  },
  // All watchers are told but one: the conductor, which watches everybody, comes first.
  downIsLost: {
    file: "process/exit.js",
    from: "of Monitoring.watching(process))",
    to: "of Monitoring.watching(process).slice(0, 1))",
  },
  replyComesThoughTheCallHasTimedOut: {
    file: "process/call.js",
    from: "demonitor(process, ref);\n        process.mailbox.flush",
    to: "process.mailbox.flush",
  },
  endKeepsTheName: {
    file: "process/exit.js",
    from: "env.names.unregister(process.name, pid);",
    to: "{}",
  },
};

let folder: string;

/** The compiled tree that this file is in. */
const dist = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "ringbeam-canary-"));
  for (const part of ["runtime", "stdlib", "native", "test/conformance", "package.json"]) {
    const from = part === "package.json" ? join(packageRoot(), part) : join(dist, part);
    cpSync(from, part === "package.json" ? join(folder, part) : join(folder, "dist", part), {
      recursive: true,
    });
  }
  for (const part of ["node_modules", "prebuilds", "test"])
    symlinkSync(join(packageRoot(), part), join(folder, part));
});

test.after(() => rmSync(folder, { recursive: true }));

/** Compares the copy's doings in the generated scenarios with the recorded ones. */
function runCopy(): { status: number | null; output: string } {
  const main = join(folder, "dist", "test", "conformance", "main.js");
  const args = [main, "--golden", "generated", "--placement", "one"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
  return { status, output: stdout + stderr };
}

test("theCopyWithoutABugPasses", () => {
  const { status, output } = runCopy();
  assert.is(status, 0, output);
});

for (const [name, { file, from, to }] of Object.entries(BUGS)) {
  test(`found: ${name}`, () => {
    const path = join(folder, "dist", "runtime", file);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes(from), `${file} is not as the canary knows it`);
    writeFileSync(path, text.replace(from, to));
    try {
      const { status, output } = runCopy();
      assert.is(status, 1, output);
      assert.match(output, / [1-9]\d* differ/);
    } finally {
      writeFileSync(path, text);
    }
  });
}

test("aSeedGivesTheSameScenario", () => {
  assert.equal(generate(7), generate(7));
  assert.not.equal({ ...generate(7), name: "" }, { ...generate(8), name: "" });
});

test("shrinkLeavesWhatIsNeeded", async () => {
  const needed = (s: Scenario) => {
    const text = JSON.stringify(s.rounds);
    return text.includes('"link","b"') && text.includes('"exit"');
  };
  const big: Scenario = {
    name: "big",
    actors: ["a", "b", "c"],
    rounds: [
      ["c", "send", "a", "x"],
      {
        together: {
          a: [
            ["link", "b"],
            ["send", "b", "m"],
          ],
          c: [["send", "a", "y"]],
        },
      },
      ["b", "drain"],
      ["a", "exit", "boom"],
      ["b", "drain"],
    ],
  };
  const small = await shrink(big, async (candidates) => candidates.findIndex(needed));
  assert.equal(small, {
    name: "big",
    actors: ["a"],
    rounds: [
      ["a", "link", "b"],
      ["a", "exit", "boom"],
    ],
  });
});

test("orderBetweenSendersOfOneRoundIsForgottenAndNoOther", () => {
  const scenario: Scenario = { name: "x", actors: [], rounds: [] };
  const drained = (...messages: (readonly [string, string])[]) =>
    canonical([{ a: [{ drain: messages }] }], scenario);
  const [b1, b2, c1, end] = [
    ["b", "1"],
    ["b", "2"],
    ["c", "3"],
    ["", ""],
  ] as const;
  assert.is(difference(drained(b1, c1, b2), drained(c1, b1, b2)), undefined);
  assert.ok(difference(drained(b1, b2), drained(b2, b1)));
  assert.ok(difference(drained(b1, end, c1), drained(c1, end, b1)));
  const [exit, down] = [
    ["b", "EXIT <b> x"],
    ["b", "DOWN #m <b> x"],
  ] as const;
  assert.is(difference(drained(exit, down), drained(down, exit)), undefined);
  assert.ok(difference(drained(b1, exit), drained(exit, b1)));
});

test.run();
