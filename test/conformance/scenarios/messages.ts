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
  pair("firstOfTwoExitSignalsOfOneSenderWins", ["a", "monitor", "b", "m"], {
    together: {
      a: [
        ["exitPid", "b", "first"],
        ["exitPid", "b", "second"],
      ],
    },
  }),
  pair("killThatIsTrappedFirstAsBoom", ["b", "trapExit", true], ["a", "monitor", "b", "m"], {
    together: {
      a: [
        ["exitPid", "b", "boom"],
        ["exitPid", "b", "kill"],
        ["exitPid", "b", "later"],
      ],
    },
  }),
  pair("monitoredKillsItsWatcherAndEnds", ["a", "monitor", "b", "m"], {
    together: {
      b: [
        ["exitPid", "a", "kill"],
        ["exit", "boom"],
      ],
    },
  }),
  {
    // Whether b learns of the end that it caused, before its own, is open.
    name: "linkedKillsItsPeerAndEnds",
    actors: ["a", "b"],
    either: ["boom", "killed"],
    rounds: [
      ["a", "link", "b"],
      ["a", "trapExit", true],
      {
        together: {
          b: [
            ["exitPid", "a", "kill"],
            ["exit", "boom"],
          ],
        },
      },
    ],
  },
  pair("demonitorThenTheEndIsNoDown", ["b", "monitor", "a", "n"], {
    together: {
      b: [
        ["demonitor", "n"],
        ["send", "a", "go"],
      ],
      a: [
        ["receive", "go", 2000],
        ["exit", "boom"],
      ],
    },
  }),
  pair("monitorThenMessageThenTheEnd", {
    together: {
      b: [
        ["monitor", "a", "m"],
        ["send", "a", "go"],
        ["receive", "DOWN", 2000],
      ],
      a: [
        ["receive", "go", 2000],
        ["exit", "boom"],
      ],
    },
  }),
  pair("linkThenMessageThenTheEnd", ["b", "trapExit", true], {
    together: {
      b: [
        ["link", "a"],
        ["send", "a", "go"],
        ["receive", "EXIT", 2000],
      ],
      a: [
        ["receive", "go", 2000],
        ["exit", "boom"],
      ],
    },
  }),
  pair("unlinkThenMessageThenTheEnd", ["b", "link", "a"], {
    together: {
      b: [
        ["unlink", "a"],
        ["send", "a", "go"],
      ],
      a: [
        ["receive", "go", 2000],
        ["exit", "boom"],
      ],
    },
  }),
  {
    name: "messageOnTheWayRoundComesAfterItsCause",
    actors: ["a", "b"],
    rounds: [
      {
        together: {
          a: [
            ["send", "b", "ping"],
            ["receive", "pong", 2000],
            ["send", "b", "last"],
          ],
          b: [
            ["receive", "ping", 2000],
            ["send", "a", "pong"],
            ["receive", "last", 2000],
          ],
        },
      },
    ],
  },
  {
    name: "waitingReceiveLeavesManyOthers",
    actors: ["a", "b"],
    rounds: [
      { together: { a: sends("b", ...Array.from({ length: 200 }, (_, i) => `m${i}`), "wanted") } },
      ["b", "receive", "wanted"],
      ["b", "receive", "m199"],
      ["b", "receive", "m0"],
      ["b", "receive"],
    ],
  },
  pair(
    "receiveThatTimesOutLeavesTheRestInOrder",
    { together: { a: sends("b", "m1", "m2", "m3") } },
    ["b", "receive", "never", 20],
    ["b", "receive", "never", 0],
    ["b", "drain"],
  ),
  pair("messageEndsAWaitBeforeItsTime", {
    together: {
      b: [["receive", "wanted", 5000]],
      a: [
        ["receive", "never", 20],
        ["send", "b", "other"],
        ["send", "b", "wanted"],
      ],
    },
  }),
  pair("exitSignalEndsAWaitWithATime", {
    together: {
      b: [["receive", "m", 5000]],
      a: [
        ["receive", "never", 20],
        ["exitPid", "b", "boom"],
      ],
    },
  }),
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
