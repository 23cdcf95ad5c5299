import {
  by,
  CALLBACKS,
  HIBERNATE,
  no,
  open,
  REPORTS_READ,
  REQUEST_COLLECTIONS,
  type Suite,
  UNKNOWN,
} from "./suite.js";

export const genServer: Suite = {
  of: "OTP 25 lib/stdlib/test/gen_server_SUITE.erl",
  rows: [
    [
      "start",
      "starts of all kinds, with names, that fail, ignore or take too long",
      by(
        "startLinkGivesThePid",
        "startIsNoLink",
        "startMonitorTellsTheEnd",
        "startUnderAName",
        "startUnderATakenName",
        "initFails_*",
        "initIgnores",
        "initBeyondTheTimeoutIsKilled",
      ),
    ],
    ["stop1 stop2", "stop, with a reason", by("stop_*", "stopOfDeadIsNoproc")],
    ["stop3", "a timeout that is none", no("a type error; at run time a RangeError")],
    ["stop4 stop5", "stop by name", by("stopByName", "stopOfUnknownNameIsNoproc")],
    ["stop6 stop10", "stop by a global name", open("globalNames")],
    [
      "stop7",
      "stop by a via name",
      by(
        "stdlib/via.test.ts: a server has its name before its init, and is called by it",
        "stdlib/via.test.ts: a name that nobody has",
      ),
    ],
    [
      "stop8 stop9",
      "stop on another node",
      by("stop_*", "node/nodeLoss.test.ts: killedNodeIsNoconnectionOnceForEachLinkMonitorAndCall"),
    ],
    [
      "crash",
      "orderly reasons make no report, others do",
      by(
        "log/reports.test.ts: server, stop with * reports",
        "log/reports.test.ts: server's terminate report: OTP's fields",
        "log/reports.test.ts: server whose parent ended",
      ),
    ],
    [
      "call",
      "all results of handle_call, delayed replies, timeouts",
      by(
        "callsAreAnsweredInOrder",
        "callAnsweredLater",
        "callTimesOut",
        "serverEndsInACall_*",
        "stopsWithAReply_*",
        "timeoutAfterACallComes",
      ),
    ],
    [
      "calling_self",
      "a server cannot call itself",
      by("callOfOneselfFails", "process/info.test.ts: a call to oneself fails at once"),
    ],
    [
      "send_request",
      "requests whose reply is fetched later",
      by(
        "replyOfARequestIsFetchedLater",
        "waitResponseMayBeAskedAgain",
        "receiveResponseThatTimesOutGivesUp",
        "requestFailsAsACallDoes_*",
        "requestToDeadIsNoproc",
      ),
    ],
    [
      "send_request_receive_reqid_collection send_request_wait_reqid_collection send_request_check_reqid_collection",
      "collections of requests",
      REQUEST_COLLECTIONS,
    ],
    [
      "cast",
      "all results of handle_cast",
      by("serverEndsInACast_*", "timeoutOfAServerComes", "castToDeadIsDropped"),
    ],
    [
      "cast_fast",
      "a cast returns at once, even to a node that is not there",
      by("stdlib/genServer.test.ts: a cast to nobody is no error"),
    ],
    [
      "info",
      "other messages, and the timeout",
      by("plainMessageIsInfo", "serverEndsInAnInfo_*", "timeoutOfAServerIsEndedByAMessage"),
    ],
    [
      "abcast",
      "casts to a name on many nodes",
      by(
        "stdlib/genServerMore.test.ts: abcast reaches the servers of a name",
        "stdlib/genServerNodes.test.ts: multiCall and abcast reach all nodes",
      ),
    ],
    [
      "continue",
      "handle_continue after init, call, cast, info and itself",
      by(
        "continueOfInitComesFirst",
        "continueMayContinue",
        "continueAfter_*",
        "continueComesBeforeMessages",
        "continueAfterACallMayStop",
      ),
    ],
    [
      "multicall",
      "calls of a name on many nodes",
      by("stdlib/genServerMore.test.ts: multiCall gathers replies"),
    ],
    [
      "multicall_down",
      "a node that is lost meanwhile",
      by("stdlib/genServerNodes.test.ts: a node that is lost fails what was asked of it"),
    ],
    [
      "call_remote1 call_remote2 call_remote3 call_remote_n1 call_remote_n2 call_remote_n3",
      "calls to servers and nodes that are not there",
      by(
        "callOfDeadIsNoproc",
        "callOfUnknownNameIsNoproc",
        "node/nodeSignals.test.ts: aNodeThatIsNotThereIsNoconnection",
      ),
    ],
    [
      "spec_init",
      "enter_loop",
      by(
        "stdlib/enterLoop.test.ts: a server, with the messages that came before",
        "stdlib/enterLoop.test.ts: a server that begins with a timeout, or with a continue",
        "stdlib/enterLoop.test.ts: its parent is who spawned it",
      ),
    ],
    [
      "otp_5854",
      "enter_loop checks the name that it is told",
      no("`enterLoop` is told none: the process has the name that it was spawned or registered with"),
    ],
    [
      "spec_init_local_registered_parent",
      "the parent's exit ends it, though the parent has a name",
      by("exitOfTheParentTrapped_*"),
    ],
    ["spec_init_global_registered_parent", "the same with a global name", open("globalNames")],
    ["hibernate auto_hibernate", "hibernation", HIBERNATE],
    [
      "otp_7669",
      "after a failed init the name is free when the start returns",
      by("nameIsFreeAfterAFailedInit", "nameIsFreeAfterIgnore"),
    ],
    [
      "call_format_status error_format_status terminate_crash_format crash_in_format_status throw_in_format_status format_all_status",
      "how a server shows its state",
      by(
        "stdlib/sys.test.ts: formatStatus says what is shown; if it fails nothing is",
        "log/reports.test.ts: server's terminate report: the state as formatStatus shows it",
      ),
    ],
    [
      "get_state replace_state",
      "sys and the state",
      by(
        "stdlib/sys.test.ts: getState gives a copy",
        "stdlib/sys.test.ts: replaceState puts another state in its place",
      ),
    ],
    [
      "call_with_huge_message_queue",
      "a call is as fast behind a long mailbox",
      by("process/mailbox.test.ts: one message that nobody takes costs later selective receives nothing"),
    ],
    ["undef_handle_call undef_handle_cast undef_handle_info", "no such handler", UNKNOWN],
    [
      "undef_handle_continue undef_init undef_terminate1 undef_terminate2 undef_in_terminate undef_in_handle_info",
      "callbacks that are not exported",
      CALLBACKS,
    ],
    [
      "undef_code_change",
      "no codeChange",
      by("stdlib/sys.test.ts: a codeChange that throws changes nothing"),
    ],
    [
      "format_log_1 format_log_2",
      "how reports read",
      by("log/reports.test.ts: server's terminate report: OTP's fields", ...REPORTS_READ),
    ],
    [
      "reply_by_alias_with_payload",
      "a reply finds its caller by the alias alone",
      by("replyAfterTheTimeoutIsDropped", "castAnswersAWaitingCall"),
    ],
  ],
};
