/** State machines and the system messages of sys(3); who is a machine's parent. */
import type { Op, Round, Scenario } from "../scenario.js";
import { cast, machine, postponed, REASONS, wordOf } from "./machines.js";

const bDoes = (...b: readonly Op[]): Round => ({ together: { b } });
const timeoutIn = (key: "event" | "state", ms: number): Op => [
  "machineCast",
  "m",
  ["go", { x: { timeouts: [[key, ms, ["tick"]]] } }],
];

export const scenarios: readonly Scenario[] = [
  machine("machineShowsItsState", {}, cast("go", { x: { next: "y" } }), ["b", "machineState", "m"]),
  machine(
    "replacedStateIsNotEntered",
    {},
    ["b", "machineCast", "m", ["aside", postponed]],
    ["b", "replaceState", "m", "y"],
    ["b", "machineState", "m"],
    cast("stay"),
    cast("go", { y: { next: "z" } }),
  ),
  machine(
    "suspendedMachineKeepsItsEvents",
    {},
    bDoes(
      ["suspend", "m"],
      ["machineCast", "m", ["go", { x: { next: "y" } }]],
      ["machineInfo", "m", ["told"]],
      ["receive", "never", 20],
      ["machineState", "m"],
      ["resume", "m"],
      ["machineCall", "m", ["ask", { y: { reply: 1 } }]],
    ),
  ),
  machine(
    "callOfASuspendedMachineTimesOut",
    {},
    bDoes(["suspend", "m"], ["machineCall", "m", ["ask", { x: { reply: 1 } }], 20], ["resume", "m"]),
  ),
  machine(
    "timeoutOfASuspendedMachineComesWhenItIsResumed",
    {},
    bDoes(
      timeoutIn("state", 20),
      ["suspend", "m"],
      ["receive", "never", 60],
      ["machineState", "m"],
      ["resume", "m"],
      ["receive", "never", 60],
    ),
  ),
  machine(
    "systemMessagesCancelNoEventTimeout",
    {},
    bDoes(
      timeoutIn("event", 60),
      ["machineState", "m"],
      ["suspend", "m"],
      ["resume", "m"],
      ["receive", "never", 200],
    ),
  ),
  machine("resumeOfARunningMachineIsNothing", {}, ["b", "resume", "m"], cast("on")),
  machine("killOfASuspendedMachine", { trap: true }, bDoes(["suspend", "m"], ["exitPid", "m", "kill"])),
  ...REASONS.flatMap((reason) => [
    machine(`terminateEndsAMachine_${wordOf(reason)}`, {}, ["b", "terminate", "m", reason]),
    machine(
      `terminateEndsASuspendedMachine_${wordOf(reason)}`,
      { trap: true },
      bDoes(["suspend", "m"], ["machineCast", "m", ["never"]], ["terminate", "m", reason]),
    ),
    machine(
      `stopOfASuspendedMachine_${wordOf(reason)}`,
      {},
      bDoes(["suspend", "m"], ["machineCast", "m", ["never"]], ["stop", "m", reason]),
    ),
    machine(
      `exitOfTheParentOfASuspendedMachine_${wordOf(reason)}`,
      { trap: true },
      {
        together: {
          a: [
            ["suspend", "m"],
            ["exit", reason],
          ],
        },
      },
    ),
  ]),
  machine(
    "starterOfAMachineThatIsNotLinkedIsNoParent",
    { alone: true, trap: true },
    ["a", "exitPid", "m", "boom"],
    cast("on"),
    ["a", "exit", "boom"],
    cast("on"),
  ),
];
