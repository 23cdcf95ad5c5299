/**
 * How a player is asked for a round, and answers: a line each way.
 *
 *   stdin   N [X]                          a round of N operations; X is the point on the axis of a growth row
 *   stdout  {"raw":[FIGURE,...]}           or {"error":"why not"}
 *
 * Other lines on stdout are of no concern. A player ends with its standard input.
 */
import { createInterface } from "node:readline";

export interface Answer {
  readonly raw?: readonly number[];
  readonly error?: string;
}

/** The answer in a line of output, if it is one. */
export function parseAnswer(line: string): Answer | undefined {
  return /^\{"(raw|error)":/.test(line) ? (JSON.parse(line) as Answer) : undefined;
}

/** Plays: answers each line of standard input, then `end`s. */
export async function play(
  round: (n: number, x: number) => Promise<number | readonly number[]>,
  end: () => Promise<unknown>,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const [n = 0, x = 0] = line.split(" ").map(Number);
    const answer: Answer = await round(n, x).then(
      (figures) => ({ raw: typeof figures === "number" ? [figures] : figures }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    process.stdout.write(`\n${JSON.stringify(answer)}\n`);
  }
  await end();
  process.exit();
}
