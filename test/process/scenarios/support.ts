/** What scenarios are written with: partners that do what they are told, and waiting for what is bound to come. */
import type { AnyPid, Down, ExitMessage, Pid, Ref, Self, SpawnOptions } from "../../../runtime/index.js";
import { TIMEOUT } from "../../../runtime/index.js";
import { type Order, puppet } from "../puppet.js";

/** `there`: the scheduler that partners live on: the scenario's own, or another. */
export type Scenario = (self: Self<unknown>, there: number) => Promise<void>;

/** ms after which what should have come counts as lost. */
const LOST = 3000;

/** A partner on that scheduler, which follows the first orders before it takes any message. */
export function partner(
  self: Self<unknown>,
  there: number,
  first: readonly Order[] = [],
  options: SpawnOptions = {},
): Pid<unknown> {
  const pid = self.spawn(puppet, first, { ...options, scheduler: there });
  const partners = partnersOf.get(self) ?? [];
  partnersOf.set(self, [...partners, pid]);
  return pid;
}

const partnersOf = new WeakMap<Self<unknown>, Pid<unknown>[]>();

/** Ends all partners of a scenario and waits till they are gone. */
export async function dismissPartners(self: Self<unknown>): Promise<void> {
  self.processFlag("trapExit", true);
  for (const pid of partnersOf.get(self) ?? []) {
    self.exit(pid, "kill");
    await endOf(self, pid);
  }
}

/** Has a partner do something; resolves with the result. */
export function tell<T = unknown>(self: Self<unknown>, pid: Pid<unknown>, ...order: Order): Promise<T> {
  return self.call(pid, order, LOST) as Promise<T>;
}

/** Has a partner do something and does not wait; what it answers is dropped. */
export function order(self: Self<unknown>, pid: Pid<unknown>, ...request: Order): void {
  self.send(pid, { tag: "$call", from: { pid: self.pid, ref: self.makeRef() }, request });
}

/** The next message. Throws if none comes. */
export async function next<T = unknown>(self: Self<unknown>): Promise<T> {
  const message = await self.receive({ after: LOST });
  if (message === TIMEOUT) throw new Error("nothing came");
  return message as T;
}

/** All messages that are in the mailbox now. */
export async function inbox(self: Self<unknown>): Promise<unknown[]> {
  const messages: unknown[] = [];
  for (;;) {
    const message = await self.receive({ after: 0 });
    if (message === TIMEOUT) return messages;
    messages.push(message);
  }
}

/** Waits for the DOWN of a monitor and gives its reason. */
export async function downOf(self: Self<unknown>, ref: Ref): Promise<unknown> {
  const message = await self.receive(
    (m): m is Down => typeof m === "object" && (m as Down | null)?.tag === "DOWN" && (m as Down).ref === ref,
    { after: LOST },
  );
  if (message === TIMEOUT) throw new Error(`no DOWN of ${ref} came`);
  return message.reason;
}

/** Waits until the process is gone; gives its exit reason (`noproc` if it was gone before). */
export function endOf(self: Self<unknown>, pid: AnyPid): Promise<unknown> {
  return downOf(self, self.monitor(pid));
}

export function exitMessage(pid: AnyPid, reason: unknown): ExitMessage {
  return { tag: "EXIT", pid, reason };
}

/** What the call throws. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it should have thrown");
}
