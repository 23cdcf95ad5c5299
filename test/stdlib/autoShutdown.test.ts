/** Significant children and `autoShutdown` (`supervisor(3)`, "Automatic Shutdown"); each row as real OTP was seen to do. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { AnyPid, Pid, Self } from "../../runtime/index.js";
import {
  type AutoShutdown,
  type ChildOptions,
  child,
  type Restart,
  StartError,
  type Strategy,
  startChild,
  startLink,
  stop,
  terminateChild,
  whichChildren,
} from "../../stdlib/index.js";
import { endsWith } from "../../stdlib/strategy.js";
import { ended, event, exitOf, type Fixture, failure, onNode } from "./helpers.js";
import { family } from "./servers.js";
import { mortal } from "./services.js";

const test = suite<Fixture>("stdlib/autoShutdown");
onNode(test);

/** `a transient!`: id, restart type, and whether it is significant. */
function kid(self: Self<unknown>, text: string) {
  const [id, restart] = text.replace("!", "").split(" ") as [string, Restart];
  const options = { id, restart, ...(text.endsWith("!") && { significant: true }) } as ChildOptions;
  return child(mortal, [self.pid, id], options);
}

async function up(self: Self<unknown>, autoShutdown: AutoShutdown, kids: string[], strategy?: Strategy) {
  const children = kids.map((text) => kid(self, text));
  const sup = await startLink(self, family, [
    { autoShutdown, intensity: 5, children, ...(strategy && { strategy }) },
  ]);
  const pids = new Map<unknown, AnyPid>();
  for (const _ of kids) pids.set(...((await event(self, "mortal", "up")) as [unknown, AnyPid]));
  return { sup, pids };
}

type Step = readonly [id: string, reason: unknown] | readonly ["terminate", id: string];

const rows: [AutoShutdown, kids: string[], steps: Step[], fate: "exits" | "lives", Strategy?][] = [
  ["anySignificant", ["a transient!", "b permanent"], [["a", "normal"]], "exits"],
  ["anySignificant", ["a transient!"], [["a", { shutdown: "x" }]], "exits"],
  ["anySignificant", ["a transient!"], [["a", "crash"]], "lives"],
  ["anySignificant", ["a temporary!"], [["a", "crash"]], "exits"],
  ["anySignificant", ["a transient!", "b temporary"], [["b", "normal"]], "lives"],
  ["anySignificant", ["a transient!"], [["terminate", "a"]], "lives"],
  ["anySignificant", ["a temporary!", "b permanent"], [["b", "crash"]], "lives", "oneForAll"],
  ["allSignificant", ["a transient!", "b temporary!"], [["a", "normal"]], "lives"],
  [
    "allSignificant",
    ["a transient!", "b temporary!", "c permanent"],
    [
      ["a", "normal"],
      ["b", "crash"],
    ],
    "exits",
  ],
  [
    "allSignificant",
    ["a transient!", "b temporary!"],
    [
      ["terminate", "a"],
      ["b", "crash"],
    ],
    "exits",
  ],
  [
    "allSignificant",
    ["a transient!", "b temporary!"],
    [
      ["b", "crash"],
      ["terminate", "a"],
    ],
    "lives",
  ],
  ["never", ["a transient"], [["a", "normal"]], "lives"],
];
for (const [autoShutdown, kids, steps, fate, strategy] of rows) {
  const what = steps.map((step) => step.map((part) => JSON.stringify(part)).join(" ")).join(", ");
  test(`${autoShutdown}, ${strategy ?? ""} ${kids.join(", ")}; ${what}: it ${fate}`, async ({ self }) => {
    const { sup, pids } = await up(self, autoShutdown, kids, strategy);
    for (const [first, second] of steps) {
      if (first === "terminate") await terminateChild(self, sup, second as string);
      else await end(self, pids.get(first)!, second);
    }
    if (fate === "exits") {
      assert.is(await exitOf(self, sup), "shutdown");
      for (const pid of pids.values()) assert.is(await ended(self, pid), "noproc");
    } else {
      await whichChildren(self, sup);
      await stop(self, sup, "shutdown");
    }
  });
}

/** Once it has ended, the supervisor has its EXIT before whatever we ask next. */
async function end(self: Self<unknown>, pid: AnyPid, reason: unknown): Promise<void> {
  self.send(pid as Pid<unknown>, { die: reason });
  await ended(self, pid);
}

test("a child that is being restarted is still there", () => {
  const one = (pid: unknown, restarting: boolean) => ({ spec: { significant: true }, pid, restarting });
  const ended = one(undefined, false);
  assert.is(endsWith("allSignificant", ended, [ended, one(undefined, true)]), false);
  assert.is(endsWith("allSignificant", ended, [ended, one(undefined, false)]), true);
  assert.is(endsWith("allSignificant", ended, [ended, one("pid", false)]), false);
});

const wrong: [autoShutdown: unknown, options: object, reason: unknown][] = [
  [
    "never",
    { restart: "temporary", significant: true },
    { startSpec: { badCombination: { autoShutdown: "never", significant: true } } },
  ],
  [
    "anySignificant",
    { restart: "permanent", significant: true },
    { startSpec: { badCombination: { restart: "permanent", significant: true } } },
  ],
  [
    "anySignificant",
    { restart: "transient", significant: "maybe" },
    { startSpec: { invalidSignificant: "maybe" } },
  ],
  ["sometimes", {}, { supervisorData: { invalidAutoShutdown: "sometimes" } }],
];
for (const [autoShutdown, options, reason] of wrong) {
  test(`refused at the start: ${JSON.stringify(reason)}`, async ({ self }) => {
    const children = [child(mortal, [self.pid, "a"], options as ChildOptions)];
    const error = await startLink(self, family, [
      { autoShutdown: autoShutdown as AutoShutdown, children },
    ]).catch((error: unknown) => error);
    assert.instance(error, StartError);
    assert.equal((error as StartError).reason, reason);
  });
}

test("a child that is added can be significant, where the supervisor allows it", async ({ self }) => {
  const never = await startLink(self, family, [{ children: [] }]);
  assert.equal(await failure(startChild(self, never, kid(self, "a temporary!"))), {
    badCombination: { autoShutdown: "never", significant: true },
  });
  await stop(self, never, "shutdown");
  const any = await startLink(self, family, [{ autoShutdown: "anySignificant", children: [] }]);
  const pid = await startChild(self, any, kid(self, "a temporary!"));
  self.send(pid, { die: "crash" });
  assert.is(await exitOf(self, any), "shutdown");
});

test.run();
