/**
 * What the conductor and the actors say to each other. It travels beside the messages of the scenario, so an actor
 * takes it by selective receive, and leaves those where they are.
 *
 *     conductor -> actor   $do      follow these operations            actor -> conductor   $done
 *     conductor -> actor   $flush   probe all these peers              actor -> actor       $probe
 *                                                                      actor -> conductor   $flushed
 *     conductor -> actor   $mark    a round is over: note it in the mailbox, by a $here to oneself; then $done
 *     conductor -> sentinel  $sync  call these supervisors; then $done
 *     actor -> conductor   $bound   this name, or label, is this pid, or ref; passive: it knows nothing of this protocol
 *     server -> conductor  $born    a start of that name; waits for    conductor -> server  $noted
 *     server -> conductor  $log     an observation whose order among those of other servers counts; waits for $noted
 *     actor -> conductor   $saw     an observation
 */
import type { AnyPid, Pid, Ref, Self } from "../../runtime/index.js";
import { TIMEOUT } from "../../runtime/index.js";
import type { Op } from "./scenario.js";

/** Pids by the names of actors, refs by their labels with a `#` before. */
export type Bindings = Record<string, AnyPid | Ref>;

/** The name was never bound: whoever should have spawned it had ended. */
export class Unbound extends Error {}

export type Control =
  | { readonly tag: "$do"; readonly turn: number; readonly bound: Bindings; readonly ops: readonly Op[] }
  | { readonly tag: "$flush"; readonly turn: number; readonly peers: readonly AnyPid[] }
  | { readonly tag: "$sync"; readonly turn: number; readonly supervisors: readonly AnyPid[] }
  | { readonly tag: "$mark"; readonly turn: number };
export type Probe = { readonly tag: "$probe"; readonly turn: number; readonly from: AnyPid };

export type Note =
  | { readonly tag: "$done" | "$flushed"; readonly turn: number; readonly from: AnyPid }
  | {
      readonly tag: "$bound";
      readonly name: string;
      readonly value: AnyPid | Ref;
      readonly passive?: boolean;
    }
  | { readonly tag: "$born"; readonly name: string; readonly ref: Ref; readonly from: AnyPid }
  | { readonly tag: "$log"; readonly event: readonly unknown[]; readonly ref: Ref; readonly from: AnyPid }
  | { readonly tag: "$saw"; readonly who: string; readonly event: Seen };
/** Words and terms, to be printed in a row; or a mailbox. */
export type Seen = readonly unknown[] | { readonly drain: readonly unknown[] };

/** A message of a scenario. */
export interface Message {
  readonly tag: "m";
  readonly from: string;
  readonly term: unknown;
}

export function tagOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? (message as { tag?: unknown }).tag : undefined;
}

export function isControl(message: unknown): message is Control {
  return ["$do", "$flush", "$sync", "$mark"].includes(tagOf(message) as string);
}

/** Neither a message of the scenario nor one that the runtime sends. */
export function isOurs(message: unknown): boolean {
  const tag = tagOf(message);
  return typeof tag === "string" && ["$do", "$flush", "$sync", "$mark", "$probe", "$here"].includes(tag);
}

/** What a selective receive of a scenario goes by. */
export function tagIn(message: unknown): unknown {
  return tagOf(message) === "m" ? (message as Message).term : tagOf(message);
}

/** Probes all peers and waits for theirs; begins anew if the conductor does, because a peer ended. Gives the turn. */
export async function flush(self: Self<unknown>, conductor: Pid<Note>, flush: Control): Promise<number> {
  let now = flush;
  for (;;) {
    const next = await probe(self, now as Control & { tag: "$flush" });
    if (next === undefined) break;
    now = next;
  }
  self.send(conductor, { tag: "$flushed", turn: now.turn, from: self.pid });
  return now.turn;
}

/** A server cannot leave a probe in its mailbox till its own flush comes: it puts it back and waits for that. */
export async function flushOf(self: Self<unknown>, early: Probe): Promise<Control> {
  self.send(self.pid, early);
  return (await self.receive((m) => tagOf(m) === "$flush" && (m as Control).turn >= early.turn)) as Control;
}

async function probe(
  self: Self<unknown>,
  { turn, peers }: Control & { tag: "$flush" },
): Promise<Control | undefined> {
  const isStale = (m: unknown) => tagOf(m) === "$probe" && (m as Probe).turn < turn;
  while ((await self.receive(isStale, { after: 0 })) !== TIMEOUT);
  const others = peers.filter((peer) => peer !== self.pid);
  for (const peer of others) self.send(peer as Pid<Probe>, { tag: "$probe", turn, from: self.pid });
  const wanted = (m: unknown) =>
    tagOf(m) === "$flush" || (tagOf(m) === "$probe" && (m as Probe).turn === turn);
  for (let missing = others.length; missing > 0; missing--) {
    const message = (await self.receive(wanted)) as Probe | Control;
    if (message.tag === "$flush") return message;
  }
  return undefined;
}
