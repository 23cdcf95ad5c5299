/**
 * Registered names (`erlang:register/2`). The table of names is shared by all schedulers; the process that has a
 * name knows it as well, and gives it back when it ends.
 *
 * Whether a process has a name or has ended is known on its own scheduler only. So who names one of another scheduler
 * claims the name in the table at once, and then asks: a process that cannot have it gives it back before it answers.
 */
import type { Pid, Ref } from "../term/pid.js";
import { checkName } from "./checks.js";
import { critical } from "./critical.js";
import type { Env } from "./env.js";
import { homeOf, nameOf, type Process } from "./process.js";
import { askAndWait } from "./requests.js";
import { BadName } from "./send.js";
import { Op } from "./signal.js";

/** Gives a process of this scheduler a name. Throws if the name is taken, or the process has one. */
export function registerHere(env: Env, name: string, process: Process): void {
  if (nameOf(process) !== undefined) throw named(process.pid, process.name);
  const holder = critical(() => {
    const before = env.names.register(name, process.pid);
    if (before === process.pid) process.name = name;
    return before;
  });
  if (holder !== process.pid) throw taken(name, holder);
}

/** Gives any process of this node a name. Throws if the name is taken, or the process has one, or is gone. */
export async function register(asker: Process, name: string, pid: Pid): Promise<void> {
  checkName(name);
  const { env } = asker;
  const { self, scheduler } = env.space;
  if (pid.node !== self) throw new Error(`register: ${pid} is not a process of this node`);
  const process = homeOf(pid);
  if (process !== undefined) return registerHere(env, name, process);
  if (pid.scheduler === scheduler) throw new Error(`register: ${pid} has ended`);
  const accepted = await askAndWait(asker, pid.scheduler, (ref) => {
    const before = env.names.whereis(name);
    if (before !== undefined) throw before === pid ? named(pid, name) : taken(name, before);
    const holder = env.names.register(name, pid);
    if (holder !== pid) throw taken(name, holder);
    return [Op.named, pid, name, asker.pid, ref];
  });
  if (accepted !== true) throw new Error(`register: ${pid} is registered already, or has ended`);
}

function named(pid: Pid, name: string | undefined): Error {
  return new Error(`register: ${pid} is registered already, as ${JSON.stringify(name)}`);
}

function taken(name: string, holder: Pid): Error {
  return new Error(`register: ${JSON.stringify(name)} is taken by ${holder}`);
}

/** Frees a name. Throws BadName if nobody has it. */
export function unregister(env: Env, name: string): void {
  const pid = env.names.whereis(name);
  if (pid === undefined || !env.names.unregister(name, pid)) throw new BadName(name, env.space.self.name);
  const process = homeOf(pid);
  if (process?.name === name) process.name = undefined;
}

/** The process learns of a name that was claimed for it; one that is gone, or has a name, cannot have it. */
export function receiveName(env: Env, pid: Pid, name: string, from: Pid, request: Ref): void {
  const process = homeOf(pid);
  // It may remember this very name, which another scheduler has taken away since.
  const accepted = process !== undefined && (process.name === name || nameOf(process) === undefined);
  if (accepted) process.name = name;
  else env.names.unregister(name, pid);
  env.signal([Op.answer, from, request, accepted]);
}
