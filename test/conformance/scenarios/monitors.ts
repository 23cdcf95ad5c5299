/** Monitors and aliases. */
import type { Round, Scenario } from "../scenario.js";

/** a monitors b as #m. */
const monitoring = (name: string, ...more: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [["a", "monitor", "b", "m"], ...more],
});

const REASONS = ["normal", "shutdown", "kill", "killed", "boom", { shutdown: "why" }] as const;

export const scenarios: readonly Scenario[] = [
  ...REASONS.map((reason) =>
    monitoring(`downTellsTheReason_${typeof reason === "string" ? reason : "shutdownTuple"}`, [
      "b",
      "exit",
      reason,
    ]),
  ),
  monitoring("downTellsCrash", ["b", "crash"]),
  monitoring("downTellsReturn", ["b", "return"]),
  monitoring("downTellsKilled", ["a", "exitPid", "b", "kill"]),
  monitoring("downComesOnce", ["b", "exit", "boom"], ["a", "receive", "DOWN"], ["a", "receive", "DOWN", 5]),
  {
    name: "monitorOfDeadIsNoproc",
    actors: ["a", "b"],
    rounds: [
      ["b", "exit", "boom"],
      ["a", "monitor", "b", "m"],
    ],
  },
  monitoring("monitorIsOneWay", ["a", "exit", "boom"]),
  monitoring("monitorTwiceIsTwoDowns", ["a", "monitor", "b", "n"], ["b", "exit", "boom"]),
  monitoring(
    "demonitorOfOneLeavesTheOther",
    ["a", "monitor", "b", "n"],
    ["a", "demonitor", "m"],
    ["b", "exit", "boom"],
  ),
  monitoring("demonitorMeansNoDown", ["a", "demonitor", "m"], ["b", "exit", "boom"]),
  monitoring("demonitorTwice", ["a", "demonitor", "m"], ["a", "demonitor", "m"]),
  monitoring("demonitorAfterDownLeavesIt", ["b", "exit", "boom"], ["a", "demonitor", "m"], ["a", "receive"]),
  monitoring(
    "demonitorFlushTakesTheDown",
    ["b", "exit", "boom"],
    ["a", "demonitor", "m", "flush"],
    ["a", "receive"],
  ),
  monitoring("demonitorFlushOfActive", ["a", "demonitor", "m", "flush"], ["b", "exit", "boom"]),
  monitoring(
    "demonitorFlushAfterTheDownWasTaken",
    ["b", "exit", "boom"],
    ["a", "receive", "DOWN"],
    ["a", "demonitor", "m", "flush"],
  ),
  monitoring(
    "demonitorFlushTakesItsOwnDownOnly",
    ["a", "monitor", "b", "n"],
    ["b", "exit", "boom"],
    ["a", "demonitor", "m", "flush"],
  ),
  monitoring("linkAndMonitorBothTell", ["a", "link", "b"], ["a", "trapExit", true], ["b", "exit", "boom"]),
  {
    name: "monitorOfSelfTellsNobody",
    actors: ["a"],
    rounds: [
      ["a", "monitor", "a", "m"],
      ["a", "exit", "boom"],
    ],
  },
  {
    name: "demonitorOfSelf",
    actors: ["a"],
    rounds: [
      ["a", "monitor", "a", "m"],
      ["a", "demonitor", "m"],
      ["a", "demonitor", "m", "flush"],
    ],
  },
  {
    name: "manyWatchersHearOnceEach",
    actors: ["a", "b", "c", "x"],
    rounds: [
      ["a", "monitor", "x", "ma"],
      ["b", "monitor", "x", "mb"],
      ["c", "monitor", "x", "mc"],
      ["b", "demonitor", "mb"],
      ["x", "exit", { shutdown: "why" }],
    ],
  },
  monitoring("monitorOfMonitoringFires", ["b", "monitor", "a", "n"], ["a", "exit", "boom"]),
  {
    name: "monitorNameIsByName",
    actors: ["a", "b"],
    local: true,
    rounds: [
      ["b", "register", "n"],
      ["a", "monitor", { name: "n" }, "m"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "monitorNameAndNodeIsByName",
    actors: ["a", "b"],
    local: true,
    rounds: [
      ["b", "register", "n"],
      ["a", "monitor", { address: "n", of: "b" }, "m"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "monitorOfUnknownNameIsNoproc",
    actors: ["a"],
    local: true,
    rounds: [["a", "monitor", { name: "nobody" }, "m"]],
  },
  {
    name: "monitorOfUnknownNameAndNodeIsNoproc",
    actors: ["a", "b"],
    rounds: [["a", "monitor", { address: "nobody", of: "b" }, "m"]],
  },
  {
    name: "monitorOfNameAndOtherNodeFires",
    actors: ["a", "b"],
    rounds: [
      ["b", "register", "n"],
      ["a", "monitor", { address: "n", of: "b" }, "m"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "monitorByNameStaysWithTheProcessNotTheName",
    actors: ["a", "b", "c"],
    local: true,
    rounds: [
      ["b", "register", "n"],
      ["a", "monitor", { name: "n" }, "m"],
      ["b", "unregister", "n"],
      ["c", "register", "n"],
      ["c", "exit", "other"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "demonitorByNameAfterTheNameWent",
    actors: ["a", "b", "c"],
    local: true,
    rounds: [
      ["b", "register", "n"],
      ["a", "monitor", { name: "n" }, "m"],
      ["b", "unregister", "n"],
      ["c", "register", "n"],
      ["a", "demonitor", "m"],
      ["b", "exit", "boom"],
      ["c", "exit", "other"],
    ],
  },
  {
    name: "spawnMonitorTells",
    actors: ["a"],
    rounds: [
      ["a", "spawnMonitor", "x", "m"],
      ["x", "exit", "boom"],
    ],
  },
  {
    name: "spawnMonitorOfOneThatEndsAtOnce",
    actors: ["a"],
    rounds: [["a", "spawnMonitor", "x", "m", { first: [["exit", "boom"]] }]],
  },
  {
    name: "spawnMonitorIsNoLink",
    actors: ["a"],
    rounds: [
      ["a", "spawnMonitor", "x", "m"],
      ["a", "exit", "boom"],
      ["x", "drain"],
    ],
  },
  {
    name: "spawnMonitorDemonitored",
    actors: ["a"],
    rounds: [
      ["a", "spawnMonitor", "x", "m"],
      ["a", "demonitor", "m"],
      ["x", "exit", "boom"],
    ],
  },
  {
    name: "demonitorByAnotherIsNothing",
    actors: ["a", "b", "c"],
    rounds: [
      ["a", "monitor", "b", "m"],
      ["c", "demonitor", "m"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "nameIsFreeWhenDownOfItComes",
    actors: ["a", "b"],
    local: true,
    rounds: [
      ["b", "register", "n"],
      ["a", "monitor", { name: "n" }, "m"],
      {
        together: {
          a: [
            ["receive", "DOWN", 2000],
            ["whereis", "n"],
            ["register", "n"],
          ],
          b: [["exit", "boom"]],
        },
      },
    ],
  },
  {
    name: "nameIsFreeWhenExitComes",
    actors: ["a", "b"],
    local: true,
    rounds: [
      ["b", "register", "n"],
      ["a", "trapExit", true],
      ["a", "link", "b"],
      {
        together: {
          a: [
            ["receive", "EXIT", 2000],
            ["whereis", "n"],
            ["register", "n"],
          ],
          b: [["crash"]],
        },
      },
    ],
  },
  {
    name: "monitorOfANameThatOneHadBefore",
    actors: ["a", "b"],
    local: true,
    rounds: [
      ["a", "register", "n"],
      ["b", "unregister", "n"],
      ["b", "register", "n"],
      ["a", "monitor", { name: "n" }, "m"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "messagesOfTheNamedComeBeforeItsDown",
    actors: ["a", "b"],
    local: true,
    rounds: [
      ["b", "register", "n"],
      ["a", "monitor", { name: "n" }, "m"],
      {
        together: {
          b: [
            ["send", "a", "m1"],
            ["send", "a", "m2"],
            ["exit", "boom"],
          ],
        },
      },
      ["a", "receive"],
      ["a", "receive"],
      ["a", "receive"],
    ],
  },
  monitoring("eachMonitorsTheOtherAndBothEnd", ["b", "monitor", "a", "n"], {
    together: { a: [["exit", "boom"]], b: [["exit", "boom"]] },
  }),
  monitoring(
    "demonitorAndMonitorAnew",
    ["a", "demonitor", "m"],
    ["a", "monitor", "b", "n"],
    ["b", "exit", "boom"],
  ),
  monitoring(
    "downOfALongDeadProcess",
    ["b", "exit", "boom"],
    ["a", "receive", "DOWN"],
    ["a", "monitor", "b", "n"],
    ["a", "monitor", "b", "o", "demonitor"],
    ["a", "demonitor", "n", "flush"],
  ),
  // Aliases.
  {
    name: "unaliasByAnotherIsNothing",
    actors: ["a", "b"],
    rounds: [
      ["a", "alias", "l"],
      ["b", "unalias", "l"],
      ["b", "send", { alias: "l" }, "hello"],
    ],
  },
  {
    name: "aliasesAreEachTheirOwn",
    actors: ["a", "b"],
    rounds: [
      ["a", "alias", "k"],
      ["a", "alias", "l"],
      ["a", "unalias", "k"],
      ["b", "send", { alias: "k" }, "dropped"],
      ["b", "send", { alias: "l" }, "hello"],
    ],
  },
  {
    name: "messagesToAnAliasKeepTheirOrderWithOthers",
    actors: ["a", "b"],
    rounds: [
      ["a", "alias", "l"],
      {
        together: {
          b: [
            ["send", { alias: "l" }, "m1"],
            ["send", "a", "m2"],
            ["send", { alias: "l" }, "m3"],
          ],
        },
      },
      ["a", "receive"],
      ["a", "receive"],
      ["a", "receive"],
    ],
  },
  {
    name: "aliasReachesItsOwner",
    actors: ["a", "b"],
    rounds: [
      ["a", "alias", "l"],
      ["b", "send", { alias: "l" }, "hello"],
      ["a", "send", { alias: "l" }, "me"],
    ],
  },
  {
    name: "unaliasDropsWhatComesAfter",
    actors: ["a", "b"],
    rounds: [
      ["a", "alias", "l"],
      ["b", "send", { alias: "l" }, "before"],
      ["a", "unalias", "l"],
      ["b", "send", { alias: "l" }, "after"],
      ["a", "unalias", "l"],
    ],
  },
  {
    name: "aliasOfDeadDrops",
    actors: ["a", "b"],
    rounds: [
      ["a", "alias", "l"],
      ["a", "exit", "boom"],
      ["b", "send", { alias: "l" }, "late"],
    ],
  },
  {
    name: "monitorRefWithoutAliasIsNoAlias",
    actors: ["a", "b"],
    rounds: [
      ["a", "monitor", "b", "m"],
      ["b", "send", { alias: "m" }, "dropped"],
      ["a", "unalias", "m"],
    ],
  },
  ...(["demonitor", "replyDemonitor"] as const).flatMap((kind): Scenario[] => {
    const start: Round = ["a", "monitor", "b", "m", kind];
    const reply: Round = ["b", "send", { alias: "m" }, "reply"];
    const end: Round = ["b", "exit", "boom"];
    const named = (rule: string, ...rounds: Round[]): Scenario => ({
      name: `${kind}Alias_${rule}`,
      actors: ["a", "b", "c"],
      rounds: [start, ...rounds],
    });
    return [
      named("repliesTwice", reply, reply, end),
      named("demonitoredDropsReplies", ["a", "demonitor", "m"], reply, end),
      named("downEndsIt", end, ["c", "send", { alias: "m" }, "late"]),
      named("unaliasKeepsTheMonitor", ["a", "unalias", "m"], reply, end),
      named(
        "unaliasTellsWhetherItWas",
        ["a", "unalias", "m"],
        ["a", "unalias", "m"],
        ["a", "demonitor", "m"],
      ),
      named("replyThenDemonitor", reply, ["a", "demonitor", "m"], end),
      named("replyThenUnalias", reply, ["a", "unalias", "m"], end),
      named("anybodyCanReply", ["c", "send", { alias: "m" }, "hello"], end),
    ];
  }),
];
