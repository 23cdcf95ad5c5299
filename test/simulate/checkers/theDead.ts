/**
 * Nothing comes from the dead or to them: no body sees a message after its process ended, no message from a process
 * follows the DOWN that told of its end, and what was sent to a pid is not seen by another process.
 */
import type { MakeChecker } from "../checker.js";

export const theDead: MakeChecker = (fail) => {
  const toldDead = new Set<string>();
  return {
    on(event, { facts }) {
      if ("by" in event && facts.isDead(event.by)) fail(`${event.by} has ended, and yet: ${event.type}`);
      if (event.type === "down" && event.reason !== "noconnection" && !event.target.includes("@@"))
        toldDead.add(`${event.by} of ${event.target}`);
      if (event.type !== "received") return;
      if (toldDead.has(`${event.by} of ${event.from}`))
        fail(`${event.by} got message ${event.n} from ${event.from} after its DOWN`);
      if (event.to !== undefined && event.to !== event.by)
        fail(`${event.by} got message ${event.n} from ${event.from} to ${event.to}`);
    },
  };
};
