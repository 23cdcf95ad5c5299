/**
 * Taking a lock on many nodes (`global:set_lock/3`). The first node of their sorted names is the boss: who has it there
 * asks all others at once. If one refuses, whatever was granted is given back, and it is tried again after a random
 * while; so nobody waits while holding anything, and there is no deadlock. A node that is lost, or runs no `global`,
 * refuses nobody.
 */
import type { AnySelf } from "./procLib.js";
import { multiCall } from "./requestId.js";
import { sleep } from "./timer.js";

/** The name of the server on each node. */
export const GLOBAL_NAME_SERVER = "globalNameServer";

/** What is locked, and for whom; both are terms. A lock that is held for the same requester is no obstacle. */
export type LockId = readonly [resource: unknown, requester: unknown];

/** ms that may pass between two tries at first and at last. */
const FIRST_PAUSE_MS = 8;
const LAST_PAUSE_MS = 1000;

/** False if it could not be had at the first try and `retries` more. */
export async function lockOn(
  self: AnySelf,
  id: LockId,
  nodes: readonly string[],
  retries: number,
): Promise<boolean> {
  for (let tried = 0; !(await tryLock(self, id, nodes)); tried++) {
    if (tried >= retries) return false;
    await sleep(self, Math.ceil(Math.random() * Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tried)));
  }
  return true;
}

async function tryLock(self: AnySelf, id: LockId, nodes: readonly string[]): Promise<boolean> {
  const [boss, ...others] = [...new Set(nodes)].sort();
  const granted: string[] = [];
  for (const group of [[boss].filter((node) => node !== undefined), others]) {
    const { replies } = await askAll(self, group, ["lock", ...id]);
    for (const { node, reply } of replies) if (reply === true) granted.push(node);
    if (replies.every(({ reply }) => reply === true)) continue;
    await unlockOn(self, id, granted);
    return false;
  }
  return true;
}

/** What the calling process holds there under the id is free. */
export async function unlockOn(self: AnySelf, id: LockId, nodes: readonly string[]): Promise<void> {
  await askAll(self, nodes, ["unlock", ...id]);
}

/** Asks the servers of these nodes; without a limit of time, for a node that does not answer is lost in the end. */
export function askAll(self: AnySelf, nodes: readonly string[], request: readonly [string, ...unknown[]]) {
  return multiCall(self, nodes, GLOBAL_NAME_SERVER, request);
}
