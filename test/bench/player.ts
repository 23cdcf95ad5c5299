/** One side of a row: an OS process that plays a round when it is asked, and is idle otherwise. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { type Answer, parseAnswer } from "./answer.js";

/** A round that has not ended by then never will. */
const HANGS_AFTER_MS = 300_000;
/** Of standard error: what it said last, if it fails. */
const LAST_WORDS = 2000;

export interface Command {
  /** Who plays: "ringbeam", "BEAM", "nact"... */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** What must not outlive us. */
const playing = new Set<Player>();
process.once("exit", () => {
  for (const player of playing) player.kill();
});

export class Player {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<unknown>;
  #answered: ((answer: Answer) => void) | undefined;
  #lastWords = "";
  #gone = false;

  constructor({ name, program, args, env }: Command) {
    this.name = name;
    this.#process = spawn(program, args, { env: { ...process.env, ...env }, stdio: "pipe" });
    playing.add(this);
    this.#process.on("error", (error) => {
      this.#lastWords += error.message;
    });
    // It may be gone when it is asked: its end says so.
    this.#process.stdin!.on("error", () => {});
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS);
    });
    createInterface({ input: this.#process.stdout! }).on("line", (line) => {
      const answer = parseAnswer(line);
      if (answer !== undefined) this.#answered?.(answer);
    });
    // An `error` there is one that did not start.
    this.#ended = once(this.#process, "close")
      .catch(() => {})
      .then(() => {
        this.#gone = true;
        this.#fail("it ended");
      });
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** The raw figures of a round. Rejects if the round fails, the process ends, or nothing happens for long. */
  async round(n: number, x: number | undefined): Promise<readonly number[]> {
    const hang = setTimeout(() => this.#fail("it hangs"), HANGS_AFTER_MS);
    const answer = await new Promise<Answer>((resolve) => {
      this.#answered = resolve;
      this.#process.stdin!.write(x === undefined ? `${n}\n` : `${n} ${x}\n`);
      if (this.#gone) this.#fail("it ended");
    });
    clearTimeout(hang);
    this.#answered = undefined;
    if (answer.raw === undefined) throw new Error(`${this.name}: ${answer.error}`);
    return answer.raw;
  }

  /** Lets it end. */
  async close(): Promise<void> {
    this.#process.stdin!.end();
    const late = setTimeout(() => this.kill(), 5000);
    await this.#ended;
    clearTimeout(late);
    playing.delete(this);
  }

  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #fail(why: string): void {
    this.#answered?.({ error: `${why}\n${this.#lastWords}`.trim() });
  }
}
