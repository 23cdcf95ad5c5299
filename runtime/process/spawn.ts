/** Starting a process: the pid is given out at once; the process is born here, or where its spawn signal arrives. */
import { copy } from "../term/copy.js";
import type { AnyProc } from "../term/mfa.js";
import { Pid, type Ref } from "../term/pid.js";
import type { Env, Placement } from "./env.js";
import { terminate } from "./exit.js";
import { addLink } from "./links.js";
import { makeRunnable } from "./mail.js";
import { newRef, watch } from "./monitors.js";
import { levelOf, type Priority, Process } from "./process.js";
import { type Birth, Op } from "./signal.js";

/** How and where a process is started. */
export interface SpawnOptions {
  /** Registered before the body runs. If the name is taken, the process exits with `{ alreadyRegistered: pid }`. */
  readonly name?: string;
  /** A scheduler's number, "here" (the spawner's), or "balanced" (default): the one with the least load. */
  readonly scheduler?: Placement;
  /** `normal` by default. Throws TypeError for what is none. */
  readonly priority?: Priority;
}

interface Relation {
  readonly link?: boolean;
  readonly monitor?: boolean;
  /** Acknowledge the start under the monitor's ref (`procLib`). */
  readonly start?: boolean;
}

/** Spawns; the relation is set up in the same step, so no end of the child can slip through. Throws TermError. */
export function spawn(
  parent: Process,
  proc: AnyProc,
  args: readonly unknown[],
  options: SpawnOptions,
  relation: Relation,
): { pid: Pid; ref: Ref | undefined } {
  const { env } = parent;
  const scheduler = env.place(options.scheduler);
  const ownArgs = scheduler === env.space.scheduler ? copy(args, "args") : args;
  const pid = new Pid(env.space.self, scheduler, env.nextSerial(scheduler));
  if (scheduler !== env.space.scheduler) env.space.escapePid(pid);
  const ref = relation.monitor ? newRef(parent) : undefined;
  const birth: Birth = {
    parent: parent.pid,
    ...(relation.link && { link: true }),
    ...(ref && { monitor: ref }),
    ...(ref && relation.start && { start: ref }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.priority !== undefined && { priority: levelOf(options.priority) }),
  };
  // The spawner's side first: a child may end within this very signal.
  if (relation.link) addLink(parent, pid);
  if (ref) watch(parent, ref, pid, "none");
  try {
    env.signal([Op.spawn, pid, proc, ownArgs, birth]);
  } catch (error) {
    // Arguments refused on their way to another scheduler: there will be no child.
    parent.links?.delete(pid);
    if (ref) parent.monitors?.delete(ref);
    throw error;
  }
  return { pid, ref };
}

/** The birth itself, on the scheduler that the pid names. */
export function receiveSpawn(
  env: Env,
  pid: Pid,
  proc: AnyProc,
  args: readonly unknown[],
  birth: Birth,
): void {
  const process = new Process(env, pid, proc, args, birth.parent, birth.start);
  pid.home = process;
  env.processes.set(pid.serial, process);
  if (birth.priority !== undefined) process.priority = birth.priority;
  if (birth.link) addLink(process, birth.parent);
  if (birth.monitor) process.monitoredBy = new Map([[birth.monitor, birth.parent]]);
  if (!nameAtBirth(env, process, birth.name)) return;
  makeRunnable(process);
  env.noteBirth(pid.serial);
}

/** Registers the name it was spawned with; where somebody has it, the process ends before it began. */
function nameAtBirth(env: Env, process: Process, name: string | undefined): boolean {
  if (name === undefined) return true;
  const holder = env.names.register(name, process.pid);
  if (holder === process.pid) {
    process.name = name;
    return true;
  }
  env.noteBirth(process.pid.serial);
  terminate(process, { alreadyRegistered: holder });
  return false;
}
