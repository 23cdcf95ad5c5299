/** What the tests of the library share: a node, and waiting for what happens on it. */
import type { Test } from "uvu";
import {
  type AnyPid,
  CallError,
  type Down,
  type ExitReason,
  type Node,
  type Self,
  startNode,
  TIMEOUT,
} from "../../runtime/index.js";

export interface Fixture {
  node: Node;
  self: Self<unknown>;
}

/** ms after which an event that should have come will not. */
const PATIENCE = 10_000;

/** Starts a node before the tests of a suite and stops it after them. */
export function onNode(test: Test<Fixture>): void {
  test.before(async (context) => {
    context.node = await startNode({ schedulers: 2 });
    context.self = context.node.self;
  });
  // What the last test left unread. It waited for the end of its processes, so nothing comes any more.
  test.before.each(async ({ self }) => {
    while ((await self.receive({ after: 0 })) !== TIMEOUT);
  });
  test.after((context) => context.node.stop());
}

/** The next message that fits; throws if it does not come. */
export async function next<T>(self: Self<unknown>, match: (message: unknown) => message is T): Promise<T> {
  const message = await self.receive(match, { after: PATIENCE });
  if (message === TIMEOUT) throw new Error("what the test waits for did not come");
  return message;
}

/** The next event `[who, what, ...rest]` that a watched process tells; gives the rest. */
export async function event(self: Self<unknown>, who: string, what: string): Promise<unknown[]> {
  const message = await next(self, (m): m is unknown[] => Array.isArray(m) && m[0] === who && m[1] === what);
  return message.slice(2);
}

/** The events that a watched process has told and nobody has taken, in order. */
export async function events(self: Self<unknown>, who: string): Promise<string[]> {
  const told: string[] = [];
  for (;;) {
    const message = await self.receive((m): m is string[] => Array.isArray(m) && m[0] === who, { after: 0 });
    if (message === TIMEOUT) return told;
    told.push(message[1]!);
  }
}

/** Waits until a process has ended; gives its reason. */
export async function ended(self: Self<unknown>, pid: AnyPid): Promise<ExitReason> {
  const ref = self.monitor(pid);
  const down = await next(
    self,
    (m): m is Down => (m as Partial<Down> | null)?.tag === "DOWN" && (m as Down).ref === ref,
  );
  return down.reason;
}

/** The next EXIT message of a process. */
export async function exitOf(self: Self<unknown>, pid: AnyPid): Promise<ExitReason> {
  const isExit = (m: unknown): m is { reason: ExitReason } =>
    (m as { tag?: unknown } | null)?.tag === "EXIT" && (m as { pid: unknown }).pid === pid;
  return (await next(self, isExit)).reason;
}

/** Why a call failed; throws if it did not. */
export async function failure(call: Promise<unknown>): Promise<ExitReason> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CallError) return error.failure;
    throw error;
  }
  throw new Error("the call did not fail");
}
