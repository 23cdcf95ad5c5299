/**
 * Registered names (`erlang:register/2`). The table of names is shared by all schedulers; the process that has a
 * name knows it as well, and gives it back when it ends. Where it lives on another scheduler a signal tells it.
 */
import type { Pid } from "../term/pid.js";
import { critical } from "./critical.js";
import type { Env } from "./env.js";
import { homeOf, nameOf } from "./process.js";
import { BadName } from "./send.js";
import { Op } from "./signal.js";

/** Gives a process of this node a name. Throws if the name is taken, or the process has one, or is gone. */
export function register(env: Env, name: string, pid: Pid): void {
  const { self, scheduler } = env.space;
  if (pid.node !== self) throw new Error(`register: ${pid} is not a process of this node`);
  const process = homeOf(pid);
  if (process === undefined && pid.scheduler === scheduler) throw new Error(`register: ${pid} has ended`);
  if (process !== undefined && nameOf(process) !== undefined) {
    throw new Error(`register: ${pid} is registered already, as ${JSON.stringify(process.name)}`);
  }
  const holder = critical(() => {
    const before = env.names.register(name, pid);
    if (before === pid) env.signal([Op.named, pid, name]);
    return before;
  });
  if (holder !== pid) throw new Error(`register: ${JSON.stringify(name)} is taken by ${holder}`);
}

/** Frees a name. Throws BadName if nobody has it. */
export function unregister(env: Env, name: string): void {
  const pid = env.names.whereis(name);
  if (pid === undefined || !env.names.unregister(name, pid)) throw new BadName(name, env.space.self.name);
  const process = homeOf(pid);
  if (process?.name === name) process.name = undefined;
}

/** The process learns of a name that it was given; one that is gone, or has another name, gives it back. */
export function receiveName(env: Env, pid: Pid, name: string): void {
  const process = homeOf(pid);
  if (process === undefined || (process.name !== name && nameOf(process) !== undefined))
    env.names.unregister(name, pid);
  else process.name = name;
}
