/** The fenced TypeScript blocks of documentation: of the comment that heads a source file, and of Markdown. */

export interface Block {
  /** From the root of the repository. */
  readonly file: string;
  /** The line of the file that the first line of code is on, from 1. */
  readonly line: number;
  readonly code: readonly string[];
  /** Code that a reader is not shown and the compiler is: see `markdownBlocks`. */
  readonly given: string;
}

/** Of the comment that a source file begins with. */
export function headBlocks(file: string, text: string): Block[] {
  const lines = text.split("\n");
  if (!lines[0]!.startsWith("/**")) return [];
  const end = lines.findIndex((line) => line.includes("*/"));
  return fenced(
    file,
    lines.slice(0, end).map((line) => line.replace(/^ \*( |$)/, "")),
  );
}

/**
 * Of Markdown. A fragment that is no program by itself has what it takes for granted in a comment before it, which
 * no reader sees: `<!-- given: import { call } from "ringbeam"; -->`.
 */
export function markdownBlocks(file: string, text: string): Block[] {
  return fenced(file, text.split("\n"));
}

function fenced(file: string, lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] !== "```ts") continue;
    const end = lines.indexOf("```", i);
    if (end < 0) throw new Error(`${file}:${i + 1}: nothing ends this block`);
    const given = /<!-- given: ((?:(?!-->).)*)-->\s*$/.exec(lines.slice(0, i).join(" "))?.[1] ?? "";
    blocks.push({ file, line: i + 2, code: lines.slice(i + 1, end), given });
    i = end;
  }
  return blocks;
}
