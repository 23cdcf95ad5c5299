/** The text files to count. */
import { readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The documentation and the type declarations of the packages that ringbeam has installed. */
export function installedTexts(): string[] {
  const installed = dirname(dirname(createRequire(import.meta.url).resolve("cbor-x/package.json")));
  return filesUnder(installed).filter((file) => /(\.md|\.d\.ts)$/.test(file));
}

/** Files as they are, folders with all that is in them. Throws for what is not there. */
export function textsOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => (statSync(path).isDirectory() ? filesUnder(path) : [path]));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
