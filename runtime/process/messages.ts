/** The messages that the runtime itself puts into mailboxes; shapes after the Erlang reference manual. */
import type { Address, AnyPid, Pid, Ref } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";

/** A monitored process ended, or could not be reached. `process` is what was monitored: a pid or an address. */
export interface Down {
  readonly tag: "DOWN";
  /** What `monitor` gave. */
  readonly ref: Ref;
  /** What was monitored: the pid, or the address of a name. */
  readonly process: AnyPid | Address;
  /** What it ended with; `noproc` if it was not there, `noconnection` if its node was lost. */
  readonly reason: ExitReason;
}

/** A linked process ended, or somebody sent an exit signal: only a process that traps exits sees it. */
export interface ExitMessage {
  readonly tag: "EXIT";
  /** Who ended, or who sent the signal. */
  readonly pid: AnyPid;
  /** What it ended with, or what was sent; `noproc`, `noconnection` as in a `Down`. */
  readonly reason: ExitReason;
}

/** A timer of `startTimer` ran out. */
export interface TimeoutMessage {
  readonly tag: "timeout";
  /** What `startTimer` gave. */
  readonly ref: Ref;
  /** What `startTimer` was given. */
  readonly message: unknown;
}

/** What became of a `spawnRequest`: the pid, or why there is no process (`noconnection`, an `Error`). */
export type SpawnReply =
  | { readonly tag: "spawnReply"; readonly ref: Ref; readonly pid: AnyPid; readonly failure?: undefined }
  | { readonly tag: "spawnReply"; readonly ref: Ref; readonly failure: ExitReason; readonly pid?: undefined };

/** What an `async` cancelTimer or readTimer found: the ms that were left, or undefined if the timer was over. */
export interface TimerLeft {
  readonly tag: "cancelTimer" | "readTimer";
  /** The timer. */
  readonly ref: Ref;
  /** ms; undefined if the timer was over. */
  readonly left: number | undefined;
}

/** Whether a node lets itself be seen in `nodes()`. */
export type NodeType = "visible" | "hidden";

/** A node was connected (`monitorNodes`). */
export interface NodeUp {
  readonly tag: "nodeup";
  /** `name@host`. */
  readonly node: string;
  /** Whether it is among `nodes()` without a filter. */
  readonly nodeType: NodeType;
}

/** The connection with a node is gone (`monitorNodes`, `monitorNode`), or cannot be made (`monitorNode`). */
export interface NodeDown {
  readonly tag: "nodedown";
  /** `name@host`. */
  readonly node: string;
  /** Undefined where there was no connection. */
  readonly nodeType: NodeType | undefined;
  /** `connectionClosed`, `disconnect` (by `disconnectNode` here), `netTickTimeout`, or what went wrong, as text. */
  readonly reason: string;
}

/** A process spawned with `spawnStart` is up: a behaviour's `init` is done. Sent by the runtime. */
export interface Started {
  readonly tag: "$started";
  /** What `spawnStart` gave. */
  readonly ref: Ref;
}

/** Who asked, and where the answer goes: an alias that is gone once the caller stops waiting. */
export interface From {
  /** The caller. */
  readonly pid: Pid;
  /** The request: the caller's alias, and its monitor of the server. */
  readonly ref: Ref;
}

/** A request that wants a reply (`gen:call`). */
export interface CallMessage<Request = unknown> {
  readonly tag: "$call";
  /** Whom to reply to. */
  readonly from: From;
  /** What is asked; a name and its arguments, for the behaviours of the library. */
  readonly request: Request;
}

/** A request that wants none (`gen_server:cast`). */
export interface CastMessage<Request = unknown> {
  readonly tag: "$cast";
  /** What is told; a name and its arguments, for the behaviours of the library. */
  readonly request: Request;
}

/** The answer to a call; with `failure`, the caller exits with it. */
export interface ReplyMessage {
  readonly tag: "$reply";
  /** That of the `From`. */
  readonly ref: Ref;
  /** The answer, unless there is a `failure`. */
  readonly reply?: unknown;
  /** Why there is no answer. */
  readonly failure?: ExitReason;
}
