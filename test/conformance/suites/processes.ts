/** Processes, signals, links, monitors, names, timers of erts. */
import { BEAM, by, no, open, type Suite } from "./suite.js";

const spawnThere = (title: string) => `node/nodeSpawn.test.ts: ${title}`;
const nodeWatch = (title: string) => `node/nodeWatch.test.ts: ${title}`;
const spawnTest = (title: string) => `process/scenarios/spawns.ts: ${title}`;

export const process: Suite = {
  of: "OTP 25 erts/emulator/test/process_SUITE.erl",
  rows: [
    [
      "spawn_with_binaries spawn_huge_arglist",
      "large arguments",
      by(
        "sched/threads.test.ts: a message of 64 MiB crosses schedulers whole",
        "messageReachesAChildJustSpawned",
      ),
    ],
    ["t_exit_1 t_exit_2_other", "large exit reasons", by("linkedProcessEnds_*", "exitSignal_*")],
    ["t_exit_2_other_normal", "exit/2 with normal ends nobody else", by("exitSignal_normal")],
    ["self_exit", "an exit signal to oneself, trapped", by("exitSignalToSelfTrapped_*")],
    ["normal_suicide_exit abnormal_suicide_exit", "an exit signal to oneself", by("exitSignalToSelf_*")],
    [
      "t_exit_2_catch",
      "which cannot be caught",
      by(
        "exitSignalToSelf_boom",
        "process/exitRule.test.ts: a reason that only looks like kill or normal is none",
      ),
    ],
    ["exit_and_timeout", "an exit signal while a receive times out", by("exitSignalEndsAWaitWithATime")],
    [
      "exit_twice",
      "the first of two exit signals counts",
      by("firstOfTwoExitSignalsOfOneSenderWins", "firstOfTwoExitSignalsWins"),
    ],
    [
      "trap_exit_badarg trap_exit_badarg_in_bif",
      "errors as exit reasons",
      by("crashIsExitWithTheError", "spawnLinkOfOneThatEndsAtOnceIsDeadly"),
    ],
    [
      "bump_reductions garbage_collect garb_other_running process_flag_fullsweep_after process_flag_heap_size command_line_max_heap_size spawn_opt_heap_size spawn_opt_max_heap_size otp_4725 otp_6237",
      "heaps and reductions",
      BEAM,
    ],
    [
      "low_prio",
      "low priority gets its turn",
      by(
        "sched/runQueue.test.ts: a low process gets every eighth turn while normal ones run for ever",
        "priorityIsKept",
      ),
    ],
    ["yield yield2", "yield", no("`await` yields")],
    [
      "dist_unlink_ack_exit_leak",
      "unlink and exit of a remote process leave nothing",
      by(
        "unlinkLeavesNoLink",
        "endOfALinkedProcessLeavesNoLink",
        "node/nodeLinks.test.ts: stopsWithNothingLeftOver",
      ),
    ],
    [
      "bad_register",
      "names that cannot be registered",
      by("takenNameIsBadarg", "secondNameIsBadarg", "nameGivenToDeadIsBadarg", "undefinedIsNoName"),
    ],
    ["process_flag_badarg", "flags that are none", no("type errors")],
    [
      "spawn_request_bif",
      "asynchronous spawn",
      by(
        spawnTest("spawnRequestIsAnsweredBeforeAnythingOfTheChild"),
        spawnTest("spawnRequestThatCannotBeMetSaysWhy"),
        spawnThere("nothingOfTheChildComesBeforeItsPid"),
        spawnThere("whatTheOtherNodeDoesNotHaveIsUndef"),
      ),
    ],
    [
      "spawn_request_abandon_bif",
      "a request that is given up",
      by(spawnThere("anAbandonedChildEndsAndNobodyHears"), spawnTest("spawnRequestThatCannotBeMetSaysWhy")),
    ],
    ["spawn_request_monitor_demonitor", "a demonitor before the reply", open("spawnReplies")],
    ["spawn_request_reply_option", "replies that are not wanted, or only of failures", open("spawnReplies")],
    [
      "spawn_request_monitor_child_exit",
      "a monitored child that ends at once",
      by("spawnMonitorOfOneThatEndsAtOnce", "exitSignalReachesAChildJustSpawned"),
    ],
    [
      "spawn_request_link_child_exit",
      "a linked child that ends at once",
      by("spawnLinkOfOneThatEndsAtOnce", "spawnLinkOfOneThatEndsAtOnceIsDeadly"),
    ],
    [
      "spawn_request_link_parent_exit spawn_request_link_parent_exit_compound_reason",
      "a parent that ends at once",
      by("parentThatEndsAtOnceTakesTheChildAlong"),
    ],
    [
      "dist_spawn_monitor",
      "spawn_monitor on another node",
      by(
        spawnThere("optionsCountThere"),
        spawnThere("linkEndsBothWaysAndWithTheMonitorInOneStep"),
        spawnThere("aNodeThatCannotBeReachedIsNoconnectionOfAPidThatHasEnded"),
      ),
    ],
    [
      "spawn_request_link_parent_exit_nodedown",
      "the spawner ends, or its node is lost, before the reply",
      by(
        spawnThere("aChildWhoseSpawnerEndedBeforeTheReplyEndsWithItsReason"),
        spawnThere("aRequestUnderWayIsNoconnectionWhenTheNodeIsLost"),
      ),
    ],
    [
      "spawn_against_ei_node spawn_against_old_node spawn_against_new_node",
      "nodes that know no spawn requests, or newer ones",
      no("there are no nodes of other kinds and releases yet"),
    ],
    [
      "processes_large_tab processes_default_tab processes_small_tab processes_this_tab processes_last_call_trap processes_apply_trap processes_gc_trap processes_term_proc_list",
      "how processes/0 walks its table",
      BEAM,
    ],
    [
      "processes_send_infant",
      "who is seen can be sent to",
      by(
        "messageReachesAChildJustSpawned",
        "sched/births.test.ts: signals for an unborn process wait for it and come in order",
      ),
    ],
    [
      "t_process_info process_info_other process_info_2_list process_info_smoke_all process_info_parent process_info_other_status",
      "what is known of a process",
      by("info*", "process/info.test.ts: a process on scheduler * tells of itself"),
    ],
    [
      "process_info_messages process_info_other_msg process_info_other_dist_msg process_info_self_msgq_len_messages",
      "the messages of another process",
      no("`mailbox` counts them; nobody reads another's mailbox"),
    ],
    [
      "process_info_other_message_queue_len_signal_race process_info_self_msgq_len process_info_self_msgq_len_more process_info_self_signal process_info_status_handled_signal",
      "what is known after signals that were sent before",
      by("linkCountsOnBothSides", "unlinkLeavesNoLink", "exitSignalThenIsAliveIsFalse"),
    ],
    [
      "process_info_lock_reschedule process_info_lock_reschedule2 process_info_lock_reschedule3 process_info_garbage_collection process_info_reductions",
      "locks, collector, reductions",
      BEAM,
    ],
    [
      "otp_7738_waiting otp_7738_suspended otp_7738_resume",
      "suspend_process",
      no("`sys.suspend` for servers; a thread suspends nobody else's function"),
    ],
    [
      "no_priority_inversion no_priority_inversion2 system_task_blast system_task_on_suspended system_task_failed_enqueue gc_request_when_gc_disabled gc_request_blast_when_gc_disabled otp_16436 otp_16642",
      "system tasks",
      BEAM,
    ],
    [
      "alias_bif",
      "alias and unalias",
      by(
        "aliasReachesItsOwner",
        "unaliasDropsWhatComesAfter",
        "aliasOfDeadDrops",
        "unaliasByAnotherIsNothing",
        "aliasesAreEachTheirOwn",
      ),
    ],
    [
      "monitor_alias",
      "monitors that are aliases",
      by("demonitorAlias_*", "replyDemonitorAlias_*", "monitorRefWithoutAliasIsNoAlias"),
    ],
    [
      "spawn_monitor_alias",
      "spawn_monitor with an alias",
      by(
        "spawnMonitorAlias_*",
        spawnTest("spawnMonitorLinksAndMakesAnAliasInTheSameStep"),
        spawnThere("aliasOfTheMonitorTakesOneReply"),
      ),
    ],
    ["monitor_tag", "another tag than DOWN", open("monitorTag")],
  ],
};

export const signal: Suite = {
  of: "OTP 25 erts/emulator/test/signal_SUITE.erl",
  rows: [
    [
      "xm_sig_order",
      "messages and exit signals keep their order",
      by(
        "messagesAndExitSignalKeepTheirOrder",
        "exitSignalsKeepTheirOrder",
        "messagesBeforeTheEndComeBeforeExit",
      ),
    ],
    [
      "kill2killed",
      "kill is killed for others, by signal; by link it stays",
      by(
        "exitSignalToLinkedPassesOn_kill",
        "linkedProcessEnds_kill",
        "killPassesThroughAChainAsKilled",
        "exitWithKillPassesThroughAChainAsKill",
      ),
    ],
    [
      "contended_signal_handling dirty_signal_handling_race move_msgs_off_heap_signal_basic move_msgs_off_heap_signal_recv move_msgs_off_heap_signal_exit move_msgs_off_heap_signal_recv_exit copy_literal_area_signal_basic copy_literal_area_signal_recv copy_literal_area_signal_exit copy_literal_area_signal_recv_exit simultaneous_signals_basic simultaneous_signals_recv simultaneous_signals_exit simultaneous_signals_recv_exit",
      "how signals are handled inside",
      BEAM,
    ],
    [
      "busy_dist_exit_signal busy_dist_demonitor_signal busy_dist_down_signal busy_dist_unlink_ack_signal",
      "signals over a busy connection",
      by(
        "node/nodeLinks.test.ts: signalsOfEveryKindKeepTheirOrder",
        "node/traffic.test.ts: aMillionMessagesArriveInOrderPerPair",
      ),
    ],
    [
      "busy_dist_spawn_reply_signal",
      "spawns over a busy connection",
      by(spawnThere("aBusyConnectionLosesNoReply")),
    ],
    [
      "unlink_exit",
      "no exit comes after an unlink",
      by("unlinkRacingTheEndIsNeverDeadly", "unlinkThenMessageThenTheEnd", "unlinkAfterExitLeavesTheMessage"),
    ],
    [
      "monitor_order",
      "messages and DOWN keep their order",
      by("messagesBeforeTheEndComeBeforeDown", "monitorThenMessageThenTheEnd"),
    ],
    [
      "monitor_named_order_local monitor_named_order_remote",
      "the same where the monitor is by name",
      by("messagesOfTheNamedComeBeforeItsDown", "monitorOfNameAndOtherNodeFires"),
    ],
    [
      "monitor_nodes_order",
      "nodeup and nodedown among other signals",
      by(nodeWatch("nodeupComesBeforeAnySignalOfTheNodeAndNodedownAfterItsLinksAndMonitors")),
    ],
  ],
};

export const links: Suite = {
  of: "OTP 25 erts/emulator/test/erl_link_SUITE.erl",
  rows: [
    [
      "links dist_links",
      "links, unlinks, ends; here and between nodes",
      by("link*", "unlink*", "node/nodeLinks.test.ts: linkTellsTheTrappingSideOfItsEnd"),
    ],
    [
      "monitor_nodes",
      "monitors of nodes",
      by(
        nodeWatch("monitorNodeConnectsTellsOnceAndIsOverThen"),
        nodeWatch("monitorNodeOfOneThatCannotBeReachedIsDownAtOnce"),
        nodeWatch("aNodeThatIsKilledOrFallsSilentSaysSo"),
      ),
    ],
    [
      "process_monitors dist_process_monitors",
      "monitors; here and between nodes",
      by("monitor*", "demonitor*", "node/nodeSignals.test.ts: monitorTellsHowTheProcessEnded"),
    ],
    [
      "busy_dist_port_monitor busy_dist_port_link",
      "over a busy connection",
      by(
        "node/nodeLinks.test.ts: signalsOfEveryKindKeepTheirOrder",
        "node/traffic.test.ts: aMillionMessagesArriveInOrderPerPair",
      ),
    ],
    [
      "otp_5772_link otp_5772_dist_link",
      "an unlink and the end in a row",
      by("unlinkThenExitKeepTheirOrder", "linkUnlinkThenExit", "linkUnlinkLinkThenExit"),
    ],
    [
      "otp_5772_monitor otp_5772_dist_monitor",
      "a demonitor and the end in a row",
      by("demonitorThenTheEndIsNoDown", "demonitorFlushRacingTheEndIsNeverSeen"),
    ],
    [
      "otp_7946",
      "many monitors of the node at once",
      by(nodeWatch("monitorNodeConnectsTellsOnceAndIsOverThen")),
    ],
    [
      "otp_17127_local_link_with_simultaneous_link_unlink otp_17127_dist_link_with_simultaneous_link_unlink otp_17127_local_random otp_17127_dist_random",
      "both link and unlink at the same time",
      by("linkAndUnlinkRace", "bothLinkAtOnceIsOneLink", "bothUnlinkAtOnce", "seed*"),
    ],
  ],
};

export const monitor: Suite = {
  of: "OTP 25 erts/emulator/test/monitor_SUITE.erl",
  rows: [
    ["case_1 case_1a", "the monitored one kills its watcher and ends", by("monitoredKillsItsWatcherAndEnds")],
    ["case_2 case_2a", "a demonitor by somebody else", by("demonitorByAnotherIsNothing")],
    ["mon_e_1 demon_e_1", "arguments that are none", no("type errors")],
    [
      "demon_1",
      "demonitor of what is none",
      by("demonitorTwice", "demonitorAfterDownLeavesIt", "demonitorOfSelf"),
    ],
    [
      "mon_1 mon_2",
      "monitors of pids and names, living and dead, here and elsewhere",
      by(
        "downTellsTheReason_*",
        "monitorOfDeadIsNoproc",
        "monitorName*",
        "monitorOfUnknownName*",
        "monitorOfSelfTellsNobody",
      ),
    ],
    [
      "demon_2 demon_3 local_remove_monitor remote_remove_monitor",
      "demonitor, with info",
      by("demonitorMeansNoDown", "demonitorOfOneLeavesTheOther", "demonitorByNameAfterTheNameWent"),
    ],
    ["demonitor_flush", "flush", by("demonitorFlush*")],
    [
      "gh_5225_demonitor_alias unexpected_alias_at_demonitor_gh5310 down_on_alias_gh5310",
      "aliases go with their monitor",
      by(
        "*Alias_demonitoredDropsReplies",
        "*Alias_downEndsIt",
        "*Alias_replyThenDemonitor",
        "replyToAnAliasLeavesNoMonitor",
      ),
    ],
    ["large_exit", "a large exit reason", by("downTellsTheReason_*")],
    [
      "list_cleanup",
      "ended monitors leave nothing",
      by("downLeavesNoMonitor", "monitorsCountEach", "monitorOfDeadLeavesNoMonitor"),
    ],
    [
      "mixer",
      "many monitors, here and elsewhere",
      by("manyWatchersHearOnceEach", "monitorTwiceIsTwoDowns", "seed*"),
    ],
    [
      "named_down",
      "the name is free when DOWN comes",
      by("nameIsFreeWhenDownOfItComes", "nameIsFreeWhenExitComes"),
    ],
    [
      "otp_5827",
      "monitor of a name that was unregistered",
      by("monitorByNameStaysWithTheProcessNotTheName", "monitorOfANameThatOneHadBefore"),
    ],
    ["monitor_time_offset", "the clock", no("no time offset: the clocks are Node's")],
    ["monitor_tag_storage", "another tag than DOWN", open("monitorTag")],
    [
      "monitor_3_noproc_gh6185",
      "monitor with an alias of what is not there",
      by("downOfALongDeadProcess", "requestToUnknownNameIsNoproc"),
    ],
  ],
};

export const namesAndTimers: Suite = {
  of: "OTP 25 erts/emulator/test/register_SUITE.erl, timer_bif_SUITE.erl, send_term_SUITE.erl, after_SUITE.erl, receive_SUITE.erl",
  rows: [
    [
      "otp_8099",
      "a name and a process that ends at once",
      by("nameGivenToDeadIsBadarg", "endFreesTheNameGivenByAnother", "oneOfTwoWhoRaceForANameGetsIt"),
    ],
    [
      "start_timer_1 send_after_1",
      "timers",
      by("sendAfterSends", "startTimerTellsWhich", "startTimerToAnotherTellsWhich"),
    ],
    [
      "send_after_2 same_time_yielding",
      "in the order of their times",
      by(
        "timersFireByTime",
        "timersOfManyTimesFireByTime",
        "sched/timers.test.ts: what is due fires once, by time and then by age",
      ),
    ],
    [
      "cancel_timer_1 same_time_yielding_with_cancel same_time_yielding_with_cancel_other",
      "cancelled timers",
      by(
        "cancelledTimerDoesNotFire",
        "cancelTwice",
        "cancelOfOneLeavesTheOther",
        "timerCancelledByAnother",
        "sched/timers.test.ts: a timer that cancels another due one in the same run keeps it from firing",
      ),
    ],
    [
      "cancel_timer_sync read_timer_async",
      "asynchronous cancel and read",
      by("process/scenarios/timers.ts: asyncCancelAndReadAnswerByMessageUnlessInfoIsFalse"),
    ],
    [
      "start_timer_e send_after_e cancel_timer_e",
      "arguments that are none",
      no("type errors; a time that is none is a RangeError"),
    ],
    ["start_timer_big send_after_big", "long times", by("timerOfALongTimeIsLeft")],
    ["read_timer_trivial read_timer", "what is left", by("readTimerLeavesIt", "readOfFiredIsOver")],
    [
      "cleanup auto_cancel_yielding",
      "timers of processes that have ended",
      by("timerToDeadIsNothing", "timerOutlivesItsStarter", "timerEndsWithItsReceiver"),
    ],
    [
      "evil_timers",
      "very many timers",
      by(
        "sched/timers.test.ts: a hundred thousand cancelled timers do not stay in the heap of a few live ones",
      ),
    ],
    ["registered_process", "timers to names", by("timerToName*", "timerToUnknownNameIsNothing")],
    ["suspended_scheduler_timeout multizero_timeout_in_timeout", "timer wheels", BEAM],
    [
      "basic",
      "every kind of term can be sent",
      by("termsArriveAsTheyWere", "node/nodeSignals.test.ts: everyKindOfTermComesBackAsItWent"),
    ],
    [
      "t_after receive_after receive_after_big receive_after_32bit receive_after_blast",
      "after, short and long",
      by("receiveOfWhatIsNotThereTimesOut", "messageEndsAWaitBeforeItsTime"),
    ],
    ["receive_after_errors", "times that are none", no("type errors; a time that is none is a RangeError")],
    ["receive_var_zero receive_zero", "after 0", by("receiveAfterZeroLooksAtWhatIsThere")],
    [
      "multi_timeout",
      "a message and the timeout at the same time",
      by(
        "receiveThatTimesOutLeavesTheRestInOrder",
        "process/mailbox.test.ts: the position of a waiting message never falls",
      ),
    ],
    [
      "call_with_huge_message_queue multi_recv_opt",
      "receive of a fresh reference behind a long mailbox",
      by(
        "process/mailbox.test.ts: what arrived before a position is not looked at by a take from there",
        "waitingReceiveLeavesManyOthers",
      ),
    ],
    [
      "receive_in_between receive_opt_exception receive_opt_recursion receive_opt_deferred_save erl_1199 multi_recv_opt_clear gh_5235_missing_save_reset gh_5235_recv_mark",
      "the mark is not used for what is older",
      by(
        "process/mailbox.test.ts: any sequence of push, shift, take, take from a position and flush does what an array does",
        "selectiveReceiveTakesTheFirstThatFits",
        "repliesAreFetchedInAnyOrder",
      ),
    ],
    ["recv_marker_reserve", "a register of the machine", BEAM],
  ],
};
