/**
 * Signals: all that processes say to each other, across schedulers and nodes as on one scheduler.
 * The Erlang reference manual ("Processes", section "Signals") is the specification of each.
 *
 * | op | from -> to | says |
 * | --- | --- | --- |
 * | send | anybody -> pid, alias or name | here is a message |
 * | link, unlink, unlinkAck | process <-> process | be linked; no more; seen (an unlink has a number, so that a link made meanwhile stays) |
 * | exit | process -> process | exit/2: end, with this reason |
 * | linkExit | process -> linked process | I ended |
 * | monitor, demonitor | watcher -> watched | tell me when you end; no more |
 * | down | watched -> watcher | I ended, or never was |
 * | named | whoever registered it -> process | take this name, and give it back when you end; or now, if you have one |
 * | info | anybody -> process | tell me about yourself, at this alias |
 * | spawn | spawner -> scheduler | start this process under the pid that it was given |
 * | spawnRequest | spawner -> another node | start this process, and tell me its pid |
 * | spawnReply | that node -> spawner | its pid, with the link and the monitor that it has; or why there is none |
 * | timer | anybody on the node -> a timer's scheduler | stop it, or only look; tell me the ms it had left |
 * | answer | scheduler -> whoever asked it | what it was asked for under this ref (timer, named) |
 * | schedulerLost | scheduler 0 -> every connected node | these processes of mine are gone |
 *
 * Between two processes signals keep their order: every hop (ring, connection) is first in, first out.
 * Op numbers are on rings and wires: never reuse one.
 */
import { type AnyProc, Proc } from "../term/mfa.js";
import { type Address, Pid, Ref } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";
import type { Placement } from "./env.js";
import type { ProcessItem } from "./info.js";
import { isMailboxLimit, type MailboxLimit } from "./mailboxLimit.js";
import { PRIORITIES } from "./process.js";

export const Op = {
  send: 1,
  link: 2,
  unlink: 3,
  unlinkAck: 4,
  exit: 5,
  linkExit: 6,
  monitor: 7,
  demonitor: 8,
  down: 9,
  spawn: 10,
  named: 11,
  info: 12,
  spawnRequest: 13,
  spawnReply: 14,
  timer: 15,
  answer: 16,
  schedulerLost: 17,
} as const;

/** What a timer can be asked to do by processes of other schedulers. */
export type TimerOrder = "cancel" | "read";

/** Whoever a message can be sent to. */
export type Target = Pid | Ref | Address;

/** What a spawn carries beside proc and arguments. `ref`: monitor under it; `start`: acknowledge under it. */
export interface Birth {
  readonly parent: Pid;
  readonly link?: boolean;
  readonly monitor?: Ref;
  readonly start?: Ref;
  readonly detached?: boolean;
  readonly name?: string;
  readonly priority?: number;
  readonly maxMailbox?: MailboxLimit;
  /** The spawner's application. */
  readonly application?: string;
}

/** A birth that another node is asked for, which has to choose the scheduler. */
export interface RequestedBirth extends Birth {
  readonly scheduler?: Placement;
}

/** What became of a spawn request. The relations are those that the new process has, for the spawner to match. */
export type SpawnResult =
  | { readonly pid: Pid; readonly link?: boolean; readonly monitor?: boolean }
  | { readonly failure: ExitReason };

/** The process that answers for a node as a whole: its registered name. */
export const KERNEL = "kernel";

const OPS = new Set<unknown>(Object.values(Op));
/** These never leave their node. */
const INTERNAL = new Set<unknown>([Op.spawn, Op.named, Op.timer, Op.answer]);

const isPid = (term: unknown) => term instanceof Pid;
const isRef = (term: unknown) => term instanceof Ref;
const isId = (term: unknown) => typeof term === "number";

/** What the parts behind the op must be, where more than a target and terms is needed. */
const PARTS: Partial<Record<number, readonly ((part: unknown) => boolean)[]>> = {
  [Op.link]: [isPid, isPid],
  [Op.unlink]: [isPid, isPid, isId],
  [Op.unlinkAck]: [isPid, isPid, isId],
  [Op.exit]: [isPid, isPid],
  [Op.linkExit]: [isPid, isPid],
  [Op.monitor]: [isTarget, isPid, isRef],
  [Op.demonitor]: [isTarget, isPid, isRef],
  [Op.down]: [isPid, isRef],
  [Op.info]: [isPid, isRef, (items) => items === undefined || Array.isArray(items)],
  [Op.spawnReply]: [isPid, isRef, (result) => typeof result === "object" && result !== null],
  [Op.schedulerLost]: [isTarget, isPid, Array.isArray],
};

/** Whether a term that came from outside has the form of a signal: an op, a target, and what the op needs. */
export function isSignal(term: unknown): term is Signal {
  if (!Array.isArray(term) || !OPS.has(term[0]) || INTERNAL.has(term[0])) return false;
  if (term[0] === Op.spawnRequest && !isSpawnRequest(term)) return false;
  const parts = PARTS[term[0] as number] ?? [];
  return isTarget(term[1]) && parts.every((fits, i) => fits(term[i + 1]));
}

function isTarget(to: unknown): boolean {
  if (to instanceof Pid || to instanceof Ref) return true;
  return (
    typeof to === "object" &&
    to !== null &&
    typeof (to as Address).name === "string" &&
    typeof (to as Address).node === "string"
  );
}

function isSpawnRequest([, , ref, proc, args, birth]: unknown[]): boolean {
  const { parent, name, priority, maxMailbox } = (birth ?? {}) as Partial<Birth>;
  return (
    ref instanceof Ref &&
    proc instanceof Proc &&
    Array.isArray(args) &&
    parent instanceof Pid &&
    (name === undefined || typeof name === "string") &&
    (priority === undefined || priority in PRIORITIES) &&
    (maxMailbox === undefined || isMailboxLimit(maxMailbox))
  );
}

export type Signal =
  | readonly [op: typeof Op.send, to: Target, message: unknown]
  | readonly [op: typeof Op.link, to: Pid, from: Pid]
  | readonly [op: typeof Op.unlink, to: Pid, from: Pid, id: number]
  | readonly [op: typeof Op.unlinkAck, to: Pid, from: Pid, id: number]
  | readonly [op: typeof Op.exit, to: Pid, from: Pid, reason: ExitReason]
  | readonly [op: typeof Op.linkExit, to: Pid, from: Pid, reason: ExitReason]
  | readonly [op: typeof Op.monitor, to: Pid | Address, from: Pid, ref: Ref]
  | readonly [op: typeof Op.demonitor, to: Pid | Address, from: Pid, ref: Ref]
  | readonly [op: typeof Op.down, to: Pid, ref: Ref, reason: ExitReason]
  | readonly [op: typeof Op.named, to: Pid, name: string, from: Pid, request: Ref]
  | readonly [op: typeof Op.info, to: Pid, replyTo: Ref, items: readonly ProcessItem[] | undefined]
  | readonly [op: typeof Op.spawn, to: Pid, proc: AnyProc, args: readonly unknown[], birth: Birth]
  | readonly [
      op: typeof Op.spawnRequest,
      to: Address,
      ref: Ref,
      proc: AnyProc,
      args: readonly unknown[],
      birth: RequestedBirth,
    ]
  | readonly [op: typeof Op.spawnReply, to: Pid, ref: Ref, result: SpawnResult]
  | readonly [op: typeof Op.timer, to: Ref, from: Pid, request: Ref | undefined, order: TimerOrder]
  | readonly [op: typeof Op.answer, to: Pid, request: Ref, answer: unknown]
  | readonly [op: typeof Op.schedulerLost, to: Address, one: Pid, spawned: readonly number[]];
