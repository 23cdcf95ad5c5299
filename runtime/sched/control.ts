/**
 * The control plane between the main thread and its schedulers: starting, stopping, loading, looking. Typed
 * calls by comlink over a message port; messages between processes never take this way.
 */
import type { Slot } from "../../native/index.js";
import { infoOf, type ProcessInfo } from "../process/info.js";
import type { FlowLimits } from "../process/outflow.js";
import type { LostScheduler, NodeMemory } from "./memory.js";
import type { PeerRings } from "./router.js";
import type { Scheduler } from "./scheduler.js";

/** What a thread is given at its start. */
export interface ThreadData {
  readonly index: number;
  readonly node: { readonly name: string; readonly creation: number };
  readonly memory: NodeMemory;
  /** See `log/settings.ts`. */
  readonly log: SharedArrayBuffer;
  readonly slots: (Slot | undefined)[];
  readonly peers: { readonly index: number; readonly rings: PeerRings }[];
  readonly flow: FlowLimits;
  /** Modules to load before the thread counts as started. */
  readonly modules: readonly string[];
}

/** What the main thread can ask of a scheduler's thread. */
export interface ThreadControl {
  load(modules: readonly string[]): Promise<void>;
  attachPeer(index: number, rings: PeerRings, slot: Slot): void;
  losePeer(lost: LostScheduler): void;
  inspect(): SchedulerReport;
  membersOf(application: string): string[];
  stop(): void;
}

/** What a thread can ask of the main thread. */
export interface MainControl {
  dirty(call: Uint8Array): Promise<Uint8Array>;
}

/** What a scheduler says of itself, see `node.inspect()`. */
export interface SchedulerReport {
  /** Its number: 0 is the main thread. */
  readonly scheduler: number;
  /** Slices run since it started. */
  readonly slices: number;
  /** Slices that a kill has cut short. */
  readonly kills: number;
  /** The processes that live there. */
  readonly processes: ProcessInfo[];
}

/** The processes there that belong to an application, as text: pids do not cross the control plane. */
export function membersOf(scheduler: Scheduler, application: string): string[] {
  const members = [...scheduler.processes.values()].filter((process) => process.application === application);
  return members.map(({ pid }) => String(pid));
}

export function inspect(scheduler: Scheduler): SchedulerReport {
  const processes = [...scheduler.processes.values()].map(infoOf);
  return { scheduler: scheduler.index, slices: scheduler.slices, kills: scheduler.kills, processes };
}
