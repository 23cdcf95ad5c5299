/** Links and exit signals. */
import type { Round, Scenario } from "../scenario.js";

/** a and b are linked; `more` comes after. */
const linked = (name: string, ...more: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [["a", "link", "b"], ...more],
});

/** a traps exits and is linked to b. */
const trapping = (name: string, ...more: Round[]): Scenario => linked(name, ["a", "trapExit", true], ...more);

const REASONS = [
  "normal",
  "shutdown",
  "kill",
  "killed",
  "noproc",
  "noconnection",
  "boom",
  { shutdown: "why" },
] as const;
const wordOf = (reason: (typeof REASONS)[number]) => (typeof reason === "string" ? reason : "shutdownTuple");

/** The whole table of "Receiving Exit Signals": each reason, by a link and by exit/2, trapped or not. */
const table: Scenario[] = REASONS.flatMap((reason) => {
  const word = wordOf(reason);
  return [
    linked(`linkedProcessEnds_${word}`, ["b", "exit", reason]),
    trapping(`linkedProcessEndsTrapped_${word}`, ["b", "exit", reason]),
    { name: `exitSignal_${word}`, actors: ["a", "b"], rounds: [["b", "exitPid", "a", reason]] },
    {
      name: `exitSignalTrapped_${word}`,
      actors: ["a", "b"],
      rounds: [
        ["a", "trapExit", true],
        ["b", "exitPid", "a", reason],
      ],
    },
    linked(`exitSignalToLinkedPassesOn_${word}`, ["a", "exitPid", "b", reason]),
    { name: `exitSignalToSelf_${word}`, actors: ["a"], rounds: [["a", "exitPid", "a", reason]] },
    {
      name: `exitSignalToSelfTrapped_${word}`,
      actors: ["a"],
      rounds: [
        ["a", "trapExit", true],
        ["a", "exitPid", "a", reason],
      ],
    },
  ] satisfies Scenario[];
});

export const scenarios: readonly Scenario[] = [
  ...table,
  trapping("crashIsExitWithTheError", ["b", "crash"]),
  linked("crashEndsTheLinked", ["b", "crash"]),
  trapping("returnIsExitNormal", ["b", "return"]),
  linked("linkIsSymmetric", ["a", "exit", "boom"]),
  linked("linkTwiceIsOneLink", ["a", "link", "b"], ["a", "trapExit", true], ["b", "exit", "boom"]),
  linked("linkFromBothSidesIsOneLink", ["b", "link", "a"], ["a", "trapExit", true], ["b", "exit", "boom"]),
  linked(
    "linkFromBothSidesIsUndoneByOneUnlink",
    ["b", "link", "a"],
    ["a", "unlink", "b"],
    ["b", "exit", "boom"],
  ),
  linked("unlinkByTheOther", ["b", "unlink", "a"], ["b", "exit", "boom"]),
  linked("unlinkTwice", ["a", "unlink", "b"], ["a", "unlink", "b"], ["b", "exit", "boom"]),
  linked(
    "linkAgainAfterUnlink",
    ["a", "unlink", "b"],
    ["a", "link", "b"],
    ["a", "trapExit", true],
    ["b", "exit", "boom"],
  ),
  linked("linkAgainByTheOtherAfterUnlink", ["a", "unlink", "b"], ["b", "link", "a"], ["b", "exit", "boom"]),
  {
    name: "unlinkWithoutLink",
    actors: ["a", "b"],
    rounds: [
      ["a", "unlink", "b"],
      ["b", "exit", "boom"],
    ],
  },
  {
    name: "linkToSelfIsNothing",
    actors: ["a"],
    rounds: [
      ["a", "link", "a"],
      ["a", "unlink", "a"],
      ["a", "trapExit", true],
      ["a", "exitPid", "a", "boom"],
    ],
  },
  {
    name: "unlinkOfDead",
    actors: ["a", "b"],
    rounds: [
      ["b", "exit", "boom"],
      ["a", "unlink", "b"],
    ],
  },
  {
    name: "exitBeforeLinkIsNoproc",
    actors: ["a", "b"],
    rounds: [
      ["b", "exit", "boom"],
      ["a", "link", "b"],
    ],
  },
  trapping(
    "unlinkAfterExitLeavesTheMessage",
    ["b", "exit", "boom"],
    ["a", "unlink", "b"],
    ["a", "receive", "EXIT"],
  ),
  trapping(
    "trapOffAfterExitLeavesTheMessage",
    ["b", "exit", "boom"],
    ["a", "trapExit", false],
    ["a", "receive"],
  ),
  trapping("endedLinkIsNoLinkAnyMore", ["b", "exit", "boom"], ["a", "exit", "bye"]),
  trapping("trapOffMakesTheLinkDeadlyAgain", ["a", "trapExit", false], ["b", "exit", "boom"]),
  trapping(
    "exitSignalNormalToTrappingIsMessage",
    ["b", "exitPid", "a", "normal"],
    ["b", "exitPid", "a", "boom"],
  ),
  trapping("exitSignalLooksLikeALinkButKeepsIt", ["b", "exitPid", "a", "boom"], ["b", "exit", "later"]),
  {
    name: "exitSignalToDeadIsNothing",
    actors: ["a", "b"],
    rounds: [
      ["a", "exit", "boom"],
      ["b", "exitPid", "a", "kill"],
      ["b", "exitPid", "a", "normal"],
    ],
  },
  {
    name: "reasonPassesThroughAChain",
    actors: ["a", "b", "c", "d"],
    rounds: [
      ["a", "link", "b"],
      ["b", "link", "c"],
      ["c", "link", "d"],
      ["d", "trapExit", true],
      ["a", "exit", { shutdown: "why" }],
    ],
  },
  {
    name: "chainEndsAtWhoTraps",
    actors: ["a", "b", "c"],
    rounds: [
      ["a", "link", "b"],
      ["b", "link", "c"],
      ["b", "trapExit", true],
      ["a", "exit", "boom"],
    ],
  },
  {
    name: "normalDoesNotPassThroughAChain",
    actors: ["a", "b", "c"],
    rounds: [
      ["a", "link", "b"],
      ["b", "link", "c"],
      ["c", "trapExit", true],
      ["a", "exit", "normal"],
    ],
  },
  {
    name: "killPassesThroughAChainAsKilled",
    actors: ["a", "b", "c", "k"],
    rounds: [
      ["a", "link", "b"],
      ["b", "link", "c"],
      ["c", "trapExit", true],
      ["k", "exitPid", "a", "kill"],
    ],
  },
  {
    name: "exitWithKillPassesThroughAChainAsKill",
    actors: ["a", "b", "c"],
    rounds: [
      ["a", "link", "b"],
      ["b", "link", "c"],
      ["c", "trapExit", true],
      ["a", "exit", "kill"],
    ],
  },
  {
    name: "ringOfLinksEndsAltogether",
    actors: ["a", "b", "c"],
    rounds: [
      ["a", "link", "b"],
      ["b", "link", "c"],
      ["c", "link", "a"],
      ["b", "crash"],
    ],
  },
  {
    name: "starOfLinksHearsOneExitEach",
    actors: ["hub", "x", "y", "z"],
    rounds: [
      ["hub", "link", "x"],
      ["hub", "link", "y"],
      ["hub", "link", "z"],
      ["x", "trapExit", true],
      ["z", "trapExit", true],
      ["hub", "exit", "boom"],
    ],
  },
  {
    name: "twoWaysToOneProcessGiveTwoExits",
    actors: ["a", "b", "c", "d"],
    rounds: [
      ["a", "link", "b"],
      ["a", "link", "c"],
      ["b", "link", "d"],
      ["c", "link", "d"],
      ["d", "trapExit", true],
      ["a", "exit", "boom"],
    ],
  },
];
