/**
 * Spawning on another node (`erlang:spawn_request/5`; SPAWN_REQUEST and SPAWN_REPLY of Erlang's distribution).
 *
 *     spawner                                        kernel of the other node
 *        |  spawnRequest: proc, args, link? monitor?    |
 *        | -------------------------------------------> |  makes the pid; the child has its end of link and
 *        |  spawnReply: pid                             |  monitor from its birth on
 *        | <------------------------------------------- |
 *      makes its own ends; then, in order, whatever the child says or how it ends
 *
 * Pids are given out by the node they live on, so who spawns elsewhere has to wait for the reply. If the spawner
 * ends before that, a linked child ends with its reason; if the node is lost, the answer is `noconnection`.
 */
import { copy } from "../term/copy.js";
import type { AnyProc } from "../term/mfa.js";
import { Pid, type Ref } from "../term/pid.js";
import { type ExitReason, formatReason } from "../term/reason.js";
import { checkName } from "./checks.js";
import type { Env } from "./env.js";
import { receiveExit } from "./exit.js";
import { addLink } from "./links.js";
import { post } from "./mail.js";
import type { Down, SpawnReply } from "./messages.js";
import { Monitoring } from "./monitoring.js";
import { homeOf, type Process, type Request, type SpawnReplies } from "./process.js";
import { receive } from "./receive.js";
import { ask } from "./requests.js";
import { KERNEL, Op, type RequestedBirth, type SpawnResult } from "./signal.js";
import { birthOf, type Relation, type RemoteSpawnOptions, type SpawnOptions, spawn } from "./spawn.js";

/** Spawns on this node, or on the one that is named; `pick` says what of it the caller wants. */
export function spawnAnywhere<R>(
  parent: Process,
  proc: AnyProc,
  args: readonly unknown[],
  options: SpawnOptions | RemoteSpawnOptions,
  relation: Relation,
  pick: (spawned: { pid: Pid; ref: Ref | undefined }) => R,
): never {
  if (options.name !== undefined) checkName(options.name);
  const spawned =
    options.node === undefined
      ? pick(spawn(parent, proc, args, options, relation))
      : spawnThere(parent, proc, args, options, relation).then(pick);
  // The overloads of the callers say which.
  return spawned as never;
}

/** Asks for a process; a `SpawnReply` message comes, and with a monitor its `Down` later under the same ref. */
export function requestSpawn(
  parent: Process,
  proc: AnyProc,
  args: readonly unknown[],
  options: RemoteSpawnOptions & { readonly reply?: SpawnReplies },
  relation: Relation,
): Ref {
  const { env } = parent;
  const { node, scheduler, reply = "yes" } = options;
  const request: Request = {
    kind: "spawn",
    to: node,
    link: relation.link === true,
    alias: relation.alias ?? "none",
    reply,
  };
  const ownArgs = node === env.space.self.name ? copy(args, "args") : args;
  return ask(parent, request, (ref) => {
    const birth: RequestedBirth = {
      ...birthOf(parent.pid, options, relation, ref),
      ...(scheduler !== undefined && { scheduler }),
    };
    return [Op.spawnRequest, { name: KERNEL, node }, ref, proc, ownArgs, birth];
  });
}

/** spawn_request_abandon/1: no reply comes; a child with a link or a monitor is ended or forgotten. */
export function abandonSpawn(process: Process, ref: Ref): boolean {
  return process.requests?.get(ref)?.kind === "spawn" && process.requests.delete(ref);
}

/**
 * Spawns on another node and waits for the pid. Where there is none, as in OTP: the pid of a process that has ended,
 * and link and monitor say why. Throws what the other node has against the options.
 */
async function spawnThere(
  parent: Process,
  proc: AnyProc,
  args: readonly unknown[],
  options: RemoteSpawnOptions,
  relation: Relation,
): Promise<{ pid: Pid; ref: Ref }> {
  const ref = requestSpawn(parent, proc, args, options, relation);
  const isReply = (m: unknown) =>
    (m as SpawnReply | null)?.tag === "spawnReply" && (m as SpawnReply).ref === ref;
  const reply = (await receive(parent, isReply, undefined, ref)) as SpawnReply;
  if (reply.pid !== undefined) return { pid: reply.pid as Pid, ref };
  if (reply.failure instanceof Error) throw reply.failure;
  parent.env.log.log("warning", `cannot start ${proc} on ${options.node}: ${formatReason(reply.failure)}`);
  return { pid: stillborn(parent, reply.failure, relation, ref), ref };
}

/** A process of this node that ended, with this reason, as soon as it had begun (`erts_internal:crasher/6`). */
function stillborn(parent: Process, reason: ExitReason, { link, monitor }: Relation, ref: Ref): Pid {
  const { env } = parent;
  const { self, scheduler } = env.space;
  const pid = new Pid(self, scheduler, env.nextSerial(scheduler));
  env.noteBirth(pid.serial);
  if (monitor) {
    const down: Down = { tag: "DOWN", ref, process: pid, reason };
    if (!link) post(parent, down);
    else {
      receiveExit(parent, pid, reason, "link");
      if (parent.alive) post(parent, down);
    }
  } else if (link) receiveExit(parent, pid, reason, "link");
  return pid;
}

/** Another node wants a process here. The reply goes before the birth: nothing of the child may overtake it. */
export function receiveSpawnRequest(
  env: Env,
  ref: Ref,
  proc: AnyProc,
  args: readonly unknown[],
  birth: RequestedBirth,
): void {
  const { parent, scheduler: wish, ...rest } = birth;
  if (parent.node !== env.space.self && !mayBeSpawned(env, proc)) {
    env.log.log("warning", `${parent.node.name} may not spawn ${proc} here (allowSpawn)`);
    return env.signal([Op.spawnReply, parent, ref, { failure: "notAllowed" }]);
  }
  const pid = place(env, wish);
  if (!(pid instanceof Pid)) return env.signal([Op.spawnReply, parent, ref, { failure: pid }]);
  const { link, monitor } = birth;
  const result: SpawnResult = {
    pid,
    ...(link && { link }),
    ...(monitor !== undefined && { monitor: true }),
  };
  env.signal([Op.spawnReply, parent, ref, result]);
  env.signal([Op.spawn, pid, proc, args, { parent, ...rest }]);
}

function mayBeSpawned({ allowSpawn }: Env, { module }: AnyProc): boolean {
  return typeof allowSpawn === "boolean" ? allowSpawn : allowSpawn.includes(module);
}

function place(env: Env, wish: RequestedBirth["scheduler"]): Pid | ExitReason {
  try {
    const scheduler = env.place(wish);
    const pid = new Pid(env.space.self, scheduler, env.nextSerial(scheduler));
    env.space.escapePid(pid);
    return pid;
  } catch (error) {
    return error;
  }
}

/** The answer to a request; to one that was given up, or whose spawner ended, the child is told so. */
export function receiveSpawnReply(env: Env, to: Pid, ref: Ref, result: SpawnResult): void {
  const process = homeOf(to);
  const request = process?.requests?.get(ref);
  if (process === undefined || request?.kind !== "spawn") return disown(env, to, ref, result);
  process.requests!.delete(ref);
  if ("pid" in result) {
    const { pid, link, monitor } = result;
    if (link) addLink(process, pid);
    if (monitor) new Monitoring(process, ref, pid, undefined, request.alias);
    if (wants(request.reply, "successOnly"))
      post(process, { tag: "spawnReply", ref, pid } satisfies SpawnReply);
  } else if (wants(request.reply, "errorOnly"))
    post(process, { tag: "spawnReply", ref, failure: result.failure } satisfies SpawnReply);
}

function wants(reply: SpawnReplies, kind: "errorOnly" | "successOnly"): boolean {
  return reply === "yes" || reply === kind;
}

/** Nobody waits for this process any more. */
export function disown(env: Env, to: Pid, ref: Ref, result: SpawnResult): void {
  const reason = env.orphans.get(ref.id)?.reason ?? "abandoned";
  env.orphans.delete(ref.id);
  if (!("pid" in result)) return;
  if (result.link) env.signal([Op.linkExit, result.pid, to, reason]);
  if (result.monitor) env.signal([Op.demonitor, result.pid, to, ref]);
}

/** What the callers of a spawn make of it: the pid alone, or both. */
export const pidOf = ({ pid }: { pid: Pid }) => pid;
export const asItIs = <T>(spawned: T) => spawned;
