/** What can be said beside the arguments of what a process does (`Self`). */
import type { Pid, Ref } from "../term/pid.js";
import type { SpawnReplies } from "./process.js";
import type { Relation } from "./spawn.js";

/** The arguments of a process or a job: terms. */
export type Args = readonly unknown[];

/** How long `receive` waits, and where it begins to look. */
export interface ReceiveOptions {
  /** ms until `TIMEOUT`; 0 only looks. */
  readonly after: number;
  /** Skip what arrived before this ref was made: no answer to it can be there. */
  readonly since?: Ref;
}

/** More for a spawn with a monitor. */
export interface MonitorOptions {
  /** Link as well, in the same step. */
  readonly link?: boolean;
  /** The monitor's ref is an alias too, till the monitor ends, or till the first message to it as well. */
  readonly alias?: "demonitor" | "replyDemonitor";
}

/** More for a synchronous start. */
export interface StartRelation {
  /** Link as well, in the same step. */
  readonly link?: boolean;
  /** The starter wants nothing of it but that it starts: see `Self.detached`. */
  readonly detached?: boolean;
}

/** More for a request to spawn: link and monitor in the same step. */
export interface RequestOptions extends MonitorOptions {
  /** Monitor it, under the ref of the request. */
  readonly monitor?: boolean;
  /** Of what a `SpawnReply` tells: of both by default, of neither, of failures or of pids only. */
  readonly reply?: SpawnReplies;
}

/** When a timer is due. */
export interface TimerOptions {
  /** The time is one on the clock of `now()`, in ms, instead of a span from now. */
  readonly abs?: boolean;
}

/** A process with a monitor of it. */
export type Spawned<T> = { pid: Pid<T>; ref: Ref };

export function relationOf({ link, alias }: MonitorOptions): Relation {
  return { ...(link && { link }), ...(alias && { alias }) };
}
