/** Timers that send messages. */
import type { Round, Scenario } from "../scenario.js";

const pair = (name: string, ...rounds: Round[]): Scenario => ({ name, actors: ["a", "b"], rounds });
const local = (name: string, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds,
  local: true,
});

export const scenarios: readonly Scenario[] = [
  pair("sendAfterSends", ["a", "sendAfter", 5, "b", "late", "t"], ["b", "receive", "late", 2000]),
  pair("startTimerTellsWhich", ["a", "startTimer", 5, "a", "late", "t"], ["a", "receive", "timeout", 2000]),
  pair("sendAfterZero", ["a", "sendAfter", 0, "a", "soon", "t"], ["a", "receive", "soon", 2000]),
  pair(
    "cancelledTimerDoesNotFire",
    ["a", "sendAfter", 400, "a", "never", "t"],
    ["a", "cancelTimer", "t"],
    ["a", "receive", "never", 450],
  ),
  pair(
    "cancelTwice",
    ["a", "sendAfter", 5000, "a", "never", "t"],
    ["a", "cancelTimer", "t"],
    ["a", "cancelTimer", "t"],
    ["a", "readTimer", "t"],
  ),
  pair(
    "cancelOfFiredIsOver",
    ["a", "sendAfter", 1, "a", "soon", "t"],
    ["a", "receive", "soon", 2000],
    ["a", "cancelTimer", "t"],
  ),
  pair(
    "readTimerLeavesIt",
    ["a", "sendAfter", 5000, "a", "never", "t"],
    ["a", "readTimer", "t"],
    ["a", "cancelTimer", "t"],
  ),
  pair(
    "timerOutlivesItsStarter",
    ["a", "sendAfter", 20, "b", "late", "t"],
    ["a", "exit", "boom"],
    ["b", "receive", "late", 2000],
  ),
  pair(
    "timerToDeadIsNothing",
    ["a", "sendAfter", 10, "b", "late", "t"],
    ["b", "exit", "boom"],
    ["a", "receive", "never", 30],
    ["a", "readTimer", "t"],
  ),
  pair(
    "timersFireByTime",
    {
      together: {
        a: [
          ["sendAfter", 40, "b", "second", "t"],
          ["sendAfter", 10, "b", "first", "u"],
        ],
      },
    },
    ["b", "receive", null, 2000],
    ["b", "receive", null, 2000],
  ),
  pair(
    "startTimerToAnotherTellsWhich",
    ["a", "startTimer", 5, "b", "late", "t"],
    ["b", "receive", "timeout", 2000],
  ),
  pair("startTimerZero", ["a", "startTimer", 0, "a", "soon", "t"], ["a", "receive", "timeout", 2000]),
  pair(
    "startTimerCancelled",
    ["a", "startTimer", 100, "a", "never", "t"],
    ["a", "cancelTimer", "t"],
    ["a", "receive", "timeout", 150],
  ),
  pair(
    "timerOfALongTimeIsLeft",
    ["a", "sendAfter", 4_000_000_000, "a", "never", "t"],
    ["a", "readTimer", "t"],
    ["a", "cancelTimer", "t"],
  ),
  pair(
    "readOfFiredIsOver",
    ["a", "sendAfter", 1, "a", "soon", "t"],
    ["a", "receive", "soon", 2000],
    ["a", "readTimer", "t"],
  ),
  pair(
    "cancelOfOneLeavesTheOther",
    ["a", "sendAfter", 60, "a", "kept", "t"],
    ["a", "sendAfter", 60, "a", "never", "u"],
    ["a", "cancelTimer", "u"],
    ["a", "receive", "kept", 2000],
    ["a", "receive", "never", 50],
  ),
  pair(
    "timerCancelledByAnother",
    ["a", "sendAfter", 100, "a", "never", "t"],
    ["b", "cancelTimer", "t"],
    ["a", "receive", "never", 200],
  ),
  pair(
    "timerToAnAlias",
    ["a", "alias", "l"],
    ["a", "sendAfter", 5, { alias: "l" }, "late", "t"],
    ["a", "receive", "late", 100],
  ),
  local(
    "timerToAnAddress",
    ["b", "register", "n"],
    ["a", "sendAfter", 5, { address: "n", of: "b" }, "late", "t"],
    ["b", "receive", "late", 100],
  ),
  local(
    "timerToNameThatWasGivenOn",
    ["b", "register", "n"],
    ["a", "sendAfter", 300, { name: "n" }, "late", "t"],
    ["b", "unregister", "n"],
    ["a", "register", "n"],
    ["a", "receive", "late", 2000],
  ),
  local(
    "timerToNameThatIsGone",
    ["b", "register", "n"],
    ["a", "sendAfter", 100, { name: "n" }, "late", "t"],
    ["b", "unregister", "n"],
    ["b", "receive", "late", 200],
    ["a", "readTimer", "t"],
  ),
  pair(
    "timerToSelfOfOneThatEnds",
    ["a", "sendAfter", 30, "a", "never", "t"],
    ["a", "exit", "boom"],
    ["b", "receive", "never", 60],
  ),
  pair(
    "timerEndsWithItsReceiver",
    ["a", "sendAfter", 5000, "b", "never", "t"],
    ["b", "exit", "boom"],
    ["a", "readTimer", "t"],
    ["a", "cancelTimer", "t"],
  ),
  pair(
    "timersOfManyTimesFireByTime",
    {
      together: {
        a: [90, 30, 120, 60].map((ms) => ["sendAfter", ms, "b", `t${ms}`, `l${ms}`] as const),
      },
    },
    ...Array.from({ length: 4 }, (): Round => ["b", "receive", null, 2000]),
  ),
  local(
    "timerToNameFindsWhoHasItThen",
    ["a", "sendAfter", 400, { name: "n" }, "late", "t"],
    ["b", "register", "n"],
    ["b", "receive", "late", 2000],
  ),
  local(
    "timerToUnknownNameIsNothing",
    ["a", "sendAfter", 5, { name: "nobody" }, "late", "t"],
    ["a", "receive", "never", 30],
    ["a", "readTimer", "t"],
  ),
  pair(
    "receiveAfterZeroLooksAtWhatIsThere",
    ["a", "send", "b", "m"],
    ["b", "receive", "m", 0],
    ["b", "receive", "m", 0],
  ),
];
