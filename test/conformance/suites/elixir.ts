/** Elixir's suites of supervisors, servers, agents and registries. */
import { by, ELIXIR_FORM, no, open, type Row, type Suite } from "./suite.js";

const dynamicTest = (title: string) => `stdlib/dynamicSupervisor.test.ts: ${title}`;
const agentTest = (title: string) => `stdlib/agent.test.ts: ${title}`;
const registryTest = (title: string) => `stdlib/registry.test.ts: ${title}`;
const partitionTest = (title: string) => `stdlib/partitionSupervisor.test.ts: ${title}`;
const viaTest = (title: string) => `stdlib/via.test.ts: ${title}`;
const GLOBAL = open("globalNames");

export const elixirSupervisor: Suite = {
  of: "Elixir lib/elixir/test/elixir/supervisor_test.exs",
  rows: [
    [
      [
        "generates child_spec/1",
        "child_spec/2",
        "init/2",
        "init/2 with old and new child specs",
        "start_link/2 with old and new specs",
        "supports old child spec",
        "supports new child spec as tuple",
        "supports new child spec",
      ],
      "forms of child specs",
      ELIXIR_FORM,
    ],
    [["start_link/3 with global"], "global names", GLOBAL],
    [["start_link/2 with via"], "via names", by(viaTest("machines, managers, agents and supervisors, too"))],
    [
      ["start_link/3 with local"],
      "a registered name",
      by("startUnderAName", "stdlib/registry.test.ts: it works by name"),
    ],
    [
      ["start_link/2", "start_link/3", "child life cycle"],
      "starts, and what can be asked of a child",
      by("childrenStartInOrder", "terminateChild_*", "restartChild_*", "deleteChild_*"),
    ],
    [
      ["with invalid child spec", "with valid child spec"],
      "startChild",
      by(
        "startChildAddsIt",
        "significantChildAddedToNeverIsRefused",
        "stdlib/supervisor.test.ts: a terminated temporary child leaves no spec",
      ),
    ],
  ],
};

export const elixirDynamicSupervisor: Suite = {
  of: "Elixir lib/elixir/test/elixir/dynamic_supervisor_test.exs",
  rows: [
    [
      [
        "can be supervised directly",
        "multiple supervisors can be supervised and identified with simple child spec",
        "generates child_spec/1",
        "set default options",
        "with spawn_opt",
        "sets initial call to the same as a regular supervisor",
        "supports old child spec",
        "supports new child spec as tuple",
        "supports new child spec",
      ],
      "its forms",
      ELIXIR_FORM,
    ],
    [
      ["supports extra arguments", "restarting a child with extra_arguments successfully restarts child"],
      "arguments that all children get",
      no("the spec of a child has all of them"),
    ],
    [
      ["with non-ok init", "with registered process"],
      "starts",
      by("startUnderATakenName", dynamicTest("what has no meaning here is refused")),
    ],
    [["with ok init"], "code change", open("supervisorCodeChange")],
    [
      ["with invalid child spec", "with valid shutdown", "with invalid valid shutdown"],
      "specs that are wrong",
      by(dynamicTest("a child that does not start is no child")),
    ],
    [
      ["with different returns", "with throw/error/exit"],
      "starts that fail or ignore",
      by(
        "dynamicChildThatDoesNotStart",
        "dynamicChildIgnoresItsStart_*",
        dynamicTest("a child that ignores its start is no child"),
      ),
    ],
    [
      [
        "with max_children",
        "restarting on init children counted in max_children",
        "restarting on exit children counted in max_children",
      ],
      "no more than so many",
      by(dynamicTest("maxChildren: one more is refused till one is gone")),
    ],
    [
      [
        "temporary child is not restarted regardless of reason",
        "transient child is restarted unless normal/shutdown/{shutdown, _}",
        "permanent child is restarted regardless of reason",
      ],
      "restart types",
      by(
        "dynamic_temporaryChildEnds_*",
        "dynamic_transientChildEnds_*",
        "dynamic_permanentChildEnds_*",
        dynamicTest("a * child that ends with"),
      ),
    ],
    [
      [
        "child is restarted with different values",
        "child is restarted when trying again",
        "child triggers maximum restarts",
        "child triggers maximum intensity when trying again",
      ],
      "restarts that fail, and how often",
      by(
        "dynamicChildFailsToComeBack",
        "dynamicChildFailsToComeBackTillTheIntensity",
        "dynamicIntensityIsForAllChildren",
        dynamicTest("a restart that fails is tried again, and counts each time"),
      ),
    ],
    [
      [
        "terminates children with brutal kill",
        "terminates children with infinity shutdown",
        "terminates children with infinity shutdown and abnormal reason",
        "terminates children with integer shutdown",
        "terminates children with integer shutdown and abnormal reason",
        "terminates children with expired integer shutdown",
        "terminates children with permanent restart and normal reason",
        "terminates with mixed children",
      ],
      "the end of the supervisor",
      by(
        "dynamicChildrenEndWithTheSupervisor",
        "dynamicChildIsKilledBrutally",
        "dynamicSlowChildIsKilledAfterItsTime",
        "dynamicChildThatEndsOtherwiseThanTold",
        dynamicTest("at the end all children are told at once, and waited for"),
      ),
    ],
    [
      [
        "terminates child with brutal kill",
        "terminates child with integer shutdown",
        "terminates restarting child",
      ],
      "terminateChild",
      by(
        "dynamicChildIsTerminatedByPid",
        dynamicTest("a child that does not end in its time is killed; brutalKill at once"),
      ),
    ],
  ],
};

export const elixirPartitionSupervisor: Suite = {
  of: "Elixir lib/elixir/test/elixir/partition_supervisor_test.exs",
  rows: [
    [["uses the atom name as id", "uses the via value as id"], "its child spec", ELIXIR_FORM],
    [
      ["on success with atom name", "with_arguments", "returns all partitions"],
      "partitions of a name",
      by(
        partitionTest("by default there is one partition for each worker scheduler"),
        partitionTest("the count can be given"),
      ),
    ],
    [
      ["on success with via name", "with via tuple", "raises noproc for unknown via partition supervisor"],
      "a partition supervisor under a via name",
      no("partitions are found by names of the node that begin with their supervisor's"),
    ],
    [
      [
        "raises without name",
        "raises without child_spec",
        "raises on bad with_arguments",
        "raises with bad auto_shutdown",
      ],
      "options that are none",
      no("type errors"),
    ],
    [
      ["raises on bad partitions"],
      "a count that is none",
      by(partitionTest("a count that is none: supervisorData")),
    ],
    [
      [
        "is synchronous",
        "raises noproc for unknown atom partition supervisor",
        "raises noproc for unknown partition supervisor",
      ],
      "where none runs",
      by(partitionTest("where none runs: BadName")),
    ],
    [
      [
        "resizes the number of children",
        "raises on lookup after resizing to zero",
        "raises if trying to increase the number of partitions",
      ],
      "another number of partitions while it runs",
      open("partitionResize"),
    ],
    [
      ["with workers", "with supervisors"],
      "counts",
      by("childrenStartInOrder", "treeStartsDepthFirstAndEndsInReverse"),
    ],
  ],
};

export const elixirGenServer: Suite = {
  of: "Elixir lib/elixir/test/elixir/gen_server_test.exs",
  rows: [
    [["generates child_spec/1"], "its child spec", ELIXIR_FORM],
    [
      ["start_link/3", "start_link/3 with local", "start/2"],
      "starts",
      by("startLinkGivesThePid", "startUnderAName", "startUnderATakenName", "startIsNoLink"),
    ],
    [["start_link/3 with global"], "global names", GLOBAL],
    [
      ["start_link/3 with via"],
      "via names",
      by(viaTest("a server has its name before its init, and is called by it")),
    ],
    [
      ["start_link/2, call/2 and cast/2"],
      "calls and casts",
      by("callsAreAnsweredInOrder", "callCastInfoKeepTheirOrder"),
    ],
    [
      ["call/3 exit messages"],
      "why a call failed",
      by(
        "callTimesOut",
        "callOfDeadIsNoproc",
        "callOfOneselfFails",
        "callOfUnknownNameIsNoproc",
        "serverEndsInACall_*",
      ),
    ],
    [["nil name"], "nil is no name", no("`undefined` where a name may be given means none")],
    [
      ["abcast/3", "multi_call/4"],
      "many nodes",
      by(
        "stdlib/genServerMore.test.ts: multiCall gathers replies",
        "stdlib/genServerMore.test.ts: abcast reaches the servers of a name",
      ),
    ],
    [["whereis/1"], "names", by("registeredNameIsReached", "whereisOfUnknownName")],
    [["stop/3"], "stop", by("stop_*", "stopByName", "stopOfUnknownNameIsNoproc")],
  ],
};

export const elixirAgent: Suite = {
  of: "Elixir lib/elixir/test/elixir/agent_test.exs",
  rows: [
    [
      ["can be supervised directly", "generates child_spec/1", "start_link/2 with spawn_opt"],
      "its forms",
      ELIXIR_FORM,
    ],
    [
      [
        "start_link/2 workflow with unregistered name and anonymous functions",
        "start/2 workflow with registered name and module functions",
      ],
      "get, update, getAndUpdate, cast",
      by(
        agentTest("get looks, update changes and replies nothing, getAndUpdate does both"),
        agentTest("an update can be cast"),
        agentTest("only the functions of the definition can be called"),
      ),
    ],
    [
      [":sys.change_code/4 with mfa", ":sys.change_code/4 with raising mfa"],
      "code change",
      by(
        "stdlib/sys.test.ts: changeCode: the new definition makes its state from the old one",
        "stdlib/sys.test.ts: a codeChange that throws changes nothing",
      ),
    ],
  ],
};

const partitions = no("a registry has no tables that would be parted: it is one process");
const patterns = open("registryPatterns");
const shared: readonly Row[] = [
  [["starts configured number of partitions"], "partitions", partitions],
  [
    ["counts 0 keys in an empty registry", "counts the number of keys in a registry"],
    "count",
    by(
      registryTest("the entries of a process are gone when it has ended"),
      registryTest("a duplicate key has many"),
    ),
  ],
  [
    ["unregisters with no entries"],
    "unregister",
    by(registryTest("unregister takes all entries of the caller under the key")),
  ],
  [
    [
      "supports match patterns",
      "count_match supports match patterns",
      "unregister_match supports patterns",
      "unregister_match supports guards",
      "empty list for empty registry",
      "select all",
      "select supports full match specs",
      "select supports guard conditions",
      "select allows multiple specs",
      "count_select supports match specs",
      "count_select supports guard conditions",
      "count_select allows multiple specs",
      "count_match supports guard conditions",
    ],
    "patterns and guards",
    patterns,
  ],
  [["allows listeners"], "listeners", open("registryListeners")],
  [
    ["links and unlinks on register/unregister"],
    "links",
    no("a registry monitors its processes' ends by itself"),
  ],
  [["raises on unknown registry name"], "where none runs", by("callOfUnknownNameIsNoproc")],
  [
    ["supports reserved keys"],
    "any term is a key",
    by(registryTest("a unique key has one process, and any term is a key")),
  ],
];

export const elixirRegistryDuplicate: Suite = {
  of: "Elixir lib/elixir/test/elixir/registry/duplicate_test.exs",
  rows: [
    ...shared,
    [
      ["has duplicate registrations", "has duplicate registrations across processes"],
      "many processes under a key",
      by(registryTest("a duplicate key has many, and a process may be there twice")),
    ],
    [["compares using matches"], "1 and 1.0 are two keys", no("they are one number")],
    [
      ["dispatches to multiple keys in serial"],
      "dispatch",
      by(registryTest("dispatch is called with the entries")),
    ],
    [["dispatches to multiple keys in parallel"], "dispatch by partition", partitions],
    [
      ["unregisters by key"],
      "unregister",
      by(registryTest("unregister takes all entries of the caller under the key")),
    ],
    [
      [
        "supports guards",
        "uses exact complex keys in lookup and match",
        "rejects invalid tuple syntax",
        "select with reserved-atom keys",
        "count_select with reserved-atom keys",
      ],
      "patterns and guards",
      patterns,
    ],
    [
      ["raises if attempt to be used on via", "update_value is not supported"],
      "what is for unique keys only",
      no("type errors"),
    ],
  ],
};

export const elixirRegistryUnique: Suite = {
  of: "Elixir lib/elixir/test/elixir/registry/unique_test.exs",
  rows: [
    ...shared,
    [
      [
        "has unique registrations",
        "has unique registrations across processes",
        "has unique registrations even if partition is delayed",
      ],
      "one process under a key",
      by(
        registryTest("a unique key has one process"),
        registryTest("of many at the same time one gets a unique key"),
        registryTest("who knows that the holder has ended can have its key"),
      ),
    ],
    [
      [
        "supports guard conditions",
        "select raises on incorrect shape of match spec",
        "count_select raises on incorrect shape of match spec",
      ],
      "patterns and guards",
      patterns,
    ],
    [["compares using ==="], "1 and 1.0 are two keys", no("they are one number")],
    [
      ["updates current process value"],
      "updateValue",
      by(registryTest("a value is changed by its owner only")),
    ],
    [["dispatches to a single key"], "dispatch", by(registryTest("dispatch is called with the entries"))],
    [
      ["unregisters process by key"],
      "unregister",
      by(registryTest("unregister takes all entries of the caller under the key")),
    ],
    [
      ["via callbacks"],
      "via names",
      by(
        viaTest("* by a registry"),
        viaTest("a server has its name before its init, and is called by it"),
        viaTest("a name that is taken: alreadyStarted"),
        viaTest("a start that fails leaves no name behind"),
      ),
    ],
    [
      ["uses value provided in via"],
      "the value of a via name",
      by(viaTest("a registry keeps the value that a name comes with")),
    ],
    [
      ["doesn't grow ets on already_registered", "doesn't grow ets on already_registered across processes"],
      "a refused registration leaves nothing",
      by(registryTest("of many at the same time one gets a unique key")),
    ],
  ],
};

export const elixirRegistry: Suite = {
  of: "Elixir lib/elixir/test/elixir/registry_test.exs",
  rows: [
    [
      ["clean up registry on process crash"],
      "entries go with their process",
      by(
        registryTest("the entries of a process are gone when it has ended"),
        registryTest("ten thousand entries of one key and of one process"),
      ),
    ],
    [
      [
        "does not lock when using different keys",
        "locks when using the same key",
        "locks when the one holding the lock raises",
        "locks when the one holding the lock terminates",
        "locks when the one waiting for the lock terminates",
      ],
      "locks by key",
      open("registryLocks"),
    ],
  ],
};
