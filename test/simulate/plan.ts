/** What kind of world a seed makes. Each leaves much out (swarm testing): what never happens elsewhere happens there. */
import type { NodeSettings } from "./node.js";
import type { Random } from "./random.js";

export interface Plan {
  readonly nodes: readonly Omit<NodeSettings, "creation">[];
  /** Things that actors do, all in all. */
  readonly ops: number;
  /** Chance that an op is left out of this world. */
  readonly leftOut: number;
  /** Processes that may be spawned, all in all. */
  readonly processes: number;
  readonly supervisors: number;
  /** Chances for each step. */
  readonly crash: number;
  readonly cut: number;
  readonly reset: number;
}

export function makePlan(random: Random): Plan {
  const nodes = random.pick([1, 1, 2, 2, 3]);
  // Drawn whether or not there is an addon, so that the rest of the world is the same.
  const guarded = random.chance(0.6);
  const faults = nodes > 1 && random.chance(0.6);
  const slicesPerLook = guarded ? random.pick([1, 3, 16]) : 1;
  return {
    nodes: Array.from({ length: nodes }, (_, i) => ({
      name: `${"abc"[i]}@sim`,
      schedulers: random.pick([1, 2, 3, 3, 4]),
      ringBytes: random.pick([256, 256, 512, 4096]),
      pace: { turnMs: 0, spinMs: 0, slicesPerLook },
      guarded,
      tickMs: 3000,
      fragmentBytes: random.pick([64, 512, 4096]),
    })),
    ops: random.between(10, 120),
    leftOut: random.pick([0, 0.3, 0.6]),
    processes: random.between(4, 30),
    supervisors: random.chance(0.4) ? random.between(1, 2) : 0,
    crash: faults && random.chance(0.6) ? 0.002 : 0,
    cut: faults && random.chance(0.6) ? 0.003 : 0,
    reset: faults && random.chance(0.6) ? 0.02 : 0,
  };
}
