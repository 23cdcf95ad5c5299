/**
 * Monitors and aliases. A monitor fires exactly once: the watcher keeps the entry, and whoever removes it
 * first (a DOWN, a demonitor, a reply to its alias) wins; whatever comes later finds nothing.
 */
import { type Address, Pid, type Ref } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";
import type { Env } from "./env.js";
import { post } from "./mail.js";
import type { Down } from "./messages.js";
import { homeOf, type Monitoring, nameOf, type Process } from "./process.js";
import { Op } from "./signal.js";

/** monitor/2. With `alias`, the ref is also a place to send to, till the monitor ends (or the first reply). */
export function monitor(process: Process, target: Pid | Address, alias: Monitoring["alias"] = "none"): Ref {
  const { env } = process;
  const ref = newRef(process);
  // As on BEAM: who monitors oneself gets a ref, and no monitor.
  if (target === process.pid || isOwnName(process, target)) return ref;
  const holder = holderOf(process, target);
  watch(process, ref, target, alias, holder);
  const neighbour = neighbourOf(process, holder ?? target);
  if (neighbour !== undefined) addWatcher(neighbour, ref, process.pid);
  else env.signal([Op.monitor, holder ?? target, process.pid, ref]);
  return ref;
}

/** Makes the watcher's side of a monitor; its target learns of it by a signal, or by its spawn. */
export function watch(
  process: Process,
  ref: Ref,
  target: Pid | Address,
  alias: Monitoring["alias"],
  holder?: Pid,
): void {
  process.monitors ??= new Map();
  process.monitors.set(ref, { target, holder, alias });
  if (alias !== "none") process.env.aliases.set(ref.id, process);
}

/** demonitor/1: no DOWN of it comes after this, unless it is in the mailbox already. True if it was active. */
export function demonitor(process: Process, ref: Ref): boolean {
  const monitoring = process.monitors?.get(ref);
  if (monitoring === undefined) return false;
  forget(process, ref, monitoring);
  const { target, holder = target } = monitoring;
  const neighbour = neighbourOf(process, holder);
  if (neighbour !== undefined) neighbour.monitoredBy?.delete(ref);
  else process.env.signal([Op.demonitor, holder, process.pid, ref]);
  return true;
}

/** alias/0: a ref that messages can be sent to until `unalias`. */
export function alias(process: Process): Ref {
  const ref = newRef(process);
  process.aliases ??= new Set();
  process.aliases.add(ref);
  process.env.aliases.set(ref.id, process);
  return ref;
}

/** unalias/1: messages to the ref are dropped from now on. */
export function unalias(process: Process, ref: Ref): boolean {
  const explicit = process.aliases?.delete(ref) === true;
  const ofMonitor =
    process.monitors?.get(ref)?.alias !== undefined && process.monitors.get(ref)!.alias !== "none";
  return (explicit || ofMonitor) && process.env.aliases.delete(ref.id);
}

/** A new ref, marked as the youngest: an answer to it cannot be in front of what the mailbox holds now. */
export function newRef(process: Process): Ref {
  const ref = process.env.space.newRef(process.env.nextRefId());
  process.markRef = ref;
  process.markAt = process.mailbox.end;
  return ref;
}

/** A message came to an alias of this scheduler; to one that is gone it is dropped. */
export function receiveAtAlias(env: Env, ref: Ref, message: unknown): void {
  const process = env.aliases.get(ref.id);
  if (process === undefined) return;
  if (process.monitors?.get(ref)?.alias === "replyDemonitor") demonitor(process, ref);
  post(process, message);
}

export function receiveMonitor(env: Env, to: Pid | Address, from: Pid, ref: Ref): void {
  const pid = to instanceof Pid ? to : env.names.whereis(to.name);
  if (pid === undefined) return env.signal([Op.down, from, ref, "noproc"]);
  const process = homeOf(pid);
  if (process !== undefined) addWatcher(process, ref, from);
  else if (pid === to) env.signal([Op.down, from, ref, "noproc"]);
  else env.signal([Op.monitor, pid, from, ref]);
}

export function receiveDemonitor(env: Env, to: Pid | Address, from: Pid, ref: Ref): void {
  const pid = to instanceof Pid ? to : env.names.whereis(to.name);
  if (pid === undefined) return;
  const process = homeOf(pid);
  if (process !== undefined) process.monitoredBy?.delete(ref);
  else if (pid !== to) env.signal([Op.demonitor, pid, from, ref]);
}

export function receiveDown(to: Pid, ref: Ref, reason: ExitReason): void {
  const process = homeOf(to);
  const monitoring = process?.monitors?.get(ref);
  if (process === undefined || monitoring === undefined) return;
  forget(process, ref, monitoring);
  const message: Down = { tag: "DOWN", ref, process: monitoring.target, reason };
  post(process, message);
}

/** Who has the monitored name, if it is one of this node. */
function holderOf({ env }: Process, target: Pid | Address): Pid | undefined {
  return target instanceof Pid || target.node !== env.space.self.name
    ? undefined
    : env.names.whereis(target.name);
}

function isOwnName(process: Process, target: Pid | Address): boolean {
  if (target instanceof Pid || target.node !== process.env.space.self.name) return false;
  return target.name === nameOf(process);
}

/** The target, where it lives on the same scheduler: no signal is needed then. */
function neighbourOf(process: Process, target: Pid | Address): Process | undefined {
  const neighbour = target instanceof Pid ? homeOf(target) : undefined;
  return neighbour?.env === process.env ? neighbour : undefined;
}

function addWatcher(process: Process, ref: Ref, watcher: Pid): void {
  process.monitoredBy ??= new Map();
  process.monitoredBy.set(ref, watcher);
}

/** The watcher's side of a monitor is over, and so is its alias. */
function forget(process: Process, ref: Ref, { alias }: Monitoring): void {
  process.monitors!.delete(ref);
  if (alias !== "none") process.env.aliases.delete(ref.id);
}
