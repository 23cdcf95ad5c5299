/** At rest, who is linked with a process is one that lives and that the process is linked with. */
import type { MakeChecker } from "../checker.js";
import { keyOf } from "../events.js";

export const linkSymmetry: MakeChecker = (fail) => ({
  atRest(view) {
    const links = new Map(
      view.processes().map(({ pid, links = new Map() }) => {
        const ends = [...links].map(([other, unlinking]) => [keyOf(other), unlinking] as const);
        return [keyOf(pid), new Map(ends)] as const;
      }),
    );
    for (const [pid, ends] of links) {
      for (const [other, unlinking] of ends) {
        const back = links.get(other);
        if (unlinking !== 0) fail(`${pid} waits for ${other} to acknowledge an unlink`);
        else if (back === undefined) fail(`${pid} is linked with ${other}, which does not live`);
        else if (!back.has(pid)) fail(`${pid} is linked with ${other}, and not the other way round`);
      }
    }
  },
});
