/**
 * System messages, on the side of the process that gets them (OTP: `sys:handle_system_msg/6`).
 *
 *     { tag: "$system", from, request: [name, ...args] }     answered as calls are, under from.ref
 *
 *     running --- suspend ---> suspended: takes system messages, `$stop` and the EXIT of its parent, nothing else;
 *             <-- resume -----            all other messages stay in the mailbox, in their order
 *
 * A behaviour joins in with a `SystemReceiver` and one line: where its messages are told apart, a `$system` message
 * goes to `handleSystem`. What that gives is awaited before the next message, and may be the reason to end with.
 */
import {
  type AnyPid,
  type ExitMessage,
  type ExitReason,
  type From,
  formatReason,
  type Pid,
  Ref,
  type Self,
  TermError,
} from "../runtime/index.js";
import type { Request, StopMessage } from "./gen.js";
import { Debug, type SystemEvent } from "./sysDebug.js";

/** A request of `sys` to a process. */
export interface SystemMessage {
  readonly tag: "$system";
  /** Whom to reply to. */
  readonly from: From;
  /** What is asked, and its arguments. */
  readonly request: Request;
}

/** A behaviour, as system messages see it. What its methods throw fails the request, and nothing else. */
export interface SystemReceiver {
  /** The process. */
  readonly self: Self<unknown>;
  /** Of the definition. */
  readonly name: string;
  /** The state as `sys.getState` gives it. */
  getState(): unknown;
  /** Puts another state in its place. */
  replaceState(state: unknown): void;
  /** Runs an update that the definition names; gives the new state. Undefined: there is none of this name. */
  updateState(name: string, args: readonly unknown[]): unknown;
  /** Whose EXIT ends it. */
  readonly parent: AnyPid;
  /** State, log, and what else there is, as people are to see them. */
  formatStatus(log: readonly SystemEvent[]): object;
  /** Goes on with the definition as it was last loaded. */
  changeCode(oldVersion: unknown, extra: unknown): void | Promise<void>;
  /** Who is told of messages and replies, if anybody. */
  debug: Debug | undefined;
}

/** A process for people, see `getStatus`. */
export interface Status {
  /** Which process. */
  readonly pid: Pid<unknown>;
  /** Who started it with a link; else itself. */
  readonly parent: AnyPid;
  /** That of its definition. */
  readonly name: string;
  /** Whether it takes messages other than those of `sys`. */
  readonly status: "running" | "suspended";
  /** Its state, as its `formatStatus` shows it. */
  readonly state: unknown;
  /** Its latest events, as its `formatStatus` shows them. */
  readonly log: unknown;
  /** Of a state machine: its postponed events, the oldest first. */
  readonly postponed?: unknown;
  /** Of a state machine: the events of the timeouts that run. */
  readonly timeouts?: unknown;
}

/** The process is to end. */
export interface Ending {
  readonly reason: ExitReason;
}

/** What a handler of requests gives where the process is to end after the answer. */
class Terminate implements Ending {
  constructor(readonly reason: ExitReason) {}
}

export function isSystemMessage(message: unknown): message is SystemMessage {
  const { tag, from, request } = (message ?? {}) as Partial<SystemMessage>;
  return tag === "$system" && from?.ref instanceof Ref && Array.isArray(request);
}

/** Answers a system message; of `suspend`, comes back when the process was resumed. */
export async function handleSystem(
  receiver: SystemReceiver,
  message: SystemMessage,
): Promise<Ending | undefined> {
  if (message.request[0] !== "suspend") return answer(receiver, message, "running");
  receiver.self.reply(message.from, undefined);
  return suspended(receiver);
}

async function suspended(receiver: SystemReceiver): Promise<Ending | undefined> {
  const { self } = receiver;
  for (;;) {
    const message = await self.receive((m) => isUrgent(m, receiver.parent));
    if (!isSystemMessage(message)) return { reason: (message as StopMessage | ExitMessage).reason };
    if (message.request[0] === "resume") {
      self.reply(message.from, undefined);
      return undefined;
    }
    const ending = await answer(receiver, message, "suspended");
    if (ending !== undefined) return ending;
  }
}

/** Whether a process that is suspended takes it all the same. */
function isUrgent(message: unknown, parent: unknown): boolean {
  const { tag, pid } = (message ?? {}) as Partial<ExitMessage | StopMessage> & { pid?: unknown };
  return tag === "$stop" || (tag === "EXIT" && pid === parent) || isSystemMessage(message);
}

async function answer(
  receiver: SystemReceiver,
  { from, request }: SystemMessage,
  status: Status["status"],
): Promise<Ending | undefined> {
  const { self } = receiver;
  const [name, ...args] = request;
  const handler = requests.get(name);
  const allowed = handler !== undefined && (name !== "changeCode" || status === "suspended");
  try {
    if (!allowed) throw new Refused({ unknownSystemMessage: name });
    const result = await handler(receiver, args, status);
    self.reply(from, result instanceof Terminate ? undefined : result);
    return result instanceof Terminate ? result : undefined;
  } catch (thrown) {
    self.replyFailure(from, failureOf(name, thrown));
    return undefined;
  }
}

class Refused extends Error {
  constructor(readonly reason: unknown) {
    super();
  }
}

/** As text: what was thrown may be no term. */
function failureOf(request: string, thrown: unknown): ExitReason {
  if (thrown instanceof Refused) return thrown.reason;
  if (thrown instanceof TermError) return { notATerm: thrown.message };
  return { callbackFailed: request, reason: formatReason(thrown) };
}

// -- requests ----------------------------------------------------------------------------------------------------

type Handler = (receiver: SystemReceiver, args: readonly unknown[], status: Status["status"]) => unknown;

const requests = new Map<unknown, Handler>(
  Object.entries<Handler>({
    getState: (receiver) => receiver.getState(),
    replaceState(receiver, [state]) {
      receiver.replaceState(state);
      return state;
    },
    async updateState(receiver, [name, ...args]) {
      const state = await receiver.updateState(name as string, args);
      if (state === undefined) throw new Refused({ badUpdate: name });
      receiver.replaceState(state);
      return state;
    },
    getStatus: (receiver, _args, status) => ({
      pid: receiver.self.pid,
      parent: receiver.parent,
      name: receiver.name,
      status,
      ...receiver.formatStatus(receiver.debug?.log ?? []),
    }),
    suspend: () => undefined,
    resume: () => undefined,
    terminate: (_receiver, [reason]) => new Terminate(reason),
    changeCode: (receiver, [oldVersion, extra]) => receiver.changeCode(oldVersion, extra),
    trace: (receiver, [on]) =>
      debugging(receiver, (debug) => {
        debug.trace = on === true;
      }),
    log: (receiver, [size]) => debugging(receiver, (debug) => debug.keepLog(Number(size))),
    getLog: (receiver) => receiver.debug?.log ?? [],
    statistics: (receiver, [on]) => debugging(receiver, (debug) => debug.count(on === true)),
    getStatistics: (receiver) => receiver.debug?.statistics(),
    noDebug(receiver) {
      receiver.debug = undefined;
    },
  }),
);

async function debugging(
  receiver: SystemReceiver,
  change: (debug: Debug) => void | Promise<void>,
): Promise<void> {
  const debug = receiver.debug ?? new Debug(receiver.self, receiver.name);
  await change(debug);
  receiver.debug = debug.isOff ? undefined : debug;
}
