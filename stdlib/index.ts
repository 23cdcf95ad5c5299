/**
 * The library: behaviours and services on top of the runtime, and the runtime's own public face.
 *
 *     import { application, child, genServer, startNode, supervisor } from "ringbeam";
 */
export * from "../runtime/index.js";
export { type ChildInfo, type ChildOptions, type ChildSpec, child, type Shutdown } from "./childSpec.js";
export {
  type AnyServer,
  call,
  cast,
  type Protocol,
  type Request,
  reply,
  type ServerMessage,
  type ServerRef,
  type StopMessage,
  serverRef,
  stop,
} from "./gen.js";
export {
  type Callbacks,
  type CallContext,
  type CallsOf,
  type CastsOf,
  type Context,
  genServer,
} from "./genServer.js";
export { type AnySelf, StartError, type StartOptions, start, startLink, startMonitor } from "./procLib.js";
export { type NoReply, noReply, StopWith, stopWith } from "./serverLoop.js";
export type { Restart, Strategy } from "./strategy.js";
export {
  type ChildCounts,
  countChildren,
  deleteChild,
  restartChild,
  type Supervisor,
  type SupervisorMessage,
  startChild,
  supervisor,
  terminateChild,
  whichChildren,
} from "./supervisor.js";
export type { SupervisorSpec } from "./supervisorSpec.js";
