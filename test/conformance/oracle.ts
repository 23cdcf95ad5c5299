/** Runs scenarios on real Erlang, if it is installed: compiles `oracle*.erl` once, then one `erl` for each batch. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Scenario, Trace } from "./scenario.js";

const SOURCES = ["oracle.erl", "oracle_library.erl", "oracle_statem.erl"];
/** ms for a whole batch. */
const BATCH_MS = 300_000;

/** Of the package: this file runs from dist/. */
export function packageRoot(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) throw new Error("no package.json above this file");
  }
}

export function erlangIsThere(): boolean {
  return ["erl", "erlc"].every((command) => spawnSync("which", [command]).status === 0);
}

export class Oracle {
  readonly #folder = mkdtempSync(join(tmpdir(), "ringbeam-oracle-"));

  /** Throws if the Erlang side does not compile. */
  constructor() {
    const files = SOURCES.map((file) => join(packageRoot(), "test", "conformance", file));
    const { status, stdout, stderr } = spawnSync("erlc", ["-o", this.#folder, ...files], {
      encoding: "utf8",
    });
    if (status === 0) return;
    this.close();
    throw new Error(`erlc: ${stdout}${stderr}`);
  }

  /** A trace for each scenario. Rejects if one of them hangs or fails. */
  async run(scenarios: readonly Scenario[]): Promise<Trace[]> {
    const [input, output] = [join(this.#folder, "scenarios"), join(this.#folder, "traces")];
    writeFileSync(input, scenarios.map((scenario) => `${erlangTerm(scenario)}.\n`).join(""));
    const args = ["+S", "1:1", "-noshell", "-pa", this.#folder, "-run", "oracle", "main", input, output];
    await promisify(execFile)("erl", args, { timeout: BATCH_MS, killSignal: "SIGKILL" });
    const lines = readFileSync(output, "utf8").trim().split("\n");
    return lines.map((line) => {
      const trace = JSON.parse(line) as Trace | string;
      if (typeof trace === "string") throw new Error(`Erlang: ${trace}`);
      return trace;
    });
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** JSON as Erlang: strings are atoms, objects are maps. */
export function erlangTerm(value: unknown): string {
  if (typeof value === "string") return `'${value}'`;
  if (Array.isArray(value)) return `[${value.map(erlangTerm).join(",")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `'${key}'=>${erlangTerm(item)}`);
  return `#{${entries.join(",")}}`;
}
