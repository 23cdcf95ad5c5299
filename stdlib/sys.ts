/**
 * Looking into processes, and handling them from outside (OTP: `sys`). Works with servers and state machines, and
 * with everything that is one inside; `sysLoop` says how another behaviour joins in.
 *
 * ```ts
 * import { call, genServer, startLink, sys } from "ringbeam";
 *
 * export const meter = genServer(import.meta.url, "meter", {
 *   init: () => ({ count: 0 }),
 *   handleCall: { add: (ctx, by: number) => (ctx.state.count += by) },
 * });
 *
 * const pid = await startLink(self, meter, [], { name: "meter" });
 * await sys.statistics(self, pid, true);
 * await call(self, pid, ["add", 5]);
 * await sys.getState(self, "meter"); //=> { count: 5 }
 * (await sys.statistics(self, pid, "get"))?.messagesIn; //=> 1
 * await sys.replaceState(self, pid, { count: 100 });
 * await sys.mapState(self, pid, ({ count }: { count: number }) => ({ count: count * 2 }));
 * await call(self, pid, ["add", 1]); //=> 201
 * await sys.suspend(self, pid); // it takes no calls till it is resumed
 * (await sys.getStatus(self, pid)).status; //=> "suspended"
 * ```
 *
 * OTP's `replace_state` and `install` take functions. A function is no term: it cannot go to another thread with
 * what it closes over. So a state is replaced by a state, by an update that the definition has under a name, or by
 * what a function makes of it here while the process is suspended (`mapState`).
 *
 * All throw CallError: `timeout` (after 5000 ms by default), `noproc`, or the reason that the process gave:
 *
 * | reason | is |
 * | --- | --- |
 * | `{ notATerm }` | the state holds what cannot be sent: a function, an instance of a class |
 * | `{ callbackFailed, reason }` | an update, or `codeChange`, threw; the state is what it was |
 * | `{ badUpdate }` | the definition has no update of this name, or it gave undefined |
 * | `{ unknownSystemMessage }` | such as `changeCode` while it is not suspended |
 *
 * A server in an async handler answers when that is done.
 */
import { type Address, CALL_TIMEOUT, type ExitReason, type Pid } from "../runtime/index.js";
import type { Request, ServerRef } from "./gen.js";
import type { AnySelf } from "./procLib.js";
import { receiveResponse, sendTagged } from "./requestId.js";
import type { Statistics, SystemEvent } from "./sysDebug.js";
import type { Status } from "./sysLoop.js";

export type { Statistics, SystemEvent } from "./sysDebug.js";
export type { Status, SystemMessage, SystemReceiver } from "./sysLoop.js";

/** A process of any behaviour that knows system messages. */
export type Process = Pid<never> | ServerRef<never> | string | Address;

/** A copy of the state. */
export function getState(self: AnySelf, process: Process, timeout?: number): Promise<unknown> {
  return ask(self, process, ["getState"], timeout);
}

/** Puts another state in its place; gives it. Nothing checks that the definition can work with it. */
export function replaceState<State>(
  self: AnySelf,
  process: Process,
  state: State,
  timeout?: number,
): Promise<State> {
  return ask(self, process, ["replaceState", state], timeout) as Promise<State>;
}

/** Replaces the state by what `stateUpdates[name](state, ...args)` of the definition gives; gives that. */
export function updateState(
  self: AnySelf,
  process: Process,
  [name, ...args]: Request,
  timeout?: number,
): Promise<unknown> {
  return ask(self, process, ["updateState", name, ...args], timeout);
}

/**
 * Suspends the process, replaces its state by what `map` makes of a copy of it, here, and resumes it; gives the new
 * state. Nothing is handled in between. One that was suspended before is running afterwards.
 */
export async function mapState<State>(
  self: AnySelf,
  process: Process,
  map: (state: never) => State | Promise<State>,
  timeout?: number,
): Promise<State> {
  await suspend(self, process, timeout);
  try {
    const state = await getState(self, process, timeout);
    return await replaceState(self, process, await map(state as never), timeout);
  } finally {
    await resume(self, process, timeout);
  }
}

/** What it is and how it is, state and log as its `formatStatus` shows them. */
export function getStatus(self: AnySelf, process: Process, timeout?: number): Promise<Status> {
  return ask(self, process, ["getStatus"], timeout) as Promise<Status>;
}

/** From now on it takes system messages only; all others wait. If it is suspended already, nothing changes. */
export function suspend(self: AnySelf, process: Process, timeout?: number): Promise<void> {
  return ask(self, process, ["suspend"], timeout) as Promise<void>;
}

/** It goes on, first with the messages that waited, in their order. */
export function resume(self: AnySelf, process: Process, timeout?: number): Promise<void> {
  return ask(self, process, ["resume"], timeout) as Promise<void>;
}

/** Tells it to end, after its `terminate`; does not wait until it has (`stop` does). */
export function terminate(
  self: AnySelf,
  process: Process,
  reason: ExitReason,
  timeout?: number,
): Promise<void> {
  return ask(self, process, ["terminate", reason], timeout) as Promise<void>;
}

/**
 * A suspended process goes on with its definition as it was last loaded on its scheduler, and with the state that
 * the `codeChange(oldVersion, state, extra)` of that gives, or its old one if there is none. If it throws, code
 * and state stay what they were.
 *
 * JavaScript has no code server: a module is loaded again by importing it under another URL, and the definition
 * counts as the same one if it says the same module and name to `genServer`; so it must not say `import.meta.url`
 * with what was added to the URL. Until `changeCode`, each process keeps all of the definition that it began with,
 * where Erlang's would use the new one at its next fully qualified call. A handler that is running keeps its own.
 */
export function changeCode(
  self: AnySelf,
  process: Process,
  oldVersion: unknown,
  extra: unknown,
  timeout?: number,
): Promise<void> {
  return ask(self, process, ["changeCode", oldVersion, extra], timeout) as Promise<void>;
}

/** Prints its messages and replies on stderr of its node. */
export function trace(self: AnySelf, process: Process, on: boolean, timeout?: number): Promise<void> {
  return ask(self, process, ["trace", on], timeout) as Promise<void>;
}

/** Events that are kept unless told otherwise, as in OTP. */
const LOG_SIZE = 10;

/**
 * Keeps its latest events, 10 of them or as many as told, or ends that (`false`). `"get"` gives them, oldest first.
 * They hold the messages that handlers had: what a handler has changed in one is changed here, too.
 */
export function log(self: AnySelf, process: Process, size: boolean | number, timeout?: number): Promise<void>;
export function log(
  self: AnySelf,
  process: Process,
  what: "get",
  timeout?: number,
): Promise<readonly SystemEvent[]>;
export function log(
  self: AnySelf,
  process: Process,
  what: boolean | number | "get",
  timeout?: number,
): Promise<unknown> {
  if (what === "get") return ask(self, process, ["getLog"], timeout);
  const size = typeof what === "boolean" ? (what ? LOG_SIZE : 0) : what;
  if (!(Number.isInteger(size) && size >= 0))
    throw new RangeError(`sys.log: ${size} is no number of events; expected an integer, 0 or more`);
  return ask(self, process, ["log", size], timeout);
}

/** Counts, from now on, or ends that. `"get"` gives the counts, undefined if nothing is counted. */
export function statistics(self: AnySelf, process: Process, on: boolean, timeout?: number): Promise<void>;
export function statistics(
  self: AnySelf,
  process: Process,
  what: "get",
  timeout?: number,
): Promise<Statistics | undefined>;
export function statistics(
  self: AnySelf,
  process: Process,
  what: boolean | "get",
  timeout?: number,
): Promise<unknown> {
  return ask(self, process, what === "get" ? ["getStatistics"] : ["statistics", what], timeout);
}

/** Ends trace, log and statistics. */
export function noDebug(self: AnySelf, process: Process, timeout?: number): Promise<void> {
  return ask(self, process, ["noDebug"], timeout) as Promise<void>;
}

async function ask(
  self: AnySelf,
  process: Process,
  request: Request,
  timeout = CALL_TIMEOUT,
): Promise<unknown> {
  return receiveResponse(self, await sendTagged(self, process, "$system", request), timeout);
}
