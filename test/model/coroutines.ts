/**
 * The shipped code of a module as step machines: its compiled source, with every method made a generator that
 * yields before each atomic operation, and every call of such a method a `yield*`. Nothing else is changed, so
 * what the explorer proves, it proves of the code that ships.
 *
 * Constructors and getters stay as they are: nobody else is there yet, or nobody decides by them.
 */
import { readFileSync } from "node:fs";

/** A change planted in the source, by which a test shows that the explorer would find it. */
export type Plant = readonly [from: string, to: string];

export type Step<T> = Generator<void, T, void>;

/** Told of the result of each atomic operation. */
type Observe = (result: number) => void;

const OPS = ["load", "store", "exchange", "compareExchange"] as const;

/** What a class calls that is passed to it; must be a generator function as well. */
const PASSED = ["#published", "#madeRoom", "wake"];

/** A plain action, where the code under test calls a step machine. */
export function action(run: () => void): () => Step<void> {
  return function* () {
    yield* [];
    run();
  };
}

/**
 * The classes that `file` exports, as step machines, made anew for each observer. Throws if the source is not what this expects.
 *
 * @param file name of a module in runtime/sched
 */
export function asCoroutines(
  file: string,
  classes: readonly string[],
  plant?: Plant,
): (observe: Observe) => Record<string, never> {
  let source = readFileSync(new URL(`../../runtime/sched/${file}.js`, import.meta.url), "utf8");
  if (plant !== undefined) {
    if (!source.includes(plant[0])) throw new Error(`${file}: nothing to plant a bug in: ${plant[0]}`);
    source = source.replace(...plant);
  }
  const body = transform(source.replace(/^import .*$/gm, "").replace(/^export /gm, ""));
  const make = new Function(
    ...OPS,
    ...OPS.map((op) => `${op}Now`),
    `${body}\nreturn { ${classes.join(", ")} };`,
  );
  return (observe) =>
    make(...OPS.map((op) => operation(op, observe)), ...OPS.map((op) => Atomics[op])) as Record<
      string,
      never
    >;
}

function operation(op: (typeof OPS)[number], observe: Observe): (...args: number[]) => Step<number> {
  const atomic = Atomics[op] as unknown as (...args: number[]) => number;
  return function* (...args) {
    yield;
    const result = atomic(...args);
    observe(result);
    return result;
  };
}

function transform(source: string): string {
  const methods = [...source.matchAll(/^ {4}(#?\w+)\([^)]*\) \{$/gm)]
    .map((m) => m[1]!)
    .filter((name) => name !== "constructor");
  const calls = new RegExp(
    `(?<![\\w.#])(?:${OPS.join("|")})\\(|this\\.(?:${[...methods, ...PASSED].join("|")})\\(`,
    "g",
  );
  let inMethod = false;
  return source
    .split(/^(?= {4}[\w#])/m)
    .map((member) => {
      const name = /^ {4}(#?\w+)\([^)]*\) \{$/m.exec(member.split("\n", 1)[0]!)?.[1];
      inMethod = name !== undefined && name !== "constructor";
      if (!inMethod) return member.replace(new RegExp(`(?<![\\w.#])(${OPS.join("|")})\\(`, "g"), "$1Now(");
      return `    *${delegate(member.trimStart(), calls)}`;
    })
    .join("");
}

/** Every call becomes `(yield* call)`. */
function delegate(code: string, calls: RegExp): string {
  const head = code.slice(0, code.indexOf("\n"));
  let result = head;
  let at = head.length;
  for (const match of code.matchAll(calls)) {
    if (match.index < at) continue;
    const end = closing(code, match.index + match[0].length);
    const args = delegateArgs(code.slice(match.index + match[0].length, end), calls);
    result += `${code.slice(at, match.index)}(yield* ${match[0]}${args}))`;
    at = end + 1;
  }
  return result + code.slice(at);
}

function delegateArgs(args: string, calls: RegExp): string {
  return delegate(`\n${args}`, new RegExp(calls.source, "g")).slice(1);
}

function closing(code: string, from: number): number {
  for (let i = from, depth = 1; i < code.length; i++) {
    if (code[i] === "(") depth++;
    else if (code[i] === ")" && --depth === 0) return i;
  }
  throw new Error("a call without its end");
}
