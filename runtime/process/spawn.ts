/** Starting a process: the pid is given out at once; the process is born here, or where its spawn signal arrives. */
import { copy } from "../term/copy.js";
import type { AnyProc } from "../term/mfa.js";
import { Pid, type Ref } from "../term/pid.js";
import type { Env, Placement } from "./env.js";
import { terminate } from "./exit.js";
import { addLink } from "./links.js";
import { makeRunnable } from "./mail.js";
import { checkMailboxLimit, type MailboxLimit } from "./mailboxLimit.js";
import { type MonitorAlias, Monitoring } from "./monitoring.js";
import { addWatcher, newRef } from "./monitors.js";
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
  /** How many messages may wait, and what happens to more; no limit by default. Throws TypeError for what is none. */
  readonly maxMailbox?: MailboxLimit;
  /** This node; for another one see `RemoteSpawnOptions`. */
  readonly node?: never;
}

/** For a process on another node: its scheduler is chosen there. */
export interface RemoteSpawnOptions extends Omit<SpawnOptions, "node"> {
  /** `name@host`. */
  readonly node: string;
}

/** What the spawner and the new process are to each other from the start. */
export interface Relation {
  readonly link?: boolean;
  readonly monitor?: boolean;
  /** Whether the monitor's ref is an alias too. */
  readonly alias?: MonitorAlias;
  /** Acknowledge the start under the monitor's ref (`procLib`). */
  readonly start?: boolean;
  readonly detached?: boolean;
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
  const birth = birthOf(parent.pid, options, relation, ref, parent.application);
  // In one step with the spawn: a spawner killed in between would tell a child that is never born. And its own
  // side first, for a child may end within this very signal.
  const relate =
    relation.link || ref
      ? () => {
          if (relation.link) addLink(parent, pid);
          if (ref) new Monitoring(parent, ref, pid, undefined, relation.alias ?? "none");
        }
      : undefined;
  env.signal([Op.spawn, pid, proc, ownArgs, birth], relate);
  return { pid, ref };
}

/** What a spawn carries; to another node, no application: those there are not ours. Throws TypeError for a priority that is none. */
export function birthOf(
  parent: Pid,
  options: SpawnOptions | RemoteSpawnOptions,
  relation: Relation,
  ref: Ref | undefined,
  application?: string,
): Birth {
  checkMailboxLimit(options.maxMailbox);
  return {
    parent,
    ...(relation.link && { link: true }),
    ...(relation.detached && { detached: true }),
    ...(ref && relation.monitor && { monitor: ref }),
    ...(ref && relation.start && { start: ref }),
    ...(options.name !== undefined && { name: options.name }),
    ...(options.priority !== undefined && { priority: levelOf(options.priority) }),
    ...(options.maxMailbox !== undefined && { maxMailbox: options.maxMailbox }),
    ...(application !== undefined && { application }),
  };
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
  process.maxMailbox = birth.maxMailbox;
  process.application = birth.application;
  if (birth.detached) process.detached = true;
  if (birth.link) addLink(process, birth.parent);
  if (birth.monitor) addWatcher(process, birth.monitor, birth.parent);
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
