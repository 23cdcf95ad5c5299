/** Elixir's suites of tasks. */
import { by, ELIXIR_FORM, no, open, type Suite } from "./suite.js";

const task = (title: string) => `stdlib/task.test.ts: ${title}`;
const stream = (title: string) => `stdlib/taskStream.test.ts: ${title}`;

const CALLERS = no("there is no process dictionary that would hold $callers");
const MANY = open("taskYieldMany");
const RESULT = by(
  task("await gives the result"),
  task("tasks run at the same time, and are awaited in any order"),
);
const CRASHES = by(
  task("a task is linked: its crash is an EXIT to an owner that traps exits"),
  task("its crash ends an owner that does not trap exits"),
  task("a task that leaves with normal and no result: await fails, the owner lives"),
);
const OWNER = by(task("only the owner can await a task"));
const LOST = by("stdlib/taskNodes.test.ts: a task whose node is lost fails with noconnection");
const TIMES_OUT = by(task("await that times out throws; the result that comes later is seen by nobody"));
const YIELD = by(task("yield that finds nothing can be asked again"));
const SHUTDOWN = by(
  task("shutdown ends a task; neither result nor EXIT comes of it"),
  task("shutdown gives a result, or a crash, that came before"),
);
const IGNORE = open("taskIgnore");
const ONCE = no(
  "a sequence of tasks is read with `for await`: leaving the loop is the one way to stop early",
);
const IN_ORDER = by(
  stream("results come in the order of the inputs"),
  stream("ordered: a result waits for those before it"),
);
const STREAM_CRASH = by(
  stream("a crash is a result for one that traps exits"),
  stream("a crash ends one that does not trap exits, and its other tasks"),
);
const LEFT_EARLY = by(stream("leaving the loop early ends the tasks that run, and closes the inputs"));
const ZIP = open("streamZipInput");
const LIMIT = by(task("maxChildren limits the tasks of a supervisor"));
const BOUNDED = by(stream("no more than maxConcurrency run, and the next starts when one ends"));

export const elixirTask: Suite = {
  of: "Elixir lib/elixir/test/elixir/task_test.exs",
  rows: [
    [
      ["can be supervised directly", "generates child_spec/1"],
      "its child spec",
      by(task("a task as a child that nobody waits for is temporary by default")),
    ],
    [["async/1", "async/3"], "async and await", RESULT],
    [["async with $callers", "start_link with $callers", "with $callers"], "callers", CALLERS],
    [
      ["start/1", "start/3", "start_link/1", "start_link/3"],
      "tasks that nobody awaits",
      by(
        "spawnIsNoLink",
        "spawnLinkLinks",
        task("a task as a child that nobody waits for is temporary by default"),
      ),
    ],
    [
      ["completed/1"],
      "a task that is done from the start",
      no("a value needs no task: `await` takes it as it is"),
    ],
    [
      [
        "discards on time replies",
        "discards late replies",
        "discards on-time failures",
        "discards late failures",
        "can ignore completed tasks",
      ],
      "ignore",
      IGNORE,
    ],
    [["demonitors and unalias on timeout", "exits on timeout"], "await that times out", TIMES_OUT],
    [
      [
        "exits on normal exit",
        "exits on task throw",
        "exits on task error",
        "exits on task undef module error",
        "exits on task undef function error",
        "exits on task exit",
      ],
      "why await failed",
      CRASHES,
    ],
    [
      [
        "exits on :noconnection",
        "exits on :noconnection from named monitor",
        "exits immediately on :noconnection",
        "exits immediately on :noconnection from named monitor",
        "exits on noconnection :DOWN in message queue",
      ],
      "the node of a task is lost",
      LOST,
    ],
    [["raises when invoked from a non-owner process"], "only the owner awaits", OWNER],
    [
      [
        "returns list of replies",
        "returns replies in input order ignoring response order",
        "returns an empty list immediately",
        "ignores messages from other processes",
        "ignores additional messages after reply",
        "exits with same reason when task exits",
        "exits immediately when any task exits",
        "exits immediately when any task crashes",
        "exits immediately when any task throws",
        "exits immediately on any task error",
      ],
      "awaitMany",
      by(task("tasks run at the same time, and are awaited in any order")),
    ],
    [
      [
        "returns {:ok, result} when reply and :DOWN in message queue",
        "returns nil on timeout",
        "return exit on normal exit",
      ],
      "yield",
      YIELD,
    ],
    [
      [
        "returns nil on timeout by default",
        "shuts down on timeout when configured",
        "ignores on timeout when configured",
        "returns results from multiple tasks",
        "returns results from multiple tasks with limit",
        "returns once all tasks have replied below limit",
        "returns results from multiple tasks with limit and on timeout",
        "returns results on infinity timeout",
      ],
      "yieldMany",
      MANY,
    ],
    [
      [
        "returns {:ok, result} when reply and abnormal :DOWN in message queue",
        "returns {:ok, result} when reply and normal :DOWN in message queue",
        "returns {:ok, result} when reply and shut down :DOWN in message queue",
        "returns nil on shutting down task",
        "returns exit on abnormal :DOWN in message queue",
        "returns exit on normal :DOWN in message queue",
        "returns nil on shutdown :DOWN in message queue",
        "returns exit on killed :DOWN in message queue",
        "returns nil on killing task",
        "returns nil on killed :DOWN in message queue",
        "returns exit on shutdown :DOWN in message queue",
        "returns exit on killing task after shutdown timeout",
        "returns {:exit, :noproc} if task handled",
      ],
      "shutdown, in order or brutal",
      SHUTDOWN,
    ],
    [["ignores if task PID is nil"], "a task that is done from the start", no("there are none")],
    [
      ["timeout", "with :on_timeout set to :kill_task"],
      "asyncStream and time",
      by(
        stream("onTimeout exit: TaskError, and what runs is ended"),
        stream("onTimeout killTask: the reason is a result, and the stream goes on"),
      ),
    ],
    [
      [
        "streams an enumerable with ordered: false",
        "streams an enumerable with ordered: false, on_timeout: :kill_task",
      ],
      "unordered",
      by(stream("unordered: a result is there as soon as its task has ended")),
    ],
    [
      [
        "streams an enumerable with infinite timeout",
        "streams an enumerable with fun",
        "streams an enumerable with mfa",
        "streams an enumerable with slowest first",
      ],
      "asyncStream",
      IN_ORDER,
    ],
    [
      [
        "does not allow streaming with max_concurrency = 0",
        "does not allow streaming with invalid :on_timeout",
        "does not allow streaming with invalid :timeout",
      ],
      "options that are none",
      no("type errors; RangeError at run time"),
    ],
    [
      ["streams with fake down messages on the inbox"],
      "messages that look like a task's end",
      by("demonitorFlushTakesItsOwnDownOnly", stream("a thousand inputs, over all schedulers")),
    ],
    [
      [
        "consuming from another process",
        "wrapping a flat_map/concat with a haltable stream",
        "is zippable on success",
        "is zippable on failure",
        "is zippable with slowest first",
      ],
      "lazy streams, read in parts or elsewhere",
      ONCE,
    ],
    [
      [
        "streams an enumerable without leaking tasks",
        "shuts down unused tasks",
        "shuts down unused tasks without leaking messages",
      ],
      "nothing is left",
      LEFT_EARLY,
    ],
    [["streams an enumerable with exits"], "a task that crashes", STREAM_CRASH],
    [
      [
        "with inner halt on success",
        "with inner halt on failure",
        "with inner halt and slowest first",
        "with outer halt on success",
        "with outer halt on failure",
        "with outer halt and slowest first",
        "terminates inner effect",
        "terminates outer effect",
      ],
      "the stream ends early, inside or outside",
      LEFT_EARLY,
    ],
    [
      [
        "with timeout and :zip_input_on_exit set to true",
        "with outer halt on failure and :zip_input_on_exit",
      ],
      "the input with its failure",
      ZIP,
    ],
    [
      ["logs a terminated task"],
      "a task that crashes is reported",
      by("log/reports.test.ts: a task that crashes: * reports"),
    ],
    [
      ["logs a terminated task with a process label"],
      "labels",
      no("a process has no label: its report has its name and what it runs"),
    ],
  ],
};

export const elixirTaskSupervisor: Suite = {
  of: "Elixir lib/elixir/test/elixir/task/supervisor_test.exs",
  rows: [
    [
      [
        "can be supervised directly",
        "start with spawn_opt",
        "multiple supervisors can be supervised and identified with simple child spec",
      ],
      "its forms",
      ELIXIR_FORM,
    ],
    [["counts and returns children"], "counts", by("dynamicChildrenAreCounted")],
    [
      ["spawns tasks under the supervisor", "async/3"],
      "tasks under a supervisor",
      by(task("asyncNolink: the supervisor's child, whose crash is told by await alone")),
    ],
    [
      [
        "with custom shutdown",
        "start_child/1 with custom shutdown",
        "start_child/1 with custom restart",
        "start_child/1",
        "start_child/3",
      ],
      "how they are shut down and restarted",
      by(
        "dynamicSlowChildIsKilledAfterItsTime",
        "dynamic_*ChildEnds_*",
        task("tasks end with their supervisor"),
      ),
    ],
    [["raises when :max_children is reached"], "no more than so many", LIMIT],
    [["with $callers", "start_child/1 with $callers"], "callers", CALLERS],
    [
      ["spawns a task under the supervisor without linking to the caller", "async_nolink/3"],
      "no link with the caller",
      by(
        task("asyncNolink: the supervisor's child, whose crash is told by await alone"),
        task("a task that is not linked ends when its owner does before it began"),
      ),
    ],
    [["terminate_child/2"], "terminateChild", by("dynamicChildIsTerminatedByPid")],
    [["demonitors and unalias on timeout"], "await that times out", TIMES_OUT],
    [["exits on task throw", "exits on task error", "exits on task exit"], "why await failed", CRASHES],
    [
      [
        "streams an enumerable with fun",
        "streams an enumerable with mfa",
        "streams an enumerable with slowest first",
      ],
      "asyncStream",
      BOUNDED,
    ],
    [
      [
        "streams an enumerable without leaking tasks",
        "shuts down unused tasks",
        "shuts down unused tasks without leaking messages",
      ],
      "nothing is left",
      LEFT_EARLY,
    ],
    [
      ["streams an enumerable with exits"],
      "a task that crashes",
      by(stream("under a supervisor a crash is a result for everybody")),
    ],
    [
      ["raises an error if :max_children is reached with clean stream shutdown"],
      "no more than so many",
      LIMIT,
    ],
    [["consuming from another process"], "lazy streams, read elsewhere", ONCE],
    [
      [
        "with timeout and :zip_input_on_exit set to true",
        "with outer halt on failure and :zip_input_on_exit",
      ],
      "the input with its failure",
      ZIP,
    ],
    [["does not allow streaming with invalid :shutdown"], "options that are none", no("type errors")],
  ],
};
