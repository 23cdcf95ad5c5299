/** Registered names. */
import type { Round, Scenario } from "../scenario.js";

const pair = (name: string, ...rounds: Round[]): Scenario => ({ name, actors: ["a", "b"], rounds });
const local = (name: string, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds,
  local: true,
});

export const scenarios: readonly Scenario[] = [
  local(
    "registeredNameIsReached",
    ["b", "register", "n"],
    ["a", "send", { name: "n" }, "hello"],
    ["a", "whereis", "n"],
  ),
  local(
    "addressOfThisNodeIsReached",
    ["b", "register", "n"],
    ["a", "send", { address: "n", of: "b" }, "hello"],
  ),
  pair(
    "addressOfAnotherNodeIsReached",
    ["b", "register", "n"],
    ["a", "send", { address: "n", of: "b" }, "hello"],
  ),
  pair(
    "messageToUnknownAddressIsDropped",
    ["a", "send", { address: "nobody", of: "b" }, "lost"],
    ["a", "receive"],
  ),
  local("messageToUnknownNameIsBadarg", ["a", "send", { name: "nobody" }, "lost"]),
  local(
    "nameCanBeGivenUpAndTakenAgain",
    ["a", "register", "n"],
    ["a", "unregister", "n"],
    ["a", "register", "n"],
    ["b", "send", { name: "n" }, "hello"],
  ),
  local(
    "unregisterTwiceIsBadarg",
    ["a", "register", "n"],
    ["a", "unregister", "n"],
    ["a", "unregister", "n"],
  ),
  local("messageToOwnName", ["a", "register", "n"], ["a", "send", { name: "n" }, "me"]),
  local(
    "monitorOfOwnNameIsNone",
    ["a", "register", "n"],
    ["a", "monitor", { name: "n" }, "m"],
    ["a", "info", "a"],
  ),
  local(
    "exitOfTheNamedThenSendIsBadarg",
    ["b", "register", "n"],
    ["b", "exit", "boom"],
    ["a", "send", { name: "n" }, "lost"],
  ),
  local(
    "trappedExitKeepsTheName",
    ["b", "register", "n"],
    ["b", "trapExit", true],
    ["a", "exitPid", "b", "boom"],
    ["a", "whereis", "n"],
  ),
  local("undefinedIsNoName", ["a", "register", "undefined"]),
  local("whereisOfUnknownName", ["a", "whereis", "nobody"]),
  local("takenNameIsBadarg", ["a", "register", "n"], ["b", "register", "n"], ["b", "whereis", "n"]),
  local("secondNameIsBadarg", ["a", "register", "n"], ["a", "register", "o"], ["a", "whereis", "o"]),
  local("sameNameAgainIsBadarg", ["a", "register", "n"], ["a", "register", "n"]),
  local("nameGivenToAnother", ["a", "register", "n", "b"], ["a", "send", { name: "n" }, "hello"]),
  local(
    "nameGivenToAnotherThatHasOneIsBadarg",
    ["b", "register", "o"],
    ["a", "register", "n", "b"],
    ["a", "whereis", "n"],
  ),
  local("nameGivenToDeadIsBadarg", ["b", "exit", "boom"], ["a", "register", "n", "b"], ["a", "whereis", "n"]),
  local(
    "unregisterFreesTheName",
    ["a", "register", "n"],
    ["a", "unregister", "n"],
    ["b", "whereis", "n"],
    ["b", "register", "n"],
  ),
  local(
    "unregisterByAnother",
    ["a", "register", "n"],
    ["b", "unregister", "n"],
    ["a", "register", "o"],
    ["b", "whereis", "o"],
  ),
  local("unregisterOfUnknownIsBadarg", ["a", "unregister", "nobody"]),
  local(
    "endFreesTheName",
    ["b", "register", "n"],
    ["b", "exit", "boom"],
    ["a", "whereis", "n"],
    ["a", "register", "n"],
  ),
  local(
    "endFreesTheNameGivenByAnother",
    ["a", "register", "n", "b"],
    ["b", "exit", "boom"],
    ["a", "whereis", "n"],
  ),
  local(
    "killFreesTheName",
    ["b", "register", "n"],
    ["a", "exitPid", "b", "kill"],
    ["a", "whereis", "n"],
    ["a", "send", { name: "n" }, "lost"],
  ),
  local(
    "nameOfAnotherAfterUnregisterAndEnd",
    ["b", "register", "n"],
    ["b", "unregister", "n"],
    ["a", "register", "n"],
    ["b", "exit", "boom"],
    ["a", "whereis", "n"],
  ),
  {
    name: "oneOfTwoWhoRaceForANameGetsIt",
    actors: ["a", "b", "c"],
    local: true,
    either: ["<a>", "<b>", "ok", "badarg"],
    rounds: [{ together: { a: [["register", "n"]], b: [["register", "n"]] } }, ["c", "whereis", "n"]],
  },
];
