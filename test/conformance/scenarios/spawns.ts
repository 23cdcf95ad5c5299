/** Spawning. */
import type { Scenario } from "../scenario.js";

export const scenarios: readonly Scenario[] = [
  {
    name: "spawnIsNoLink",
    actors: ["a"],
    rounds: [
      ["a", "spawn", "x"],
      ["x", "exit", "boom"],
      ["a", "send", "a", "alive"],
    ],
  },
  {
    name: "spawnLinkLinks",
    actors: ["a"],
    rounds: [
      ["a", "spawnLink", "x"],
      ["x", "exit", "boom"],
    ],
  },
  {
    name: "spawnLinkLinksBothWays",
    actors: ["a"],
    rounds: [
      ["a", "spawnLink", "x"],
      ["a", "exit", "boom"],
    ],
  },
  {
    name: "spawnLinkTrapped",
    actors: ["a"],
    rounds: [
      ["a", "trapExit", true],
      ["a", "spawnLink", "x"],
      ["x", "crash"],
    ],
  },
  {
    name: "spawnLinkOfOneThatEndsAtOnce",
    actors: ["a"],
    rounds: [
      ["a", "trapExit", true],
      ["a", "spawnLink", "x", { first: [["exit", "boom"]] }],
    ],
  },
  {
    name: "spawnLinkOfOneThatEndsAtOnceIsDeadly",
    actors: ["a"],
    rounds: [["a", "spawnLink", "x", { first: [["crash"]] }]],
  },
  {
    name: "trapExitIsNotInherited",
    actors: ["a"],
    rounds: [
      ["a", "trapExit", true],
      ["a", "spawn", "x"],
      ["x", "trapExit", false],
      ["x", "link", "a"],
      ["a", "exit", "boom"],
    ],
  },
  {
    name: "priorityIsNotInherited",
    actors: ["a"],
    rounds: [
      ["a", "priority", "high"],
      ["a", "spawn", "x"],
      ["x", "priority", "low"],
    ],
  },
  ...(["low", "normal", "high"] as const).map(
    (priority): Scenario => ({
      name: `spawnWithPriority_${priority}`,
      actors: ["a"],
      rounds: [
        ["a", "spawn", "x", { priority }],
        ["a", "info", "x"],
        ["a", "spawnLink", "y", { priority }],
        ["y", "priority", "normal"],
      ],
    }),
  ),
  {
    name: "spawnOptionsAllAtOnce",
    actors: ["a"],
    rounds: [
      ["a", "trapExit", true],
      ["a", "spawnMonitor", "x", "m", { link: true, priority: "high", alias: "demonitor" }],
      ["a", "info", "x"],
      ["x", "send", { alias: "m" }, "hello"],
      ["x", "exit", "boom"],
    ],
  },
  {
    name: "spawnMonitorWithALinkIsDeadly",
    actors: ["a"],
    rounds: [
      ["a", "spawnMonitor", "x", "m", { link: true }],
      ["x", "exit", "boom"],
    ],
  },
  ...(["demonitor", "replyDemonitor"] as const).flatMap((alias): Scenario[] => [
    {
      name: `spawnMonitorAlias_${alias}_takesReplies`,
      actors: ["a"],
      rounds: [
        ["a", "spawnMonitor", "x", "m", { alias }],
        ["x", "send", { alias: "m" }, "first"],
        ["x", "send", { alias: "m" }, "second"],
        ["a", "info", "a"],
        ["x", "exit", "boom"],
        ["a", "demonitor", "m"],
      ],
    },
    {
      name: `spawnMonitorAlias_${alias}_demonitored`,
      actors: ["a"],
      rounds: [
        ["a", "spawnMonitor", "x", "m", { alias }],
        ["a", "demonitor", "m"],
        ["x", "send", { alias: "m" }, "late"],
        ["x", "exit", "boom"],
      ],
    },
    {
      name: `spawnMonitorAlias_${alias}_ofOneThatRepliesAtOnce`,
      actors: ["a"],
      rounds: [
        [
          "a",
          "spawnMonitor",
          "x",
          "m",
          {
            alias,
            first: [
              ["send", "a", "hello"],
              ["exit", "boom"],
            ],
          },
        ],
      ],
    },
  ]),
  {
    name: "spawnRequestIsAnsweredWithThePid",
    actors: ["a"],
    rounds: [
      ["a", "spawnRequest", "x", "m"],
      ["a", "send", "x", "hello"],
      ["a", "info", "a"],
      ["x", "exit", "boom"],
    ],
  },
  {
    name: "spawnRequestLinks",
    actors: ["a"],
    rounds: [
      ["a", "trapExit", true],
      ["a", "spawnRequest", "x", "m", { link: true, priority: "low" }],
      ["a", "info", "x"],
      ["x", "exit", "boom"],
    ],
  },
  {
    name: "spawnRequestOfOneThatEndsAtOnce",
    actors: ["a"],
    rounds: [
      ["a", "trapExit", true],
      ["a", "spawnRequest", "x", "m", { link: true, first: [["exit", "boom"]] }],
    ],
  },
  {
    name: "spawnRequestAliasTakesOneReply",
    actors: ["a"],
    rounds: [
      ["a", "spawnRequest", "x", "m", { alias: "replyDemonitor" }],
      ["x", "send", { alias: "m" }, "first"],
      ["x", "send", { alias: "m" }, "second"],
      ["x", "exit", "boom"],
    ],
  },
  {
    name: "childTalksAtOnce",
    actors: ["a"],
    rounds: [
      [
        "a",
        "spawn",
        "x",
        {
          first: [
            ["send", "a", "born"],
            ["send", "a", "again"],
          ],
        },
      ],
    ],
  },
  {
    name: "messageReachesAChildJustSpawned",
    actors: ["a"],
    rounds: [
      {
        together: {
          a: [
            ["spawn", "x"],
            ["send", "x", "m1"],
            ["send", "x", "m2"],
          ],
        },
      },
      ["x", "drain"],
    ],
  },
  {
    name: "exitSignalReachesAChildJustSpawned",
    actors: ["a"],
    rounds: [
      {
        together: {
          a: [
            ["spawnMonitor", "x", "m"],
            ["exitPid", "x", "boom"],
          ],
        },
      },
    ],
  },
  {
    name: "killReachesAChildJustSpawned",
    actors: ["a"],
    rounds: [
      ["a", "trapExit", true],
      {
        together: {
          a: [
            ["spawnLink", "x"],
            ["exitPid", "x", "kill"],
          ],
        },
      },
    ],
  },
  {
    name: "unlinkOfAChildJustSpawned",
    actors: ["a"],
    rounds: [
      {
        together: {
          a: [
            ["spawnLink", "x"],
            ["unlink", "x"],
            ["exitPid", "x", "boom"],
          ],
        },
      },
      ["a", "send", "a", "alive"],
    ],
  },
  {
    name: "parentThatEndsAtOnceTakesTheChildAlong",
    actors: ["a"],
    rounds: [
      {
        together: {
          a: [
            ["spawnLink", "x"],
            ["exit", "boom"],
          ],
        },
      },
      ["x", "drain"],
    ],
  },
  {
    name: "familyOfThreeEndsTogether",
    actors: ["a"],
    rounds: [
      ["a", "spawnLink", "x"],
      ["x", "spawnLink", "y"],
      ["y", "spawnMonitor", "z", "m"],
      ["x", "exit", "boom"],
      ["z", "drain"],
    ],
  },
];
