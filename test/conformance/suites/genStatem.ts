import {
  by,
  CALLBACKS,
  HIBERNATE,
  no,
  open,
  REPORTS_READ,
  REQUEST_COLLECTIONS,
  type Suite,
} from "./suite.js";

const sysTest = (title: string) => `stdlib/sysStatem.test.ts: ${title}`;

export const genStatem: Suite = {
  of: "OTP 25 lib/stdlib/test/gen_statem_SUITE.erl; each group with `handle_event` is the same with one function for all states, which is how the scenarios are written",
  rows: [
    ["start1 start6", "start, linked or not", by("machineEntersItsFirstState")],
    [
      "start2 start3 start4 start5",
      "starts that shut down, take too long, ignore, stop",
      by(
        "stdlib/procLib.test.ts: init beyond the timeout",
        "stdlib/procLib.test.ts: what init throws is the reason; no EXIT stays behind",
        "initIgnores",
      ),
    ],
    [
      "start8 start9 start11",
      "registered names",
      by("stdlib/genStatem.test.ts: a machine is reached by name", "startUnderATakenName"),
    ],
    ["start7 start10", "global names", open("globalNames")],
    [
      "start12",
      "a via name",
      by(
        "stdlib/via.test.ts: machines, managers, agents and supervisors, too",
        "stdlib/via.test.ts: a name that is taken: alreadyStarted",
      ),
    ],
    [
      "next_events",
      "the order of inserted events",
      by("insertedEventsComeInTheirOrder", "insertedEventThatInsertsGoesFirst"),
    ],
    ["stop1 stop2 stop8", "stop, with a reason, on another node", by("stopOfAMachine_*")],
    ["stop3", "a timeout that is none", no("a type error; at run time a RangeError")],
    ["stop4 stop5 stop9", "stop by name", by("stopByName")],
    ["stop6 stop10", "stop by a global name", open("globalNames")],
    [
      "stop7",
      "stop by a via name",
      by(
        "stdlib/via.test.ts: machines, managers, agents and supervisors, too",
        "stdlib/via.test.ts: a name that nobody has",
      ),
    ],
    [
      "abnormal1 abnormal1clean abnormal1dirty",
      "calls that time out, whose late replies are dropped",
      by("callOfAMachineTimesOut"),
    ],
    [
      "abnormal2 abnormal3 abnormal4",
      "results, actions and times that are none end the machine",
      by("stdlib/genStatem.test.ts: * ends the machine"),
    ],
    ["shutdown", "an orderly reason", by("machineStops_shutdown", "exitOfTheParentOfAMachine_*")],
    [
      "stop_and_reply",
      "last replies",
      by(
        "machineStopsWithAReply_*",
        "stdlib/genStatem.test.ts: stopWith a reply: the reply, then terminate, then the exit",
      ),
    ],
    [
      "state_enter",
      "state enter calls, repeated states, actions in them",
      by(
        "machineChangesItsState",
        "repeatStateEntersAgain",
        "enterCall*",
        "nextStateThatIsTheSameIsNoEnter",
        "stateTimeoutIsKeptByRepeatState",
      ),
    ],
    [
      "event_order",
      "postponed, inserted and zero timeout events among messages",
      by("postponed*", "inserted*", "zeroTimeoutsComeAfterInsertedEvents", "zeroTimeoutsComeBeforeMessages"),
    ],
    [
      "state_timeout",
      "the state timeout, zero and not, kept and cancelled",
      by("stateTimeout*", "zeroTimeoutsComeInTheOrderOfTheirActions"),
    ],
    [
      "timeout_cancel_and_update",
      "cancel and update",
      by(
        "stateTimeoutCancelled",
        "genericTimeoutCancelled",
        "stateTimeoutUpdatedKeepsItsTime",
        "updateOfATimeoutThatDoesNotRunComesAtOnce",
      ),
    ],
    [
      "event_types",
      "events of each type can be inserted",
      by(
        "stdlib/genStatem.test.ts: the first state enter call and what init inserts come before any message",
        "initMayInsertEvents",
        "insertedEventsComeInTheirOrder",
      ),
    ],
    ["generic_timers", "timeouts by name", by("genericTimeout*")],
    [
      "code_change",
      "code change",
      by(
        sysTest("changeCode: the new definition makes state and data from the old ones"),
        sysTest("a change to a definition without the state at hand is refused"),
      ),
    ],
    [
      "undef_code_change",
      "no codeChange",
      by(
        "stdlib/sys.test.ts: a codeChange that throws changes nothing; one that is not there keeps the state",
      ),
    ],
    [
      "sys1",
      "status, suspend, resume, and calls meanwhile",
      by(
        sysTest("getStatus tells what it is, what is postponed, what runs"),
        sysTest("while suspended events wait, in their order"),
        "suspendedMachineKeepsItsEvents",
      ),
    ],
    [
      "get_state replace_state",
      "sys, state and data",
      by(
        sysTest("getState gives state and data"),
        sysTest("replaceState is no change of state"),
        sysTest("what is no state and data is refused"),
        sysTest("updateState and mapState replace state and data"),
        "replacedStateIsNotEntered",
      ),
    ],
    [
      "call_format_status error_format_status terminate_crash_format format_all_status",
      "how a machine shows its state and what it has postponed",
      by(
        sysTest("formatStatus says what is shown; if it fails nothing is"),
        "log/reports.test.ts: state machine's terminate report: state and data as formatStatus shows them",
      ),
    ],
    ["hibernate auto_hibernate", "hibernation", HIBERNATE],
    [
      "enter_loop",
      "enter_loop",
      by("stdlib/enterLoop.test.ts: a state machine, its enter call and its events first"),
    ],
    ["undef_terminate1 undef_terminate2 undef_in_terminate", "callbacks that are not exported", CALLBACKS],
    ["pop_too_many", "change_callback_module", no("one definition says all that a machine is")],
    [
      "format_log_1 format_log_2",
      "how reports read",
      by("log/reports.test.ts: state machine's terminate report: OTP's fields", ...REPORTS_READ),
    ],
    [
      "reply_by_alias_with_payload",
      "a reply finds its caller by the alias alone",
      by("enterCallMayReplyToAnOlderCall"),
    ],
    [
      "send_request_receive_reqid_collection send_request_wait_reqid_collection send_request_check_reqid_collection",
      "collections of requests",
      REQUEST_COLLECTIONS,
    ],
  ],
};
