/**
 * Messages from one process to another arrive in the order they were sent, whole or not at all: one that was sent
 * to the pid is missing only if the receiver ended or the connection between the nodes was lost since.
 */
import type { MakeChecker } from "../checker.js";
import type { Key } from "../events.js";

interface Pending {
  readonly n: number;
  readonly losses: number;
}

export const signalOrder: MakeChecker = (fail) => {
  /** By sender and receiver: the number of the last message received. */
  const last = new Map<string, number>();
  /** Sure messages on their way, by sender and receiver. */
  const pending = new Map<string, Pending[]>();
  const of = (from: Key, to: Key) => `${from} -> ${to}`;
  return {
    on(event, { facts }) {
      if (event.type === "sent" && event.sure) {
        const key = of(event.from, event.to);
        const waiting = pending.get(key) ?? [];
        pending.set(key, waiting);
        waiting.push({ n: event.n, losses: facts.losses(event.from, event.to) });
      }
      if (event.type !== "received") return;
      const { from, by, n } = event;
      const key = of(from, by);
      if (n <= (last.get(key) ?? 0)) fail(`${key}: message ${n} came after ${last.get(key)}`);
      last.set(key, n);
      const waiting = pending.get(key) ?? [];
      while (waiting.length > 0 && waiting[0]!.n <= n) {
        const before = waiting.shift()!;
        if (before.n < n && before.losses === facts.losses(from, by))
          fail(`${key}: message ${n} came, and ${before.n} before it did not`);
      }
    },
    atRest({ facts }) {
      for (const [key, waiting] of pending) {
        const [from, to] = key.split(" -> ") as [Key, Key];
        const lost = waiting.find(({ losses }) => losses === facts.losses(from, to));
        if (lost !== undefined && facts.isAlive(to)) fail(`${key}: message ${lost.n} never came`);
      }
    },
  };
};
