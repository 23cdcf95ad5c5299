/**
 * A name has one holder at a time, who lives and knows of it; nobody gets a name that another holds. (A process whose
 * name another scheduler took away may not know that.)
 */
import type { MakeChecker } from "../checker.js";
import { keyOf } from "../events.js";

export const names: MakeChecker = (fail) => {
  /** Who registered itself under a name, by node and name. */
  const holders = new Map<string, string>();
  return {
    on(event, { facts }) {
      if (event.type === "unregistered") holders.delete(`${event.node} ${event.name}`);
      if (event.type !== "registered") return;
      const { node, name, pid } = event;
      const holder = holders.get(`${node} ${name}`);
      if (holder !== undefined && holder !== pid && facts.isAlive(holder))
        fail(`${pid} was given the name ${name}, which ${holder} has`);
      holders.set(`${node} ${name}`, pid);
    },
    atRest(view) {
      for (const { schedulers, name: node } of view.nodes) {
        const processes = schedulers.flatMap((scheduler) => [...scheduler.processes.values()]);
        const table = schedulers[0]!.names;
        for (const name of table.registered()) {
          const holder = keyOf(table.whereis(name)!);
          const process = processes.find(({ pid }) => keyOf(pid) === holder);
          if (process === undefined) fail(`${name} on ${node} belongs to ${holder}, which does not live`);
          else if (process.name !== name) fail(`${holder} has the name ${name} and knows of ${process.name}`);
        }
      }
    },
  };
};
