/** Sending: one way in for every kind of destination. */

import { copy } from "../term/copy.js";
import { type Address, Pid, Ref } from "../term/pid.js";
import { accept } from "./accept.js";
import type { Env } from "./env.js";
import { receiveAtAlias } from "./monitors.js";
import { homeOf, type Process } from "./process.js";
import { Op } from "./signal.js";

/** Where a message can go: a process, a name on this node, a name on any node, or an alias. */
export type Dest<M = never> = Pid<M> | string | Address | Ref;

/**
 * Sends a copy of the message. To a process that is gone, an alias that ended or a name on another node
 * that nobody has: dropped, as in Erlang. Throws BadName for an unregistered name of this node, given as a
 * string, and TermError for what is not a term.
 */
export function send(env: Env, dest: Dest, message: unknown): void {
  if (dest instanceof Pid) sendToPid(env, dest, message);
  else if (typeof dest === "string") {
    const pid = env.names.whereis(dest);
    if (pid === undefined) throw new BadName(dest, env.space.self.name);
    sendToPid(env, pid, message);
  } else if (dest instanceof Ref) sendToAlias(env, dest, message);
  else if (dest.node === env.space.self.name) {
    const pid = env.names.whereis(dest.name);
    if (pid !== undefined) sendToPid(env, pid, message);
    else copy(message); // refused or not must not depend on who listens
  } else env.signal([Op.send, dest, message]);
}

/** More for a send (`erlang:send/3`). Of a meaning only where the receiver is on another node. */
export interface SendOptions {
  /** Rather than have the process suspended, nothing is sent. */
  readonly nosuspend?: boolean;
  /** Rather than connect with the node, nothing is sent. */
  readonly noconnect?: boolean;
}

/** `ok`: it is under way. Else nothing was sent, and this is the option that says why. */
export type SendResult = "ok" | "nosuspend" | "noconnect";

/** Sends as a process does: one that sends to a busy node is suspended. Throws as `send`, and NodeBusy. */
export function sendFrom(process: Process, dest: Dest, message: unknown, options?: SendOptions): SendResult {
  const { env } = process;
  const node = otherNode(env, dest);
  if (node === undefined) {
    send(env, dest, message);
    return "ok";
  }
  if (options?.noconnect && !env.nodes.has(node)) return "noconnect";
  if (options?.nosuspend && env.outflow.isBusy(node)) return "nosuspend";
  env.outflow.check(node);
  send(env, dest, message);
  if (!options?.nosuspend) env.outflow.hold(process, node);
  return "ok";
}

/** The name of the destination's node, if it is another one. */
function otherNode({ space: { self } }: Env, dest: Dest): string | undefined {
  if (typeof dest === "string") return undefined;
  if (!(dest instanceof Pid || dest instanceof Ref)) return dest.node === self.name ? undefined : dest.node;
  return dest.node === self || dest.node.name === self.name ? undefined : dest.node.name;
}

/**
 * Sends a message that nobody else holds, so that it need not be copied for a neighbour. `own` must be made of terms
 * that are the receiver's own already: copies, or what never changes.
 */
export function sendOwn(env: Env, to: Pid | Ref, own: unknown): void {
  if (to instanceof Pid) {
    const process = homeOf(to);
    if (process !== undefined && process.env === env) accept(process, own);
    else env.signal([Op.send, to, own]);
  } else if (isHere(env, to)) receiveAtAlias(to, own);
  else env.signal([Op.send, to, own]);
}

function isHere(env: Env, { node, scheduler }: Ref): boolean {
  return node === env.space.self && scheduler === env.space.scheduler;
}

function sendToPid(env: Env, pid: Pid, message: unknown): void {
  const process = homeOf(pid);
  if (process !== undefined && process.env === env) accept(process, copy(message));
  else env.signal([Op.send, pid, message]);
}

function sendToAlias(env: Env, ref: Ref, message: unknown): void {
  if (isHere(env, ref)) receiveAtAlias(ref, copy(message));
  else env.signal([Op.send, ref, message]);
}

/** A name of this node that nobody has (Erlang: `badarg`). */
export class BadName extends Error {
  override readonly name = "BadName";
  constructor(
    /** The name that nobody has. */
    readonly registeredName: string,
    node: string,
  ) {
    super(`no process is registered as ${JSON.stringify(registeredName)} on ${node}`);
  }
}
