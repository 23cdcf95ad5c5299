/**
 * Refusing what is not a term, with the path to it: `message.job.handlers[0]: function cannot be sent`.
 * The path is gathered while the walk unwinds, so that walks that succeed pay nothing for it.
 */

/** Nesting beyond this is refused: every walk over a term is recursive. */
export const MAX_DEPTH = 1000;

/** Thrown by `send`, `spawn` and the like for what is not a term. */
export class TermError extends TypeError {
  override readonly name = "TermError";
  constructor(
    /** Where it is: `message.job.handlers[0]`. */
    readonly path: string,
    /** What it is: `function`. */
    readonly found: string,
  ) {
    super(`${path}: ${found} cannot be sent`);
  }
}

/** What a walk throws at the place where it stops. */
export class Refusal {
  readonly steps: string[] = [];
  constructor(readonly found: string) {}
}

/** Walks into one part of a term, adding its step to a refusal from below. */
export function step(
  walk: (value: unknown, depth: number) => unknown,
  value: unknown,
  depth: number,
  key: unknown,
): unknown {
  try {
    return walk(value, depth + 1);
  } catch (thrown) {
    if (thrown instanceof Refusal) thrown.steps.push(stepName(key));
    throw thrown;
  }
}

/** Runs a walk from the top; a refusal becomes a TermError with the path from `root`. */
export function walkFrom(
  root: string,
  walk: (value: unknown, depth: number) => unknown,
  term: unknown,
): unknown {
  try {
    return walk(term, 0);
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const steps = thrown.steps.reverse();
    const path = steps.length > 20 ? `${steps.slice(0, 8).join("")}...` : steps.join("");
    throw new TermError(root + path, thrown.found);
  }
}

export function refuseCycle(): never {
  throw new Refusal(`a cycle, or nesting deeper than ${MAX_DEPTH},`);
}

export function refuseInstance(term: object): never {
  throw new Refusal(`instance of ${term.constructor?.name || "an unnamed class"}`);
}

function stepName(key: unknown): string {
  if (typeof key === "number") return `[${key}]`;
  if (typeof key !== "string") return `[a ${typeof key}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
