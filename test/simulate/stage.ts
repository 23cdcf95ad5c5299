/** The world that is running now: process bodies find it here, for a body gets nothing but terms. */
import type { World } from "./world.js";

let running: World | undefined;

export function setStage(world: World | undefined): void {
  running = world;
}

export function stage(): World {
  if (running === undefined) throw new Error("no simulated world is running");
  return running;
}
