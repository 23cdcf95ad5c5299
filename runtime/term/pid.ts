/**
 * Identities: node, pid, ref. Each is one JavaScript object per thread for as long as anybody there holds it,
 * so `===` and `Map` keys work wherever the identity came from (see `TermSpace`).
 *
 * A process is named by the scheduler it lives on and a serial. The serial says which scheduler spawned it:
 * `serial = n * MAX_SCHEDULERS + origin`, where `n` counts the spawns from `origin` to that scheduler. So a
 * pid can be handed out before the process is born elsewhere, without a global counter.
 */

/** Schedulers of one node, the main thread included. */
export const MAX_SCHEDULERS = 64;

/** The name of a node that has none: it opens no socket and nobody can reach it. */
export const NONODE = "nonode@nohost";

declare const messageType: unique symbol;

/** A node as others know it: its name and its creation, which a restart changes, so that old pids stay dead. */
export class NodeId {
  readonly pids = new WeakTable<Pid>();
  readonly refs = new WeakTable<Ref>();
  constructor(
    readonly name: string,
    readonly creation: number,
  ) {}
}

/** The identity of a process. `M` is what it understands. */
export class Pid<in M = never> {
  declare readonly [messageType]?: (message: M) => void;
  /** The live process where this is its own scheduler, else undefined. Written by the process layer only. */
  home: object | undefined = undefined;
  /** True once the pid may come back to this thread by decoding, and so must be found again. */
  escaped = false;
  constructor(
    /** The node that it lives on, as it was started then. */
    readonly node: NodeId,
    /** The scheduler that it lives on, all its life. */
    readonly scheduler: number,
    /** Which of the processes of that scheduler it is; see the head of this file. */
    readonly serial: number,
  ) {}
  /** `<node:scheduler.serial>`. */
  toString(): string {
    return `<${this.node.name}:${this.scheduler}.${this.serial}>`;
  }
  /** As `toString`: JSON carries no identities. */
  toJSON(): string {
    return this.toString();
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A unique reference: names a monitor, a timer, a request, or (as an alias) a place to send to. */
export class Ref {
  /** The monitor or alias that it stands for, on the scheduler that made it. Written by the process layer only. */
  home: object | undefined = undefined;
  /** True once the ref may come back to this thread by decoding, and so must be found again. */
  escaped = false;
  constructor(
    /** The node that made it. */
    readonly node: NodeId,
    /** The scheduler that made it. */
    readonly scheduler: number,
    /** Which of the refs of that scheduler it is. */
    readonly id: number,
  ) {}
  /** `#Ref<node:scheduler.id>`. */
  toString(): string {
    return `#Ref<${this.node.name}:${this.scheduler}.${this.id}>`;
  }
  /** As `toString`: JSON carries no identities. */
  toJSON(): string {
    return this.toString();
  }
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** Any pid, whatever its message type. */
export type AnyPid = Pid<never>;

/** `<name, node>`: a registered name on a node. */
export interface Address {
  /** The registered name. */
  readonly name: string;
  /** `name@host` of the node. */
  readonly node: string;
}

/** Reads the text form `<name, node>`; a bare `name` means this node. Throws on anything else. */
export function parseAddress(text: string): Address | string {
  const trimmed = text.trim();
  const pair = /^<\s*([^,<>\s]+)\s*,\s*([^,<>\s]+@[^,<>\s]+)\s*>$/.exec(trimmed);
  if (pair) return { name: pair[1]!, node: pair[2]! };
  if (/^[^,<>\s]+$/.test(trimmed)) return trimmed;
  throw new TypeError(`not an address: ${JSON.stringify(text)}; expected '<name, node@host>' or 'name'`);
}

/** Prints an address as `<name, node>`. */
export function formatAddress(address: Address): string {
  return `<${address.name}, ${address.node}>`;
}

/** Weak map from a number to the one object that stands for it; swept as it doubles, so it does not grow. */
class WeakTable<T extends object> {
  #entries = new Map<number, WeakRef<T>>();
  #sweepAt = 1024;

  get(key: number): T | undefined {
    return this.#entries.get(key)?.deref();
  }

  set(key: number, value: T): void {
    this.#entries.set(key, new WeakRef(value));
    if (this.#entries.size >= this.#sweepAt) this.#sweep();
  }

  #sweep(): void {
    for (const [key, ref] of this.#entries) if (ref.deref() === undefined) this.#entries.delete(key);
    this.#sweepAt = Math.max(1024, this.#entries.size * 2);
  }
}
