/**
 * Explores ALL interleavings of a few step machines over shared words.
 *
 * A system is made anew for every path and replayed to where the path ends; a state that was seen before is not
 * explored again. A state is the shared memory plus, for each machine, its steps so far and what it read in each:
 * machines are deterministic, so that says all about its local variables and where it stands.
 */
import type { Step } from "./coroutines.js";

export interface Machine {
  readonly run: Step<void>;
  /** Whether it waits for something that has not happened: it is not stepped then. */
  blocked(): boolean;
}

export interface System {
  readonly machines: readonly Machine[];
  /** Everything shared, as text. */
  shared(): string;
  /** What is wrong where no machine can step any more, or undefined. */
  verdict(): string | undefined;
}

/** Collects what the machine that is stepped now reads. */
export class Observer {
  readonly #traces: string[] = [];
  current = 0;

  readonly observe = (value: number | string): void => {
    this.#traces[this.current] = `${this.#traces[this.current] ?? ""},${value}`;
  };

  /** The machine that is stepped now has no local state but this. */
  readonly forget = (local: number | string): void => {
    this.#traces[this.current] = String(local);
  };

  get traces(): string {
    return this.#traces.join("/");
  }
}

export interface Explored {
  readonly states: number;
  readonly ends: number;
  /** The first path to a wrong end: the numbers of the machines in the order of their steps. */
  readonly wrong: { readonly verdict: string; readonly path: readonly number[] } | undefined;
}

/** Throws beyond `maxStates`: a bound that is not reached proves, one that is reached does not. */
export function explore(make: (observer: Observer) => System, maxStates = 400_000): Explored {
  const seen = new Set<string>();
  const paths: number[][] = [[]];
  let ends = 0;
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const observer = new Observer();
    const system = make(observer);
    const done = system.machines.map(() => false);
    for (const machine of path) {
      observer.current = machine;
      done[machine] = system.machines[machine]!.run.next().done === true;
      observer.observe(".");
    }
    const key = `${done}|${observer.traces}|${system.shared()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    if (seen.size > maxStates) throw new Error(`more than ${maxStates} states: the bounds are too large`);
    const enabled = system.machines.flatMap((machine, i) => (done[i] || machine.blocked() ? [] : [i]));
    for (const machine of enabled) paths.push([...path, machine]);
    if (enabled.length > 0) continue;
    ends++;
    const verdict = system.verdict();
    if (verdict !== undefined) return { states: seen.size, ends, wrong: { verdict, path } };
  }
  return { states: seen.size, ends, wrong: undefined };
}
