/** The smaller suites of stdlib and kernel. */
import { by, HIBERNATE, no, open, REPORTS_READ, type Suite } from "./suite.js";

const procLibTest = (title: string) => `stdlib/procLib.test.ts: ${title}`;
const sysTest = (title: string) => `stdlib/sys.test.ts: ${title}`;
const timerTest = (title: string) => `stdlib/timer.test.ts: ${title}`;
const reportTest = (title: string) => `log/reports.test.ts: ${title}`;
const appTest = (title: string) => `node/application.test.ts: ${title}`;
const pgTest = (title: string) => `stdlib/pg.test.ts: ${title}`;
const pgNodes = (title: string) => `stdlib/pgNodes.test.ts: ${title}`;

export const procLib: Suite = {
  of: "OTP 25 lib/stdlib/test/proc_lib_SUITE.erl",
  rows: [
    [
      "crash",
      "crash reports",
      by(
        reportTest("procLib's process, * reports"),
        reportTest("crash report: OTP's fields"),
        reportTest("crash report: the first of many messages"),
      ),
    ],
    [
      "stacktrace",
      "the reason of an error, an exit and a throw",
      by(
        "linkedProcessEnds_*",
        "crashIsExitWithTheError",
        "process/scenarios/spawns.ts: whateverABodyThrowsItEndsAndAllHearOfIt",
      ),
    ],
    ["t_format", "how crash reports read", by(...REPORTS_READ)],
    [
      "t_format_arbitrary report_cb",
      "what formats one crash report, or something else, by itself",
      no("the logger prints reports of all kinds alike, and whatever else it is given"),
    ],
    [
      "sync_start_nolink sync_start_link sync_start_monitor",
      "starts that wait: success, failure, an early end",
      by(
        procLibTest("start returns after init"),
        procLibTest("startLink links"),
        procLibTest("startMonitor tells of the end under its ref"),
        "startLeavesNoLinkAndNoMonitor",
        "startMonitorThatFailsLeavesNoMonitor",
        "failedStartLinkLeavesNoLink",
      ),
    ],
    [
      "sync_start_monitor_link sync_start_monitor_link_timeout",
      "monitor and link in one start",
      no("startLink, then monitor: the child is there; both at once only without a wait, `self.spawnStart`"),
    ],
    [
      "sync_start_timeout sync_start_link_timeout",
      "starts that take too long",
      by("initBeyondTheTimeoutIsKilled", procLibTest("nor does one that times out")),
    ],
    [
      "spawn_opt",
      "spawn options",
      by("spawnLinkLinks", "spawnMonitorTells", "priorityIsNotInherited", "spawnOptionsAllAtOnce"),
    ],
    ["hibernate", "hibernation", HIBERNATE],
    [
      "otp_6345",
      "the option monitor is refused",
      no("no such option: `startMonitor` is a function of its own"),
    ],
    [
      "init_dont_hang",
      "the starter does not hang if the child ends before it answers",
      by(
        "initFails_*",
        "childEndsNormalInInit",
        procLibTest("also if the child has ended before the caller goes on"),
      ),
    ],
    [
      "stop",
      "stop of processes that know system messages, and of others",
      by("stop_*", "stopTellsAnotherEnd", "stopTimesOut", "stopOfDeadIsNoproc"),
    ],
  ],
};

export const sys: Suite = {
  of: "OTP 25 lib/stdlib/test/sys_SUITE.erl",
  rows: [
    ["log", "the latest events", by(sysTest("log keeps the latest events"))],
    ["log_to_file", "events to a file", no("`sys.log` gives the events; stderr can go to a file")],
    ["stats", "statistics", by(sysTest("statistics count messages and replies"))],
    ["trace", "trace", by(sysTest("trace prints messages and replies"))],
    [
      "suspend",
      "suspend and resume",
      by(
        "suspendedServerKeepsItsMessages",
        "callOfASuspendedServerTimesOut",
        "resumeOfARunningServerIsNothing",
        sysTest("a suspended server takes the messages in the mailbox before suspend first"),
      ),
    ],
    ["install", "functions that see each event", no("functions do not travel")],
    [
      "special_process",
      "a process of one's own that knows system messages",
      no("`handleSystem` is the library's own; a process of one's own is a server"),
    ],
  ],
};

export const timer: Suite = {
  of: "OTP 25 lib/stdlib/test/timer_simple_SUITE.erl, timer_SUITE.erl",
  rows: [
    [
      "apply_after1 apply_after2 apply_after3 apply_after4",
      "calls after a time",
      by(timerTest("applyAfter spawns once, and can be cancelled")),
    ],
    [
      "exit_after1 exit_after2 exit_after3 exit_after4 kill_after1 kill_after2 kill_after3",
      "exits and kills after a time",
      by(timerTest("exitAfter and killAfter send exit signals")),
    ],
    [
      "apply_interval1 send_interval1 send_interval2 send_interval3 send_interval4 send_interval5 cancel4 cancel5",
      "again and again, till cancelled or till its process ends",
      by(
        timerTest("sendInterval sends till it is cancelled"),
        timerTest("sendInterval to a pid ends with the process"),
        timerTest("other intervals end with who began them"),
        timerTest("an interval to a name that nobody has goes on"),
        timerTest("an interval does not drift"),
      ),
    ],
    [
      "apply_after_invalid_args apply_interval_invalid_args send_interval_invalid_args",
      "arguments that are none",
      by(timerTest("what is no time is refused")),
    ],
    ["send_after1 send_after4", "a message after a time", by("sendAfterSends", "sendAfterZero")],
    [
      "send_after2 send_after5 send_after7",
      "to a name that somebody has by then",
      by("timerToNameFindsWhoHasItThen", "timerToNameThatWasGivenOn"),
    ],
    ["send_after3 send_after6", "to a name on a node", by("timerToAnAddress")],
    [
      "send_after_invalid_args cancel_invalid_args",
      "arguments that are none",
      no("type errors; a time that is none is a RangeError"),
    ],
    [
      "cancel1 cancel2 cancel3 cancel6",
      "cancelled timers",
      by("cancelledTimerDoesNotFire", "cancelTwice", "cancelOfFiredIsOver"),
    ],
    [
      "sleep1 sleep2",
      "sleep",
      by("receiveOfWhatIsNotThereTimesOut", timerTest("sleep leaves messages where they are")),
    ],
    [
      "tc",
      "the time of a call",
      by(timerTest("sleep leaves messages where they are; tc says how long it took")),
    ],
    [
      "unexpected1 unexpected2 unexpected3 nonexistent1 nonexistent2 timer_perf",
      "the timer server itself",
      no("there is none: timers are the scheduler's"),
    ],
    [
      "do_big_test",
      "many timers at once fire in time",
      by(
        "timersOfManyTimesFireByTime",
        "sched/timers.test.ts: what is due fires once, by time and then by age",
      ),
    ],
  ],
};

export const pg: Suite = {
  of: "OTP 25 lib/kernel/test/pg_SUITE.erl",
  rows: [
    ["dyn_distribution", "a node that gets its name later", no("a node has its name from its start")],
    [
      "errors process_owner_check",
      "what is no process of this node is refused",
      by(
        pgTest("what is no process of this node is refused"),
        pgNodes("a process of another node is neither joined nor registered"),
      ),
    ],
    ["pg", "the default scope", no("each scope is started as a child of its user's")],
    [
      "leave_exit_race",
      "leave and the end of the member at the same time",
      by(pgTest("one that has ended joins, and leaves at once")),
    ],
    [
      "single",
      "one node",
      by(
        pgTest("a process is a member as often as it joined"),
        pgTest("a process that ends leaves each group"),
      ),
    ],
    [
      "overlay_missing",
      "messages of a scope that is not known have no effect",
      by(pgTest("a join of one that is not known has no effect")),
    ],
    ["thundering_herd", "thousands of nodes at once", no("a question of load")],
    [
      "two initial nolocal",
      "members of both nodes are seen on both",
      by(
        pgNodes("members of both nodes are seen on both"),
        pgTest("discover: both learn all members of the other"),
      ),
    ],
    [
      "netsplit trisplit foursplit disconnected_start",
      "nodes that are lost and come back",
      by(
        pgNodes("a node that is lost: its members have left"),
        pgTest("nodeup: the scope of that node is asked to speak"),
        pgTest("when a server ends, the other drops its members"),
      ),
    ],
    [
      "exchange double empty_group_by_remote_leave group_leave",
      "joins and leaves from elsewhere",
      by(pgTest("joins and leaves, and the end of a member, are told to the other")),
    ],
    [
      "scope_restart",
      "a scope that comes back learns all again",
      by(pgTest("when a server ends, the other drops its members")),
    ],
    ["missing_scope_join", "a scope that is nowhere else", by(pgTest("scopes know nothing of each other"))],
    ["forced_sync", "a second sync", by(pgTest("a second sync changes what is different"))],
    ["monitor", "events of a group", by(pgTest("monitor of one group tells of that group only"))],
    [
      "monitor_nonempty_scope monitor_scope",
      "events of a scope",
      by(
        pgTest("a process that ends leaves each group"),
        pgTest("joins and leaves, and the end of a member"),
      ),
    ],
  ],
};

const FAILOVER = no("an application belongs to one node: there is no takeover and no failover");
const NO_CONFIG = no("the environment is JSON, from one file, the command line and a variable");

export const application: Suite = {
  of: "OTP 25 lib/kernel/test/application_SUITE.erl",
  rows: [
    [
      "failover failover_comp permissions load load_use_cache script_start nodedown_start permit_false_start_local permit_false_start_dist distr_changed_tc1 distr_changed_tc2 otp_2078 otp_3184 otp_4066 otp_5606",
      "applications spread over nodes",
      FAILOVER,
    ],
    [
      "start_phases",
      "start phases",
      by(
        appTest("startPhasesRunInOrderOnceTheRootIsUp"),
        appTest("aPhaseThatFailsShutsTheRootDownAndCallsNeitherPrepStopNorStop"),
      ),
    ],
    [
      "ensure_started ensure_all_started",
      "what an application needs is started first, and stopped again if the start fails",
      by(
        appTest("dependenciesStartFirstAndOnceAndStopInReverseOrder"),
        appTest("startWithoutItsDependencyIsNotStarted"),
        appTest("startOfWhatRunsIsAlreadyStartedAndEnsureStartedIsContent"),
        appTest("aMissingDependencyIsNamedWithWhoNeedsIt"),
        appTest("ensureAllStartedStopsWhatItStartedWhenOneFails"),
      ),
    ],
    [
      "optional_applications otp_1586",
      "applications that another needs if they are there, or includes",
      open("applicationKinds"),
    ],
    [
      "otp_2718",
      "a transient application that fails to start, or ends",
      by(appTest("*ThatEnds*"), appTest("permanentThatFailsToStartAtRunTimeTakesTheNodeDown")),
    ],
    ["otp_2973", "two starts at the same time", by(appTest("twoStartsAtOnceAreOne"))],
    [
      "otp_4227",
      "what an application needs has ended by itself",
      by(appTest("whatNeedsOneThatHasEndedIsNotStarted")),
    ],
    ["otp_16504", "`stop` is called where the application's master was killed", open("masterLoss")],
    ["get_key", "the keys of an application", no("they are fields of the object")],
    [
      "get_env set_env set_env_persistent persistent_env",
      "the environment of an application",
      by(
        appTest("loadMakesTheEnvironmentReadableAndUnloadForgetsIt"),
        appTest("setEnvOfWhatIsNotLoadedIsSeenToo"),
        appTest("startIsGivenTheEnvironmentAsItIsThen"),
        appTest("everySchedulerReadsWhatAnyHasSetOnceSetEnvIsDone"),
      ),
    ],
    [
      "set_env_errors",
      "several keys at once, some of them wrong",
      no("`setEnv` sets one key; what is no term is refused"),
    ],
    [
      "config_change otp_2012",
      "applications are told of another environment",
      no("nothing upgrades a release: who sets a key can tell who reads it"),
    ],
    [
      "otp_3002",
      "a node whose application cannot start does not come up",
      by(
        appTest("applicationsOfTheNodeStartInOrderAndOneThatFailsLeavesNothing"),
        "node/cliApplications.test.ts: anEnvironmentThatCannotBeReadIsOneLineAndExitCode2",
      ),
    ],
    [
      "config_relative_paths handle_many_config_files configfd_bash configfd_port_program",
      "configuration files",
      NO_CONFIG,
    ],
    [
      "shutdown_func shutdown_timeout",
      "a function and a limit of time for the node's own stop",
      no("each child has its time; what is to be done at the end is a `stop` of an application"),
    ],
    [
      "shutdown_deadlock otp_5363",
      "stops take the time that the tree takes, no two wait for each other, and who left the tree is killed",
      by(
        appTest("processesThatLeftTheTreeAreKilledWithTheirApplication"),
        "node/boot.test.ts: stopCanBeCalledAnyNumberOfTimes",
        "node/boot.test.ts: applicationsStopInReverseOrderOfTheirStart",
        "node/boot.test.ts: anApplicationThatFailsToStopKeepsNoOtherUp",
      ),
    ],
    [
      "format_log_1 format_log_2",
      "how reports read",
      by(reportTest("application: a progress report"), ...REPORTS_READ),
    ],
  ],
};
