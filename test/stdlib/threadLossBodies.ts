/** Processes for threadLoss.test.ts. */
import { proc, type Self } from "../../runtime/index.js";

/** Takes its thread down. */
export const wrecker = proc(import.meta.url, async function wrecker(_self: Self<unknown>) {
  process.exit(3);
});
