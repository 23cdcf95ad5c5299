/**
 * The library: behaviours and services on top of the runtime, and the runtime's own public face.
 *
 *     import { application, child, genServer, startNode, supervisor } from "ringbeam";
 */
export * from "../runtime/index.js";
export { type AgentFunctions, type AgentMessage, agent } from "./agent.js";
export { type ChildInfo, type ChildOptions, type ChildSpec, child, type Shutdown } from "./childSpec.js";
export { type DynamicSupervisorSpec, dynamicSupervisor } from "./dynamicSupervisor.js";
export { enterLoop } from "./enterLoop.js";
export * as erpc from "./erpc.js";
export {
  type AnyEventHandler,
  type EventCallbacks,
  type EventHandler,
  eventHandler,
  type HandlerContext,
  HandlerEnd,
  type HandlerProtocol,
  type HandlerRef,
  removeHandler,
  swapInto,
} from "./eventHandler.js";
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
  whereis,
} from "./gen.js";
export type { GenProc } from "./genDefinition.js";
export {
  addHandler,
  addSupHandler,
  callHandler,
  deleteHandler,
  type EventManager,
  genEvent,
  type ManagerMessage,
  notify,
  sendHandlerRequest,
  swapHandler,
  swapSupHandler,
  syncNotify,
  whichHandlers,
} from "./genEvent.js";
export {
  type Callbacks,
  type CallContext,
  type CallsOf,
  type CastsOf,
  type Context,
  genServer,
  type ServerContext,
  type ServerStatus,
} from "./genServer.js";
export { genStatem, type Statem } from "./genStatem.js";
export * as global from "./global.js";
export type { GenEventExit } from "./handlerList.js";
export {
  type PartitionSupervisor,
  type PartitionSupervisorSpec,
  partition,
  partitionSupervisor,
  partitions,
} from "./partitionSupervisor.js";
export * as pg from "./pg.js";
export {
  type AnySelf,
  Ignored,
  StartError,
  type StartOptions,
  start,
  startLink,
  startMonitor,
} from "./procLib.js";
export * as Registry from "./registry.js";
export { type RegistryMessage, registry } from "./registry.js";
export {
  abcast,
  type MultiReply,
  multiCall,
  type ReqId,
  sendRequest,
} from "./requestId.js";
export {
  checkResponse,
  type LabelledResponse,
  ReqIds,
  receiveResponse,
  waitResponse,
} from "./requestIds.js";
export {
  continueWith,
  type Ignore,
  type InitialState,
  type InitResult,
  ignore,
  withTimeout,
} from "./serverInit.js";
export { type NoReply, noReply, StopWith, stopWith } from "./serverResult.js";
export {
  type CallTransition,
  type EnterTransition,
  type Initial,
  initialState,
  type TimeoutChange,
  type Transition,
} from "./statemTransition.js";
export type {
  EnterContext,
  EventContext,
  EventHandlers,
  StatemCallbacks,
  StatemCallContext,
  StatemContext,
} from "./statemTypes.js";
export type { AutoShutdown, Restart, Strategy } from "./strategy.js";
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
export type { DynamicSupervisor, DynamicSupervisorMessage } from "./supervisorClient.js";
export type { ErrorContext, Offender, ProgressReport, SupervisorReport } from "./supervisorReport.js";
export type { SupervisorSpec } from "./supervisorSpec.js";
export * as sys from "./sys.js";
export { type TaskProc, task, taskSupervisor } from "./task.js";
export * as Task from "./taskNamespace.js";
export type { TerminationReport } from "./terminationReport.js";
export * as timer from "./timer.js";
export { type ViaCallbacks, type ViaModule, type ViaName, via, viaModule } from "./via.js";
