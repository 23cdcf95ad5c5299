/** What the programs of many rows are made of. */
import type { AnyPid, Pid, Self } from "ringbeam";

/** The ns that `work` takes. */
export async function nsOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) * 1e6;
}

/**
 * The ns of `n` operations that are done in bursts, each ended by a message to the caller: `one(i, last)`. Bursts
 * keep the mailbox short, as flow control does in a program that lives long.
 */
export async function inBursts(
  self: Self<unknown>,
  n: number,
  size: number,
  one: (i: number, last: boolean) => void,
): Promise<number> {
  const bursts = Math.ceil(n / size);
  const ns = await nsOf(async () => {
    for (let b = 0; b < bursts; b++) {
      for (let i = 1; i <= size; i++) one(b * size + i, i === size);
      await self.receive();
    }
  });
  return (ns * n) / (bursts * size);
}

/** Takes so many messages. */
export async function receiveAll<M>(self: Self<M>, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await self.receive();
}

export function killAll<M>(self: Self<M>, pids: Iterable<AnyPid>): void {
  for (const pid of pids) self.exit(pid, "kill");
}

/** A message of six keys. */
export interface Six {
  readonly a: number;
  readonly b: number;
  readonly c: string;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export const six = (i: number): Six => ({ a: i, b: i + 1, c: "three", d: i + 3, e: i + 4, f: i + 5 });

/** What asks for an answer. */
export interface Ask {
  readonly from: Pid<number>;
  readonly n: number;
}
