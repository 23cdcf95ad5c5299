/**
 * Conformance scenarios: what some processes do and in which order, as data. `interpret.ts` runs one on ringbeam,
 * `oracle.erl` on Erlang/OTP; each gives a trace of all that the processes observed, and the traces must be equal.
 *
 *     { name: "exitBeforeLinkIsNoproc", actors: ["a", "b"], rounds: [
 *       ["b", "exit", "gone"],
 *       ["a", "trapExit", true],
 *       ["a", "link", "b"],
 *       ["a", "receive"],            // a: got EXIT <b> noproc
 *     ] }
 *
 * A conductor runs one round after the other. A round is one operation of one actor, or several actors that each run
 * a list of operations at the same time (`together`). Between rounds everything settles (see `Barrier` below), so the
 * one thing left open is the order in which signals of one round, from different senders, reach one receiver: `drain`
 * reports messages in a way that lets `compare.ts` forget just that order.
 *
 * Barrier: every live actor, and a sentinel for each place where processes live, sends a probe to every other one and
 * waits for theirs. Signals of a pair keep their order, so what was sent before has arrived then. Two such flushes in a
 * row in which nobody ended: for what a signal causes, short of an end, is one answer. An end is noticed by the
 * conductor's own monitor. This takes an end to be one step (all of its signals are sent when one is): so it is in
 * ringbeam, and on BEAM with one scheduler, which is why the oracle runs with `+S 1`.
 *
 * Terms are written in JSON: a string is an atom, `{ shutdown: x }` is `{shutdown, X}`, `{ pid: "b" }` a pid.
 */

export type Term = string | number | { readonly shutdown: Term } | { readonly pid: string };

/** An actor's pid, a name of this node, a name with the node of an actor (`{Name, Node}`), an alias by its label. */
export type Where =
  | string
  | { readonly name: string }
  | { readonly address: string; readonly of: string }
  | { readonly alias: string };

type Level = "low" | "normal" | "high" | "max";

export interface SpawnWish {
  /** Run at once, as the body begins. How such a process ended the conductor may learn too late; so it is not compared. */
  readonly first?: readonly Op[];
  readonly priority?: Level;
}

/** Of a process that is monitored from its start. */
export interface MonitoredWish extends SpawnWish {
  readonly link?: true;
  readonly alias?: "demonitor" | "replyDemonitor";
}

/** What an actor can do. Labels name refs. What is observed is in the comment. */
export type Op =
  | readonly ["spawn" | "spawnLink", actor: string, wish?: SpawnWish]
  | readonly ["spawnMonitor", actor: string, label: string, wish?: MonitoredWish]
  /** Waits for the reply: `spawnReply`. */
  | readonly ["spawnRequest", actor: string, label: string, wish?: MonitoredWish]
  | readonly ["link" | "unlink", actor: string]
  | readonly [
      "monitor",
      what: string | { readonly name: string } | { readonly address: string; readonly of: string },
      label: string,
      alias?: "demonitor" | "replyDemonitor",
    ]
  /** true, or false if it was not active any more */
  | readonly ["demonitor", label: string, flush?: "flush"]
  /** what it was */
  | readonly ["trapExit", on: boolean]
  | readonly ["priority", level: Level]
  /** `badarg` for a name that nobody has */
  | readonly ["send", to: Where, message: Term]
  /** The first message (with that tag): `got`, or `timeout` after ms (0 by default). */
  | readonly ["receive", tag?: string | null, after?: number]
  /** Goes on waiting beyond this round: `got` in the round in which it comes. */
  | readonly ["await", tag?: string | null]
  /** All that is in the mailbox. */
  | readonly ["drain"]
  | readonly ["exit", reason: Term]
  | readonly ["exitPid", actor: string, reason: Term]
  /** An error that nobody catches. */
  | readonly ["crash"]
  /** The body returns. */
  | readonly ["return"]
  /** `ok` or `badarg` */
  | readonly ["register", name: string, actor?: string]
  | readonly ["unregister", name: string]
  /** a pid, or `undefined` */
  | readonly ["whereis", name: string]
  | readonly ["alias", label: string]
  /** true, or false if it was none any more */
  | readonly ["unalias", label: string]
  | readonly ["sendAfter" | "startTimer", ms: number, to: Where, message: Term, label: string]
  /** `left`, or `over` */
  | readonly ["cancelTimer" | "readTimer", label: string]
  | readonly ["isAlive", actor: string]
  /** Its name, trapExit, priority, how many links and how many monitors it has; `undefined` if it is gone. */
  | readonly ["info", actor: string]
  | LibraryOp;

/** What a server does with a request, a cast or a message, in its init and in its continue. */
export type Act =
  /** Call: reply with the term. Cast, info, init: go on. */
  | readonly ["reply", term: Term]
  | readonly ["ok"]
  /** Call only. Reply later, in another act. */
  | readonly ["noReply"]
  /** Answer the call that `noReply` left waiting, and go on. */
  | readonly ["replyLater", term: Term]
  | readonly ["stop", reason: Term, reply?: Term]
  | readonly ["exit", reason: Term]
  | readonly ["crash"]
  /** Busy for so many ms, then reply `done` or go on. */
  | readonly ["sleep", ms: number]
  | readonly ["exitSelf", reason: Term]
  /** Go on, and then with this; a call is answered `ok` first. */
  | readonly ["continue", act: Act]
  /** Go on, and be told `timeout` if no message comes for so many ms; a call is answered `ok`. Any message ends it: so
   * the round has to last until it comes. */
  | readonly ["timeout", ms: number]
  /** Of a child: it is its supervisor's no more, though that does not know it. */
  | readonly ["unlinkParent"]
  /** Init only. */
  | readonly ["ignore"];

export interface ServerWish {
  readonly init?: Act;
  readonly trap?: boolean;
  readonly name?: string;
  /** What `terminate` does: nothing by default. */
  readonly terminate?: Act;
  /** ms that the start may take. */
  readonly timeout?: number;
}

export interface ChildWish extends ServerWish {
  readonly id: string;
  readonly restart?: "permanent" | "transient" | "temporary";
  readonly shutdown?: "brutalKill" | "infinity" | number;
  /** From its nth start on, start with this act (n counts from 1). */
  readonly failFrom?: readonly [n: number, act: Act, until?: number];
  readonly significant?: boolean;
  /** A supervisor. It needs a child: the conductor learns of it from that. */
  readonly supervisor?: SupervisorWish;
}

export interface SupervisorWish {
  readonly strategy: "oneForOne" | "oneForAll" | "restForOne";
  readonly intensity?: number;
  /** s: OTP counts in seconds. */
  readonly period?: number;
  readonly autoShutdown?: "never" | "anySignificant" | "allSignificant";
  readonly children: readonly ChildWish[];
}

/** All its children are started alike (OTP: `simple_one_for_one`). */
export interface DynamicWish {
  readonly intensity?: number;
  /** s */
  readonly period?: number;
  readonly restart?: ChildWish["restart"];
  readonly shutdown?: ChildWish["shutdown"];
}

/** An event of a state machine, and what it is to do with it in which state; nothing in others. */
export type MachineEvent = readonly [tag: string, moves?: Readonly<Record<string, Move>>];

/** What a machine does, in this order where OTP has one. */
export interface Move {
  /** Where to go. */
  readonly next?: string;
  readonly repeat?: true;
  readonly stop?: Term;
  readonly crash?: true;
  /** Of a call; with `stop` it is the last reply. */
  readonly reply?: Term;
  /** Leaves the call waiting. */
  readonly hold?: true;
  /** Answers the call that has waited longest. */
  readonly replyHeld?: Term;
  readonly postpone?: true;
  readonly insert?: readonly (readonly [type: "internal" | "cast", event: MachineEvent])[];
  readonly timeouts?: readonly MachineTimeout[];
}

/** ms; `cancel`; or `update`, which leaves its time as it is. */
export type MachineTimeout = readonly [
  key: "event" | "state" | "g1" | "g2",
  change: number | "cancel" | "update",
  event?: MachineEvent,
];

export interface MachineWish {
  readonly state: string;
  readonly trap?: boolean;
  /** Not linked with who starts it. */
  readonly alone?: true;
  readonly init?: Move;
  /** What its state enter calls do: timeouts, `repeat`, `replyHeld`, `stop` and `crash`. */
  readonly enter?: Readonly<Record<string, Move>>;
}

/** `ok` with the result, or `failed` with the reason. */
export type LibraryOp =
  | readonly ["start" | "startLink", server: string, wish?: ServerWish]
  | readonly ["call", server: string | { readonly name: string }, act: Act, timeout?: number]
  | readonly ["cast", server: string | { readonly name: string }, act: Act]
  /** A plain message that says what to do. */
  | readonly ["tell", server: string, act: Act]
  | readonly ["stop", server: string | { readonly name: string }, reason?: Term, timeout?: number]
  | readonly ["startMonitor", server: string, label: string, wish?: ServerWish]
  /** The reply, or why there is none; it can be asked for once it is there. */
  | readonly ["sendRequest", server: string | { readonly name: string }, label: string, act: Act]
  /** Gives the request up after the timeout. */
  | readonly ["receiveResponse", label: string, timeout?: number]
  /** `timeout` leaves it as it is. */
  | readonly ["waitResponse", label: string, timeout: number]
  /** A suspended server takes no part in the barrier: resume it in the same round. */
  | readonly ["suspend" | "resume", server: string]
  /** sys:terminate/2 */
  | readonly ["terminate", server: string, reason: Term]
  | readonly ["startSupervisor", supervisor: string, wish: SupervisorWish]
  | readonly ["startChild", supervisor: string, child: ChildWish]
  | readonly ["terminateChild" | "restartChild" | "deleteChild", supervisor: string, id: string]
  | readonly ["whichChildren" | "countChildren", supervisor: string]
  | readonly ["startDynamic", supervisor: string, wish: DynamicWish]
  | readonly ["addChild", supervisor: string, child: ChildWish]
  /** Active ones, supervisors, workers. */
  | readonly ["countDynamic", supervisor: string]
  | readonly ["dropChild", supervisor: string, child: string]
  | readonly ["startMachine", machine: string, wish: MachineWish]
  | readonly ["machineCall", machine: string, event: MachineEvent, timeout?: number]
  | readonly ["machineCast" | "machineInfo", machine: string, event: MachineEvent]
  /** sys:get_state/1: the state without the data; sys:replace_state/2: another one, with the same data. */
  | readonly ["machineState", machine: string]
  | readonly ["replaceState", machine: string, state: string];

export type Round =
  | readonly [who: string, ...op: Op]
  | { readonly together: Readonly<Record<string, readonly Op[]>> };

export interface Scenario {
  /** The rule that it shows. */
  readonly name: string;
  /** Spawned by the conductor before the first round, at different places where the placement has several. */
  readonly actors: readonly string[];
  readonly rounds: readonly Round[];
  /** The actors must be on one node: names are a node's own. */
  readonly local?: true;
  /** Texts that stand for each other: where the rules allow several outcomes. */
  readonly either?: readonly string[];
}

/** Where the actors of a scenario live: all on one scheduler, on three schedulers of a node, on two nodes. */
export const PLACEMENTS = ["one", "schedulers", "nodes"] as const;
export type Placement = (typeof PLACEMENTS)[number];

/** A message of the mailbox: who sent it, and how it reads. A mark, where a round ended, is `["", ""]`. */
export type Drained = readonly [from: string, text: string];
export type Event = string | { readonly drain: readonly Drained[] };
/** What each actor observed in each round; the last one is what is left in the mailboxes. */
export type Trace = readonly Readonly<Record<string, readonly Event[]>>[];
