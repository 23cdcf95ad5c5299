/**
 * What a supervisor's function gives, checked and made into the state that the supervisor starts with.
 *
 *     { strategy: "oneForAll", intensity: 3, period: 10_000, children: [child(stock, [])] }
 */
import { Exit, type Self } from "../runtime/index.js";
import { type ChildSpec, checkChildSpec } from "./childSpec.js";
import { Family } from "./family.js";
import type { AutoShutdown, Limit, Strategy } from "./strategy.js";

/** What a supervisor's function gives. */
export interface SupervisorSpec {
  /** `oneForOne` by default. */
  readonly strategy?: Strategy;
  /** Restarts allowed within `period`; 1 by default. */
  readonly intensity?: number;
  /** ms; 5000 by default. */
  readonly period?: number;
  /**
   * Whether it exits `shutdown` by itself when a child that is `significant` ends and is not restarted: `never`
   * (the default), or with the first or with the last of them. A child that it was told to end does not count.
   */
  readonly autoShutdown?: AutoShutdown;
  /** Started in this order, ended in the reverse one. Ids must differ. */
  readonly children: readonly ChildSpec[];
}

/** What a supervisor knows. */
export interface State extends Limit {
  readonly strategy: Strategy;
  readonly autoShutdown: AutoShutdown;
  readonly family: Family;
  /** When the latest restarts were. */
  readonly restarts: number[];
  /** When the latest loss of each scheduler was counted. */
  readonly losses: Map<number, number>;
}

/** Throws Exit with what is wrong. */
export function initialState(self: Self<unknown>, spec: SupervisorSpec): State {
  const { strategy = "oneForOne", autoShutdown = "never", children } = spec;
  const wrong = (data: unknown) => new Exit({ supervisorData: data });
  if (!["oneForOne", "oneForAll", "restForOne"].includes(strategy))
    throw wrong({ invalidStrategy: strategy });
  if (!["never", "anySignificant", "allSignificant"].includes(autoShutdown))
    throw wrong({ invalidAutoShutdown: autoShutdown });
  const limit = limitOf(spec);
  const family = new Family(self);
  for (const one of children) {
    const checked = startSpec(one, autoShutdown);
    if (family.get(checked.id)) throw new Exit({ startSpec: { duplicateChildName: checked.id } });
    family.add(checked);
  }
  return { strategy, autoShutdown, ...limit, family, restarts: [], losses: new Map() };
}

/** The restarts that a supervisor allows. Throws Exit. */
export function limitOf({ intensity = 1, period = 5000 }: Partial<Limit>): Limit {
  if (!(Number.isInteger(intensity) && intensity >= 0))
    throw new Exit({ supervisorData: { invalidIntensity: intensity } });
  if (!(period > 0)) throw new Exit({ supervisorData: { invalidPeriod: period } });
  return { intensity, period };
}

/** Throws Exit with what is wrong; OTP says it so to who adds a child, and in a `startSpec` to who starts the supervisor. */
export function checkedSpec(spec: unknown, autoShutdown: AutoShutdown): ChildSpec {
  const checked = checkChildSpec(spec);
  if (checked.significant && autoShutdown === "never")
    throw new Exit({ badCombination: { autoShutdown, significant: true } });
  return checked;
}

function startSpec(spec: unknown, autoShutdown: AutoShutdown): ChildSpec {
  try {
    return checkedSpec(spec, autoShutdown);
  } catch (thrown) {
    throw thrown instanceof Exit ? new Exit({ startSpec: thrown.reason }) : thrown;
  }
}
