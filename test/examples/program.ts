/**
 * A program as a child process, as a user starts it: what it prints can be waited for, lines can be typed. Every
 * one that is still there in the end is killed by `endPrograms`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as assert from "uvu/assert";
import { COMMAND, COOKIE, within } from "../node/harness.js";

const root = dirname(createRequire(import.meta.url).resolve("ringbeam/package.json"));

const running = new Set<Program>();

/** The source of an example: what its README names. */
export function example(file: string): string {
  return join(root, "examples", file);
}

export class Program {
  /** Standard output and standard error. */
  text = "";
  readonly #child: ChildProcess;
  readonly #code: Promise<number | null>;
  #heard: () => void = () => {};

  /** @param args of `node` */
  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const inherited = Object.entries(process.env).filter(
      ([key]) => !key.startsWith("RINGBEAM_") || key === "RINGBEAM_NATIVE",
    );
    this.#child = spawn(process.execPath, args, {
      env: { ...Object.fromEntries(inherited), ...env },
      stdio: "pipe",
    });
    // Whoever types into a program that has been killed need not hear of it.
    this.#child.stdin!.on("error", () => {});
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.text += text;
        this.#heard();
      });
    }
    running.add(this);
    this.#code = once(this.#child, "close").then(([code]) => {
      running.delete(this);
      this.#heard();
      return code as number | null;
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Its exit code, once it has ended; null after a signal that it did not handle. */
  get ended(): Promise<number | null> {
    return within(`the program ends`, this.#code);
  }

  /** Waits until it has printed this. Rejects if it ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    const said = new Promise<RegExpExecArray>((resolve, reject) => {
      this.#heard = () => {
        const match = pattern.exec(this.text);
        if (match !== null) resolve(match);
        else if (!running.has(this)) reject(new Error(`ended without saying ${pattern}: ${this.text}`));
      };
      this.#heard();
    });
    return within(`it says ${pattern}`, said).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.text}`);
    });
  }

  type(line: string): void {
    this.#child.stdin!.write(`${line}\n`);
  }

  /** As somebody does who presses Ctrl-D. */
  endInput(): void {
    this.#child.stdin!.end();
  }

  signal(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended;
  }
}

/** `ringbeam node` with an example, up. */
export async function startExample(
  name: string,
  epmdPort: number,
  file: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<Program> {
  const env = { RINGBEAM_COOKIE: COOKIE, RINGBEAM_EPMD: `127.0.0.1:${epmdPort}` };
  const program = new Program(
    [COMMAND, "node", "--name", name, "--schedulers", "2", ...flags, example(file), ...args],
    env,
  );
  await program.says(/ is up: /);
  return program;
}

/** Where the epmd of an OS process of ours is: it is named on its command line. */
export function epmdOf(pid: number): string {
  const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return args[args.indexOf("--epmd") + 1]!;
}

/** Kills what is left, and fails if there was something. */
export async function endPrograms(): Promise<void> {
  const left = [...running];
  await Promise.all(left.map((program) => program.signal("SIGKILL")));
  assert.equal(
    left.map(({ text }) => text),
    [],
    "programs that no test had ended",
  );
}
