/** What there is to know of a process (`erlang:process_info/1,2`, `is_process_alive/1`), asked of wherever it lives. */
import { copy } from "../term/copy.js";
import type { Address, AnyPid, Pid, Ref } from "../term/pid.js";
import type { Env } from "./env.js";
import type { Down, ReplyMessage } from "./messages.js";
import { Monitoring } from "./monitoring.js";
import { monitor } from "./monitors.js";
import { homeOf, nameOf, PRIORITIES, type Priority, type Process } from "./process.js";
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
  /** The application that it belongs to, as its spawner did. */
  readonly application: string | null;
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

/** What `processInfo` tells only where it is asked for by name: it can be much. */
export interface ProcessDetails {
  /** Who spawned it. */
  readonly parent: AnyPid;
  /** With whom it is linked. */
  readonly links: AnyPid[];
  /** Whom it monitors. */
  readonly monitors: (AnyPid | Address)[];
  /** Who monitors it, once for each monitor. */
  readonly monitoredBy: AnyPid[];
  /** Copies of those that wait, the oldest first. */
  readonly messages: unknown[];
}

const DETAILS: { [K in keyof ProcessDetails]: (process: Process) => ProcessDetails[K] } = {
  parent: ({ parent }) => parent,
  links: ({ links }) => [...(links ?? [])].flatMap(([pid, unlinking]) => (unlinking === 0 ? [pid] : [])),
  monitors: (process) => Monitoring.heldBy(process).map(({ target }) => target),
  monitoredBy: watchersOf,
  messages: ({ mailbox }) => copy(mailbox.messages()),
};

function watchersOf(process: Process): AnyPid[] {
  const neighbours = Monitoring.watching(process).map(({ watcher }) => watcher.pid);
  return [...neighbours, ...(process.monitoredBy?.values() ?? [])];
}

/** A name of `ProcessDetails`. */
export type ProcessItem = keyof ProcessDetails;

/** Throws TypeError for an item that there is not. */
export function checkItems(items: readonly ProcessItem[]): void {
  const bad = items.find((item) => !Object.hasOwn(DETAILS, item));
  if (bad !== undefined)
    throw new TypeError(`processInfo: no item ${bad}; expected ${Object.keys(DETAILS).join(", ")}`);
}

function detailsOf(process: Process, items: readonly ProcessItem[]): Partial<ProcessDetails> {
  // Another node may ask for what only later versions have.
  const known = items.filter((item) => Object.hasOwn(DETAILS, item));
  return Object.fromEntries(known.map((item) => [item, DETAILS[item](process)]));
}

function answerTo(process: Process, items: readonly ProcessItem[] | undefined) {
  return items === undefined ? infoOf(process) : detailsOf(process, items);
}

export function infoOf(process: Process): ProcessInfo {
  return {
    pid: String(process.pid),
    scheduler: process.env.space.scheduler,
    name: nameOf(process) ?? null,
    application: process.application ?? null,
    initialCall: String(process.proc),
    status: process.status,
    mailbox: process.mailbox.size,
    reductions: process.reductions,
    priority: PRIORITIES[process.priority]!,
    trapExit: process.trapExit,
    links: process.links?.size ?? 0,
    monitors: Monitoring.heldBy(process).length,
    monitoredBy: watchersOf(process).length,
  };
}

/** Asks the process's own scheduler; undefined if the process has ended, or its node cannot be reached. */
export async function processInfo(
  asker: Process,
  pid: Pid,
  items?: readonly ProcessItem[],
): Promise<ProcessInfo | Partial<ProcessDetails> | undefined> {
  if (pid === asker.pid) return answerTo(asker, items);
  const ref = monitor(asker, pid, "replyDemonitor");
  asker.env.signal([Op.info, pid, ref, items]);
  const isAnswer = (m: unknown) => (m as { ref?: unknown } | null)?.ref === ref;
  const answer = (await receive(asker, isAnswer, undefined, ref)) as ReplyMessage | Down;
  return answer.tag === "$reply" ? (answer.reply as ProcessInfo | Partial<ProcessDetails>) : undefined;
}

/** Somebody asks about a process of this scheduler. One that has ended is told of by the asker's monitor. */
export function receiveInfo(env: Env, pid: Pid, ref: Ref, items: readonly ProcessItem[] | undefined): void {
  const process = homeOf(pid);
  if (process === undefined) return;
  const answer: ReplyMessage = { tag: "$reply", ref, reply: answerTo(process, items) };
  env.signal([Op.send, ref, answer]);
}
