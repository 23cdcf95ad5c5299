/**
 * What can be asked of a supervisor, and of a dynamic one: the same words, but a child of the one has an id, a
 * child of the other is known by its pid (OTP: the functions of `supervisor`, where `simple_one_for_one` differs
 * alike).
 */
import type { Address, AnyPid, Pid } from "../runtime/index.js";
import type { ChildInfo, ChildSpec } from "./childSpec.js";
import { call, type Protocol, type ServerRef } from "./gen.js";
import type { AnySelf } from "./procLib.js";

/** How many children a supervisor has. */
export interface ChildCounts {
  /** Child specs. */
  readonly specs: number;
  /** Children that run. */
  readonly active: number;
  /** Those of type `supervisor`, running or not. */
  readonly supervisors: number;
  /** Those of type `worker`, running or not. */
  readonly workers: number;
}

type Calls = {
  startChild(spec: ChildSpec): AnyPid;
  terminateChild(id: string): void;
  restartChild(id: string): AnyPid;
  deleteChild(id: string): void;
  whichChildren(): ChildInfo[];
  countChildren(): ChildCounts;
};
type Casts = { tryAgain(id: string): void };

/** What a supervisor understands. */
export type SupervisorMessage = Protocol<Calls, Casts>;
/** A supervisor, by pid or by name. */
export type Supervisor = Pid<SupervisorMessage> | ServerRef<SupervisorMessage> | string | Address;

type DynamicCalls = {
  startChild(spec: ChildSpec): AnyPid;
  terminateChild(pid: AnyPid): void;
  whichChildren(): ChildInfo[];
  countChildren(): ChildCounts;
};

/** What a dynamic supervisor understands. */
export type DynamicSupervisorMessage = Protocol<DynamicCalls, object>;
/** A dynamic supervisor, by pid or by name. */
export type DynamicSupervisor =
  | Pid<DynamicSupervisorMessage>
  | ServerRef<DynamicSupervisorMessage>
  | string
  | Address;

type AnySupervisor = Supervisor | DynamicSupervisor;

/**
 * Adds a child and starts it, behind the others. Throws CallError: `{ alreadyStarted: pid }` or `alreadyPresent`
 * if there is such an id, `maxChildren` if a dynamic supervisor may have no more, what is wrong with the spec, or why it
 * did not start; then its spec is not kept.
 */
export function startChild<M>(self: AnySelf, supervisor: AnySupervisor, spec: ChildSpec<M>): Promise<Pid<M>> {
  return ask(self, supervisor, ["startChild", spec as ChildSpec]) as Promise<Pid<M>>;
}

/**
 * Ends a child, by its id, or by its pid with a dynamic supervisor. Its spec stays, unless it is temporary or
 * the child of a dynamic supervisor. Throws CallError `notFound`.
 */
export function terminateChild(self: AnySelf, supervisor: Supervisor, id: string): Promise<void>;
export function terminateChild(self: AnySelf, supervisor: DynamicSupervisor, pid: AnyPid): Promise<void>;
export function terminateChild(
  self: AnySelf,
  supervisor: AnySupervisor,
  child: string | AnyPid,
): Promise<void> {
  return ask(self, supervisor, ["terminateChild", child]) as Promise<void>;
}

/** Starts a child that is stopped. Throws CallError: `notFound`, `running`, `restarting`, or why it did not start. */
export function restartChild(self: AnySelf, supervisor: Supervisor, id: string): Promise<AnyPid> {
  return ask(self, supervisor, ["restartChild", id]) as Promise<AnyPid>;
}

/** Drops the spec of a child that is stopped. Throws CallError: `notFound`, `running` or `restarting`. */
export function deleteChild(self: AnySelf, supervisor: Supervisor, id: string): Promise<void> {
  return ask(self, supervisor, ["deleteChild", id]) as Promise<void>;
}

/** The children, in the order of their start; those of a dynamic supervisor in no order. */
export function whichChildren(self: AnySelf, supervisor: AnySupervisor): Promise<ChildInfo[]> {
  return ask(self, supervisor, ["whichChildren"]) as Promise<ChildInfo[]>;
}

/** How many children there are (`supervisor:count_children/1`). */
export function countChildren(self: AnySelf, supervisor: AnySupervisor): Promise<ChildCounts> {
  return ask(self, supervisor, ["countChildren"]) as Promise<ChildCounts>;
}

/** Without a limit of time, as in OTP: the supervisor may be waiting for a child. */
function ask(
  self: AnySelf,
  supervisor: AnySupervisor,
  request: readonly [string, ...unknown[]],
): Promise<unknown> {
  return call(self, supervisor as Pid<unknown>, request, Number.POSITIVE_INFINITY);
}
