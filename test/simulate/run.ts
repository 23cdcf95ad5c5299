/** One run: a world from a seed, and what came of it. */
import { createHash } from "node:crypto";
import { logger } from "../../runtime/index.js";
import { Violation } from "./checker.js";
import type { Guard } from "./guard.js";
import { setStage } from "./stage.js";
import { World } from "./world.js";

export interface Result {
  readonly seed: number;
  readonly steps: number;
  /** Of the whole trace: the same seed gives the same. */
  readonly hash: string;
  readonly trace: readonly string[];
  readonly violation: Violation | undefined;
}

/** Runs the world of a seed to its end, or to the first violation. What it logs of itself is left out. */
export async function run(seed: number, guard: Guard): Promise<Result> {
  const world = new World(seed, guard);
  logger.setPrimaryLevel("none");
  setStage(world);
  let violation: Violation | undefined;
  try {
    await world.live();
  } catch (error) {
    violation = error instanceof Violation ? error : new Violation("noError", String((error as Error).stack));
  } finally {
    setStage(undefined);
    logger.setPrimaryLevel("notice");
  }
  const hash = createHash("sha256").update(world.lines.join("\n")).digest("hex");
  return { seed, steps: world.loop.steps, hash, trace: world.lines, violation };
}
