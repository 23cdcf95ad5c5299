/** Who can play a row, and the command that starts each of them. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { peersOf } from "./peers/list.js";
import type { Command } from "./player.js";
import type { Row } from "./row.js";
import type { Placed } from "./rows.js";

export const OURS = "ringbeam";
export const BEAM = "BEAM";
/** Ourselves on a node with a name, as an opponent. */
export const NAMED = "ringbeam --name";

/** BEAM's own limit is 262,144 processes. */
const MANY = 4_194_304;

const here = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** Of the package: this file runs from dist/. */
export function packageRoot(): string {
  for (let folder = dirname(here(".")); ; folder = dirname(folder))
    if (existsSync(join(folder, "package.json"))) return folder;
}

export function erlangIsThere(): boolean {
  const path = (process.env.PATH ?? "").split(delimiter);
  return ["erl", "erlc"].every((command) => path.some((folder) => existsSync(join(folder, command))));
}

/** What all rows of a run share: the compiled Erlang programs, and an epmd of our own. */
export class Sides {
  readonly #beams: string | undefined;
  #epmd: { readonly process: ChildProcess; readonly port: string } | undefined;
  #names = 0;

  /** @param withErlang compiles the Erlang programs; throws with what is wrong with them */
  constructor(withErlang: boolean) {
    if (!withErlang) return;
    this.#beams = mkdtempSync(join(tmpdir(), "ringbeam-bench-"));
    const sources = join(packageRoot(), "test", "bench");
    const files = readdirSync(sources).filter((file) => file.endsWith(".erl"));
    const { status, stdout, stderr } = spawnSync(
      "erlc",
      ["-o", this.#beams, ...files.map((file) => join(sources, file))],
      { encoding: "utf8" },
    );
    if (status === 0) return;
    this.close();
    throw new Error(`erlc: ${stdout}${stderr}`);
  }

  /** Ours first. `schedulers` of each side. */
  async of({ family, row }: Placed, schedulers: number): Promise<Command[]> {
    const sides = [await this.#ours(OURS, row, schedulers, row.partner === true)];
    if (this.#beams !== undefined && row.beam !== false)
      sides.push(await this.#erlang(family, row, schedulers));
    for (const peer of peersOf(row.name))
      sides.push({ name: peer, program: process.execPath, args: [here("./peers/side.js"), peer, row.name] });
    if (row.alsoNamed) sides.push(await this.#ours(NAMED, row, schedulers, true));
    return sides;
  }

  async #ours(name: string, row: Row, schedulers: number, named: boolean): Promise<Command> {
    const flags = row.weighs ? ["--expose-gc"] : [];
    const args = [...flags, here("./side.js"), row.name, String(schedulers)];
    if (!named) return { name, program: process.execPath, args };
    return {
      name,
      program: process.execPath,
      args: [...args, this.#newName()],
      env: { RINGBEAM_BENCH_EPMD: await this.#epmdPort() },
    };
  }

  async #erlang(family: string, row: Row, schedulers: number): Promise<Command> {
    const base = ["+S", `${schedulers}:${schedulers}`, "-noshell", "-kernel", "logger_level", "none"];
    const many = row.many ? ["+P", String(MANY)] : [];
    const distribution = ["-name", this.#newName(), "-setcookie", "bench", "-start_epmd", "false"];
    const main = ["-pa", this.#beams!, "-run", "bench", "main", family, row.name.replaceAll("-", "_")];
    return {
      name: BEAM,
      program: "erl",
      args: [...base, ...many, ...(row.partner ? distribution : []), ...main],
      ...(row.partner && { env: { ERL_EPMD_PORT: await this.#epmdPort() } }),
    };
  }

  #newName(): string {
    return `bench-${process.pid}-${++this.#names}@127.0.0.1`;
  }

  /** Ours serves nodes of both kinds. */
  async #epmdPort(): Promise<string> {
    if (this.#epmd === undefined) {
      const command = join(packageRoot(), "dist", "runtime", "node", "main.js");
      const child = spawn(process.execPath, [command, "epmd", "--listen", "127.0.0.1:0"], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      process.once("exit", () => child.kill());
      const [line] = (await once(createInterface({ input: child.stdout! }), "line")) as [string];
      this.#epmd = { process: child, port: /:(\d+)$/.exec(line)![1]! };
    }
    return this.#epmd.port;
  }

  close(): void {
    this.#epmd?.process.kill();
    if (this.#beams !== undefined) rmSync(this.#beams, { recursive: true });
  }
}
