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
