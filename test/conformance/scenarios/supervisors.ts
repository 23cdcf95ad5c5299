/** supervisor: strategies, restart types, intensity, the order of starts and ends, its calls. */
import type { Act, ChildWish, Op, Round, Scenario, SupervisorWish, Term } from "../scenario.js";

type Strategy = SupervisorWish["strategy"];
type Restart = NonNullable<ChildWish["restart"]>;

const STRATEGIES: readonly Strategy[] = ["oneForOne", "oneForAll", "restForOne"];
const RESTARTS: readonly Restart[] = ["permanent", "transient", "temporary"];
const ENDS: readonly (readonly [string, Act])[] = [
  ["normal", ["stop", "normal"]],
  ["shutdown", ["stop", "shutdown"]],
  ["shutdownTuple", ["stop", { shutdown: 1 }]],
  ["boom", ["stop", "boom"]],
  ["crash", ["crash"]],
];

/** Children that trap exits, so that their ends are seen. */
const trapping = (...ids: string[]): ChildWish[] => ids.map((id) => ({ id, trap: true }));

/** a traps exits and starts supervisor s. */
const supervised = (name: string, wish: SupervisorWish, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [["a", "trapExit", true], ["a", "startSupervisor", "s", wish], ...rounds],
});
const local = (scenario: Scenario): Scenario => ({ ...scenario, local: true });
const one = (...children: ChildWish[]): SupervisorWish => ({ strategy: "oneForOne", intensity: 5, children });
const which: Round = ["a", "whichChildren", "s"];
const count: Round = ["a", "countChildren", "s"];

/** Each strategy x restart type of the middle child x how it ends. */
const table: Scenario[] = STRATEGIES.flatMap((strategy) =>
  RESTARTS.flatMap((restart) =>
    ENDS.map(([how, act]) =>
      supervised(
        `${strategy}_${restart}ChildEnds_${how}`,
        {
          strategy,
          intensity: 3,
          children: [...trapping("c1"), { id: "c2", trap: true, restart }, ...trapping("c3")],
        },
        ["b", "cast", "c2", act],
        which,
        count,
      ),
    ),
  ),
);

/** Siblings of each restart type go down with a permanent one. */
const siblings: Scenario[] = (["oneForAll", "restForOne"] as const).flatMap((strategy) =>
  (["c1", "c2", "c4"] as const).map((whom) =>
    supervised(
      `${strategy}_siblingsOfEachRestartType_${whom}Ends`,
      {
        strategy,
        intensity: 3,
        children: [
          { id: "c1", trap: true, restart: "temporary" },
          { id: "c2", trap: true },
          { id: "c3", trap: true, restart: "transient" },
          { id: "c4", trap: true, restart: "temporary" },
          { id: "c5", trap: true },
        ],
      },
      ["b", "cast", whom, ["stop", "boom"]],
      which,
    ),
  ),
);

const starts: Scenario[] = [
  supervised("childrenStartInOrder", one(...trapping("c1", "c2", "c3")), which, count),
  supervised("noChildren", one(), which, count),
  ...STRATEGIES.map((strategy) =>
    supervised(`failedStartEndsThoseBefore_${strategy}`, {
      strategy,
      children: [...trapping("c1", "c2"), { id: "c3", init: ["stop", "boom"] }, ...trapping("c4")],
    }),
  ),
  supervised("firstChildDoesNotStart", one({ id: "c1", init: ["exit", "boom"] }, ...trapping("c2"))),
  supervised("childThatCrashesInInit", one({ id: "c1", init: ["crash"] })),
  supervised("childEndsNormalInInit", one({ id: "c1", init: ["exit", "normal"] }, ...trapping("c2"))),
  supervised("duplicateIdIsRefused", one({ id: "c1" }, { id: "c1" })),
  local(
    supervised(
      "childUnderAName",
      one({ id: "c1", name: "n", trap: true }),
      ["b", "whereis", "n"],
      ["b", "cast", { name: "n" }, ["stop", "boom"]],
      ["b", "whereis", "n"],
    ),
  ),
];

const intensity: Scenario[] = [
  ...([0, 1, 2] as const).flatMap((limit) =>
    STRATEGIES.map((strategy) =>
      supervised(
        `intensity${limit}_${strategy}`,
        { strategy, intensity: limit, period: 60, children: trapping("c1", "c2") },
        ...Array.from({ length: limit + 1 }, (): Round => ["b", "cast", "c1", ["stop", "boom"]]),
      ),
    ),
  ),
  supervised(
    "defaultIntensityIsOne",
    { strategy: "oneForOne", children: trapping("c1", "c2") },
    ["b", "cast", "c1", ["crash"]],
    ["b", "cast", "c2", ["crash"]],
  ),
  supervised(
    "normalEndsOfPermanentChildrenCount",
    { strategy: "oneForOne", intensity: 1, period: 60, children: trapping("c1") },
    ["b", "cast", "c1", ["stop", "normal"]],
    ["b", "cast", "c1", ["stop", "normal"]],
  ),
  supervised(
    "endsOfTemporaryChildrenDoNotCount",
    {
      strategy: "oneForOne",
      intensity: 0,
      children: [{ id: "c1", restart: "temporary" }, ...trapping("c2")],
    },
    ["b", "cast", "c1", ["stop", "boom"]],
    which,
  ),
  supervised(
    "orderlyEndsOfTransientChildrenDoNotCount",
    {
      strategy: "oneForOne",
      intensity: 0,
      children: [{ id: "c1", restart: "transient" }, ...trapping("c2")],
    },
    ["b", "cast", "c1", ["stop", "shutdown"]],
    which,
    count,
  ),
  supervised(
    "restartsBeyondThePeriodAreForgotten",
    { strategy: "oneForOne", intensity: 1, period: 1, children: trapping("c1") },
    ["b", "cast", "c1", ["stop", "boom"]],
    ["b", "receive", "never", 2100],
    ["b", "cast", "c1", ["stop", "boom"]],
    which,
  ),
  ...STRATEGIES.map((strategy) =>
    supervised(
      `failingRestartIsTriedAgain_${strategy}`,
      {
        strategy,
        intensity: 5,
        period: 60,
        children: [
          ...trapping("c1"),
          { id: "c2", trap: true, failFrom: [2, ["stop", "again"], 4] },
          ...trapping("c3"),
        ],
      },
      ["b", "cast", "c2", ["stop", "boom"]],
      which,
    ),
  ),
  ...STRATEGIES.map((strategy) =>
    supervised(
      `failingRestartsReachTheIntensity_${strategy}`,
      {
        strategy,
        intensity: 3,
        period: 60,
        children: [
          ...trapping("c1"),
          { id: "c2", trap: true, failFrom: [2, ["stop", "again"]] },
          ...trapping("c3"),
        ],
      },
      ["b", "cast", "c2", ["stop", "boom"]],
    ),
  ),
  ...STRATEGIES.filter((s) => s !== "oneForOne").map((strategy) =>
    supervised(
      `siblingFailsToComeBack_${strategy}`,
      {
        strategy,
        intensity: 5,
        period: 60,
        children: [
          ...trapping("c1"),
          ...trapping("c2"),
          { id: "c3", trap: true, failFrom: [2, ["stop", "again"], 4] },
          ...trapping("c4"),
        ],
      },
      ["b", "cast", "c2", ["stop", "boom"]],
      which,
    ),
  ),
];

const REASONS: readonly Term[] = ["normal", "shutdown", "boom"];
const shutdowns: Scenario[] = [
  ...REASONS.map((reason) =>
    supervised(`exitOfTheParentEndsAll_${String(reason)}`, one(...trapping("c1", "c2", "c3")), [
      "a",
      "exit",
      reason,
    ]),
  ),
  ...REASONS.map((reason) =>
    supervised(`exitSignalOfTheParent_${String(reason)}`, one(...trapping("c1", "c2")), [
      "a",
      "exitPid",
      "s",
      reason,
    ]),
  ),
  ...REASONS.map((reason) =>
    supervised(
      `exitSignalOfAnotherIsIgnored_${String(reason)}`,
      one(...trapping("c1", "c2")),
      ["b", "exitPid", "s", reason],
      which,
    ),
  ),
  supervised("stopEndsAllInReverseOrder", one(...trapping("c1", "c2", "c3")), ["b", "stop", "s", "normal"]),
  supervised("killOfTheSupervisorIsSeenByTheChildren", one(...trapping("c1"), { id: "c2" }), [
    "b",
    "exitPid",
    "s",
    "kill",
  ]),
  supervised(
    "brutalKillTellsNobody",
    one({ id: "c1", trap: true, shutdown: "brutalKill" }, ...trapping("c2")),
    ["a", "exit", "shutdown"],
  ),
  supervised(
    "slowChildIsKilledAfterItsTime",
    one({ id: "c1", trap: true, shutdown: 30, terminate: ["sleep", 5000] }, ...trapping("c2")),
    ["a", "exit", "shutdown"],
  ),
  supervised(
    "slowChildHasItsTime",
    one({ id: "c1", trap: true, shutdown: 5000, terminate: ["sleep", 30] }, ...trapping("c2")),
    ["a", "exit", "shutdown"],
  ),
  supervised(
    "infinitelySlowChildHasItsTime",
    one({ id: "c1", trap: true, shutdown: "infinity", terminate: ["sleep", 30] }, ...trapping("c2")),
    ["a", "exit", "shutdown"],
  ),
  supervised("childThatDoesNotTrapEndsByShutdown", one({ id: "c1" }, { id: "c2" }), [
    "a",
    "exit",
    "shutdown",
  ]),
  supervised(
    "childThatEndsOtherwiseThanTold",
    one({ id: "c1", trap: true, terminate: ["exit", "other"] }, ...trapping("c2")),
    ["a", "exit", "shutdown"],
  ),
  {
    ...supervised(
      "twoChildrenEndAtOnce",
      one(...trapping("c1", "c2", "c3")),
      {
        together: {
          a: [
            ["exitPid", "c1", "kill"],
            ["exitPid", "c3", "kill"],
          ],
        },
      },
      which,
    ),
    either: ["c1.2", "c3.2"],
  },
  supervised("killedChildIsRestarted", one(...trapping("c1", "c2")), ["b", "exitPid", "c1", "kill"], which),
  supervised(
    "exitSignalToAChildThatDoesNotTrap",
    one({ id: "c1" }, ...trapping("c2")),
    ["b", "exitPid", "c1", "boom"],
    which,
  ),
  supervised(
    "exitOfAStrangerIsNoRestart",
    one(...trapping("c1")),
    ["b", "link", "s"],
    ["b", "exit", "boom"],
    which,
  ),
  supervised("strangeMessageIsIgnored", one(...trapping("c1")), ["b", "send", "s", "hello"], which),
];

const child = (id: string, wish: Partial<ChildWish> = {}): ChildWish => ({ id, trap: true, ...wish });
const ask = (what: "terminateChild" | "restartChild" | "deleteChild", id: string): Round =>
  ["b", what, "s", id] as const satisfies readonly [string, ...Op];
const calls: Scenario[] = [
  supervised(
    "startChildAddsIt",
    one(...trapping("c1")),
    ["b", "startChild", "s", child("c2")],
    which,
    count,
    ["a", "exit", "shutdown"],
  ),
  supervised("startChildOfARunningId", one(...trapping("c1")), ["b", "startChild", "s", child("c1")], which),
  supervised(
    "startChildOfAStoppedId",
    one(...trapping("c1")),
    ask("terminateChild", "c1"),
    ["b", "startChild", "s", child("c1")],
    which,
  ),
  supervised(
    "startChildThatFailsIsNotKept",
    one(...trapping("c1")),
    ["b", "startChild", "s", child("c2", { init: ["stop", "boom"] })],
    which,
    count,
  ),
  supervised(
    "addedChildIsRestarted",
    one(),
    ["b", "startChild", "s", child("c1")],
    ["b", "cast", "c1", ["stop", "boom"]],
    which,
  ),
  ...RESTARTS.flatMap((restart) => [
    supervised(
      `terminateChild_${restart}`,
      one({ id: "c1", trap: true, restart }, ...trapping("c2")),
      ask("terminateChild", "c1"),
      which,
      count,
    ),
    supervised(
      `restartChild_${restart}`,
      one({ id: "c1", trap: true, restart }),
      ask("terminateChild", "c1"),
      ask("restartChild", "c1"),
      which,
    ),
    supervised(
      `deleteChild_${restart}`,
      one({ id: "c1", trap: true, restart }),
      ask("terminateChild", "c1"),
      ask("deleteChild", "c1"),
      which,
    ),
    supervised(
      `endedChildCanBeRestartedOrNot_${restart}`,
      one({ id: "c1", trap: true, restart }),
      ["b", "cast", "c1", ["stop", "normal"]],
      ask("restartChild", "c1"),
      which,
    ),
  ]),
  ...(["terminateChild", "restartChild", "deleteChild"] as const).map((what) =>
    supervised(`${what}OfUnknown`, one(...trapping("c1")), ask(what, "nobody")),
  ),
  supervised(
    "terminateChildTwice",
    one(...trapping("c1")),
    ask("terminateChild", "c1"),
    ask("terminateChild", "c1"),
    which,
  ),
  supervised("restartChildThatRuns", one(...trapping("c1")), ask("restartChild", "c1"), which),
  supervised("deleteChildThatRuns", one(...trapping("c1")), ask("deleteChild", "c1"), which),
  supervised(
    "restartChildThatFails",
    one(child("c1", { failFrom: [2, ["stop", "boom"]] })),
    ask("terminateChild", "c1"),
    ask("restartChild", "c1"),
    which,
  ),
  supervised(
    "terminatedChildOfOneForAllLeavesTheOthers",
    { strategy: "oneForAll", children: trapping("c1", "c2") },
    ask("terminateChild", "c1"),
    which,
  ),
  supervised(
    "oneForAllBringsBackATerminatedChild",
    { strategy: "oneForAll", intensity: 3, children: trapping("c1", "c2") },
    ask("terminateChild", "c1"),
    ["b", "cast", "c2", ["stop", "boom"]],
    which,
  ),
  supervised(
    "restForOneBringsBackATerminatedChildBehind",
    { strategy: "restForOne", intensity: 3, children: trapping("c1", "c2", "c3") },
    ask("terminateChild", "c3"),
    ["b", "cast", "c2", ["stop", "boom"]],
    which,
  ),
  supervised(
    "terminateChildBrutally",
    one(child("c1", { shutdown: "brutalKill" })),
    ask("terminateChild", "c1"),
    which,
  ),
  supervised(
    "restartOrderAfterAddedChild",
    { strategy: "oneForAll", intensity: 3, children: trapping("c1") },
    ["b", "startChild", "s", child("c0")],
    ["b", "cast", "c1", ["stop", "boom"]],
  ),
  supervised(
    "restartedChildKeepsItsPlace",
    { strategy: "oneForAll", intensity: 3, children: trapping("c1", "c2") },
    ask("terminateChild", "c1"),
    ask("restartChild", "c1"),
    ["a", "exit", "shutdown"],
  ),
];

export const scenarios: readonly Scenario[] = [
  ...table,
  ...siblings,
  ...starts,
  ...intensity,
  ...shutdowns,
  ...calls,
];
