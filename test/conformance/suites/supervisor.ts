import { by, no, open, REPORTS_READ, type Suite } from "./suite.js";

export const supervisor: Suite = {
  of: "OTP 25 lib/stdlib/test/supervisor_SUITE.erl",
  rows: [
    [
      "sup_start_normal",
      "starts and ends with its parent's shutdown",
      by("noChildren", "childThatDoesNotTrapEndsByShutdown"),
    ],
    [
      "sup_start_ignore_init",
      "init gives ignore",
      no("a supervisor's function gives its children, or throws"),
    ],
    [
      "sup_start_ignore_child sup_start_ignore_temporary_child sup_start_ignore_temporary_child_start_child",
      "a child that ignores its start is kept without a pid, a temporary one not at all",
      by("childIgnoresItsStart_*", "addedChildIgnoresItsStart_*"),
    ],
    [
      "sup_start_ignore_temporary_child_start_child_simple sup_start_ignore_permanent_child_start_child_simple",
      "a dynamic child that ignores its start is none, and the supervisor ends in order",
      by("dynamicChildIgnoresItsStart_*"),
    ],
    [
      "sup_start_error_return sup_start_fail",
      "init gives nonsense, or crashes",
      by("stdlib/supervisor.test.ts: a spec that is wrong is refused"),
    ],
    [
      "sup_start_child_returns_error",
      "a child of the start does not start: the start fails",
      by("failedStartEndsThoseBefore_*", "firstChildDoesNotStart", "startChildThatFailsIsNotKept"),
    ],
    [
      "sup_start_restart_child_returns_error",
      "a restart that fails is tried again",
      by("failingRestartIsTriedAgain_*", "restartChildThatFails"),
    ],
    [
      "sup_start_child_returns_error_simple",
      "the same of a dynamic child",
      by("dynamicChildThatDoesNotStart", "dynamicChildFailsToComeBack"),
    ],
    [
      "sup_start_map sup_start_map_simple",
      "defaults of a child spec, seen by get_childspec",
      open("childSpec"),
    ],
    [
      "sup_start_map_faulty_specs child_specs child_specs_map sup_flags",
      "wrong specs and flags are refused with what is wrong",
      by(
        "stdlib/supervisor.test.ts: a spec that is wrong is refused",
        "significantChildOfNeverIsRefused",
        "significantPermanentChildIsRefused",
        "duplicateIdIsRefused",
        "stdlib/dynamicSupervisor.test.ts: what has no meaning here is refused",
      ),
    ],
    ["sup_stop_infinity", "shutdown infinity", by("infinitelySlowChildHasItsTime")],
    [
      "sup_stop_timeout",
      "a child beyond its time is killed",
      by("slowChildIsKilledAfterItsTime", "slowChildHasItsTime"),
    ],
    ["sup_stop_brutal_kill", "brutal_kill", by("brutalKillTellsNobody", "terminateChildBrutally")],
    [
      "sup_stop_timeout_dynamic",
      "the same of dynamic children",
      by(
        "dynamicSlowChildIsKilledAfterItsTime",
        "stdlib/dynamicSupervisor.test.ts: a child that does not end in its time is killed; brutalKill at once",
      ),
    ],
    ["sup_stop_brutal_kill_dynamic", "the same of dynamic children", by("dynamicChildIsKilledBrutally")],
    [
      "sup_stop_race",
      "children end by themselves while the supervisor ends them",
      by("childThatEndsOtherwiseThanTold", "killOfTheSupervisorIsSeenByTheChildren"),
    ],
    [
      "sup_stop_non_shutdown_exit_dynamic",
      "a dynamic child that ends otherwise than told",
      by("dynamicChildThatEndsOtherwiseThanTold"),
    ],
    [
      "child_adm",
      "start, terminate, restart, delete, which, count",
      by(
        "startChildAddsIt",
        "startChildOfARunningId",
        "startChildOfAStoppedId",
        "terminateChild*",
        "restartChild*",
        "deleteChild*",
      ),
    ],
    [
      "child_adm_simple",
      "which of these a dynamic supervisor knows",
      by(
        "dynamicChildIsTerminatedByPid",
        "dynamicChildThatIsNone",
        "stdlib/dynamicSupervisor.test.ts: what has no meaning here is refused",
      ),
    ],
    [
      "extra_return simple_one_for_one_extra",
      "a start function may give more than a pid",
      no("children are processes of a definition; starts give a pid and nothing else"),
    ],
    [
      "multiple_restarts",
      "restarts below the intensity, many of them",
      by("intensity2_*", "restartsBeyondThePeriodAreForgotten"),
    ],
    [
      "one_for_one rest_for_one one_for_all",
      "who is restarted with whom",
      by("oneForOne_*", "restForOne_*", "oneForAll_*"),
    ],
    [
      "one_for_one_escalation one_for_all_escalation rest_for_one_escalation",
      "beyond the intensity all end",
      by("intensity0_*", "intensity1_*", "failingRestartsReachTheIntensity_*"),
    ],
    [
      "one_for_all_other_child_fails_restart rest_for_one_other_child_fails_restart",
      "a sibling does not come back: the restarted ones go down again",
      by("siblingFailsToComeBack_oneForAll", "siblingFailsToComeBack_restForOne"),
    ],
    ["simple_one_for_one", "dynamic children are restarted", by("dynamic_permanentChildEnds_*")],
    [
      "simple_one_for_one_shutdown",
      "dynamic children have their time at the end",
      by("dynamicChildrenEndWithTheSupervisor", "dynamicChildTrapsAndIsTold"),
    ],
    [
      "simple_one_for_one_escalation",
      "restarts of all dynamic children count together",
      by("dynamicIntensityIsForAllChildren"),
    ],
    [
      "simple_one_for_one_corruption",
      "a dynamic child that is restarted under a new pid can be found and ended",
      by(
        "stdlib/dynamicSupervisor.test.ts: a permanent child is restarted with any reason, under a new pid",
        "dynamicChildFailsToComeBack",
      ),
    ],
    [
      "permanent_normal permanent_shutdown permanent_abnormal",
      "a permanent child always comes back",
      by("*_permanentChildEnds_*"),
    ],
    [
      "transient_normal transient_shutdown transient_abnormal",
      "a transient one after a crash",
      by("*_transientChildEnds_*"),
    ],
    [
      "temporary_normal temporary_shutdown temporary_abnormal",
      "a temporary one never",
      by("*_temporaryChildEnds_*"),
    ],
    [
      "temporary_bystander",
      "a temporary sibling that goes down with others does not come back",
      by(
        "*_siblingsOfEachRestartType_*",
        "stdlib/supervisor.test.ts: temporary siblings that a restart ends do not come back",
      ),
    ],
    [
      "faulty_application_shutdown",
      "the application ends with what its root says",
      by("node/boot.test.ts: anApplicationThatDoesNotStartIsGoneAndTheNodeLivesOn"),
    ],
    [
      "child_unlink",
      "a child that unlinked itself can be terminated",
      by("childThatUnlinkedIsTerminated_*", "endOfAChildThatUnlinkedIsNotSeen"),
    ],
    ["tree", "supervisors of supervisors", by("treeStartsDepthFirstAndEndsInReverse", "subtree*")],
    [
      "nonsignificant_temporary nonsignificant_transient",
      "the end of a child that is not significant shuts nothing down",
      by("anySignificant_childThatIsNot"),
    ],
    [
      "significant_temporary significant_transient",
      "auto shutdown with the first or the last significant child",
      by("anySignificant_*ChildEnds_*", "allSignificant_*ChildEnds_*"),
    ],
    [
      "significant_simple",
      "auto shutdown of a dynamic supervisor",
      no("Elixir's DynamicSupervisor has none"),
    ],
    [
      "significant_bystander",
      "significant children that siblings take down do not count",
      by(
        "anySignificant_siblingEndedByOneForAllDoesNotCount",
        "anySignificant_siblingEndedByRestForOneDoesNotCount",
      ),
    ],
    [
      "significant_escalation",
      "a subtree that shuts itself down is a child that ended",
      by("subtreeThatShutsItselfDownIsRestarted", "transientSubtreeThatShutsItselfDownIsNotRestarted"),
    ],
    [
      "significant_upgrade_never_any significant_upgrade_any_never significant_upgrade_never_all significant_upgrade_all_never significant_upgrade_any_all significant_upgrade_all_any significant_upgrade_child code_change code_change_map code_change_simple code_change_simple_map",
      "a new specification by code change",
      open("supervisorCodeChange"),
    ],
    [
      "count_children count_children_supervisor",
      "counts, supervisors among the children",
      by(
        "subtreeIsTerminatedAndRestarted",
        "treeStartsDepthFirstAndEndsInReverse",
        "dynamicChildrenAreCounted",
      ),
    ],
    [
      "count_restarting_children",
      "a child that waits for its restart is not active",
      by(
        "stdlib/supervisor.test.ts: a child terminated while its restart is to be tried again is not tried again",
      ),
    ],
    ["get_callback_module", "which module", no("one asks `sys.getStatus` for the definition's name")],
    [
      "do_not_save_start_parameters_for_temporary_children do_not_save_child_specs_for_temporary_children",
      "nothing of a temporary child is kept",
      by("endedChildCanBeRestartedOrNot_temporary", "terminateChild_temporary"),
    ],
    [
      "simple_one_for_one_scale_many_temporary_children",
      "many dynamic children cost as much each as few",
      by("stdlib/dynamicSupervisor.test.ts: with twenty thousand children each costs as much as the first"),
    ],
    ["simple_global_supervisor", "a supervisor under a local, a global and a via name", open("globalNames")],
    [
      "hanging_restart_loop hanging_restart_loop_rest_for_one hanging_restart_loop_simple",
      "calls and the shutdown reach a supervisor whose child does not come back",
      by(
        "stdlib/supervisor.test.ts: a child terminated while its restart is to be tried again is not tried again",
        "stdlib/supervisor.test.ts: a restart that fails is tried again, from where it failed",
      ),
    ],
    [
      "order_of_children",
      "starts in order, ends in reverse",
      by("childrenStartInOrder", "stopEndsAllInReverseOrder", "restartOrderAfterAddedChild"),
    ],
    [
      "scale_start_stop_many_children",
      "many children of a supervisor",
      by("stdlib/supervisor.test.ts: ten thousand children that end at once are all restarted"),
    ],
    [
      "format_log_1 format_log_2",
      "how reports read",
      by(
        "log/reports.test.ts: supervisor report: OTP's fields",
        "log/reports.test.ts: progress report: OTP's fields",
        ...REPORTS_READ,
      ),
    ],
  ],
};
