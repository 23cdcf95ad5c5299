/**
 * The environment of each application, as OTP layers it. What is nearer to the user counts:
 *
 *     env of the declaration  <  the node's settings (config file, RINGBEAM_ENV, --env)  <  persistent setEnv
 *
 * The first two are read as the application is loaded; `setEnv` changes the outcome till it is unloaded, or loaded
 * anew, which a persistent one outlives.
 */
import { copy } from "../term/copy.js";

/** Keys and values by application. */
export type EnvSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Later ones count, key by key. */
export function mergeSettings(...layers: readonly (EnvSettings | undefined)[]): EnvSettings {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const layer of layers) {
    for (const [app, env] of Object.entries(layer ?? {})) merged[app] = { ...merged[app], ...env };
  }
  return merged;
}

export class ApplicationEnv {
  readonly #settings: EnvSettings;
  readonly #publish: (all: EnvSettings) => void;
  #persistent: EnvSettings = {};
  #current: EnvSettings = {};

  /** @param publish makes them known to all schedulers; throws for what cannot be */
  constructor(settings: EnvSettings, publish: (all: EnvSettings) => void) {
    this.#settings = settings;
    this.#publish = publish;
  }

  /** The application's own copy. */
  of(app: string): Record<string, unknown> {
    return copy(this.#current[app] ?? {}, "env");
  }

  /** Throws TermError for a value that is not a term, and changes nothing then. */
  load(app: string, declared: Readonly<Record<string, unknown>>): void {
    const only = (layer: EnvSettings) => ({ [app]: layer[app] ?? {} });
    this.#change(
      mergeSettings(this.#current, { [app]: declared }, only(this.#settings), only(this.#persistent)),
    );
  }

  unload(app: string): void {
    const { [app]: _, ...rest } = this.#current;
    this.#change(rest);
  }

  set(app: string, key: string, value: unknown, persistent: boolean): void {
    const one = { [app]: { [key]: value } };
    this.#change(mergeSettings(this.#current, one));
    if (persistent) this.#persistent = mergeSettings(this.#persistent, copy(one, "env"));
  }

  unset(app: string, key: string): void {
    this.#change(without(this.#current, app, key));
    this.#persistent = without(this.#persistent, app, key);
  }

  #change(next: EnvSettings): void {
    this.#publish(next);
    this.#current = copy(next, "env");
  }
}

function without(all: EnvSettings, app: string, key: string): EnvSettings {
  const { [key]: _, ...rest } = all[app] ?? {};
  return { ...all, [app]: rest };
}
