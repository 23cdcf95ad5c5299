/**
 * What a supervisor decides (OTP: `supervisor`, "Supervision Principles"); `supervisor.ts` carries it out.
 *
 *     ended  ->  afterExit(restart type, reason)         restart, keep the spec, or remove it
 *     restart -> addRestart(restarts so far, now)        too many: the supervisor gives up
 *             -> restartPlan(strategy, children, ended)  whom to terminate, to remove, to start, in order
 *     keep, remove -> endsWith(autoShutdown, ended, children)  the supervisor ends, too
 *
 *     restartPlan("restForOne", [a, b, c], b)   // { terminate: [c], remove: [], start: [b, c] }
 */
import { type ExitReason, isOrderly } from "../runtime/index.js";

/** Who is restarted with a child: nobody, all its siblings, or those that were started after it. */
export type Strategy = "oneForOne" | "oneForAll" | "restForOne";

/** When a child that ended is started again: always, never, or if it did not end in order. */
export type Restart = "permanent" | "temporary" | "transient";

/** What becomes of a child that ended by itself. The spec of a temporary child goes with it. */
export function afterExit(restart: Restart, reason: ExitReason): "restart" | "keep" | "remove" {
  if (restart === "temporary") return "remove";
  return restart === "permanent" || !isOrderly(reason) ? "restart" : "keep";
}

/** Whether a supervisor ends with its significant children: never, with the first of them, or with the last. */
export type AutoShutdown = "never" | "anySignificant" | "allSignificant";

interface Significant {
  readonly spec: { readonly significant?: boolean };
  readonly pid: unknown;
  readonly restarting: boolean;
}

/** Whether the supervisor ends because `ended` did, by itself, and is not restarted. */
export function endsWith<Child extends Significant>(
  autoShutdown: AutoShutdown,
  ended: Child,
  children: Iterable<Child>,
): boolean {
  if (autoShutdown === "never" || !ended.spec.significant) return false;
  if (autoShutdown === "anySignificant") return true;
  for (const { spec, pid, restarting } of children)
    if (spec.significant && (pid !== undefined || restarting)) return false;
  return true;
}

/** At most `intensity` restarts in any `period` ms. */
export interface Limit {
  readonly intensity: number;
  readonly period: number;
}

/**
 * Counts one more restart; false if that is too many.
 * @param restarts when the latest restarts were, in ms, oldest first: the one argument here that is changed
 */
export function addRestart(restarts: number[], now: number, { intensity, period }: Limit): boolean {
  restarts.push(now);
  // With this one there are more than `intensity` in the period if the one so many before it is not past.
  const before = restarts[restarts.length - 1 - intensity];
  if (restarts.length > 2 * intensity + 64) restarts.splice(0, restarts.length - intensity);
  return before === undefined || now - before > period;
}

/**
 * Whether the restart that follows from this exit is counted already: the loss of a scheduler's thread ends many
 * children at once, and is one misfortune, not many. Those belong to it that were started before it was counted.
 * @param losses when the latest loss of each scheduler was counted, in ms; noted here
 * @param startedAt when the child was started, in ms
 */
export function isCounted(
  losses: Map<number, number>,
  reason: ExitReason,
  startedAt: number,
  now: number,
): boolean {
  const scheduler = (reason as { readonly schedulerDown?: unknown } | null | undefined)?.schedulerDown;
  if (typeof scheduler !== "number") return false;
  if (startedAt <= (losses.get(scheduler) ?? Number.NEGATIVE_INFINITY)) return true;
  losses.set(scheduler, now);
  return false;
}

interface Restartable {
  readonly spec: { readonly restart: Restart };
}

/** The steps of a restart, in this order; each list too. */
export interface Plan<Child> {
  readonly terminate: readonly Child[];
  readonly remove: readonly Child[];
  readonly start: readonly Child[];
}

/**
 * How to bring `ended` up again. Siblings go down in the reverse of the order that they come up in; those
 * that are temporary do not come back.
 * @param children in the order of their start; not looked at for `oneForOne`
 */
export function restartPlan<Child extends Restartable>(
  strategy: Strategy,
  children: Iterable<Child>,
  ended: Child,
): Plan<Child> {
  if (strategy === "oneForOne") return { terminate: [], remove: [], start: [ended] };
  const all = [...children];
  const affected = strategy === "oneForAll" ? all : all.slice(all.indexOf(ended));
  return {
    terminate: affected.filter((child) => child !== ended).reverse(),
    remove: affected.filter((child) => child.spec.restart === "temporary"),
    start: affected.filter((child) => child.spec.restart !== "temporary"),
  };
}

/** Whether a child that was told to terminate did as told; else its reason is worth a report. */
export function endedAsTold(restart: Restart, told: "shutdown" | "killed", reason: ExitReason): boolean {
  if (reason === told) return true;
  return restart !== "permanent" && isOrderly(reason);
}
