/** The messages that the runtime itself puts into mailboxes; shapes after the Erlang reference manual. */
import type { Address, AnyPid, Pid, Ref } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";

/** A monitored process ended, or could not be reached. `process` is what was monitored: a pid or an address. */
export interface Down {
  readonly tag: "DOWN";
  readonly ref: Ref;
  readonly process: AnyPid | Address;
  readonly reason: ExitReason;
}

/** A linked process ended, or somebody sent an exit signal: only a process that traps exits sees it. */
export interface ExitMessage {
  readonly tag: "EXIT";
  readonly pid: AnyPid;
  readonly reason: ExitReason;
}

/** A timer of `startTimer` ran out. */
export interface TimeoutMessage {
  readonly tag: "timeout";
  readonly ref: Ref;
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
  readonly left: number | undefined;
}

/** Whether a node lets itself be seen in `nodes()`. */
export type NodeType = "visible" | "hidden";

/** A node was connected (`monitorNodes`). */
export interface NodeUp {
  readonly tag: "nodeup";
  readonly node: string;
  readonly nodeType: NodeType;
}

/** The connection with a node is gone (`monitorNodes`, `monitorNode`), or cannot be made (`monitorNode`). */
export interface NodeDown {
  readonly tag: "nodedown";
  readonly node: string;
  /** Undefined where there was no connection. */
  readonly nodeType: NodeType | undefined;
  /** `connectionClosed`, `disconnect` (by `disconnectNode` here), `netTickTimeout`, or what went wrong, as text. */
  readonly reason: string;
}

/** A process spawned with `spawnStart` is up: a behaviour's `init` is done. Sent by the runtime. */
export interface Started {
  readonly tag: "$started";
  readonly ref: Ref;
}

/** Who asked, and where the answer goes: an alias that is gone once the caller stops waiting. */
export interface From {
  readonly pid: Pid;
  readonly ref: Ref;
}

/** A request that wants a reply (`gen:call`). */
export interface CallMessage<Request = unknown> {
  readonly tag: "$call";
  readonly from: From;
  readonly request: Request;
}

/** A request that wants none (`gen_server:cast`). */
export interface CastMessage<Request = unknown> {
  readonly tag: "$cast";
  readonly request: Request;
}

/** The answer to a call; with `failure`, the caller exits with it. */
export interface ReplyMessage {
  readonly tag: "$reply";
  readonly ref: Ref;
  readonly reply?: unknown;
  readonly failure?: ExitReason;
}
