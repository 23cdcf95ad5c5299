/**
 * Request and reply between any two processes (`gen:call`): a monitor whose ref is the alias that the reply
 * comes to. So the caller learns of a server's end at once, and a reply after the timeout finds nobody.
 */
import { copy } from "../term/copy.js";
import { type Address, Pid, Ref } from "../term/pid.js";
import { Exit, type ExitReason } from "../term/reason.js";
import type { CallMessage, Down, From, ReplyMessage } from "./messages.js";
import { demonitor, monitor } from "./monitors.js";
import type { Process } from "./process.js";
import { receive, TIMEOUT } from "./receive.js";
import { BadName, type Dest, send, sendOwn } from "./send.js";

/** ms that a call waits unless told otherwise, as in OTP. */
export const CALL_TIMEOUT = 5000;

/** Why a call failed. It is thrown, and is the exit reason of a caller that does not catch it. */
export class CallError extends Exit {
  constructor(
    /** `timeout`, `noproc`, `noconnection`, `callingSelf`, or the reason that the server ended with. */
    readonly failure: ExitReason,
    server: string,
    request: unknown,
  ) {
    super({ reason: failure, call: { server, request } });
  }
}

/** Sends the request and waits for the reply. Throws CallError. */
export async function call(
  process: Process,
  dest: Dest,
  request: unknown,
  timeout = CALL_TIMEOUT,
): Promise<unknown> {
  const target = monitorable(process, dest, request);
  // It could only wait for itself.
  if (target === process.pid) throw new CallError("callingSelf", String(printable(dest)), request);
  // A call suspends nobody, who calls waits anyhow: so its timeout holds, however busy the connection is.
  const { env } = process;
  const place = target instanceof Pid ? target.node.name : target.node;
  if (place !== env.space.self.name) env.outflow.check(place);
  const ref = monitor(process, target, "replyDemonitor");
  try {
    const message: CallMessage = {
      tag: "$call",
      from: { pid: process.pid, ref },
      request: copy(request, "request"),
    };
    if (target instanceof Pid) sendOwn(env, target, message);
    else send(env, target, message);
  } catch (error) {
    demonitor(process, ref);
    throw error;
  }
  const answer = (await receive(process, (m) => isAnswerTo(ref, m), timeout, ref)) as
    | ReplyMessage
    | Down
    | typeof TIMEOUT;
  if (answer === TIMEOUT) {
    demonitor(process, ref);
    process.mailbox.flush((m) => isAnswerTo(ref, m));
    throw new CallError("timeout", String(printable(dest)), request);
  }
  if (answer.tag === "DOWN") throw new CallError(answer.reason, String(printable(dest)), request);
  if (Object.hasOwn(answer, "failure")) throw new CallError(answer.failure, String(printable(dest)), request);
  return answer.reply;
}

/** Answers a call, from any process, at any time. */
export function reply(process: Process, from: From, value: unknown): void {
  const message: ReplyMessage = { tag: "$reply", ref: from.ref, reply: copy(value, "reply") };
  sendAnswer(process, from.ref, message);
}

/** Answers a call with a failure: the caller exits with it. */
export function replyFailure(process: Process, from: From, failure: ExitReason): void {
  const message: ReplyMessage = { tag: "$reply", ref: from.ref, failure: copy(failure, "failure") };
  sendAnswer(process, from.ref, message);
}

/** Never refused: who asks no more waits for no more. */
function sendAnswer(process: Process, ref: Ref, message: ReplyMessage): void {
  const { env } = process;
  sendOwn(env, ref, message);
  if (ref.node !== env.space.self) env.outflow.hold(process, ref.node.name);
}

function isAnswerTo(ref: Ref, message: unknown): boolean {
  return typeof message === "object" && message !== null && (message as { ref?: unknown }).ref === ref;
}

/** A name of this node is looked up once: request and monitor then concern the same process. */
function monitorable(process: Process, dest: Dest, request: unknown): Pid | Address {
  if (dest instanceof Ref)
    throw new TypeError("call: an alias cannot be called; pass a pid, a name or <name, node>");
  if (dest instanceof Pid || (typeof dest !== "string" && dest.node !== process.env.space.self.name))
    return dest;
  const name = typeof dest === "string" ? dest : dest.name;
  const pid = process.env.names.whereis(name);
  if (pid === undefined) {
    const cause = new BadName(name, process.env.space.self.name);
    throw Object.assign(new CallError("noproc", name, request), {
      message: `exit: noproc: ${cause.message}`,
    });
  }
  return pid;
}

function printable(dest: Dest): Dest | string {
  return typeof dest === "object" && !(dest instanceof Pid || dest instanceof Ref)
    ? `<${dest.name}, ${dest.node}>`
    : dest;
}
