/**
 * A process: its mailbox, its relations, and where its body stands.
 *
 *            start                 receive, nothing fits
 *     born ---------> running <--------------------------- waiting
 *                        |  ^------------------------------^   a message or a timeout makes it runnable
 *                        v
 *                      exited (from any state, by `terminate` alone)
 *
 * While it is `running` and in no slice, its body awaits something foreign (a file, a socket, a timer of
 * Node's): messages wait till it comes back. A body is an async function; a behaviour is a receiver that is
 * handed one message at a time.
 */
import type { AnyProc } from "../term/mfa.js";
import type { Pid, Ref } from "../term/pid.js";
import type { Env, TimerHandle } from "./env.js";
import { Mailbox } from "./mailbox.js";
import type { MailboxLimit } from "./mailboxLimit.js";
import type { MonitorAlias, Monitoring } from "./monitoring.js";
import { Origin } from "./origin.js";

export const State = { born: 0, running: 1, waiting: 2, exited: 3 } as const;
export type State = (typeof State)[keyof typeof State];

/** Highest first. While `max` or `high` have work, lower ones wait; `low` gets every eighth turn of `normal`. */
export const PRIORITIES = ["max", "high", "normal", "low"] as const;
/** How soon a process runs, see PRIORITIES: `normal` unless told otherwise. */
export type Priority = (typeof PRIORITIES)[number];

/** The place of a priority in PRIORITIES. Throws TypeError for what is none. */
export function levelOf(priority: Priority): number {
  const level = PRIORITIES.indexOf(priority);
  if (level < 0)
    throw new TypeError(`not a priority: ${String(priority)}; expected ${PRIORITIES.join(", ")}`);
  return level;
}

/** Handed one message at a time; a promise it returns is awaited before the next. */
export interface Receiver<in M = never> {
  /**
   * Gets each message, in order of arrival. What it throws, or rejects with, ends the process with that reason.
   */
  handle(message: M): void | Promise<void>;
}

/** What an export runs. `init` gives the receiver of a behaviour; `body` is the whole process. */
export type Code =
  | { readonly kind: "body"; run(self: unknown, ...args: readonly unknown[]): unknown }
  | {
      readonly kind: "behaviour";
      init(self: unknown, ...args: readonly unknown[]): Receiver | Promise<Receiver>;
    };

/** Of which answers to a spawn request a `SpawnReply` message tells. */
export type SpawnReplies = "yes" | "no" | "errorOnly" | "successOnly";

/** What this process has asked of another node or scheduler, which will answer once, or be lost. */
export type Request =
  | {
      readonly kind: "spawn";
      /** The node. */
      readonly to: string;
      readonly link: boolean;
      readonly alias: MonitorAlias;
      readonly reply: SpawnReplies;
    }
  | {
      readonly kind: "timer";
      /** The scheduler. */
      readonly to: number;
      readonly timer: Ref;
      /** The tag of the message that the answer comes as. */
      readonly tag: "cancelTimer" | "readTimer";
    }
  /** To a scheduler; the process waits for the answer. */
  | { readonly kind: "call"; readonly to: number };

export class Process extends Origin {
  state: State = State.born;
  /** In the run queue. */
  queued = false;
  priority = 2;
  trapExit = false;
  /** Messages and starts handled so far. */
  reductions = 0;
  /** Reductions left in this slice; 0 outside of one. */
  budget = 0;
  readonly mailbox = new Mailbox();
  maxMailbox: MailboxLimit | undefined = undefined;

  /** Set while a receive waits: settles its promise. */
  resume: ((value: unknown) => void) | undefined = undefined;
  /** What the waiting receive accepts; undefined: anything. */
  match: ((message: unknown) => boolean) | undefined = undefined;
  /** How far the waiting receive has looked. */
  scanned = 0;
  timeout: TimerHandle | undefined = undefined;
  timedOut = false;
  /** The last ref made for a request, and the mailbox position then: no answer to it can be before that. */
  markRef: Ref | undefined = undefined;
  markAt = 0;

  /** Its body is the embedding program's: it goes on outside of slices, where no guard can end it. */
  embedded = false;
  receiver: Receiver<unknown> | undefined = undefined;
  /** An async callback of the receiver is pending. */
  pending = false;
  /** Nodes whose connection it waits for: it gets no slice while there are any (see `Outflow`). */
  suspended = 0;
  /** It is never suspended (`erlang:process_flag(async_dist, true)`). */
  asyncDist = false;

  /** Linked processes; the number of the unlink that is on its way, or 0 while linked. */
  links: Map<Pid, number> | undefined = undefined;
  /** The monitors that it holds, the youngest: see `Monitoring`. */
  monitors: Monitoring | undefined = undefined;
  /** Those that its neighbours hold on it, the youngest. */
  watchers: Monitoring | undefined = undefined;
  /** Those of processes elsewhere. */
  monitoredBy: Map<Ref, Pid> | undefined = undefined;
  /** Aliases of `alias/0`; those of monitors are known by the monitors. */
  aliases: Set<Ref> | undefined = undefined;
  name: string | undefined = undefined;
  /** Under the ref that their answer will have. */
  requests: Map<Ref, Request> | undefined = undefined;
  /** Somebody waited for its start. */
  readonly startAwaited: boolean;
  /** The application that it belongs to: its spawner's (OTP: by the group leader). */
  application: string | undefined = undefined;
  /** Its parent left it to itself: see `Self.detached`. */
  detached = false;

  constructor(
    readonly env: Env,
    readonly pid: Pid,
    readonly proc: AnyProc,
    /** Arguments till the start, then undefined. */
    public args: readonly unknown[] | undefined,
    readonly parent: Pid,
    /** The synchronous start that waits for an answer (`proc_lib:init_ack`), till it is given. */
    public startRef: Ref | undefined,
  ) {
    super();
    this.startAwaited = startRef !== undefined;
  }

  /** It is what in OTP `proc_lib` would have started: a behaviour, or a body whose start somebody waited for. */
  get reportsCrash(): boolean {
    return this.startAwaited || (this.proc.code as Code | undefined)?.kind === "behaviour";
  }

  get alive(): boolean {
    return this.state !== State.exited;
  }

  /** One word for people. */
  get status(): "starting" | "running" | "runnable" | "waiting" | "awaiting" | "suspended" | "exited" {
    if (this.state === State.exited) return "exited";
    if (this.state === State.born) return "starting";
    if (this.suspended > 0 && this.budget === 0) return "suspended";
    if (this.queued) return "runnable";
    if (this.budget > 0) return "running";
    return this.state === State.waiting ? "waiting" : "awaiting";
  }
}

/** The live process behind a pid of this very scheduler. */
export function homeOf(pid: Pid): Process | undefined {
  return pid.home as Process | undefined;
}

/** The name that it has. What it knows itself may be old: another scheduler may have taken the name away. */
export function nameOf({ name, env, pid }: Process): string | undefined {
  return name !== undefined && env.names.whereis(name) === pid ? name : undefined;
}
