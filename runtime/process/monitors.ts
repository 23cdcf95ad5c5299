/**
 * Monitors and aliases. A monitor fires exactly once: the watcher keeps it, and whoever ends it first (a DOWN, a
 * demonitor, a reply to its alias) wins; whatever comes later finds nothing.
 */
import { type Address, Pid, type Ref } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";
import type { Env } from "./env.js";
import { post } from "./mail.js";
import type { Down } from "./messages.js";
import { type MonitorAlias, Monitoring } from "./monitoring.js";
import { homeOf, nameOf, Process } from "./process.js";
import { Op } from "./signal.js";

/** monitor/2. With `alias`, the ref is also a place to send to, till the monitor ends (or the first reply). */
export function monitor(process: Process, target: Pid | Address, alias: MonitorAlias = "none"): Ref {
  const { env } = process;
  const ref = newRef(process);
  // As on BEAM: who monitors oneself gets a ref, and no monitor.
  if (target === process.pid || isOwnName(process, target)) return ref;
  const monitoring = new Monitoring(process, ref, target, holderOf(process, target), alias);
  const { place } = monitoring;
  const neighbour = place instanceof Pid ? homeOf(place) : undefined;
  if (neighbour?.env === env) monitoring.attach(neighbour);
  else env.signal([Op.monitor, place, process.pid, ref]);
  return ref;
}

/** demonitor/1: no DOWN of it comes after this, unless it is in the mailbox already. True if it was active. */
export function demonitor(process: Process, ref: Ref): boolean {
  const monitoring = Monitoring.of(ref);
  if (monitoring?.watcher !== process) return false;
  endMonitoring(monitoring);
  return true;
}

/** The watcher's side ends, and the watched learns of it. */
export function endMonitoring(monitoring: Monitoring): void {
  const { watcher, watched, ref, place } = monitoring;
  monitoring.end();
  if (watched === undefined) watcher.env.signal([Op.demonitor, place, watcher.pid, ref]);
}

/** demonitor/2, option `flush`: takes a DOWN of it out of the mailbox. */
export function flushDown(process: Process, ref: Ref): void {
  process.mailbox.flush(
    (m) => (m as { tag?: unknown } | null)?.tag === "DOWN" && (m as { ref: unknown }).ref === ref,
  );
}

/** alias/0: a ref that messages can be sent to until `unalias`. */
export function alias(process: Process): Ref {
  const ref = newRef(process);
  process.aliases ??= new Set();
  process.aliases.add(ref);
  ref.home = process;
  return ref;
}

/** unalias/1: messages to the ref are dropped from now on. */
export function unalias(process: Process, ref: Ref): boolean {
  if (process.aliases?.delete(ref)) {
    ref.home = undefined;
    return true;
  }
  const monitoring = Monitoring.of(ref);
  if (monitoring?.watcher !== process || monitoring.alias === "none") return false;
  monitoring.alias = "none";
  return true;
}

/** A new ref, marked as the youngest: an answer to it cannot be in front of what the mailbox holds now. */
export function newRef(process: Process): Ref {
  const ref = process.env.space.newRef(process.env.nextRefId());
  process.markRef = ref;
  process.markAt = process.mailbox.end;
  return ref;
}

/** A message came to an alias of this scheduler; to one that is gone it is dropped. */
export function receiveAtAlias(ref: Ref, message: unknown): void {
  const { home } = ref;
  if (home instanceof Process) return post(home, message);
  if (!(home instanceof Monitoring) || home.alias === "none") return;
  if (home.alias === "replyDemonitor") endMonitoring(home);
  post(home.watcher, message);
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
  if (process !== undefined) dropWatcher(process, ref);
  else if (pid !== to) env.signal([Op.demonitor, pid, from, ref]);
}

export function receiveDown(to: Pid, ref: Ref, reason: ExitReason): void {
  const monitoring = Monitoring.of(ref);
  if (monitoring?.watcher.pid !== to) return;
  monitoring.end();
  const message: Down = { tag: "DOWN", ref, process: monitoring.target, reason };
  post(monitoring.watcher, message);
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

/** The process is watched from now on, by a neighbour or from elsewhere. */
export function addWatcher(process: Process, ref: Ref, watcher: Pid): void {
  const monitoring = Monitoring.of(ref);
  if (monitoring !== undefined) return monitoring.attach(process);
  // A neighbour that watches no more has said so to nobody: there was nobody to hear it.
  if (homeOf(watcher)?.env === process.env) return;
  process.monitoredBy ??= new Map();
  process.monitoredBy.set(ref, watcher);
}

function dropWatcher(process: Process, ref: Ref): void {
  const monitoring = Monitoring.of(ref);
  if (monitoring !== undefined) monitoring.detach();
  else process.monitoredBy?.delete(ref);
}
