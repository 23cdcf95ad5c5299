/** supervisor: significant children, supervisors of supervisors, children that ignore; dynamic supervisors. */
import type { Act, ChildWish, DynamicWish, Round, Scenario, SupervisorWish } from "../scenario.js";

const trapping = (...ids: string[]): ChildWish[] => ids.map((id) => ({ id, trap: true }));

/** a traps exits and starts supervisor s. */
const supervised = (name: string, wish: Partial<SupervisorWish>, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [
    ["a", "trapExit", true],
    ["a", "startSupervisor", "s", { strategy: "oneForOne", intensity: 3, period: 60, children: [], ...wish }],
    ...rounds,
  ],
});
const which: Round = ["a", "whichChildren", "s"];
const count: Round = ["a", "countChildren", "s"];
const ends = (id: string, act: Act = ["stop", "normal"]): Round => ["b", "cast", id, act];

// -- significant children ----------------------------------------------------------------------------------------

type Auto = NonNullable<SupervisorWish["autoShutdown"]>;
const significant = (restart: ChildWish["restart"], ...ids: string[]): ChildWish[] =>
  ids.map((id) => ({ id, trap: true, significant: true, ...(restart && { restart }) }));
const auto = (name: string, autoShutdown: Auto, children: ChildWish[], ...rounds: Round[]): Scenario =>
  supervised(name, { autoShutdown, children }, ...rounds);

const WAYS: readonly (readonly [string, Act])[] = [
  ["normal", ["stop", "normal"]],
  ["shutdown", ["stop", "shutdown"]],
  ["boom", ["stop", "boom"]],
];

const autoShutdown: Scenario[] = [
  ...(["anySignificant", "allSignificant"] as const).flatMap((mode) =>
    (["transient", "temporary"] as const).flatMap((restart) =>
      WAYS.map(([how, act]) =>
        auto(
          `${mode}_${restart}ChildEnds_${how}`,
          mode,
          [...trapping("c1"), ...significant(restart, "c2", "c3")],
          ends("c2", act),
          ends("c3", act),
        ),
      ),
    ),
  ),
  auto(
    "anySignificant_childThatIsNot",
    "anySignificant",
    [{ id: "c1", trap: true, restart: "temporary" }, ...significant("temporary", "c2")],
    ends("c1"),
    which,
  ),
  auto(
    "allSignificant_terminatedChildDoesNotCount",
    "allSignificant",
    significant("temporary", "c1", "c2"),
    ["b", "terminateChild", "s", "c1"],
    which,
    ends("c2"),
  ),
  auto(
    "anySignificant_terminatedChildDoesNotCount",
    "anySignificant",
    significant("transient", "c1", "c2"),
    ["b", "terminateChild", "s", "c1"],
    which,
  ),
  supervised(
    "anySignificant_siblingEndedByOneForAllDoesNotCount",
    {
      strategy: "oneForAll",
      autoShutdown: "anySignificant",
      children: [...trapping("c1"), ...significant("temporary", "c2"), ...trapping("c3")],
    },
    ends("c1", ["stop", "boom"]),
    which,
  ),
  supervised(
    "anySignificant_siblingEndedByRestForOneDoesNotCount",
    {
      strategy: "restForOne",
      autoShutdown: "anySignificant",
      children: [...trapping("c1"), ...significant("temporary", "c2"), ...trapping("c3")],
    },
    ends("c1", ["stop", "boom"]),
    which,
  ),
  auto("significantPermanentChildIsRefused", "anySignificant", [{ id: "c1", significant: true }]),
  auto("significantChildOfNeverIsRefused", "never", [{ id: "c1", restart: "transient", significant: true }]),
  auto(
    "significantChildMayBeAdded",
    "anySignificant",
    trapping("c1"),
    ["b", "startChild", "s", { id: "c2", trap: true, restart: "transient", significant: true }],
    ends("c2"),
  ),
  auto(
    "significantChildAddedToNeverIsRefused",
    "never",
    trapping("c1"),
    ["b", "startChild", "s", { id: "c2", trap: true, restart: "transient", significant: true }],
    which,
  ),
];

// -- trees -------------------------------------------------------------------------------------------------------

const tree = (id: string, wish: Partial<SupervisorWish>): ChildWish => ({
  id,
  supervisor: { strategy: "oneForOne", intensity: 1, period: 60, children: [], ...wish },
});
const trees: Scenario[] = [
  supervised(
    "treeStartsDepthFirstAndEndsInReverse",
    { children: [...trapping("c1"), tree("t", { children: trapping("d1", "d2") }), ...trapping("c2")] },
    which,
    count,
    ["a", "exit", "shutdown"],
  ),
  supervised(
    "restartsOfASubtreeCountThere",
    {
      intensity: 0,
      children: [...trapping("c1"), tree("t", { intensity: 2, children: trapping("d1", "d2") })],
    },
    ends("d1", ["stop", "boom"]),
    ends("d2", ["stop", "boom"]),
    which,
  ),
  supervised(
    "subtreeThatGivesUpIsRestarted",
    { children: [...trapping("c1"), tree("t", { intensity: 0, children: trapping("d1", "d2") })] },
    ends("d1", ["stop", "boom"]),
    count,
  ),
  supervised(
    "subtreeThatGivesUpReachesTheIntensityAbove",
    { intensity: 1, children: [...trapping("c1"), tree("t", { intensity: 0, children: trapping("d1") })] },
    ends("d1", ["stop", "boom"]),
    ends("d1", ["stop", "boom"]),
  ),
  supervised(
    "subtreeOfOneForAllIsRestartedAsAWhole",
    { strategy: "oneForAll", children: [...trapping("c1"), tree("t", { children: trapping("d1", "d2") })] },
    ends("c1", ["stop", "boom"]),
    count,
  ),
  supervised(
    "subtreeIsTerminatedAndRestarted",
    { children: [tree("t", { children: trapping("d1", "d2") }), ...trapping("c1")] },
    ["b", "terminateChild", "s", "t"],
    count,
    ["b", "restartChild", "s", "t"],
    count,
  ),
  supervised(
    "subtreeThatShutsItselfDownIsRestarted",
    {
      children: [
        tree("t", {
          autoShutdown: "anySignificant",
          children: [...significant("temporary", "d1"), ...trapping("d2")],
        }),
      ],
    },
    ends("d1"),
    count,
  ),
  supervised(
    "transientSubtreeThatShutsItselfDownIsNotRestarted",
    {
      children: [
        {
          ...tree("t", {
            autoShutdown: "anySignificant",
            children: [...significant("temporary", "d1"), ...trapping("d2")],
          }),
          restart: "transient",
        },
        ...trapping("c1"),
      ],
    },
    ends("d1"),
    count,
  ),
  supervised("subtreeWhoseChildDoesNotStart", {
    children: [
      ...trapping("c1"),
      tree("t", { children: [...trapping("d1"), { id: "d2", init: ["stop", "boom"] }] }),
    ],
  }),
];

// -- children that ignore their start ------------------------------------------------------------------------------

const RESTARTS = ["permanent", "transient", "temporary"] as const;
const ignoring: Scenario[] = RESTARTS.flatMap((restart) => {
  const shy: ChildWish = { id: "c2", init: ["ignore"], restart };
  return [
    supervised(
      `childIgnoresItsStart_${restart}`,
      { children: [...trapping("c1"), shy, ...trapping("c3")] },
      which,
      count,
    ),
    supervised(
      `addedChildIgnoresItsStart_${restart}`,
      { children: trapping("c1") },
      ["b", "startChild", "s", shy],
      which,
      count,
    ),
    supervised(
      `childIgnoresItsRestart_${restart}`,
      { children: [...trapping("c1"), { id: "c2", trap: true, restart, failFrom: [2, ["ignore"]] }] },
      ends("c2", ["stop", "boom"]),
      which,
      count,
    ),
    supervised(
      `childIgnoresItsRestartByHand_${restart}`,
      { children: [{ id: "c2", trap: true, restart, failFrom: [2, ["ignore"], 3] }] },
      ["b", "terminateChild", "s", "c2"],
      ["b", "restartChild", "s", "c2"],
      which,
    ),
  ];
});
const restarting: Scenario[] = [
  ...(["brutalKill", 1000, "infinity"] as const).map((shutdown) =>
    supervised(
      `childThatUnlinkedIsTerminated_${shutdown}`,
      { children: [...trapping("c1"), { id: "c2", shutdown }] },
      ends("c2", ["unlinkParent"]),
      ["b", "terminateChild", "s", "c2"],
      which,
    ),
  ),
  supervised(
    "endOfAChildThatUnlinkedIsNotSeen",
    { children: trapping("c1") },
    ends("c1", ["unlinkParent"]),
    ends("c1"),
    count,
  ),
  supervised(
    "terminatedWhileItsRestartIsTriedAgain",
    {
      intensity: 1,
      children: [...trapping("c1"), { id: "c2", trap: true, failFrom: [2, ["stop", "again"]] }],
    },
    ends("c2", ["stop", "boom"]),
  ),
  ...RESTARTS.map((restart) =>
    supervised(
      `killedChildIsRestartedOrNot_${restart}`,
      { children: [{ id: "c1", restart }] },
      ["b", "exitPid", "c1", "kill"],
      which,
      count,
    ),
  ),
];

// -- dynamic supervisors (simple_one_for_one) ------------------------------------------------------------------------

const dynamic = (name: string, wish: DynamicWish, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [
    ["a", "trapExit", true],
    ["a", "startDynamic", "s", { intensity: 3, period: 60, ...wish }],
    ...rounds,
  ],
});
const add = (id: string, wish: Partial<ChildWish> = {}): Round => ["b", "addChild", "s", { id, ...wish }];
const counted: Round = ["a", "countDynamic", "s"];
const dynamics: Scenario[] = [
  dynamic("dynamicChildrenAreCounted", {}, counted, add("c1"), add("c2"), counted),
  ...RESTARTS.flatMap((restart) =>
    WAYS.map(([how, act]) =>
      dynamic(
        `dynamic_${restart}ChildEnds_${how}`,
        { restart },
        add("c1", { restart }),
        add("c2", { restart }),
        ends("c1", act),
        counted,
      ),
    ),
  ),
  dynamic(
    "dynamicIntensityIsForAllChildren",
    { intensity: 1 },
    add("c1"),
    add("c2"),
    ends("c1", ["stop", "boom"]),
    ends("c2", ["stop", "boom"]),
  ),
  dynamic("dynamicChildIsTerminatedByPid", {}, add("c1"), add("c2"), ["b", "dropChild", "s", "c1"], counted),
  dynamic("dynamicChildThatIsNone", {}, add("c1"), ["b", "dropChild", "s", "a"], counted),
  dynamic("dynamicChildThatDoesNotStart", {}, add("c1", { init: ["stop", "boom"] }), counted),
  ...(["permanent", "temporary"] as const).map((restart) =>
    dynamic(
      `dynamicChildIgnoresItsStart_${restart}`,
      { restart },
      add("c1", { restart, init: ["ignore"] }),
      counted,
      ["a", "exit", "shutdown"],
    ),
  ),
  dynamic(
    "dynamicChildFailsToComeBack",
    {},
    add("c1", { failFrom: [2, ["stop", "again"], 3] }),
    ends("c1", ["stop", "boom"]),
    counted,
  ),
  dynamic(
    "dynamicChildFailsToComeBackTillTheIntensity",
    { intensity: 2 },
    add("c1", { failFrom: [2, ["stop", "again"]] }),
    ends("c1", ["stop", "boom"]),
  ),
  dynamic("dynamicChildrenEndWithTheSupervisor", {}, add("c1"), add("c2"), ["a", "exit", "shutdown"]),
  dynamic("dynamicChildTrapsAndIsTold", {}, add("c1", { trap: true }), ["b", "stop", "s", "shutdown"]),
  dynamic(
    "dynamicChildIsKilledBrutally",
    { shutdown: "brutalKill" },
    add("c1", { trap: true, shutdown: "brutalKill" }),
    ["b", "stop", "s", "shutdown"],
  ),
  dynamic(
    "dynamicSlowChildIsKilledAfterItsTime",
    { shutdown: 30 },
    add("c1", { trap: true, shutdown: 30, terminate: ["sleep", 5000] }),
    ["b", "stop", "s", "shutdown"],
  ),
  dynamic(
    "dynamicChildThatEndsOtherwiseThanTold",
    {},
    add("c1", { trap: true, terminate: ["exit", "other"] }),
    ["b", "stop", "s", "shutdown"],
  ),
  dynamic("dynamicSupervisorIsKilled", {}, add("c1", { trap: true }), ["b", "exitPid", "s", "kill"]),
];

export const scenarios: readonly Scenario[] = [
  ...autoShutdown,
  ...trees,
  ...ignoring,
  ...restarting,
  ...dynamics,
];
