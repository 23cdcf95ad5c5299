/** The public face of the runtime: processes, terms and nodes. Behaviours are in the library above it. */
export { type Handler, type HandlerConfig, type Logger, logger } from "./log/logger.js";
export type { Format, Threshold } from "./log/settings.js";
export {
  type AnyApplication,
  type Application,
  type ApplicationContext,
  ApplicationError,
  type ApplicationInfo,
  type RestartType,
  type Root,
  type RootAndState,
} from "./node/application.js";
export { application } from "./node/applicationClient.js";
export type { EnvSettings } from "./node/applicationEnv.js";
export { type Node, type NodeOptions, startNode } from "./node/boot.js";
export { CookieError } from "./node/cookie.js";
export { OptionError } from "./node/names.js";
export { CALL_TIMEOUT, CallError } from "./process/call.js";
export type { CrashReport } from "./process/crashReport.js";
export type { Placement } from "./process/env.js";
export type { ProcessFlags } from "./process/flags.js";
export type { ProcessDetails, ProcessInfo, ProcessItem } from "./process/info.js";
export { type Job, job } from "./process/job.js";
export {
  LEVELS,
  type Level,
  type LogEvent,
  type Message,
  type Metadata,
  type MetadataInput,
  type Report,
} from "./process/log.js";
export type { MailboxLimit } from "./process/mailboxLimit.js";
export type {
  CallMessage,
  CastMessage,
  Down,
  ExitMessage,
  From,
  NodeDown,
  NodeType,
  NodeUp,
  ReplyMessage,
  SpawnReply,
  Started,
  TimeoutMessage,
  TimerLeft,
} from "./process/messages.js";
export type { ConnectionInfo, NodeFilter } from "./process/nodes.js";
export { NodeBusy } from "./process/outflow.js";
export { behaviour, proc } from "./process/proc.js";
export type { Priority, Receiver, SpawnReplies } from "./process/process.js";
export { TIMEOUT } from "./process/receive.js";
export type { Self } from "./process/self.js";
export type {
  MonitorOptions,
  ReceiveOptions,
  RequestOptions,
  StartRelation,
  TimerOptions,
} from "./process/selfOptions.js";
export { BadName, type Dest, type SendOptions, type SendResult } from "./process/send.js";
export type { RemoteSpawnOptions, SpawnOptions } from "./process/spawn.js";
export type { AnyTimerOptions, AsyncTimerOptions } from "./process/timer.js";
export type { SchedulerReport } from "./sched/control.js";
export { copy } from "./term/copy.js";
export { type AnyProc, Proc } from "./term/mfa.js";
export { type Address, type AnyPid, formatAddress, Pid, parseAddress, Ref } from "./term/pid.js";
export { Exit, type ExitReason, formatReason, isOrderly } from "./term/reason.js";
export { TermError } from "./term/refusal.js";
