/** Messages, selective receive, the order of signals, races. */
import type { Op, Round, Scenario } from "../scenario.js";

const pair = (name: string, ...rounds: Round[]): Scenario => ({ name, actors: ["a", "b"], rounds });
const sends = (to: string, ...tags: string[]): Op[] => tags.map((tag) => ["send", to, tag]);

export const scenarios: readonly Scenario[] = [
  pair("messagesKeepTheirOrder", { together: { a: sends("b", "m1", "m2", "m3", "m4") } }),
  pair("messageToDeadIsDropped", ["b", "exit", "boom"], ["a", "send", "b", "lost"], ["a", "receive"]),
  pair("messageToSelf", ["a", "send", "a", "me"], ["a", "receive"]),
  pair(
    "termsArriveAsTheyWere",
    ["a", "send", "b", { shutdown: { shutdown: 3 } }],
    ["a", "send", "b", { pid: "a" }],
    ["a", "send", "b", -7],
  ),
  pair(
    "receiveTakesTheOldest",
    { together: { a: sends("b", "m1", "m2") } },
    ["b", "receive"],
    ["b", "receive"],
    ["b", "receive"],
  ),
  pair(
    "selectiveReceiveLeavesTheRest",
    { together: { a: sends("b", "m1", "m2", "m3") } },
    ["b", "receive", "m2"],
    ["b", "receive"],
    ["b", "receive"],
  ),
  pair(
    "selectiveReceiveTakesTheFirstThatFits",
    ["a", "send", "b", "x"],
    ["b", "send", "b", "x"],
    ["b", "receive", "x"],
    ["b", "receive", "x"],
  ),
  pair(
    "receiveOfWhatIsNotThereTimesOut",
    ["a", "send", "b", "m1"],
    ["b", "receive", "m2", 5],
    ["b", "receive", "m2"],
    ["b", "receive", "m1"],
  ),
  pair("waitingReceiveTakesWhatComes", ["b", "await"], ["a", "send", "b", "m1"], ["a", "send", "b", "m2"]),
  pair(
    "waitingSelectiveReceiveTakesWhatFits",
    ["b", "await", "m2"],
    ["a", "send", "b", "m1"],
    ["a", "send", "b", "m2"],
    ["b", "receive"],
  ),
  pair("waitingReceiveFindsWhatIsThere", ["a", "send", "b", "m1"], ["b", "await", "m1"]),
  pair(
    "waitingReceiveOfExit",
    ["a", "trapExit", true],
    ["a", "link", "b"],
    ["a", "await", "EXIT"],
    ["b", "send", "a", "m"],
    ["b", "exit", "boom"],
  ),
  pair(
    "waitingReceiveOfDown",
    ["a", "monitor", "b", "m"],
    ["a", "await", "DOWN"],
    ["b", "send", "a", "m"],
    ["b", "exit", "boom"],
  ),
  pair("exitEndsAWaitingReceive", ["b", "await"], ["a", "exitPid", "b", "boom"]),
  pair(
    "killEndsAWaitingReceive",
    ["b", "trapExit", true],
    ["b", "await", "never"],
    ["a", "exitPid", "b", "kill"],
  ),
  pair("messagesAndExitSignalKeepTheirOrder", ["b", "trapExit", true], {
    together: {
      a: [
        ["send", "b", "m1"],
        ["exitPid", "b", "boom"],
        ["send", "b", "m2"],
      ],
    },
  }),
  pair(
    "messagesBeforeTheEndComeBeforeDown",
    ["b", "monitor", "a", "m"],
    { together: { a: [...sends("b", "m1", "m2"), ["exit", "boom"]] } },
    ["b", "receive"],
    ["b", "receive"],
    ["b", "receive"],
  ),
  pair(
    "messagesBeforeTheEndComeBeforeExit",
    ["b", "trapExit", true],
    ["b", "link", "a"],
    { together: { a: [...sends("b", "m1", "m2"), ["exit", "boom"]] } },
    ["b", "receive"],
    ["b", "receive"],
    ["b", "receive"],
  ),
  pair("exitSignalsKeepTheirOrder", ["b", "trapExit", true], {
    together: {
      a: [
        ["exitPid", "b", "r1"],
        ["exitPid", "b", "normal"],
        ["exitPid", "b", "r2"],
        ["exitPid", "b", "kill"],
        ["exitPid", "b", "r3"],
      ],
    },
  }),
  pair("linkThenExitSignalKeepTheirOrder", {
    together: {
      a: [
        ["link", "b"],
        ["exitPid", "b", "boom"],
      ],
    },
  }),
  pair("unlinkThenExitKeepTheirOrder", ["a", "link", "b"], {
    together: {
      a: [
        ["unlink", "b"],
        ["exit", "boom"],
      ],
    },
  }),
  pair("linkUnlinkLinkThenExit", {
    together: {
      a: [
        ["link", "b"],
        ["unlink", "b"],
        ["link", "b"],
        ["exit", "boom"],
      ],
    },
  }),
  pair("linkUnlinkThenExit", {
    together: {
      a: [
        ["link", "b"],
        ["unlink", "b"],
        ["exit", "boom"],
      ],
    },
  }),
  pair("monitorThenExitSignalTells", {
    together: {
      a: [
        ["monitor", "b", "m"],
        ["exitPid", "b", "boom"],
      ],
    },
  }),
  pair("exitSignalThenMonitorIsNoproc", {
    together: {
      a: [
        ["exitPid", "b", "boom"],
        ["monitor", "b", "m"],
      ],
    },
  }),
  pair("exitSignalThenLinkIsNoproc", ["a", "trapExit", true], {
    together: {
      a: [
        ["exitPid", "b", "boom"],
        ["link", "b"],
      ],
    },
  }),
  pair(
    "priorityIsKept",
    ["a", "priority", "low"],
    ["a", "priority", "high"],
    ["a", "priority", "max"],
    ["a", "priority", "normal"],
    ["a", "send", "b", "still here"],
  ),
  pair(
    "demonitorFlushRacingTheEndIsNeverSeen",
    {
      together: {
        a: [
          ["monitor", "b", "m"],
          ["demonitor", "m", "flush"],
        ],
        b: [["exit", "boom"]],
      },
    },
    ["a", "receive"],
  ),
  pair(
    "unlinkRacingTheEndIsNeverDeadly",
    ["a", "link", "b"],
    { together: { a: [["unlink", "b"]], b: [["exit", "normal"]] } },
    ["a", "send", "a", "alive"],
  ),
  pair(
    "bothLinkAtOnceIsOneLink",
    ["a", "trapExit", true],
    { together: { a: [["link", "b"]], b: [["link", "a"]] } },
    ["b", "exit", "boom"],
  ),
  pair("bothUnlinkAtOnce", ["a", "link", "b"], { together: { a: [["unlink", "b"]], b: [["unlink", "a"]] } }, [
    "b",
    "exit",
    "boom",
  ]),
  {
    name: "linkAndUnlinkRace",
    actors: ["a", "b"],
    rounds: [
      ["a", "link", "b"],
      {
        together: {
          a: [
            ["unlink", "b"],
            ["link", "b"],
          ],
          b: [["unlink", "a"]],
        },
      },
      ["a", "unlink", "b"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "messagesOfManySendersKeepTheOrderOfEach",
    actors: ["a", "b", "c", "sink"],
    rounds: [
      {
        together: {
          a: sends("sink", "a1", "a2", "a3", "a4", "a5"),
          b: sends("sink", "b1", "b2", "b3", "b4", "b5"),
          c: sends("sink", "c1", "c2", "c3", "c4", "c5"),
        },
      },
      ["sink", "drain"],
    ],
  },
  {
    name: "firstOfTwoExitSignalsWins",
    actors: ["a", "b", "c"],
    either: ["r1", "r2"],
    rounds: [{ together: { a: [["exitPid", "c", "r1"]], b: [["exitPid", "c", "r2"]] } }],
  },
  {
    name: "everyoneLinksAndOneEnds",
    actors: ["a", "b", "c", "d"],
    rounds: [
      {
        together: {
          a: [
            ["link", "b"],
            ["link", "c"],
          ],
          b: [
            ["link", "c"],
            ["link", "d"],
          ],
          c: [["link", "d"]],
          d: [["link", "a"]],
        },
      },
      ["d", "trapExit", true],
      ["c", "exit", "boom"],
    ],
  },
];
