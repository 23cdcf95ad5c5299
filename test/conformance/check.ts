/** Runs scenarios on both sides and says where they differ. */
import { type CanonicalTrace, canonical, difference } from "./compare.js";
import { perform } from "./interpret.js";
import type { Placement, Scenario } from "./scenario.js";
import { Stage } from "./stage.js";

export interface Finding {
  readonly scenario: Scenario;
  readonly placement: Placement;
  /** Where the traces differ, or why ringbeam's could not be had. */
  readonly what: string;
}

/** A stage, replaced after a scenario that hangs: what it left behind must not be heard by the next. */
export class Ringbeam {
  readonly #placement: Placement;
  #stage: Stage | undefined;

  constructor(placement: Placement) {
    this.#placement = placement;
  }

  /** Undefined if ringbeam does as expected. */
  async check(scenario: Scenario, expected: CanonicalTrace): Promise<Finding | undefined> {
    const what = await this.#differs(scenario, expected);
    return what === undefined ? undefined : { scenario, placement: this.#placement, what };
  }

  async #differs(scenario: Scenario, expected: CanonicalTrace): Promise<string | undefined> {
    this.#stage ??= await Stage.open(this.#placement);
    try {
      return difference(expected, canonical(await perform(this.#stage, scenario), scenario));
    } catch (error) {
      await this.close();
      return String(error instanceof Error ? (error.stack ?? error.message) : error);
    }
  }

  async close(): Promise<void> {
    const stage = this.#stage;
    this.#stage = undefined;
    await stage?.close();
  }
}
