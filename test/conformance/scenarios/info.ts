/** What can be known of a process: whether it lives, its name, flags, links and monitors. */
import type { Round, Scenario } from "../scenario.js";

const pair = (name: string, ...rounds: Round[]): Scenario => ({ name, actors: ["a", "b"], rounds });
const local = (name: string, ...rounds: Round[]): Scenario => ({ ...pair(name, ...rounds), local: true });
const info = (of: string, by = "a"): Round => [by, "info", of];

export const scenarios: readonly Scenario[] = [
  pair("livingIsAlive", ["a", "isAlive", "b"], ["a", "isAlive", "a"]),
  pair("endedIsNotAlive", ["b", "exit", "normal"], ["a", "isAlive", "b"]),
  pair("killedIsNotAlive", ["a", "exitPid", "b", "kill"], ["a", "isAlive", "b"]),
  pair(
    "whoTrapsAnExitSignalIsAlive",
    ["b", "trapExit", true],
    ["a", "exitPid", "b", "boom"],
    ["a", "isAlive", "b"],
  ),
  pair("exitSignalNormalLeavesItAlive", ["a", "exitPid", "b", "normal"], ["a", "isAlive", "b"]),
  pair("exitSignalThenIsAliveIsFalse", {
    together: {
      a: [
        ["exitPid", "b", "boom"],
        ["isAlive", "b"],
      ],
    },
  }),
  pair("infoOfDeadIsUndefined", ["b", "exit", "boom"], info("b")),
  pair("infoOfANewProcess", ["a", "spawn", "x"], info("x")),
  pair("infoTellsTrapExit", ["b", "trapExit", true], info("b"), ["b", "trapExit", false], info("b")),
  pair("infoTellsPriority", ["b", "priority", "high"], info("b"), info("b", "b")),
  local("infoTellsTheName", ["b", "register", "n"], info("b"), ["a", "unregister", "n"], info("b")),
  pair("linkCountsOnBothSides", ["a", "link", "b"], info("a"), info("b")),
  pair("linkTwiceCountsOnce", ["a", "link", "b"], ["b", "link", "a"], info("a"), info("b")),
  pair("unlinkLeavesNoLink", ["a", "link", "b"], ["b", "unlink", "a"], info("a"), info("b")),
  pair("linkToSelfCountsNot", ["a", "link", "a"], info("a")),
  pair(
    "endOfALinkedProcessLeavesNoLink",
    ["a", "trapExit", true],
    ["a", "link", "b"],
    ["b", "exit", "boom"],
    info("a"),
  ),
  pair("normalEndOfALinkedProcessLeavesNoLink", ["a", "link", "b"], ["b", "exit", "normal"], info("a")),
  pair(
    "linkToDeadLeavesNoLink",
    ["b", "exit", "boom"],
    ["a", "trapExit", true],
    ["a", "link", "b"],
    info("a"),
  ),
  pair("spawnLinkCountsOnBothSides", ["a", "spawnLink", "x"], info("a"), info("x")),
  pair("monitorCountsAtTheWatcher", ["a", "monitor", "b", "m"], info("a"), info("b")),
  pair(
    "monitorsCountEach",
    ["a", "monitor", "b", "m"],
    ["a", "monitor", "b", "n"],
    info("a"),
    ["a", "demonitor", "m"],
    info("a"),
  ),
  pair("monitorOfSelfCountsNot", ["a", "monitor", "a", "m"], info("a")),
  pair("downLeavesNoMonitor", ["a", "monitor", "b", "m"], ["b", "exit", "boom"], info("a")),
  pair("monitorOfDeadLeavesNoMonitor", ["b", "exit", "boom"], ["a", "monitor", "b", "m"], info("a")),
  pair("spawnMonitorCountsAtTheParent", ["a", "spawnMonitor", "x", "m"], info("a"), info("x")),
  pair(
    "replyToAnAliasLeavesNoMonitor",
    ["a", "monitor", "b", "m", "replyDemonitor"],
    ["b", "send", { alias: "m" }, "reply"],
    info("a"),
  ),
  pair("aliasIsNoMonitor", ["a", "alias", "l"], info("a")),
];
