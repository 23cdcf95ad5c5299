/**
 * What the oracle does not hold against Erlang, and the row of which README says so: each row of "Differences from
 * Erlang" and of the library's "Differences from OTP and Elixir" is here, and nothing else is left out. `differences.test.ts`
 * holds the two together, and every scenario named here must differ: who mends one takes it out.
 */
import { PLACEMENTS, type Placement } from "./scenario.js";

export interface Difference {
  /** The first cell of the row. */
  readonly row: string;
  readonly readme: "README.md" | "stdlib/README.md";
  readonly oracle: Oracle;
}

type Oracle =
  /** Scenarios that show the difference, and where. */
  | { readonly differs: Readonly<Record<string, readonly Placement[]>> }
  /** One side of the oracle is made like the other, or no scenario comes to where they part: how. */
  | { readonly levelled: string }
  /** No trace can show it: why. */
  | { readonly unseen: string };

const REPORTS = "reports are in no trace";
const APPLICATIONS = "no scenarios: their rules are in test/node/application.test.ts";

const runtime: Readonly<Record<string, Oracle>> = {
  "preemption by reductions": { unseen: "a trace knows no time, and no actor computes" },
  "processes migrate between schedulers": { unseen: "a trace does not say where a process runs" },
  "`self()` is everywhere": { unseen: "a matter of how programs are written" },
  "`spawn(fun)`": { unseen: "a matter of how programs are written" },
  "exit reasons and messages are tuples": {
    levelled: "both interpreters print them alike; an error is only compared as being one",
  },
  "`after` blocks do not run on an exit signal": { unseen: "the bodies of actors have none" },
  "any exit signal ends a process that computes": { unseen: "no actor computes" },
  "a killed process stops at once": { unseen: "no actor awaits anything foreign" },
  "`link/1` to a process that is not there raises `noproc` (or sends it)": {
    levelled: "oracle.erl turns the error into the exit signal",
  },
  "`register(Name, Pid)` of another process answers at once": { levelled: "actors wait for the answer" },
  "`spawn(Node, ...)` gives a pid": { unseen: "Erlang runs on one node" },
  "a send to a busy node blocks in `!`": { unseen: "Erlang runs on one node" },
  "the limit of a busy connection is the node's": { unseen: "Erlang runs on one node" },
  "`gen_server:call` to a busy node waits beyond its timeout": { unseen: "Erlang runs on one node" },
  "`cancel_timer`, `read_timer` of any timer of the node": {
    differs: { timerCancelledByAnother: ["nodes"] },
  },
  "`nodeup` and `nodedown` tell node type and reason on demand": { unseen: "Erlang runs on one node" },
  "what is thrown and not caught is `{nocatch, Term}`, an error comes with its stack": {
    levelled:
      "an error is only compared as being one; what terminate sees of it, too; actors throw nothing else",
  },
  "`exit(self(), Reason)` takes effect soon after": {
    levelled: "no actor changes its flags in the round in which it sends itself an exit signal",
  },
  "timers send to pids and names": {
    differs: { timerToAnAlias: PLACEMENTS, timerToAnAddress: PLACEMENTS },
  },
  "a timer ends with the process that it is for": { differs: { timerEndsWithItsReceiver: PLACEMENTS } },
  "`undefined` is no name": { differs: { undefinedIsNoName: PLACEMENTS } },
  atoms: { levelled: "a string of a scenario is an atom there" },
  "an unknown call crashes the server": { levelled: "servers of scenarios know all requests" },
  "MD5 cookie digest": { unseen: "Erlang runs on one node" },
  "a `Buffer` is a binary": { levelled: "scenarios send no binaries" },
  "`max_heap_size` ends a process that its messages have filled": { unseen: "no actor has a limit" },
  "registered names, up to the atom limit": { unseen: "scenarios register few" },
};

const library: Readonly<Record<string, Oracle>> = {
  hibernate: { unseen: "it changes nothing that others observe" },
  "unknown call, cast, info of a server, machine or event handler": {
    levelled: "servers and machines of scenarios know all requests",
  },
  "a failed `startLink`": { differs: { failedStartLinkOfOneThatTrapsNoExits: PLACEMENTS } },
  "`ignore` from `init`": { levelled: "both read as a failed start whose reason is `ignore`" },
  "crash report": { unseen: REPORTS },
  "reports of a restart that fails, of a child that waits for it": { unseen: REPORTS },
  "terminate reports": { unseen: REPORTS },
  "a message without a handler": { unseen: REPORTS },
  "an exit of an event manager": { unseen: REPORTS },
  "`logger`: filters, formatters, process metadata": { unseen: REPORTS },
  "`logger`: handlers of one's own": { unseen: REPORTS },
  "child specs of a `supervisor(...)`": { levelled: "oracle_library.erl gives the type of a supervisor" },
  "`period` of a supervisor": { levelled: "scenarios count in s, library.ts multiplies" },
  "`countChildren`": { differs: { endOfAChildThatUnlinkedIsNotSeen: PLACEMENTS } },
  "`whichChildren`": { levelled: "sorted" },
  "`startChild` of one that does not start": {
    levelled: "oracle_library.erl drops the child's record from the reason",
  },
  "dynamic supervisors": {
    levelled: "scenarios do not count their specs, and end no child twice",
  },
  "state machine: callbacks": { unseen: "a matter of how programs are written" },
  "state machine: enter calls": { levelled: "oracle_statem.erl asks for them in its callback mode" },
  "state machine: a waiting zero timeout that is set again": {
    differs: { zeroTimeoutSetAgainBeforeItComes: PLACEMENTS },
  },
  "state machine: a crash in an enter call": { differs: { enterCallThatCrashes: PLACEMENTS } },
  "state machine: `change_callback_module`, absolute timeouts": { unseen: "absent" },
  "event manager: failures": { unseen: "no scenarios: its rules are in test/stdlib/genEvent.test.ts" },
  "calls, stops and tasks of a node that is lost": { unseen: "Erlang runs on one node" },
  "agents and tasks": { unseen: "Elixir's, and only Erlang is asked" },
  "`Task.async`: a crash of a linked task": { unseen: "Elixir's, and only Erlang is asked" },
  "`Task.asyncStream`": { unseen: "Elixir's, and only Erlang is asked" },
  "`Registry`, `pg` reads": { unseen: "no scenarios: its rules are in test/stdlib/pg.test.ts" },
  "`{via, Module, Name}`": { unseen: "a matter of how programs are written" },
  "`pg.leave`": { unseen: "no scenarios: its rules are in test/stdlib/pg.test.ts" },
  "`erpc`": { unseen: "Erlang runs on one node" },
  "`global`: its server": { unseen: "no scenarios: its rules are in test/stdlib/global.test.ts" },
  "`global`: registering": { unseen: "Erlang runs on one node" },
  "`global`: nodes that see different nodes": { unseen: "Erlang runs on one node" },
  "application: `start`": { unseen: APPLICATIONS },
  "application: `prepStop`, `stop`": { unseen: APPLICATIONS },
  "application: what `start` throws": { unseen: APPLICATIONS },
  "application: a cycle of dependencies": { unseen: APPLICATIONS },
  "application: a dependency that has ended by itself": { unseen: APPLICATIONS },
  "application: `stop` that throws": { unseen: APPLICATIONS },
  "application: its processes": { unseen: APPLICATIONS },
  "application: FILE's own that ends `normal`": { unseen: APPLICATIONS },
  "`sys.replaceState`": { unseen: "a matter of how programs are written" },
  "`sys.changeCode` without `codeChange`": { unseen: "no scenario changes code" },
  "`sys.replaceState` of a state machine": {
    unseen: "scenarios replace a state by another one of the machine",
  },
};

const rowsOf = (readme: Difference["readme"], rows: Readonly<Record<string, Oracle>>): Difference[] =>
  Object.entries(rows).map(([row, oracle]) => ({ row, readme, oracle }));

export const DIFFERENCES: readonly Difference[] = [
  ...rowsOf("README.md", runtime),
  ...rowsOf("stdlib/README.md", library),
];

/** Where a named scenario is known to differ from Erlang. */
export const DIFFERS: Readonly<Record<string, readonly Placement[]>> = Object.assign(
  {},
  ...DIFFERENCES.map(({ oracle }) => ("differs" in oracle ? oracle.differs : {})),
);
