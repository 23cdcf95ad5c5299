/**
 * What happens in a simulated world, as the checkers hear of it. Processes go by `keyOf` their pid, for a pid is a
 * different object on each scheduler; what a process was told of is what its body saw.
 */
import type { Address, AnyPid, Ref } from "../../runtime/index.js";

export type Key = string;

export function keyOf({ node, scheduler, serial }: AnyPid): Key {
  return `${node.name}/${node.creation}:${scheduler}.${serial}`;
}

export function refKey({ node, scheduler, id }: Ref): Key {
  return `#${node.name}/${node.creation}:${scheduler}.${id}`;
}

export function addressKey({ name, node }: Address): Key {
  return `${name}@@${node}`;
}

/** The node in a key. */
export function nodeIn(key: Key): string {
  return key.slice(key.startsWith("#") ? 1 : 0, key.indexOf("/"));
}

export type Event =
  | { readonly type: "born" | "died"; readonly pid: Key }
  /** `sure`: to a pid, so it arrives unless the receiver ends or the connection does. */
  | {
      readonly type: "sent";
      readonly from: Key;
      readonly to: Key;
      readonly n: number;
      readonly sure: boolean;
    }
  /** `to`: whom the sender meant, where that was a pid; `alias`: the ref that it came through. */
  | {
      readonly type: "received";
      readonly by: Key;
      readonly from: Key;
      readonly n: number;
      readonly to?: Key;
      readonly alias?: Key;
    }
  /** `once`: the first message to its ref, as an alias, ends it. */
  | {
      readonly type: "monitored";
      readonly by: Key;
      readonly ref: Key;
      readonly target: Key;
      readonly once?: boolean;
    }
  | {
      readonly type: "demonitored";
      readonly by: Key;
      readonly ref: Key;
      readonly active: boolean;
      readonly flush: boolean;
    }
  | {
      readonly type: "down";
      readonly by: Key;
      readonly ref: Key;
      readonly target: Key;
      readonly reason: string;
    }
  | { readonly type: "exit"; readonly by: Key; readonly from: Key; readonly reason: string }
  | { readonly type: "exitSent"; readonly from: Key; readonly to: Key; readonly reason: string }
  | { readonly type: "linked" | "unlinked"; readonly by: Key; readonly to: Key }
  | { readonly type: "registered"; readonly node: string; readonly name: string; readonly pid: Key }
  | { readonly type: "unregistered"; readonly node: string; readonly name: string }
  | { readonly type: "timerSet"; readonly by: Key; readonly ref: Key; readonly due: number }
  | { readonly type: "timerCancelled"; readonly by: Key; readonly ref: Key; readonly active: boolean }
  | { readonly type: "timerFired"; readonly by: Key; readonly ref: Key; readonly at: number }
  | { readonly type: "called"; readonly by: Key; readonly id: number; readonly to: Key }
  | { readonly type: "answered"; readonly by: Key; readonly id: number; readonly reply: string }
  | { readonly type: "strayReply"; readonly by: Key; readonly reply: string }
  | { readonly type: "child"; readonly supervisor: Key; readonly id: string; readonly pid: Key }
  | { readonly type: "joined" | "left"; readonly group: string; readonly pid: Key }
  | {
      readonly type: "members";
      readonly node: string;
      readonly group: string;
      readonly members: readonly Key[];
    }
  | { readonly type: "nodeDown"; readonly node: string; readonly lost: string }
  | { readonly type: "crashed" | "started"; readonly node: string }
  | { readonly type: "warned"; readonly node: string; readonly text: string };

/** One line for the trace. */
export function describe(event: Event): string {
  return Object.values(event).join(" ");
}
