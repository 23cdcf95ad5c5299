/** What Markdown points to is there: the targets of links, files that are named, commands that a reader is to type. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const test = suite("docs/links");

const root = fileURLToPath(new URL("../../..", import.meta.url));
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

/** All files and folders of the repository, those that are built among them, others' not. */
const files = new Set(["."]);
walk(".");
const markdown = [...files].filter((file) => file.endsWith(".md"));

function walk(folder: string): void {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (["node_modules", ".git"].includes(entry.name)) continue;
    const path = join(folder, entry.name);
    files.add(path);
    if (entry.isDirectory()) walk(path);
  }
}

interface Found {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** The first group of every match in a text of Markdown, line by line. */
function find(pattern: RegExp): Found[] {
  return markdown.flatMap((file) =>
    textOf(file)
      .split("\n")
      .flatMap((text, i) =>
        [...text.matchAll(pattern)].map((match) => ({ file, line: i + 1, text: match[1]! })),
      ),
  );
}

const shown = (found: readonly Found[]): string[] =>
  found.map(({ file, line, text }) => `${file}:${line}: ${text}`);

test("the links lead to files, and to headings of them", () => {
  const links = find(/\]\(((?![a-z]+:)[^)\s]+)\)/g);
  assert.ok(links.length > 0);
  const dead = links.filter(({ file, text }) => {
    const [path, heading] = text.split("#") as [string, string?];
    const target = path === "" ? file : normalize(join(dirname(file), path)).replace(/\/$/, "");
    return !files.has(target) || (heading !== undefined && !headingsOf(target).includes(heading));
  });
  assert.equal(shown(dead), []);
});

/** As GitHub makes anchors of them. */
function headingsOf(file: string): string[] {
  return [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

test("the files that are named exist", () => {
  const named = find(/`([\w.-]+(?:\/[\w.-]+)*\.(?:ts|mjs|md|cc|h|erl|json))`/g);
  assert.ok(named.length > 0);
  const endings = new Set(
    [...files].flatMap((file) => file.split("/").map((_, i, all) => all.slice(i).join("/"))),
  );
  assert.equal(shown(named.filter(({ text }) => !endings.has(text) && !text.includes("NAME"))), []);
});

/** The lines of blocks of code, fenced or indented. */
function codeLines(): Found[] {
  let fenced = false;
  return find(/^(.*)$/g).filter(({ text }) => {
    if (text.startsWith("```")) fenced = !fenced;
    return fenced || text.startsWith("    ");
  });
}

/** What to type, without prompt, environment and comment. */
const commands = [...codeLines(), ...find(/`([^`]+)`/g)].flatMap((found) =>
  found.text
    .replace(/ {2,}#.*$/, "")
    .replace(/^ *(\$ |[A-Z_]+=\S+ )*/, "")
    .split(" && ")
    .map((text) => ({ ...found, text })),
);

test("the npm scripts and the programs that are run exist", () => {
  const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
  const wrong = commands.filter(({ text }) => {
    const script = /^npm (?:run ([\w:]+)|(test))\b/.exec(text);
    if (script !== null) return scripts[script[1] ?? script[2]!] === undefined;
    const program = /^(?:node (\S+\/\S+)|(\.ci\/\S+))/.exec(text);
    return program !== null && !files.has(program[1] ?? program[2]!);
  });
  assert.ok(commands.some(({ text }) => text === "npm test"));
  assert.equal(shown(wrong), []);
});

test("the commands of `ringbeam` that are shown exist, and the README lists them all", () => {
  const help = execFileSync(process.execPath, [join(root, "dist/runtime/node/main.js"), "--help"], {
    encoding: "utf8",
  });
  const known = [...help.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name!);
  const used = commands.flatMap((found) => {
    const name = /^(?:npx )?ringbeam ([a-z]+)\b/.exec(found.text)?.[1];
    return name === undefined ? [] : [{ ...found, text: name }];
  });
  assert.ok(used.length > 0);
  assert.equal(shown(used.filter(({ text }) => !known.includes(text))), []);
  const listed = /`ringbeam --help` lists the commands: (.*)\./.exec(textOf("README.md"))![1]!;
  assert.equal(listed.replaceAll("`", "").split(", ").sort(), known.sort());
});

test.run();
