/**
 * Watching nodes (`erlang:monitor_node/2`, `net_kernel:monitor_nodes/2`). Every scheduler hears from scheduler 0 which
 * nodes come and go, in order with the signals of those nodes:
 *
 *     nodeup, then signals of the node ... links and monitors with it fire `noconnection`, then nodedown
 *
 * and before the one it is in `nodes()`, before the other it is not any more.
 */
import { NONODE } from "../term/pid.js";
import type { ConnectedNode, Env } from "./env.js";
import { post } from "./mail.js";
import type { NodeDown, NodeType, NodeUp } from "./messages.js";
import type { Process } from "./process.js";

/** Which nodes a subscription is about. */
export type NodeFilter = NodeType | "all";

/** A connection with another node (`net_kernel:nodes_info/0`), as its own node sees it. */
export interface ConnectionInfo {
  /** Its name. */
  readonly node: string;
  /** Which life of the node it is. */
  readonly creation: number;
  /** Left out of `nodes()`. */
  readonly hidden: boolean;
  /** What carries it, `tcp`. */
  readonly transport: string;
  /** Bytes that wait to be sent. */
  readonly queued: number;
  /** Whether those who send there are suspended. */
  readonly busy: boolean;
  /** Bytes that came since it was made. */
  readonly bytesIn: number;
  /** Bytes that went since it was made. */
  readonly bytesOut: number;
  /** When it was made, in ms of Unix time. */
  readonly since: number;
}

/** What one process watches: how many times each. */
export interface NodeWatch {
  readonly filters: Map<NodeFilter, number>;
  readonly nodes: Map<string, number>;
}

/** net_kernel:monitor_nodes/2. Each `true` gives one more message for an event; `false` ends all with that filter. */
export function monitorNodes(process: Process, on: boolean, filter: NodeFilter): void {
  if (on) add(watchOf(process).filters, filter);
  else process.env.nodeWatchers.get(process)?.filters.delete(filter);
}

/** erlang:monitor_node/2. Each `true` gives one message at the loss, or at once if there is no connection to be had. */
export function monitorNode(process: Process, node: string, on: boolean): void {
  const { env } = process;
  const { name } = env.space.self;
  if (name === NONODE) throw new Error("monitorNode: this node has no name, so it knows no other");
  if (node === name) return;
  if (on) {
    add(watchOf(process).nodes, node);
    if (!env.nodes.has(node)) env.connect(node);
    return;
  }
  const nodes = env.nodeWatchers.get(process)?.nodes;
  const left = (nodes?.get(node) ?? 0) - 1;
  if (left > 0) nodes!.set(node, left);
  else nodes?.delete(node);
}

/** erlang:nodes/1. */
export function nodes(env: Env, filter: NodeFilter): string[] {
  return [...env.nodes].flatMap(([name, { hidden }]) => (fits(filter, typeOf(hidden)) ? [name] : []));
}

/** A node was connected. */
export function nodeUp(env: Env, node: string, connected: ConnectedNode): void {
  env.nodes.set(node, connected);
  const message: NodeUp = Object.freeze({ tag: "nodeup", node, nodeType: typeOf(connected.hidden) });
  for (const [process, { filters }] of env.nodeWatchers) {
    for (const [filter, times] of filters) {
      if (fits(filter, message.nodeType)) postTimes(process, times, message);
    }
  }
}

/** A node is out of `nodes()`; answers what was known of it. Who watches it is told later, by `tellNodeDown`. */
export function forgetNode(env: Env, node: string, creation: number | undefined): ConnectedNode | undefined {
  const known = env.nodes.get(node);
  if (known === undefined || known.creation !== creation) return undefined;
  env.nodes.delete(node);
  return known;
}

/** After all links and monitors with the node have fired. `known`: undefined if there was no connection. */
export function tellNodeDown(env: Env, node: string, known: ConnectedNode | undefined, reason: string): void {
  const nodeType = known && typeOf(known.hidden);
  const message: NodeDown = Object.freeze({ tag: "nodedown", node, nodeType, reason });
  for (const [process, watch] of env.nodeWatchers) {
    for (const [filter, times] of watch.filters) {
      if (nodeType !== undefined && fits(filter, nodeType)) postTimes(process, times, message);
    }
    const times = watch.nodes.get(node) ?? 0;
    watch.nodes.delete(node);
    postTimes(process, times, message);
  }
}

function watchOf(process: Process): NodeWatch {
  const { nodeWatchers } = process.env;
  let watch = nodeWatchers.get(process);
  if (watch === undefined) {
    watch = { filters: new Map(), nodes: new Map() };
    nodeWatchers.set(process, watch);
  }
  return watch;
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function postTimes(process: Process, times: number, message: NodeUp | NodeDown): void {
  for (let i = 0; i < times; i++) post(process, message);
}

function typeOf(hidden: boolean): NodeType {
  return hidden ? "hidden" : "visible";
}

function fits(filter: NodeFilter, type: NodeType): boolean {
  return filter === "all" || filter === type;
}
