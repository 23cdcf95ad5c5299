/** gen_server: starts, calls, casts, other messages, ends. */
import type { Act, Round, Scenario, ServerWish, Term } from "../scenario.js";

/** a traps exits and starts server s, linked; b is somebody else. */
const served = (name: string, wish: ServerWish, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [["a", "trapExit", true], ["a", "startLink", "s", wish], ...rounds],
});
const local = (scenario: Scenario): Scenario => ({ ...scenario, local: true });

const ENDS: readonly (readonly [string, Act])[] = [
  ["stopNormal", ["stop", "normal"]],
  ["stopShutdown", ["stop", "shutdown"]],
  ["stopShutdownTuple", ["stop", { shutdown: 1 }]],
  ["stopBoom", ["stop", "boom"]],
  ["exitNormal", ["exit", "normal"]],
  ["exitBoom", ["exit", "boom"]],
  ["crash", ["crash"]],
];
const FAILURES = ENDS.filter(([name]) => name !== "stopNormal" && name !== "exitNormal");
const REASONS: readonly Term[] = ["normal", "shutdown", { shutdown: 1 }, "boom"];
const wordOf = (reason: Term) => (typeof reason === "string" ? reason : "shutdownTuple");

export const scenarios: readonly Scenario[] = [
  // Starts.
  served("startLinkGivesThePid", {}, ["a", "call", "s", ["reply", "hello"]]),
  {
    name: "startIsNoLink",
    actors: ["a"],
    rounds: [
      ["a", "start", "s"],
      ["a", "cast", "s", ["stop", "boom"]],
      ["a", "receive"],
    ],
  },
  ...FAILURES.map(([how, act]) => served(`initFails_${how}`, { init: act }, ["a", "receive"])),
  ...FAILURES.map(
    ([how, act]): Scenario => ({
      name: `initOfUnlinkedFails_${how}`,
      actors: ["a"],
      rounds: [["a", "start", "s", { init: act }]],
    }),
  ),
  served("initMayTakeItsTime", { init: ["sleep", 20] }, ["a", "call", "s", ["reply", "up"]]),
  served("initBeyondTheTimeoutIsKilled", { init: ["sleep", 5000], timeout: 20 }, ["a", "receive"]),
  local(
    served(
      "startUnderAName",
      { name: "n" },
      ["b", "whereis", "n"],
      ["b", "call", { name: "n" }, ["reply", 1]],
    ),
  ),
  local(
    served(
      "startUnderATakenName",
      { name: "n" },
      ["b", "trapExit", true],
      ["b", "startLink", "t", { name: "n" }],
      ["b", "receive"],
    ),
  ),
  local(
    served("nameIsFreeAfterTheEnd", { name: "n" }, ["a", "stop", "s"], ["b", "start", "t", { name: "n" }]),
  ),
  local(served("nameIsFreeAfterAFailedInit", { name: "n", init: ["stop", "boom"] }, ["b", "whereis", "n"])),
  // Calls.
  served(
    "callsAreAnsweredInOrder",
    {},
    {
      together: {
        b: [
          ["call", "s", ["reply", 1]],
          ["call", "s", ["reply", 2]],
          ["call", "s", ["reply", 3]],
        ],
      },
    },
  ),
  served(
    "callAnsweredLater",
    {},
    {
      together: {
        a: [["call", "s", ["noReply"]]],
        b: [
          ["receive", "never", 100],
          ["call", "s", ["replyLater", "at last"]],
        ],
      },
    },
  ),
  served(
    "callsAnsweredLaterInOrderOfAsking",
    {},
    {
      together: {
        a: [["call", "s", ["noReply"]]],
        b: [
          ["receive", "never", 100],
          ["call", "s", ["replyLater", "first"]],
          ["receive", "never", 20],
          ["call", "s", ["reply", 2]],
        ],
      },
    },
  ),
  served(
    "castAnswersAWaitingCall",
    {},
    {
      together: {
        a: [["call", "s", ["noReply"]]],
        b: [
          ["receive", "never", 100],
          ["cast", "s", ["replyLater", 5]],
        ],
      },
    },
  ),
  served("callTimesOut", {}, ["b", "call", "s", ["noReply"], 20], ["b", "receive"]),
  served(
    "replyAfterTheTimeoutIsDropped",
    {},
    ["b", "call", "s", ["noReply"], 20],
    ["a", "cast", "s", ["replyLater", "late"]],
    ["b", "receive"],
  ),
  served(
    "slowReplyAfterTheTimeoutIsDropped",
    {},
    ["b", "call", "s", ["sleep", 200], 20],
    ["b", "receive", null, 300],
  ),
  served("callOfDeadIsNoproc", {}, ["a", "stop", "s"], ["b", "call", "s", ["reply", 1]]),
  local({
    name: "callOfUnknownNameIsNoproc",
    actors: ["a"],
    rounds: [["a", "call", { name: "nobody" }, ["reply", 1]]],
  }),
  ...ENDS.map(([how, act]) =>
    served(`serverEndsInACall_${how}`, {}, ["b", "call", "s", act], ["b", "receive"]),
  ),
  ...REASONS.map((reason) =>
    served(`stopsWithAReply_${wordOf(reason)}`, {}, ["b", "call", "s", ["stop", reason, "bye"]]),
  ),
  served(
    "serverKilledInACall",
    {},
    {
      together: {
        a: [
          ["receive", "never", 100],
          ["exitPid", "s", "kill"],
        ],
        b: [["call", "s", ["noReply"]]],
      },
    },
  ),
  served(
    "serverEndsWhileACallWaits",
    {},
    {
      together: {
        a: [
          ["receive", "never", 100],
          ["cast", "s", ["stop", "boom"]],
        ],
        b: [["call", "s", ["noReply"]]],
      },
    },
  ),
  // Casts and other messages.
  ...ENDS.map(([how, act]) => served(`serverEndsInACast_${how}`, {}, ["b", "cast", "s", act])),
  ...ENDS.map(([how, act]) => served(`serverEndsInAnInfo_${how}`, {}, ["b", "tell", "s", act])),
  served("plainMessageIsInfo", {}, ["b", "send", "s", "hello"]),
  served("castToDeadIsDropped", {}, ["a", "stop", "s"], ["b", "cast", "s", ["ok"]]),
  local({
    name: "castToUnknownNameIsDropped",
    actors: ["a"],
    rounds: [["a", "cast", { name: "nobody" }, ["ok"]]],
  }),
  served(
    "callCastInfoKeepTheirOrder",
    {},
    {
      together: {
        b: [
          ["cast", "s", ["ok"]],
          ["tell", "s", ["ok"]],
          ["call", "s", ["reply", 1]],
          ["send", "s", "m"],
          ["cast", "s", ["ok"]],
          ["call", "s", ["reply", 2]],
        ],
      },
    },
  ),
  served(
    "whatWaitsBehindAStopIsLost",
    {},
    {
      together: {
        b: [
          ["cast", "s", ["stop", "boom"]],
          ["cast", "s", ["ok"]],
          ["call", "s", ["reply", 1]],
        ],
      },
    },
  ),
  served(
    "slowHandlerLetsOthersWait",
    {},
    {
      together: {
        b: [
          ["cast", "s", ["sleep", 20]],
          ["cast", "s", ["ok"]],
          ["call", "s", ["reply", 1]],
        ],
      },
    },
  ),
  // Exits.
  ...REASONS.flatMap((reason) => [
    served(`exitOfTheParentTrapped_${wordOf(reason)}`, { trap: true }, ["a", "exit", reason]),
    served(`exitOfTheParent_${wordOf(reason)}`, {}, ["a", "exit", reason]),
    served(`exitSignalOfTheParentTrapped_${wordOf(reason)}`, { trap: true }, ["a", "exitPid", "s", reason]),
    served(`exitSignalOfAnotherTrappedIsInfo_${wordOf(reason)}`, { trap: true }, [
      "b",
      "exitPid",
      "s",
      reason,
    ]),
    served(`exitSignalOfAnother_${wordOf(reason)}`, {}, ["b", "exitPid", "s", reason]),
    served(`stop_${wordOf(reason)}`, {}, ["b", "stop", "s", reason]),
    served(`stopOfTrapping_${wordOf(reason)}`, { trap: true }, ["b", "stop", "s", reason]),
  ]),
  served("killTellsNoTerminate", { trap: true }, ["b", "exitPid", "s", "kill"]),
  served("exitOfALinkedProcessTrappedIsInfo", { trap: true }, ["b", "link", "s"], ["b", "exit", "boom"]),
  served("exitOfALinkedProcessEndsIt", {}, ["b", "link", "s"], ["b", "exit", "boom"]),
  served(
    "exitOfTheParentWaitsForTheHandler",
    { trap: true },
    {
      together: {
        a: [
          ["cast", "s", ["sleep", 30]],
          ["exit", "boom"],
        ],
      },
    },
  ),
  served("stopOfDeadIsNoproc", {}, ["a", "stop", "s"], ["b", "stop", "s"]),
  served(
    "stopTimesOut",
    { terminate: ["sleep", 200] },
    ["b", "stop", "s", "normal", 20],
    ["b", "receive", null, 300],
  ),
  served("stopTellsAnotherEnd", { terminate: ["exit", "other"] }, ["b", "stop", "s"]),
  served("terminateCrashes", { terminate: ["crash"] }, ["b", "cast", "s", ["stop", "boom"]]),
  served("terminateExitsOtherwise", { terminate: ["exit", "other"] }, ["b", "cast", "s", ["stop", "normal"]]),
  served("terminateAfterCrashExitsOtherwise", { terminate: ["exit", "other"] }, [
    "b",
    "cast",
    "s",
    ["crash"],
  ]),
  served("terminateCrashesBeforeTheReply", { terminate: ["crash"] }, [
    "b",
    "call",
    "s",
    ["stop", "normal", "bye"],
  ]),
  served("replyOfStopComesAfterTerminate", { terminate: ["sleep", 200] }, [
    "b",
    "call",
    "s",
    ["stop", "normal", "bye"],
    20,
  ]),
  served("exitSelfNormalEndsIt", {}, ["b", "call", "s", ["exitSelf", "normal"]]),
  served("exitSelfTrappedIsInfo", { trap: true }, ["b", "call", "s", ["exitSelf", "boom"]]),
  served("monitorOfAServer", {}, ["b", "monitor", "s", "m"], ["a", "stop", "s", { shutdown: 1 }]),
];
