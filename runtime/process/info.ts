/** What there is to know of a process (`erlang:process_info/1`, `is_process_alive/1`), asked of wherever it lives. */
import type { Pid, Ref } from "../term/pid.js";
import type { Env } from "./env.js";
import type { Down, ReplyMessage } from "./messages.js";
import { monitor } from "./monitors.js";
import { homeOf, PRIORITIES, type Priority, type Process } from "./process.js";
import { receive } from "./receive.js";
import { Op } from "./signal.js";

/** One process. A term, so it can be asked for across schedulers and nodes. */
export interface ProcessInfo {
  /** As text, `<node:scheduler.serial>`. */
  readonly pid: string;
  /** The scheduler that it lives on, 0 for the main thread. */
  readonly scheduler: number;
  /** The name that it is registered under, or null. */
  readonly name: string | null;
  /** What it was spawned from, `module#export`. */
  readonly initialCall: string;
  /** `awaiting`: its body awaits something foreign, a file or a socket. */
  readonly status: Process["status"];
  /** Messages that wait. */
  readonly mailbox: number;
  /** Messages and starts handled so far. */
  readonly reductions: number;
  /** See `processFlag`. */
  readonly priority: Priority;
  /** Whether exit signals come to it as messages. */
  readonly trapExit: boolean;
  /** How many processes it is linked with. */
  readonly links: number;
  /** How many monitors it holds. */
  readonly monitors: number;
  /** How many monitors others hold of it. */
  readonly monitoredBy: number;
}

export function infoOf(process: Process): ProcessInfo {
  return {
    pid: String(process.pid),
    scheduler: process.env.space.scheduler,
    name: process.name ?? null,
    initialCall: String(process.proc),
    status: process.status,
    mailbox: process.mailbox.size,
    reductions: process.reductions,
    priority: PRIORITIES[process.priority]!,
    trapExit: process.trapExit,
    links: process.links?.size ?? 0,
    monitors: process.monitors?.size ?? 0,
    monitoredBy: process.monitoredBy?.size ?? 0,
  };
}

/** Asks the process's own scheduler; undefined if the process has ended, or its node cannot be reached. */
export async function processInfo(asker: Process, pid: Pid): Promise<ProcessInfo | undefined> {
  if (pid === asker.pid) return infoOf(asker);
  const ref = monitor(asker, pid, "replyDemonitor");
  asker.env.signal([Op.info, pid, ref]);
  const isAnswer = (m: unknown) => (m as { ref?: unknown } | null)?.ref === ref;
  const answer = (await receive(asker, isAnswer, undefined, ref)) as ReplyMessage | Down;
  return answer.tag === "$reply" ? (answer.reply as ProcessInfo) : undefined;
}

/** Somebody asks about a process of this scheduler. One that has ended is told of by the asker's monitor. */
export function receiveInfo(env: Env, pid: Pid, ref: Ref): void {
  const process = homeOf(pid);
  if (process === undefined) return;
  const answer: ReplyMessage = { tag: "$reply", ref, reply: infoOf(process) };
  env.signal([Op.send, ref, answer]);
}
