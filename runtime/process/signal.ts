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
 * | named | whoever registered it -> process | you have this name: give it back when you end |
 * | info | anybody -> process | tell me about yourself, at this alias |
 * | spawn | spawner -> scheduler | start this process under the pid that it was given |
 *
 * Between two processes signals keep their order: every hop (ring, connection) is first in, first out.
 * Op numbers are on rings and wires: never reuse one.
 */
import type { AnyProc } from "../term/mfa.js";
import { type Address, Pid, Ref } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";

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
} as const;

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
}

const OPS = new Set<unknown>(Object.values(Op));

/** Whether a term that came from outside has the form of a signal: an op and a target. Spawns do not cross nodes. */
export function isSignal(term: unknown): term is Signal {
  if (!Array.isArray(term) || !OPS.has(term[0]) || term[0] === Op.spawn) return false;
  const to: unknown = term[1];
  if (to instanceof Pid || to instanceof Ref) return true;
  return (
    typeof to === "object" &&
    to !== null &&
    typeof (to as Address).name === "string" &&
    typeof (to as Address).node === "string"
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
  | readonly [op: typeof Op.named, to: Pid, name: string]
  | readonly [op: typeof Op.info, to: Pid, replyTo: Ref]
  | readonly [op: typeof Op.spawn, to: Pid, proc: AnyProc, args: readonly unknown[], birth: Birth];
