/** At rest, every node sees the same members of a group: those that joined, did not leave, and live. */
import type { MakeChecker } from "../checker.js";
import type { Key } from "../events.js";

export const groups: MakeChecker = (fail) => {
  /** How often each process is a member, by group. */
  const joined = new Map<string, Map<Key, number>>();
  const seen: { readonly node: string; readonly group: string; readonly members: readonly Key[] }[] = [];
  const change = (group: string, pid: Key, by: number) => {
    const members = joined.get(group) ?? new Map<Key, number>();
    joined.set(group, members);
    members.set(pid, (members.get(pid) ?? 0) + by);
  };
  return {
    on(event) {
      if (event.type === "joined") change(event.group, event.pid, 1);
      if (event.type === "left") change(event.group, event.pid, -1);
      if (event.type === "members") seen.push(event);
    },
    atRest({ facts }) {
      for (const { node, group, members } of seen) {
        const expected = [...(joined.get(group) ?? [])].flatMap(([pid, times]) =>
          facts.isAlive(pid) ? new Array<Key>(times).fill(pid) : [],
        );
        const [here, there] = [members, expected].map((some) => [...some].sort().join(", ")) as [
          string,
          string,
        ];
        if (here !== there)
          fail(`${node} sees in ${group}: ${here || "nobody"}; members are ${there || "nobody"}`);
      }
    },
  };
};
