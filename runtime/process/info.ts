/** What there is to know of a process (`erlang:process_info/1`, `is_process_alive/1`), asked of wherever it lives. */
import type { Pid, Ref } from "../term/pid.js";
import type { Env } from "./env.js";
import type { Down, ReplyMessage } from "./messages.js";
import { monitor } from "./monitors.js";
import { homeOf, nameOf, PRIORITIES, type Priority, type Process } from "./process.js";
import { receive } from "./receive.js";
import { Op } from "./signal.js";

/** One process. A term, so it can be asked for across schedulers and nodes. */
export interface ProcessInfo {
  /** As text, `<node:scheduler.serial>`. */
  readonly pid: string;
  readonly scheduler: number;
  readonly name: string | null;
  /** What it was spawned from, `module#export`. */
  readonly initialCall: string;
  /** `awaiting`: its body awaits something foreign, a file or a socket. */
  readonly status: Process["status"];
  /** Messages that wait. */
  readonly mailbox: number;
  /** Messages and starts handled so far. */
  readonly reductions: number;
  readonly priority: Priority;
  readonly trapExit: boolean;
  readonly links: number;
  readonly monitors: number;
  readonly monitoredBy: number;
}

export function infoOf(process: Process): ProcessInfo {
  return {
    pid: String(process.pid),
    scheduler: process.env.space.scheduler,
    name: nameOf(process) ?? null,
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
