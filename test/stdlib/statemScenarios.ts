/**
 * Scenarios for state machines: what a scripted machine is told to do, and what then happens, in order. They run
 * on our machine (`scripted` in machines.ts) and on the real `gen_statem` (statemErlang.ts), so what is expected
 * here is what OTP does.
 */

/** What a handler is to do, as a list of actions; all are arrays, strings and numbers, to be read by Erlang as well. */
export type Op =
  | ["next", string]
  | ["repeat"]
  | ["postpone"]
  | ["postpone", false]
  /** nextEvent of a type. */
  | ["insert", "internal" | "cast" | "info", Ev]
  /** A timeout: `event`, `state`, or the name of a generic one. */
  | ["timeout", "event" | "state" | "g1" | "g2", number | "infinity" | "cancel" | "update", Ev]
  /** Sends itself these as casts: they are messages in the mailbox. */
  | ["mail", Ev[]]
  /** Waits for ms before all else, so that timers fire meanwhile and their messages are in the mailbox. */
  | ["wait", number];

/** An event: a tag for the trace, and what to do in each state (`any` where none is named). */
export type Ev = [tag: string, todo?: Record<string, Op[]>];

export interface Scenario {
  /** What the state enter calls do. */
  readonly enter?: Record<string, Op[]>;
  readonly init?: Op[];
  /** The first cast. The scenario ends with the event `end`. */
  readonly first: Ev;
  /** `TYPE TAG in STATE`, and `enter STATE from STATE`. */
  readonly trace: readonly string[];
}

const any = (...ops: Op[]): Record<string, Op[]> => ({ any: ops });
const end: Ev = ["end"];
const ev = (tag: string, ...ops: Op[]): Ev => [tag, any(...ops)];
const tag = (name: string): Ev => [name];
/** The state in which all begin. */
const START = "enter a from a";

export const scenarios: Record<string, Scenario> = {
  "the first state enter call comes from the first state, before any event": {
    enter: { a: [["timeout", "state", 0, tag("zero")]] },
    first: end,
    trace: [START, "stateTimeout zero in a", "cast end in a"],
  },
  "a change of state makes a state enter call, from the old state": {
    first: ev("go", ["next", "b"], ["insert", "internal", end]),
    trace: [START, "cast go in a", "enter b from a", "internal end in b"],
  },
  "nextState to the same state is keepState: no state enter call, nothing is retried, no timeout is cancelled":
    {
      first: ev(
        "go",
        ["timeout", "state", 0, end],
        ["next", "a"],
        ["insert", "internal", ["p", { a: [["postpone"], ["next", "a"]] }]],
      ),
      trace: [START, "cast go in a", "internal p in a", "stateTimeout end in a"],
    },
  "repeatState makes the state enter call again, and is no change of state": {
    first: ev(
      "go",
      ["insert", "internal", ev("p", ["postpone"])],
      ["insert", "internal", ev("again", ["repeat"], ["timeout", "state", 1, end])],
    ),
    trace: [
      START,
      "cast go in a",
      "internal p in a",
      "internal again in a",
      "enter a from a",
      "stateTimeout end in a",
    ],
  },
  "actions of the state enter call are added to those of the handler": {
    enter: { b: [["timeout", "g1", 0, tag("second")]] },
    first: ev("go", ["next", "b"], ["timeout", "g2", 0, tag("first")], ["mail", [end]]),
    trace: [START, "cast go in a", "enter b from a", "g2 first in b", "g1 second in b", "cast end in b"],
  },
  "inserted events come in order, before queued ones": {
    first: ev(
      "go",
      ["mail", [end]],
      ["insert", "internal", ev("1", ["insert", "internal", tag("1.1")], ["insert", "internal", tag("1.2")])],
      ["insert", "cast", tag("2")],
      ["insert", "info", tag("3")],
    ),
    trace: [
      START,
      "cast go in a",
      "internal 1 in a",
      "internal 1.1 in a",
      "internal 1.2 in a",
      "cast 2 in a",
      "info 3 in a",
      "cast end in a",
    ],
  },
  "postponed events come again after a change of state, oldest first, before the mailbox": {
    first: ev("go", [
      "mail",
      [
        ["p1", { a: [["postpone"]] }],
        ["p2", { a: [["postpone"]] }],
        tag("m"),
        ev("change", ["next", "b"]),
        end,
      ],
    ]),
    trace: [
      START,
      "cast go in a",
      "cast p1 in a",
      "cast p2 in a",
      "cast m in a",
      "cast change in a",
      "enter b from a",
      "cast p1 in b",
      "cast p2 in b",
      "cast end in b",
    ],
  },
  "an event may be postponed and change the state: it comes again as the youngest": {
    first: ev("go", [
      "mail",
      [["p1", { a: [["postpone"]] }], ["p2", { a: [["postpone"], ["next", "b"]] }], end],
    ]),
    trace: [
      START,
      "cast go in a",
      "cast p1 in a",
      "cast p2 in a",
      "enter b from a",
      "cast p1 in b",
      "cast p2 in b",
      "cast end in b",
    ],
  },
  "events postponed again while others are retried keep their order": {
    first: ev("go", [
      "mail",
      [
        ["p1", { a: [["postpone"]], b: [["postpone"]] }],
        ["p2", { a: [["postpone"]], b: [["next", "c"]] }],
        ["p3", { a: [["postpone"]], b: [["postpone"]] }],
        ["change", { a: [["next", "b"]] }],
        end,
      ],
    ]),
    trace: [
      START,
      "cast go in a",
      "cast p1 in a",
      "cast p2 in a",
      "cast p3 in a",
      "cast change in a",
      "enter b from a",
      "cast p1 in b",
      "cast p2 in b",
      "enter c from b",
      "cast p1 in c",
      "cast p3 in c",
      "cast end in c",
    ],
  },
  "inserted events come before postponed ones": {
    first: ev("go", [
      "mail",
      [["p", { a: [["postpone"]] }], ev("change", ["next", "b"], ["insert", "internal", tag("i")]), end],
    ]),
    trace: [
      START,
      "cast go in a",
      "cast p in a",
      "cast change in a",
      "enter b from a",
      "internal i in b",
      "cast p in b",
      "cast end in b",
    ],
  },
  "the last postpone of several counts": {
    first: ev(
      "go",
      ["insert", "internal", ev("p", ["postpone"], ["postpone", false])],
      ["insert", "internal", ev("change", ["next", "b"])],
      ["mail", [end]],
    ),
    trace: [
      START,
      "cast go in a",
      "internal p in a",
      "internal change in a",
      "enter b from a",
      "cast end in b",
    ],
  },
  "zero timeouts come in order, after inserted and postponed events, before the mailbox": {
    first: ev("go", [
      "mail",
      [
        ["p", { a: [["postpone"]] }],
        ev(
          "change",
          ["next", "b"],
          ["timeout", "g1", 0, tag("z1")],
          ["timeout", "state", 0, tag("z2")],
          ["timeout", "g2", 0, tag("z3")],
          ["insert", "internal", tag("i")],
        ),
        end,
      ],
    ]),
    trace: [
      START,
      "cast go in a",
      "cast p in a",
      "cast change in a",
      "enter b from a",
      "internal i in b",
      "cast p in b",
      "g1 z1 in b",
      "stateTimeout z2 in b",
      "g2 z3 in b",
      "cast end in b",
    ],
  },
  "what a zero timeout inserts comes before the next zero timeout": {
    first: ev(
      "go",
      ["timeout", "g1", 0, ev("z1", ["insert", "internal", tag("i")])],
      ["timeout", "g2", 0, tag("z2")],
      ["mail", [end]],
    ),
    trace: [START, "cast go in a", "g1 z1 in a", "internal i in a", "g2 z2 in a", "cast end in a"],
  },
  "an event timeout of zero comes if no event waits": {
    first: ev("go", ["timeout", "event", 0, tag("z")], ["mail", [end]]),
    trace: [START, "cast go in a", "eventTimeout z in a", "cast end in a"],
  },
  "an event timeout of zero is cancelled by an inserted event": {
    first: ev("go", ["timeout", "event", 0, tag("never")], ["insert", "internal", tag("i")], ["mail", [end]]),
    trace: [START, "cast go in a", "internal i in a", "cast end in a"],
  },
  "an event timeout of zero is cancelled by a zero timeout before it, not by one after it": {
    first: ev(
      "go",
      ["timeout", "event", 0, tag("z1")],
      [
        "timeout",
        "state",
        0,
        ev("z2", ["timeout", "g1", 0, tag("z3")], ["timeout", "event", 0, tag("never")]),
      ],
      ["mail", [end]],
    ),
    trace: [
      START,
      "cast go in a",
      "eventTimeout z1 in a",
      "stateTimeout z2 in a",
      "g1 z3 in a",
      "cast end in a",
    ],
  },
  "an event timeout is cancelled by any event": {
    first: ev(
      "go",
      ["timeout", "event", 5, tag("never")],
      ["mail", [ev("m", ["wait", 20], ["timeout", "g1", 10, end])]],
    ),
    trace: [START, "cast go in a", "cast m in a", "g1 end in a"],
  },
  "an event timeout comes if nothing else does": {
    first: ev("go", ["timeout", "event", 5, end]),
    trace: [START, "cast go in a", "eventTimeout end in a"],
  },
  "a state timeout is cancelled by a change of state, even if it has fired": {
    first: ev(
      "go",
      ["timeout", "state", 5, tag("never")],
      ["mail", [ev("change", ["wait", 20], ["next", "b"], ["timeout", "g1", 10, end])]],
    ),
    trace: [START, "cast go in a", "cast change in a", "enter b from a", "g1 end in b"],
  },
  "a state timeout set together with a change of state is the new state's": {
    first: ev("go", ["next", "b"], ["timeout", "state", 5, end]),
    trace: [START, "cast go in a", "enter b from a", "stateTimeout end in b"],
  },
  "a state timeout of zero is cancelled by a change of state": {
    first: ev(
      "go",
      ["timeout", "state", 0, tag("never")],
      ["insert", "internal", ev("change", ["next", "b"])],
      ["mail", [end]],
    ),
    trace: [START, "cast go in a", "internal change in a", "enter b from a", "cast end in b"],
  },
  "a state timeout survives events that keep the state": {
    first: ev("go", ["timeout", "state", 10, end], ["mail", [tag("m"), ev("again", ["repeat"])]]),
    trace: [
      START,
      "cast go in a",
      "cast m in a",
      "cast again in a",
      "enter a from a",
      "stateTimeout end in a",
    ],
  },
  "generic timeouts survive changes of state and are independent of each other": {
    first: ev("go", ["timeout", "g2", 20, end], ["timeout", "g1", 5, tag("one")], ["next", "b"]),
    trace: [START, "cast go in a", "enter b from a", "g1 one in b", "g2 end in b"],
  },
  "setting a timeout that runs starts it anew, even if it has fired": {
    first: ev(
      "go",
      ["timeout", "g1", 5, tag("never")],
      ["mail", [ev("m", ["wait", 20], ["timeout", "g1", 5, end])]],
    ),
    trace: [START, "cast go in a", "cast m in a", "g1 end in a"],
  },
  "of several actions on one timeout the last one counts": {
    first: ev(
      "go",
      ["timeout", "g1", 0, tag("never")],
      ["timeout", "g2", 5, end],
      ["timeout", "g1", "infinity", end],
    ),
    trace: [START, "cast go in a", "g2 end in a"],
  },
  "cancel and infinity cancel timeouts, those that have fired as well": {
    first: ev(
      "go",
      ["timeout", "g1", 5, tag("never")],
      ["timeout", "state", 5, tag("never")],
      [
        "mail",
        [
          ev(
            "m",
            ["wait", 20],
            ["timeout", "g1", "cancel", end],
            ["timeout", "state", "infinity", end],
            ["timeout", "g2", 10, end],
          ),
        ],
      ],
    ),
    trace: [START, "cast go in a", "cast m in a", "g2 end in a"],
  },
  "cancel takes back a zero timeout; to cancel what does not run is no error": {
    first: ev(
      "go",
      ["timeout", "g1", 0, tag("never")],
      ["timeout", "state", "cancel", end],
      ["insert", "internal", ev("i", ["timeout", "g1", "cancel", end])],
      ["mail", [end]],
    ),
    trace: [START, "cast go in a", "internal i in a", "cast end in a"],
  },
  "update gives a running timeout new content, and leaves its time": {
    first: ev(
      "go",
      ["timeout", "g1", 30, tag("never")],
      ["timeout", "g2", 5, tag("other")],
      ["mail", [ev("m", ["timeout", "g1", "update", end])]],
    ),
    trace: [START, "cast go in a", "cast m in a", "g2 other in a", "g1 end in a"],
  },
  "an update that comes last counts as if its timeout did not run": {
    first: ev(
      "go",
      ["timeout", "g1", 30, tag("never")],
      ["timeout", "g1", "update", tag("z")],
      ["mail", [end]],
    ),
    trace: [START, "cast go in a", "g1 z in a", "cast end in a"],
  },
  "update of what has fired, but has not come, gives new content": {
    first: ev(
      "go",
      ["timeout", "g1", 5, tag("never")],
      ["mail", [ev("m", ["wait", 20], ["timeout", "g1", "update", tag("new")], ["timeout", "g2", 10, end])]],
    ),
    trace: [START, "cast go in a", "cast m in a", "g1 new in a", "g2 end in a"],
  },
  "update of what does not run is a timeout of zero": {
    first: ev("go", ["timeout", "g1", "update", tag("z")], ["mail", [end]]),
    trace: [START, "cast go in a", "g1 z in a", "cast end in a"],
  },
  "actions of init take effect, in order, after the first state enter call": {
    enter: { a: [["timeout", "g2", 0, tag("z2")]] },
    init: [
      ["timeout", "g1", 0, tag("z1")],
      ["insert", "internal", tag("i1")],
      ["insert", "internal", tag("i2")],
    ],
    first: end,
    trace: [START, "internal i1 in a", "internal i2 in a", "g1 z1 in a", "g2 z2 in a", "cast end in a"],
  },
};

/** What OTP 25 gets wrong: there the timer is started and forgotten, and its message comes as an info event. */
export const beyondErlang: Record<string, Scenario> = {
  "a zero timeout that waits and is set to a time takes that time": {
    first: ev(
      "go",
      ["timeout", "g1", 0, tag("never")],
      ["insert", "internal", ev("i", ["timeout", "g1", 5, end])],
    ),
    trace: [START, "cast go in a", "internal i in a", "g1 end in a"],
  },
};
