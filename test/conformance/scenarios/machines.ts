/** gen_statem: enter calls, postponed and inserted events, the three kinds of timeout, replies, ends. */
import type { MachineEvent, MachineWish, Move, Round, Scenario, Term } from "../scenario.js";

/** a traps exits and starts machine m in state `x`; b is somebody else. */
export const machine = (name: string, wish: Partial<MachineWish>, ...rounds: Round[]): Scenario => ({
  name,
  actors: ["a", "b"],
  rounds: [["a", "trapExit", true], ["a", "startMachine", "m", { state: "x", ...wish }], ...rounds],
});

export const cast = (tag: string, moves: Record<string, Move> = {}): Round => [
  "b",
  "machineCast",
  "m",
  [tag, moves],
];
const call = (tag: string, moves: Record<string, Move>): Round => ["b", "machineCall", "m", [tag, moves]];
/** The event, and then ms in which timeouts come. */
const andWait = (event: MachineEvent, ms = 150): Round => ({
  together: {
    b: [
      ["machineCast", "m", event],
      ["receive", "never", ms],
    ],
  },
});
export const REASONS: readonly Term[] = ["normal", "shutdown", { shutdown: 1 }, "boom"];
export const wordOf = (reason: Term) => (typeof reason === "string" ? reason : "shutdownTuple");
export const postponed = { x: { postpone: true } } as const;

const states: Scenario[] = [
  machine("machineEntersItsFirstState", {}, call("hello", { x: { reply: "hi" } })),
  machine("machineChangesItsState", {}, cast("go", { x: { next: "y" } }), cast("back", { y: { next: "x" } })),
  machine("nextStateThatIsTheSameIsNoEnter", {}, cast("stay", { x: { next: "x" } })),
  machine("repeatStateEntersAgain", {}, cast("again", { x: { repeat: true } })),
  machine(
    "enterCallMaySetATimeout",
    {
      enter: { y: { timeouts: [["state", 20, ["tick", { y: { next: "x" } }]]] } },
    },
    andWait(["go", { x: { next: "y" } }]),
  ),
  machine("enterCallMayStop", { enter: { y: { stop: "boom" } } }, cast("go", { x: { next: "y" } })),
  machine(
    "enterCallMayReplyToAnOlderCall",
    { enter: { y: { replyHeld: "there" } } },
    {
      together: {
        a: [["machineCall", "m", ["wait", { x: { hold: true } }]]],
        b: [
          ["receive", "never", 50],
          ["machineCast", "m", ["go", { x: { next: "y" } }]],
        ],
      },
    },
  ),
  machine("plainMessageIsInfoOfAMachine", {}, ["b", "machineInfo", "m", ["hello", { x: { next: "y" } }]]),
  machine(
    "callCastInfoOfAMachineKeepTheirOrder",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["one"]],
          ["machineInfo", "m", ["two"]],
          ["machineCall", "m", ["three", { x: { reply: 3 } }]],
          ["machineCast", "m", ["four"]],
        ],
      },
    },
  ),
];

const queue: Scenario[] = [
  machine(
    "postponedEventComesAfterTheChange",
    {},
    cast("later", postponed),
    cast("go", { x: { next: "y" } }),
  ),
  machine(
    "postponedEventWaitsForAChange",
    {},
    cast("later", postponed),
    cast("stay", { x: { next: "x" } }),
    cast("go", { x: { next: "y" } }),
  ),
  machine(
    "repeatStateBringsPostponedEventsToo",
    {},
    cast("later", { x: { postpone: true } }),
    cast("again", { x: { repeat: true } }),
  ),
  machine(
    "postponedEventsComeInTheirOrder",
    {},
    cast("one", postponed),
    cast("two", postponed),
    cast("three", postponed),
    cast("go", { x: { next: "y" } }),
  ),
  machine(
    "postponedAgainInTheNextState",
    {},
    cast("one", { x: { postpone: true }, y: { postpone: true } }),
    cast("two", postponed),
    cast("go", { x: { next: "y" } }),
    cast("on", { y: { next: "z" } }),
  ),
  machine(
    "postponedEventThatChangesTheStateBringsTheRest",
    {},
    cast("one", { x: { postpone: true }, y: { next: "z" } }),
    cast("two", { x: { postpone: true }, y: { postpone: true } }),
    cast("go", { x: { next: "y" } }),
  ),
  machine(
    "eventThatPostponesItselfAndChangesTheState",
    {},
    cast("one", { x: { postpone: true, next: "y" } }),
  ),
  machine(
    "postponedCallIsAnsweredLater",
    {},
    {
      together: {
        a: [["machineCall", "m", ["ask", { x: { postpone: true }, y: { reply: "y" } }]]],
        b: [
          ["receive", "never", 50],
          ["machineCast", "m", ["go", { x: { next: "y" } }]],
        ],
      },
    },
  ),
  machine(
    "insertedEventsComeInTheirOrder",
    {},
    cast("go", {
      x: {
        insert: [
          ["internal", ["one"]],
          ["cast", ["two"]],
          ["internal", ["three"]],
        ],
      },
    }),
  ),
  machine(
    "insertedEventsComeBeforePostponedOnes",
    {},
    cast("later", postponed),
    cast("go", {
      x: { next: "y", insert: [["internal", ["now"]]] },
    }),
  ),
  machine(
    "insertedEventsComeAfterTheEnterCall",
    {},
    cast("go", { x: { next: "y", insert: [["internal", ["now"]]] } }),
  ),
  machine(
    "insertedEventThatInsertsGoesFirst",
    {},
    cast("go", {
      x: {
        insert: [
          ["internal", ["one", { x: { insert: [["internal", ["oneMore"]]] } }]],
          ["internal", ["two"]],
        ],
      },
    }),
  ),
  machine(
    "insertedEventMayBePostponed",
    {},
    cast("go", {
      x: {
        insert: [
          ["internal", ["one", postponed]],
          ["internal", ["two", { x: { next: "y" } }]],
        ],
      },
    }),
  ),
  machine(
    "insertedEventsComeBeforeMessages",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { insert: [["internal", ["one"]]] } }]],
          ["machineCast", "m", ["message"]],
        ],
      },
    },
  ),
  machine(
    "initMayInsertEvents",
    {
      init: {
        insert: [
          ["internal", ["first"]],
          ["cast", ["second"]],
        ],
      },
    },
    cast("third"),
  ),
];

const timeouts: Scenario[] = [
  machine("stateTimeoutFires", {}, andWait(["go", { x: { timeouts: [["state", 20, ["tick"]]] } }])),
  machine(
    "stateTimeoutIsCancelledByAChange",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 60, ["tick"]]] } }]],
          ["machineCast", "m", ["on", { x: { next: "y" } }]],
          ["receive", "never", 150],
        ],
      },
    },
  ),
  machine(
    "stateTimeoutOutlivesOtherEvents",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 60, ["tick"]]] } }]],
          ["machineCast", "m", ["stay"]],
          ["receive", "never", 200],
        ],
      },
    },
  ),
  machine(
    "stateTimeoutSetWithAChangeIsOfTheNewState",
    {},
    andWait(["go", { x: { next: "y", timeouts: [["state", 20, ["tick"]]] } }]),
  ),
  machine(
    "stateTimeoutIsKeptByRepeatState",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 60, ["tick"]]] } }]],
          ["machineCast", "m", ["again", { x: { repeat: true } }]],
          ["receive", "never", 200],
        ],
      },
    },
  ),
  machine(
    "stateTimeoutSetAnewStartsAnew",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 30, ["old"]]] } }]],
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 90, ["new"]]] } }]],
          ["receive", "never", 250],
        ],
      },
    },
  ),
  machine(
    "stateTimeoutCancelled",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 60, ["tick"]]] } }]],
          ["machineCast", "m", ["halt", { x: { timeouts: [["state", "cancel"]] } }]],
          ["receive", "never", 150],
        ],
      },
    },
  ),
  machine(
    "stateTimeoutUpdatedKeepsItsTime",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 60, ["old"]]] } }]],
          ["machineCast", "m", ["change", { x: { timeouts: [["state", "update", ["new"]]] } }]],
          ["receive", "never", 200],
        ],
      },
    },
  ),
  machine(
    "updateOfATimeoutThatDoesNotRunComesAtOnce",
    {},
    cast("go", {
      x: { timeouts: [["state", "update", ["now"]]] },
    }),
  ),
  machine("eventTimeoutFires", {}, andWait(["go", { x: { timeouts: [["event", 20, ["idle"]]] } }])),
  machine(
    "eventTimeoutIsCancelledByAnyEvent",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["event", 60, ["idle"]]] } }]],
          ["machineInfo", "m", ["other"]],
          ["receive", "never", 150],
        ],
      },
    },
  ),
  machine("genericTimeoutFires", {}, andWait(["go", { x: { timeouts: [["g1", 20, ["tick"]]] } }])),
  machine(
    "genericTimeoutOutlivesAChange",
    {},
    andWait([
      "go",
      { x: { timeouts: [["g1", 40, ["tick"]]], insert: [["internal", ["on", { x: { next: "y" } }]]] } },
    ]),
  ),
  machine(
    "genericTimeoutsOfTwoNamesAreTwo",
    {},
    andWait(
      [
        "go",
        {
          x: {
            timeouts: [
              ["g2", 80, ["second"]],
              ["g1", 20, ["first"]],
            ],
          },
        },
      ],
      250,
    ),
  ),
  machine(
    "genericTimeoutCancelled",
    {},
    {
      together: {
        b: [
          [
            "machineCast",
            "m",
            [
              "go",
              {
                x: {
                  timeouts: [
                    ["g1", 60, ["tick"]],
                    ["g2", 20, ["tock"]],
                  ],
                },
              },
            ],
          ],
          ["machineCast", "m", ["halt", { x: { timeouts: [["g1", "cancel"]] } }]],
          ["receive", "never", 150],
        ],
      },
    },
  ),
  machine(
    "zeroTimeoutsComeBeforeMessages",
    {},
    {
      together: {
        b: [
          ["machineCast", "m", ["go", { x: { timeouts: [["state", 0, ["zero"]]] } }]],
          ["machineCast", "m", ["message"]],
        ],
      },
    },
  ),
  machine(
    "zeroTimeoutsComeAfterInsertedEvents",
    {},
    cast("go", {
      x: { timeouts: [["state", 0, ["zero"]]], insert: [["internal", ["inserted"]]] },
    }),
  ),
  machine(
    "zeroEventTimeoutIsCancelledByAnInsertedEvent",
    {},
    cast("go", {
      x: { timeouts: [["event", 0, ["zero"]]], insert: [["internal", ["inserted"]]] },
    }),
  ),
  machine(
    "zeroTimeoutsComeInTheOrderOfTheirActions",
    {},
    cast("go", {
      x: {
        timeouts: [
          ["g1", 0, ["one"]],
          ["state", 0, ["two"]],
          ["g2", 0, ["three"]],
        ],
      },
    }),
  ),
  machine(
    "zeroTimeoutSetAgainBeforeItComes",
    {},
    andWait([
      "go",
      {
        x: {
          timeouts: [["state", 0, ["zero"]]],
          insert: [["internal", ["one", { x: { timeouts: [["state", 30, ["tick"]]] } }]]],
        },
      },
    ]),
  ),
  machine(
    "theLastOfSeveralActionsOnATimeoutCounts",
    {},
    cast("go", {
      x: {
        timeouts: [
          ["g1", 5000, ["one"]],
          ["g1", 0, ["two"]],
        ],
      },
    }),
  ),
  machine("initMaySetATimeout", { init: { timeouts: [["state", 0, ["zero"]]] } }, cast("later")),
];

const ends: Scenario[] = [
  ...REASONS.flatMap((reason) => [
    machine(`machineStops_${wordOf(reason)}`, {}, cast("end", { x: { stop: reason } })),
    machine(`machineStopsInACall_${wordOf(reason)}`, {}, call("end", { x: { stop: reason } })),
    machine(
      `machineStopsWithAReply_${wordOf(reason)}`,
      {},
      call("end", { x: { stop: reason, reply: "bye" } }),
    ),
    machine(`stopOfAMachine_${wordOf(reason)}`, {}, ["b", "stop", "m", reason]),
    machine(`exitOfTheParentOfAMachine_${wordOf(reason)}`, { trap: true }, ["a", "exit", reason]),
    machine(`exitOfTheParentOfAMachineNotTrapped_${wordOf(reason)}`, {}, ["a", "exit", reason]),
    machine(`exitSignalOfAnotherIsInfoOfATrappingMachine_${wordOf(reason)}`, { trap: true }, [
      "b",
      "exitPid",
      "m",
      reason,
    ]),
  ]),
  machine("enterCallThatCrashes", { enter: { y: { crash: true } } }, cast("go", { x: { next: "y" } })),
  machine("machineCrashes", {}, cast("bad", { x: { crash: true } })),
  machine("machineCrashesInACall", {}, call("bad", { x: { crash: true } })),
  machine("killedMachineTellsNoTerminate", { trap: true }, ["b", "exitPid", "m", "kill"]),
  machine(
    "postponedCallHearsTheEnd",
    {},
    {
      together: {
        a: [["machineCall", "m", ["ask", postponed]]],
        b: [
          ["receive", "never", 50],
          ["machineCast", "m", ["end", { x: { stop: "boom" } }]],
        ],
      },
    },
  ),
  machine(
    "callOfAMachineTimesOut",
    {},
    ["b", "machineCall", "m", ["ask", { x: { hold: true } }], 20],
    cast("late", { x: { replyHeld: "late" } }),
  ),
  machine("callOfADeadMachineIsNoproc", {}, ["a", "stop", "m"], call("hello", {})),
];

export const scenarios: readonly Scenario[] = [...states, ...queue, ...timeouts, ...ends];
