/**
 * The end of a process: its name is freed, its links and monitors fire, its aliases stop. Deaths that follow
 * from deaths are worked off in a queue, so a chain of a million links ends without a million stack frames.
 */

import { copy } from "../term/copy.js";
import type { Pid } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";
import { enter, leave } from "./critical.js";
import { exitRule, visibleReason } from "./exitRule.js";
import { post } from "./mail.js";
import type { ExitMessage } from "./messages.js";
import { Monitoring } from "./monitoring.js";
import { endMonitoring, receiveDown } from "./monitors.js";
import { homeOf, type Process, State } from "./process.js";
import { Op } from "./signal.js";

const dying: { process: Process; reason: ExitReason }[] = [];
let draining = false;

/** Ends the process now; a second call does nothing. */
export function terminate(process: Process, reason: ExitReason): void {
  if (process.state === State.exited) return;
  const term = asTerm(reason);
  enter();
  try {
    bury(process, term);
  } finally {
    leave();
  }
}

function bury(process: Process, reason: ExitReason): void {
  process.state = State.exited;
  process.pid.home = undefined;
  process.env.processes.delete(process.pid.serial);
  dying.push({ process, reason });
  if (draining) return;
  draining = true;
  try {
    // Grows while it is walked: deaths follow from deaths.
    for (const next of dying) tellOthers(next.process, next.reason);
  } finally {
    dying.length = 0;
    draining = false;
  }
}

/** An exit signal reached the process. */
export function receiveExit(
  process: Process,
  from: Pid,
  reason: ExitReason,
  how: "link" | "exit" | "self",
): void {
  switch (exitRule(reason, process.trapExit, how)) {
    case "message": {
      const message: ExitMessage = { tag: "EXIT", pid: from, reason };
      return post(process, message);
    }
    case "die":
      return terminate(process, visibleReason(reason, how));
  }
}

/** A linked process ended. Counts only while the link is active: after `unlink` nothing comes of it any more. */
export function receiveLinkExit(process: Process, from: Pid, reason: ExitReason): void {
  if (process.links?.get(from) !== 0) return;
  process.links.delete(from);
  receiveExit(process, from, reason, "link");
}

function tellOthers(process: Process, reason: ExitReason): void {
  const { env, pid } = process;
  process.timeout?.cancel();
  if (process.name !== undefined) env.names.unregister(process.name, pid);
  env.nodeWatchers.delete(process);
  for (const alias of process.aliases ?? []) alias.home = undefined;
  for (const [ref, request] of process.requests ?? []) {
    if (request.kind === "spawn" && request.link)
      env.orphans.set(ref.id, { node: request.to, reason: copy(reason) });
  }
  for (const monitoring of Monitoring.heldBy(process)) endMonitoring(monitoring);
  // Links before monitors, as BEAM does: who has both sees the EXIT first, or never gets to see the DOWN.
  for (const [other, unlinking] of process.links ?? []) {
    if (unlinking === 0) env.signal([Op.linkExit, other, pid, copy(reason)]);
  }
  for (const { ref, watcher } of Monitoring.watching(process)) receiveDown(watcher.pid, ref, copy(reason));
  for (const [ref, watcher] of process.monitoredBy ?? []) env.signal([Op.down, watcher, ref, copy(reason)]);
  release(process);
}

/** What a body that still hangs on a foreign await keeps alive of its process: nothing more. */
function release(process: Process): void {
  process.resume = process.match = process.receiver = process.timeout = undefined;
  process.links = process.monitoredBy = process.aliases = undefined;
  process.requests = undefined;
  process.args = undefined;
  process.budget = 0;
}

/**
 * Whatever a body threw becomes a term: an Error keeps its text, anything else that is none becomes text. Never
 * throws, though getters and proxies in what was thrown may: a process must end whatever it ends with.
 */
export function asTerm(reason: ExitReason): ExitReason {
  try {
    return copy(reason, "reason");
  } catch {
    return asText(reason);
  }
}

function asText(reason: unknown): ExitReason {
  try {
    if (!(reason instanceof Error)) return { thrown: String(reason) };
    return Object.assign(new Error(String(reason.message)), { stack: String(reason.stack) });
  } catch {
    return { thrown: "something that cannot be printed" };
  }
}

/** exit/2: sends an exit signal, to oneself with effect before the call returns. */
export function exitSignal(sender: Process, target: Pid, reason: ExitReason): void {
  if (target === sender.pid) return receiveExit(sender, sender.pid, copy(reason, "reason"), "self");
  const process = homeOf(target);
  if (process !== undefined) receiveExit(process, sender.pid, copy(reason, "reason"), "exit");
  else sender.env.signal([Op.exit, target, sender.pid, reason]);
}
