/** The examples of the documentation compile, and those at the heads of source files do what they say. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Down, formatReason, type Node, type Proc, startNode } from "../../runtime/index.js";
import { type Block, headBlocks, markdownBlocks } from "./blocks.js";
import { exampleModule } from "./exampleModule.js";
import { type CompileError, UserFolder } from "./typecheck.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const textOf = (file: string): string => readFileSync(root + file, "utf8");

/** The files that `index.ts` exports values of. */
const library = [
  ...textOf("stdlib/index.ts").matchAll(/^export (\* as \w+|\{[^}]*\}) from "\.\/(\w+)\.js";/gm),
]
  .filter(([, what]) => what!.split(",").some((name) => /^\W*(?!type )\w/.test(name)))
  .map(([, , name]) => `stdlib/${name}.ts`)
  .filter((file, i, all) => all.indexOf(file) === i && declares(textOf(file)));

/** Unless all it has is another's, under other names. */
function declares(text: string): boolean {
  return /^export (async )?(function|const|class)/m.test(text);
}

interface Example extends Block {
  /** `stdlib-genServer-1.ts` */
  readonly module: string;
}

const named = (block: Block, i: number): Example => ({
  ...block,
  module: `${block.file.replace(/\.\w+$/, "").replaceAll("/", "-")}-${i + 1}.ts`,
});
const sources = ["runtime", "stdlib"].flatMap((folder) =>
  readdirSync(root + folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${folder}/${file}`),
);
const heads = sources.flatMap((file) => headBlocks(file, textOf(file)).map(named));
const prose = ["README.md", "stdlib/README.md"].flatMap((file) =>
  markdownBlocks(file, textOf(file)).map(named),
);
const examples = [...heads, ...prose];

interface Fixture {
  folder: UserFolder;
  node: Node;
}
const test = suite<Fixture>("docs/examples");

test.before(async (context) => {
  context.folder = new UserFolder(new Map(examples.map((one) => [one.module, exampleModule(one)])));
  context.node = await startNode({ schedulers: 2 });
});
test.after(async ({ folder, node }) => {
  await node.stop();
  folder.remove();
});

test("every behaviour and service has an example at its head", () => {
  const without = library.filter((file) => !heads.some((block) => block.file === file));
  assert.equal(without, []);
});

test("every example compiles, and only where it says `// error:` it does not", async ({ folder }) => {
  const errors = await folder.typecheck();
  const wrong = examples.flatMap((example) => {
    const own = errors.filter(({ module }) => module === example.module);
    return [...unexpected(example, own), ...missing(example, own)];
  });
  assert.equal(wrong, []);
});

test("the README's first program is the one that it names", () => {
  const [first] = prose;
  const program = textOf("examples/counter/app.ts");
  assert.is(first!.code.join("\n"), program.slice(program.indexOf("import ")).trimEnd());
});

function unexpected({ file, line, code }: Example, errors: readonly CompileError[]): string[] {
  return errors
    .filter((error) => !code[error.line - line]?.includes("// error: "))
    .map((error) => `${file}:${error.line}: ${error.message}`);
}

function missing({ file, line, code }: Example, errors: readonly CompileError[]): string[] {
  return code.flatMap((text, i) =>
    text.includes("// error: ") && !errors.some((error) => error.line === line + i && isAboutTypes(error))
      ? [`${file}:${line + i}: no error`]
      : [],
  );
}

/** A name that is not there is a mistake of the example. */
function isAboutTypes({ message }: CompileError): boolean {
  return !message.includes("Cannot find name");
}

for (const { file, line, module, code } of heads) {
  test(`${file}:${line} does what it says`, async ({ folder, node }) => {
    await node.load([folder.url(module)]);
    const { example } = (await import(folder.url(module))) as { example?: Proc<[], never> };
    assert.is(
      example !== undefined,
      code.some((text) => text.includes("//=> ")),
      "it says what comes of it",
    );
    if (example === undefined) return;
    const { ref } = node.self.spawnMonitor(example, []);
    const down = await node.self.receive((m): m is Down => (m as Partial<Down> | null)?.ref === ref);
    assert.is(formatReason(down.reason), "shutdown");
  });
}

test.run();
