/** At rest, a supervisor that lives has one living child for each of its specs, and none beside; one that ended has none. */
import type { MakeChecker } from "../checker.js";
import type { Key } from "../events.js";

export const supervisorShape: MakeChecker = (fail) => {
  /** What each supervisor is to have: `permanent` children by id. */
  const children = new Map<Key, Map<string, Set<Key>>>();
  return {
    on(event) {
      if (event.type !== "child") return;
      const { supervisor, id, pid } = event;
      const family = children.get(supervisor) ?? new Map<string, Set<Key>>();
      children.set(supervisor, family);
      if (!family.has(id)) family.set(id, new Set());
      family.get(id)!.add(pid);
    },
    atRest({ facts }) {
      for (const [supervisor, family] of children) {
        for (const [id, pids] of family) {
          const alive = [...pids].filter((pid) => facts.isAlive(pid));
          const expected = facts.isAlive(supervisor) ? 1 : 0;
          if (alive.length !== expected)
            fail(
              `supervisor ${supervisor} ${expected ? "lives" : "ended"}, and of ${id} live: ${alive.join(", ") || "none"}`,
            );
        }
      }
    },
  };
};
