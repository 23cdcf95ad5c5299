/** What is done to the cluster while it counts, and when: after so many results, never by the clock. */
import { type AnySelf, cast } from "ringbeam";
import type { Progress } from "./coordinator.js";
import type { Worker } from "./worker.js";

export interface Victims {
  /** Does `kill -9` to the other node. */
  killNode(): void;
  /** Whether a process in an endless loop can be killed: not without the native addon. */
  readonly canKillLoop: boolean;
  /** The node that is not killed. */
  readonly home: string;
  say(text: string): void;
}

/** Harms the worker, or another; false: this worker is not the right one. */
type Harm = (worker: Worker) => boolean;

/** Gives what to call after each result: it harms the worker that brought it, if it is time for that. */
export function chaos(self: AnySelf, victims: Victims): (progress: Progress) => void {
  const crash: Harm = (worker) => {
    cast(self, worker, ["crash"]);
    return true;
  };
  const hang: Harm = (worker) => {
    if (worker.node.name !== victims.home) return false;
    victims.say(`${worker} enters an endless loop`);
    cast(self, worker, ["hang"]);
    return true;
  };
  const killNode: Harm = () => {
    victims.killNode();
    return true;
  };
  const plan: [percent: number, harm: Harm][] = [10, 15, 20, 30, 35, 40, 45, 60, 70, 80, 90].map((at) => [
    at,
    crash,
  ]);
  plan.push([50, killNode]);
  if (victims.canKillLoop) plan.push([25, hang]);
  plan.sort(([a], [b]) => a - b);

  const harmed = new Set<Worker>();
  return ({ done, total, worker }) => {
    const next = plan[0];
    // One that was told to crash may still bring results of work that it had.
    if (next === undefined || harmed.has(worker)) return;
    const [percent, harm] = next;
    if (100 * done < percent * total || !harm(worker)) return;
    plan.shift();
    harmed.add(worker);
  };
}
