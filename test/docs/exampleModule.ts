/**
 * An example of the documentation, made into a module that can be compiled and run, as Elixir's doctest does.
 *
 *     export const sum = ...              declarations stay as they are, and come first
 *     const pid = await startLink(...);   all else is what a process does that has `self`
 *     await call(self, pid, ["get"]); //=> 5     and says what comes of it: the same by value, or the process fails
 *
 * What `//=>` is about is the statement that ends on its line: an expression, or the one name that it declares. In
 * an indented line it is that line. Every line of the module is on the line that it has in the documentation, so
 * the compiler's messages and stack traces point there.
 */
import { fileURLToPath } from "node:url";
import type { Block } from "./blocks.js";

const SAME = fileURLToPath(new URL("./same.js", import.meta.url));

/** The module; with `example`, a process, if there is anything to run. */
export function exampleModule({ file, line, code, given }: Block): string {
  const lines = [...code];
  code.forEach((text, i) => {
    const says = /^(.*?)\s*\/\/=> (.*)$/.exec(text);
    if (says === null) return;
    lines[i] = says[1]!;
    const first = firstLine(code, i);
    const expected = `${says[2]}, ${JSON.stringify(`${file}:${line + i}`)});`;
    const declared = /^\s*const (\w+)/.exec(lines[first]!)?.[1];
    if (declared !== undefined) lines[i] += ` $same(${declared}, ${expected}`;
    else {
      lines[first] = lines[first]!.replace(/\S/, "$$same($&");
      lines[i] = lines[i]!.replace(/;$/, `, ${expected}`);
    }
  });
  const body = lines.findIndex((text) => begins(text) && !DECLARATION.test(text));
  if (body >= 0) {
    lines[body] =
      `export const example = $proc(import.meta.url, async function example(self: $Self) { ${lines[body]}`;
    // Linked processes end with it.
    lines.push('self.exit("shutdown"); });');
  }
  const head = `import { $same } from ${JSON.stringify(SAME)}; import { proc as $proc, type Self as $Self } from "ringbeam"; ${given}`;
  return [...Array<string>(line - 2).fill(""), head, ...lines, ""].join("\n");
}

const DECLARATION = /^(import|export|declare|type|interface|function|async function)\b/;

/** Statements begin in the first column, as formatted code has them. */
function begins(text: string): boolean {
  return /^[^\s})\]/]/.test(text);
}

/** Where the statement begins that ends on line `i`. */
function firstLine(code: readonly string[], i: number): number {
  let first = i;
  while (first > 0 && /^[})\]]/.test(code[i]!) && !begins(code[first]!)) first--;
  return first;
}
