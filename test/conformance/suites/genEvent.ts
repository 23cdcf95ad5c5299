import {
  by,
  CALLBACKS,
  HIBERNATE,
  open,
  REPORTS_READ,
  REQUEST_COLLECTIONS,
  type Suite,
  UNKNOWN,
} from "./suite.js";

const test = (title: string) => `stdlib/genEvent.test.ts: ${title}`;

export const genEvent: Suite = {
  of: "OTP 25 lib/stdlib/test/gen_event_SUITE.erl",
  rows: [
    [
      "start start_opt",
      "starts of all kinds",
      by(test("a manager follows its parent"), "stdlib/procLib.test.ts: start returns after init"),
    ],
    [
      "add_handler",
      "handlers, added and refused",
      by(
        test("a handler runs in the manager"),
        test("what init throws fails addHandler"),
        test("what is no event handler is refused"),
      ),
    ],
    [
      "add_sup_handler",
      "handlers with a supervisor",
      by(
        test("who added a handler with addSupHandler is told"),
        test("the handler goes with who supervises it"),
      ),
    ],
    ["delete_handler", "its terminate answers", by(test("deleteHandler calls terminate with its argument"))],
    [
      "swap_handler swap_sup_handler",
      "one handler in the place of another",
      by(
        test("swapHandler gives the new handler's init what the old one's terminate gave"),
        test("a handler that swaps itself leaves its place to the next one"),
      ),
    ],
    [
      "notify sync_notify",
      "events, waited for or not",
      by(
        test("all handlers get each event"),
        test("syncNotify waits until all handlers are done"),
        test("a handler removes itself"),
      ),
    ],
    [
      "call",
      "calls to one handler",
      by(test("an unknown call to a handler fails"), test("a handler removes itself")),
    ],
    ["info", "other messages", by(test("other messages go to handleInfo"))],
    ["hibernate auto_hibernate", "hibernation", HIBERNATE],
    [
      "call_format_status call_format_status_anon",
      "the status of a manager has its handlers and their states",
      by(test("getStatus shows the handlers and their states")),
    ],
    ["error_format_status", "how a handler shows its state", open("sysOfManagers")],
    ["get_state replace_state", "the states of all handlers", open("sysOfManagers")],
    [
      "undef_init undef_handle_event undef_code_change undef_terminate undef_in_terminate",
      "callbacks that are not exported",
      CALLBACKS,
    ],
    ["undef_handle_call undef_handle_info", "no such handler", UNKNOWN],
    [
      "format_log_1 format_log_2",
      "how reports read",
      by("log/reports.test.ts: event handler that crashes: OTP's fields", ...REPORTS_READ),
    ],
    [
      "send_request_receive_reqid_collection send_request_wait_reqid_collection send_request_check_reqid_collection",
      "collections of requests",
      by(
        test("a handler runs in the manager, with arguments and a state of its own"),
        ...REQUEST_COLLECTIONS.coveredBy,
      ),
    ],
  ],
};
