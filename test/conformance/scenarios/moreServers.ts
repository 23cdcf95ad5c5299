/** gen_server: continue, timeouts, ignore, requests whose reply is fetched later, suspension, and what is known of them. */
import type { Act, Op, Round, Scenario, ServerWish, Term } from "../scenario.js";

/** a traps exits and starts server s, linked; b is somebody else. */
const served = (name: string, wish: ServerWish, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [["a", "trapExit", true], ["a", "startLink", "s", wish], ...rounds],
});
const local = (scenario: Scenario): Scenario => ({ ...scenario, local: true });
const bDoes = (...ops: Op[]): Round => ({ together: { b: ops } });
const REASONS: readonly Term[] = ["normal", "shutdown", { shutdown: 1 }, "boom"];
const wordOf = (reason: Term) => (typeof reason === "string" ? reason : "shutdownTuple");

const continues: Scenario[] = [
  served("continueOfInitComesFirst", { init: ["continue", ["ok"]] }, ["b", "call", "s", ["reply", 1]]),
  served("continueOfInitMayStop", { init: ["continue", ["stop", "boom"]] }, ["a", "drain"]),
  served("continueOfInitMayCrash", { init: ["continue", ["crash"]] }, ["a", "drain"]),
  served("continueMayContinue", { init: ["continue", ["continue", ["ok"]]] }, ["b", "cast", "s", ["ok"]]),
  ...(["call", "cast", "tell"] as const).map((how) =>
    served(`continueAfter_${how}`, {}, ["b", how, "s", ["continue", ["ok"]]]),
  ),
  served(
    "continueComesBeforeMessages",
    {},
    bDoes(["cast", "s", ["continue", ["ok"]]], ["cast", "s", ["ok"]], ["call", "s", ["reply", 1]]),
  ),
  served("continueAfterACallMayStop", {}, ["b", "call", "s", ["continue", ["stop", "boom"]]], ["b", "drain"]),
];

const timeouts: Scenario[] = [
  served("timeoutOfAServerComes", {}, bDoes(["cast", "s", ["timeout", 20]], ["receive", "never", 150])),
  served("timeoutAfterACallComes", {}, bDoes(["call", "s", ["timeout", 20]], ["receive", "never", 150])),
  served(
    "timeoutOfAServerIsEndedByAMessage",
    {},
    bDoes(["cast", "s", ["timeout", 60]], ["send", "s", "m"], ["receive", "never", 150]),
  ),
  served("timeoutOfAServerComesOnce", {}, bDoes(["cast", "s", ["timeout", 10]], ["receive", "never", 150])),
  {
    name: "timeoutOfInitComes",
    actors: ["a"],
    rounds: [
      {
        together: {
          a: [
            ["start", "s", { init: ["timeout", 20] }],
            ["receive", "never", 150],
          ],
        },
      },
    ],
  },
];

const IGNORED: ServerWish = { init: ["ignore"] };
const starts: Scenario[] = [
  ...REASONS.flatMap((reason): Scenario[] => [
    {
      name: `exitSignalOfTheStarterIsInfo_${wordOf(reason)}`,
      actors: ["a"],
      rounds: [
        ["a", "start", "s", { trap: true }],
        ["a", "exitPid", "s", reason],
      ],
    },
    {
      name: `exitSelfOfAServerThatIsNotLinkedEndsIt_${wordOf(reason)}`,
      actors: ["a"],
      rounds: [
        ["a", "start", "s", { trap: true }],
        ["a", "call", "s", ["exitSelf", reason]],
      ],
    },
  ]),
  {
    name: "exitOfTheStarterThatLinkedLaterIsInfo",
    actors: ["a"],
    rounds: [
      ["a", "start", "s", { trap: true }],
      ["a", "link", "s"],
      ["a", "exit", "boom"],
    ],
  },
  {
    name: "exitSignalOfTheStarterThatMonitorsEndsIt",
    actors: ["a"],
    rounds: [
      ["a", "startMonitor", "s", "m", { trap: true }],
      ["a", "exitPid", "s", "boom"],
    ],
  },
  served("initIgnores", IGNORED, ["a", "receive"]),
  { name: "initOfUnlinkedIgnores", actors: ["a"], rounds: [["a", "start", "s", IGNORED]] },
  local(served("nameIsFreeAfterIgnore", { ...IGNORED, name: "n" }, ["b", "whereis", "n"])),
  {
    name: "startMonitorTellsTheEnd",
    actors: ["a"],
    rounds: [
      ["a", "startMonitor", "s", "m"],
      ["a", "call", "s", ["reply", 1]],
      ["a", "cast", "s", ["stop", { shutdown: 1 }]],
    ],
  },
  {
    name: "startMonitorIsNoLink",
    actors: ["a", "b"],
    rounds: [
      ["a", "startMonitor", "s", "m"],
      ["a", "exit", "boom"],
      ["b", "call", "s", ["reply", 1]],
    ],
  },
  {
    name: "startMonitorThatFailsLeavesNoMonitor",
    actors: ["a"],
    rounds: [
      ["a", "startMonitor", "s", "m", { init: ["stop", "boom"] }],
      ["a", "drain"],
      ["a", "info", "a"],
    ],
  },
  {
    name: "startLeavesNoLinkAndNoMonitor",
    actors: ["a"],
    rounds: [
      ["a", "start", "s"],
      ["a", "info", "a"],
      ["a", "info", "s"],
    ],
  },
  served("startLinkLeavesOneLink", {}, ["a", "info", "a"], ["b", "info", "s"]),
  served("failedStartLinkLeavesNoLink", { init: ["stop", "boom"] }, ["a", "info", "a"]),
  local(
    served("stopByName", { name: "n" }, ["b", "stop", { name: "n" }, { shutdown: 1 }], ["b", "whereis", "n"]),
  ),
  local({
    name: "stopOfUnknownNameIsNoproc",
    actors: ["a"],
    rounds: [["a", "stop", { name: "nobody" }]],
  }),
  {
    name: "failedStartLinkOfOneThatTrapsNoExits",
    actors: ["a"],
    rounds: [
      ["a", "startLink", "s", { init: ["stop", "boom"] }],
      ["a", "send", "a", "alive"],
    ],
  },
  { name: "callOfOneselfFails", actors: ["a"], rounds: [["a", "call", "a", ["ok"]]] },
];

const ENDS: readonly (readonly [string, Act])[] = [
  ["stopBoom", ["stop", "boom"]],
  ["stopNormal", ["stop", "normal"]],
  ["crash", ["crash"]],
];
const ask = (label: string, act: Act): Op => ["sendRequest", "s", label, act];
const requests: Scenario[] = [
  served(
    "replyOfARequestIsFetchedLater",
    {},
    ["b", ...ask("r", ["reply", 7])],
    ["b", "receiveResponse", "r"],
  ),
  served(
    "repliesAreFetchedInAnyOrder",
    {},
    bDoes(ask("r1", ["reply", 1]), ask("r2", ["reply", 2]), ask("r3", ["reply", 3])),
    ["b", "receiveResponse", "r3"],
    ["b", "receiveResponse", "r1"],
    ["b", "receiveResponse", "r2"],
  ),
  served(
    "waitResponseMayBeAskedAgain",
    {},
    ["b", ...ask("r", ["noReply"])],
    ["b", "waitResponse", "r", 0],
    ["a", "cast", "s", ["replyLater", "at last"]],
    ["b", "waitResponse", "r", 0],
  ),
  served(
    "receiveResponseThatTimesOutGivesUp",
    {},
    ["b", ...ask("r", ["noReply"])],
    ["b", "receiveResponse", "r", 0],
    ["a", "cast", "s", ["replyLater", "late"]],
    ["b", "drain"],
    ["b", "info", "b"],
  ),
  ...ENDS.map(([how, act]) =>
    served(`requestFailsAsACallDoes_${how}`, {}, ["b", ...ask("r", act)], ["b", "receiveResponse", "r"]),
  ),
  served(
    "requestToDeadIsNoproc",
    {},
    ["a", "stop", "s"],
    ["b", ...ask("r", ["reply", 1])],
    ["b", "receiveResponse", "r"],
  ),
  local({
    name: "requestToUnknownNameIsNoproc",
    actors: ["a"],
    rounds: [
      ["a", "sendRequest", { name: "nobody" }, "r", ["reply", 1]],
      ["a", "receiveResponse", "r"],
    ],
  }),
  served(
    "replyOfARequestLeavesNoMonitor",
    {},
    ["b", ...ask("r", ["reply", 1])],
    ["b", "receiveResponse", "r"],
    ["b", "info", "b"],
    ["a", "stop", "s"],
    ["b", "drain"],
  ),
  served("callLeavesNoMonitor", {}, ["b", "call", "s", ["reply", 1]], ["b", "info", "b"]),
  served("callThatTimesOutLeavesNoMonitor", {}, ["b", "call", "s", ["noReply"], 10], ["b", "info", "b"]),
];

const suspended: Scenario[] = [
  served(
    "suspendedServerKeepsItsMessages",
    {},
    bDoes(
      ["suspend", "s"],
      ["cast", "s", ["ok"]],
      ["send", "s", "m"],
      ["receive", "never", 30],
      ["resume", "s"],
      ["call", "s", ["reply", 1]],
    ),
  ),
  served(
    "callOfASuspendedServerTimesOut",
    {},
    bDoes(["suspend", "s"], ["call", "s", ["reply", 1], 20], ["resume", "s"]),
  ),
  served(
    "whatCameBeforeSuspendIsDone",
    {},
    bDoes(["cast", "s", ["ok"]], ["suspend", "s"], ["cast", "s", ["ok"]], ["resume", "s"]),
  ),
  served("resumeOfARunningServerIsNothing", {}, ["b", "resume", "s"], ["b", "call", "s", ["reply", 1]]),
  ...REASONS.map((reason) =>
    served(
      `stopOfASuspendedServer_${wordOf(reason)}`,
      { trap: true },
      bDoes(["suspend", "s"], ["stop", "s", reason]),
    ),
  ),
  served(
    "exitOfTheParentOfASuspendedServer",
    { trap: true },
    {
      together: {
        a: [
          ["suspend", "s"],
          ["exit", "boom"],
        ],
      },
    },
  ),
  {
    name: "suspendedServerThatIsNotLinkedIgnoresItsStarter",
    actors: ["a"],
    rounds: [
      ["a", "start", "s", { trap: true }],
      {
        together: {
          a: [
            ["suspend", "s"],
            ["exitPid", "s", "boom"],
            ["resume", "s"],
          ],
        },
      },
    ],
  },
  ...REASONS.flatMap((reason) => [
    served(`terminateEndsAServer_${wordOf(reason)}`, { trap: true }, ["b", "terminate", "s", reason]),
    served(
      `terminateEndsASuspendedServer_${wordOf(reason)}`,
      {},
      bDoes(["suspend", "s"], ["terminate", "s", reason]),
    ),
  ]),
  served("terminateOfDeadIsNoproc", {}, ["a", "stop", "s"], ["b", "terminate", "s", "boom"]),
  ...(["start", "startMonitor"] as const).map(
    (how): Scenario => ({
      name: `starterThatIsNotLinkedIsNoParent_${how}`,
      actors: ["a", "b"],
      rounds: [
        how === "start" ? ["a", how, "s", { trap: true }] : ["a", how, "s", "m", { trap: true }],
        ["a", "exitPid", "s", "boom"],
        ["b", "call", "s", ["reply", 1]],
        ["a", "exit", "boom"],
        ["b", "call", "s", ["reply", 2]],
      ],
    }),
  ),
  served("killOfASuspendedServer", {}, bDoes(["suspend", "s"], ["exitPid", "s", "kill"])),
];

export const scenarios: readonly Scenario[] = [
  ...continues,
  ...timeouts,
  ...starts,
  ...requests,
  ...suspended,
];
