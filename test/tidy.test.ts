/** Style as a test: where imports may go, no cycles, no dead files, how long things may be, what is not called. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("tidy");

const root = fileURLToPath(new URL("../..", import.meta.url));
const sources = ["native", "runtime", "stdlib", "examples", "test"].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !file.includes("node_modules"))
    .map((file) => join(folder, file)),
);
const textOf = new Map(sources.map((file) => [file, readFileSync(join(root, file), "utf8")]));

/** Each layer may import from itself and from those in its list. */
const LAYERS: Record<string, readonly string[]> = {
  native: [],
  "runtime/term": [],
  "runtime/process": ["runtime/term"],
  "runtime/log": ["runtime/term", "runtime/process"],
  "runtime/sched": ["runtime/term", "runtime/process", "runtime/log", "native"],
  "runtime/dist": [],
  "runtime/node": [
    "runtime/term",
    "runtime/process",
    "runtime/log",
    "runtime/sched",
    "runtime/dist",
    "native",
  ],
  runtime: [
    "runtime/term",
    "runtime/process",
    "runtime/log",
    "runtime/sched",
    "runtime/dist",
    "runtime/node",
  ],
  stdlib: ["runtime"],
  examples: [],
};

function layerOf(file: string): string | undefined {
  const folder = dirname(file);
  return Object.keys(LAYERS)
    .filter((layer) => folder === layer || (layer !== "runtime" && folder.startsWith(`${layer}/`)))
    .sort((a, b) => b.length - a.length)[0];
}

interface Import {
  readonly file: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Imports between our own files. */
function importsOf(file: string): Import[] {
  const found = [...textOf.get(file)!.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+"(\.[^"]+)";/gms)];
  return found.map(([, type, path]) => ({
    file,
    to: normalize(join(dirname(file), path!)).replace(/\.js$/, ".ts"),
    typeOnly: type !== undefined,
  }));
}

test("imports go down only", () => {
  const wrong = sources
    .filter((file) => !file.startsWith("test/"))
    .flatMap(importsOf)
    .filter(({ file, to }) => {
      const [from, target] = [layerOf(file)!, layerOf(to)];
      return target === undefined || (from !== target && !LAYERS[from]!.includes(target));
    });
  assert.equal(
    wrong.map(({ file, to }) => `${file} -> ${to}`),
    [],
  );
});

test("the library and the examples use the public face only", () => {
  const stdlib = sources.filter((file) => file.startsWith("stdlib/")).flatMap(importsOf);
  const wrong = stdlib.filter(({ to }) => to.startsWith("runtime/") && to !== "runtime/index.ts");
  assert.equal(
    wrong.map(({ file, to }) => `${file} -> ${to}`),
    [],
  );
});

test("no import cycles", () => {
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[] = [];
  const visit = (file: string): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    path.push(file);
    for (const { to, typeOnly } of importsOf(file)) if (!typeOnly && textOf.has(to)) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of sources) visit(file);
  assert.equal(cycles, []);
});

test("every file is used, or is where something begins", () => {
  const used = new Set(sources.flatMap(importsOf).map(({ to }) => to));
  const named = [...textOf.values()].join("\n");
  const dead = sources.filter((file) => {
    if (used.has(file) || file.startsWith("examples/") || /\.(test|types)\.ts$/.test(file)) return false;
    // A thread's or a process's main module is named in a URL.
    const name = file.slice(file.lastIndexOf("/") + 1).replace(/\.ts$/, ".js");
    return (
      !named.includes(`${name}"`) &&
      !named.includes(`${name}\``) &&
      !["runtime/node/main.ts", "stdlib/index.ts"].includes(file)
    );
  });
  assert.equal(dead, []);
});

test("no file is longer than 500 lines", () => {
  const long = sources.filter((file) => textOf.get(file)!.split("\n").length > 500);
  assert.equal(long, []);
});

test("shared words are touched through atomics.ts only", () => {
  // The 64-bit owners of names are the one exception: the module's operations are on 32-bit words.
  const exempt = ["runtime/sched/atomics.ts", "runtime/sched/sharedNames.ts"];
  const wrong = sources.filter(
    (file) => file.startsWith("runtime/") && !exempt.includes(file) && /\bAtomics\./.test(textOf.get(file)!),
  );
  assert.equal(wrong, []);
});

test("the layers below the edges do no I/O and read no clock", () => {
  const banned =
    /\b(setTimeout|setImmediate|setInterval|performance\.now|Date\.now|Math\.random)\b|from "node:/;
  const wrong = sources.filter(
    (file) => /^runtime\/(term|process)\//.test(file) && banned.test(withoutComments(textOf.get(file)!)),
  );
  assert.equal(wrong, []);
});

test("nothing is left for later without an issue, and no test is singled out", () => {
  const mark = new RegExp(["TO", "DO|FIX", "ME|XX", "X|HA", "CK"].join(""));
  assert.equal(
    sources.filter((file) => mark.test(textOf.get(file)!)),
    [],
  );
  const only = new RegExp(`\\.on${"ly"}\\(`);
  assert.equal(
    sources.filter((file) => only.test(textOf.get(file)!)),
    [],
  );
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
}

test.run();
