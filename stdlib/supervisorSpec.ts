/**
 * What a supervisor's function gives, checked and made into the state that the supervisor starts with.
 *
 *     { strategy: "oneForAll", intensity: 3, period: 10_000, children: [child(stock, [])] }
 */
import { Exit, type Self } from "../runtime/index.js";
import { type ChildSpec, checkChildSpec } from "./childSpec.js";
import { Family } from "./family.js";
import type { Limit, Strategy } from "./strategy.js";

/** What a supervisor's function gives. */
export interface SupervisorSpec {
  /** `oneForOne` by default. */
  readonly strategy?: Strategy;
  /** Restarts allowed within `period`; 1 by default. */
  readonly intensity?: number;
  /** ms; 5000 by default. */
  readonly period?: number;
  readonly children: readonly ChildSpec[];
}

/** What a supervisor knows. */
export interface State extends Limit {
  readonly strategy: Strategy;
  readonly family: Family;
  /** When the latest restarts were. */
  readonly restarts: number[];
}

/** Throws Exit with what is wrong. */
export function initialState(self: Self<unknown>, spec: SupervisorSpec): State {
  const { strategy = "oneForOne", intensity = 1, period = 5000, children } = spec;
  const wrong = (data: unknown) => new Exit({ supervisorData: data });
  if (!["oneForOne", "oneForAll", "restForOne"].includes(strategy))
    throw wrong({ invalidStrategy: strategy });
  if (!(Number.isInteger(intensity) && intensity >= 0)) throw wrong({ invalidIntensity: intensity });
  if (!(period > 0)) throw wrong({ invalidPeriod: period });
  const family = new Family(self);
  for (const one of children) {
    const checked = startSpec(one);
    if (family.get(checked.id)) throw new Exit({ startSpec: { duplicateChildName: checked.id } });
    family.add(checked);
  }
  return { strategy, intensity, period, family, restarts: [] };
}

/** Throws Exit. */
export function startSpec(spec: unknown): ChildSpec {
  try {
    return checkChildSpec(spec);
  } catch (thrown) {
    throw thrown instanceof Exit ? new Exit({ startSpec: thrown.reason }) : thrown;
  }
}
