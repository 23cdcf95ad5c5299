/**
 * Canaries: bugs planted in a copy of the compiled runtime and library. The simulator must find each, by the
 * invariant that it breaks; a checker that no canary makes fail is worth nothing.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { View } from "./checker.js";
import { CHECKERS } from "./checkers/index.js";
import { Facts } from "./facts.js";

const test = suite("simulate/canary");

interface Bug {
  /** What may find it. */
  readonly breaks: readonly string[];
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const BUGS: Readonly<Record<string, Bug>> = {
  framesOvertakeThoseThatWaitForRoom: {
    breaks: ["signalOrder", "quiet"],
    file: "runtime/sched/ring.js",
    from: "if (this.#spill.length === 0 && body.length <=",
    to: "if (body.length <=",
  },
  smallSignalsOvertakeLargeOnes: {
    breaks: ["signalOrder", "theDead"],
    file: "runtime/dist/outbox.js",
    from: "this.#queue.push([this.#slab.subarray(this.#from, this.#to)]);",
    to: "this.#queue.splice(this.#head, 0, [this.#slab.subarray(this.#from, this.#to)]);",
  },
  signalsForTheUnbornAreDropped: {
    breaks: ["signalOrder", "linkSymmetry", "monitorTables", "oneDown"],
    file: "runtime/sched/births.js",
    from: "this.#held.set(serial, [signal]);",
    to: "this.#held.set(serial, []);",
  },
  downIsToldTwice: {
    breaks: ["oneDown"],
    file: "runtime/process/monitors.js",
    from: "monitoring.target, reason };",
    to: "monitoring.target, reason };\n    post(monitoring.watcher, message);",
  },
  lostNodesAreNotToldToOtherSchedulers: {
    breaks: ["oneDown", "linkSymmetry", "monitorTables", "signalOrder"],
    file: "runtime/sched/router.js",
    from: "peer?.writer.write(Frame.nodeDown, creation ?? NO_CREATION, body);",
    to: "{}",
  },
  pidsOfAnEarlierLifeAreTheSame: {
    breaks: ["theDead", "linkSymmetry", "oneDown", "monitorTables", "leaks"],
    file: "runtime/sched/router.js",
    from: "if (to.node === self)",
    to: "if (to.node.name === self.name)",
  },
  unlinkIsNotAcknowledged: {
    breaks: ["linkSymmetry"],
    file: "runtime/process/links.js",
    from: "env.signal([Op.unlinkAck, from, to, id]);",
    to: "{}",
  },
  theDeadStayWatched: {
    breaks: ["monitorTables"],
    file: "runtime/process/exit.js",
    from: "endMonitoring(monitoring);",
    to: "{}",
  },
  takenNamesAreGivenAway: {
    breaks: ["names"],
    file: "runtime/sched/sharedNames.js",
    from: "return before === 0n ? pid : this.#owner(before);",
    to: "return pid;",
  },
  childrenAreForgotten: {
    breaks: ["supervisorShape"],
    file: "stdlib/supervisor.js",
    from: 'if (next === "restart")',
    to: 'if (next === "restart" && reason !== "shutdown")',
  },
  membersOfLostNodesStay: {
    breaks: ["groups"],
    file: "stdlib/pgServer.js",
    from: "peers.delete(process);\n    synchronize(ctx, peer, new Memberships());",
    to: "{}",
  },
  repliesAreChangedOnTheirWay: {
    breaks: ["calls"],
    file: "runtime/process/call.js",
    from: 'reply: copy(value, "reply")',
    to: 'reply: typeof value === "number" ? value + 1 : copy(value, "reply")',
  },
  signalsSentBeforeTheLossIsKnownGoOn: {
    breaks: ["linkSymmetry", "monitorTables"],
    file: "runtime/sched/router.js",
    from: "unheard.has(node) ||",
    to: "",
  },
  cancelledTimersFire: {
    breaks: ["timers"],
    file: "runtime/process/timer.js",
    from: "timer.cancel();",
    to: "{}",
  },
  aliasesOutliveTheirProcess: {
    breaks: ["leaks"],
    file: "runtime/process/exit.js",
    from: "alias.home = undefined;",
    to: "{}",
  },
  connectionsGoOnTicking: {
    breaks: ["leaks"],
    file: "runtime/dist/established.js",
    from: "this.#ticks.stop();",
    to: "{}",
  },
  piecesAreNotForgotten: {
    breaks: ["quiet"],
    file: "runtime/sched/ring.js",
    from: "this.#pieces = [];\n            handle",
    to: "handle",
  },
};

/** Worlds in which a bug has to show. The rarest takes a thousand. */
const RUNS = 10_000;

let folder: string;

/** The compiled tree that this file is in, and the package around it. */
const dist = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const root = dirname(dist);

test.before(() => {
  folder = mkdtempSync(join(tmpdir(), "ringbeam-canary-"));
  for (const part of ["runtime", "stdlib", "native", "test/simulate"])
    cpSync(join(dist, part), join(folder, "dist", part), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  for (const part of ["node_modules", "prebuilds"]) symlinkSync(join(root, part), join(folder, part));
});

test.after(() => rmSync(folder, { recursive: true }));

/** Worlds until one breaks. */
function runCopy(runs: number): { status: number | null; output: string } {
  const main = join(folder, "dist", "test", "simulate", "main.js");
  const args = [main, "--seed", "1", "--runs", String(runs)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

test("theCopyWithoutABugHolds", () => {
  const { status, output } = runCopy(20);
  assert.is(status, 0, output);
});

test("everyCheckerHasACanary", () => {
  const broken = new Set(Object.values(BUGS).flatMap(({ breaks }) => breaks));
  assert.equal(
    Object.keys(CHECKERS).filter((name) => !broken.has(name)),
    [],
  );
});

test("theDead: a message after the DOWN of its sender, and one for somebody else", () => {
  const found: string[] = [];
  const { on } = CHECKERS.theDead!((detail) => found.push(detail));
  const view = { facts: new Facts() } as unknown as View;
  on!({ type: "down", by: "b", ref: "#1", target: "a", reason: "normal" }, view);
  assert.equal(found, []);
  on!({ type: "received", by: "b", from: "a", n: 7 }, view);
  on!({ type: "received", by: "b", from: "c", n: 8, to: "d" }, view);
  assert.equal(found, ["b got message 7 from a after its DOWN", "b got message 8 from c to d"]);
});

for (const [name, { breaks, file, from, to }] of Object.entries(BUGS)) {
  test(`found: ${name}`, () => {
    const path = join(folder, "dist", file);
    const text = readFileSync(path, "utf8");
    assert.ok(text.includes(from), `${file} is not as the canary knows it`);
    writeFileSync(path, text.replaceAll(from, to));
    try {
      const { status, output } = runCopy(RUNS);
      assert.is(status, 1, output);
      const found = /^seed \d+ violates (\w+):/m.exec(output)?.[1];
      assert.ok(breaks.includes(found!), `${found} found it:\n${output}`);
    } finally {
      writeFileSync(path, text);
    }
  });
}

test.run();
