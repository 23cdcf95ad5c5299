/** The runtime has nothing to complain of: no frame is dropped, and no process crashes that was not told to. */
import type { MakeChecker } from "../checker.js";

export const quiet: MakeChecker = (fail) => ({
  on(event) {
    if (event.type === "warned") fail(`${event.node}: ${event.text}`);
  },
});
