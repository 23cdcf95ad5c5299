/** Each monitor gives exactly one DOWN when its target ends or its node is lost, and none before, nor after its end. */
import type { MakeChecker } from "../checker.js";
import type { Key } from "../events.js";

interface Watch {
  readonly by: Key;
  readonly target: Key;
  readonly once: boolean;
  state: "active" | "down" | "over";
  /** Its DOWN may be in the mailbox still. */
  late: boolean;
}

export const oneDown: MakeChecker = (fail) => {
  const watches = new Map<Key, Watch>();
  /** One reason for each process that ended. */
  const reasons = new Map<Key, string>();
  return {
    on(event, { facts }) {
      switch (event.type) {
        case "monitored": {
          const { by, ref, target, once = false } = event;
          watches.set(ref, { by, target, once, state: "active", late: false });
          return;
        }
        case "demonitored": {
          const watch = watches.get(event.ref)!;
          watch.late = watch.state === "active" && !event.active && !event.flush;
          watch.state = "over";
          return;
        }
        case "received": {
          const watch = event.alias === undefined ? undefined : watches.get(event.alias);
          if (watch?.once && watch.state === "active") watch.state = "over";
          return;
        }
        case "down": {
          const { ref, by, target, reason } = event;
          const watch = watches.get(ref);
          if (watch === undefined || watch.by !== by) return fail(`${by} got a DOWN of ${ref}, not its own`);
          if (watch.state === "down" || (watch.state === "over" && !watch.late))
            fail(`${by} got a DOWN of ${target} under ${ref}, which is ${watch.state}`);
          watch.state = "down";
          watch.late = false;
          if (target.includes("@@") || reason === "noproc") return;
          // It may also have ended with that: linked with one on the lost node.
          if (reason === "noconnection") {
            if (!facts.isDead(target) && facts.losses(by, target) === 0)
              fail(`${by} lost ${target}, and no connection was`);
            return;
          }
          if (!facts.isDead(target)) fail(`${by} was told that ${target} ended with ${reason}, and it lives`);
          const known = reasons.get(target) ?? reason;
          reasons.set(target, known);
          if (known !== reason) fail(`${target} ended with ${known} for one and with ${reason} for another`);
        }
      }
    },
    atRest({ facts }) {
      for (const [ref, { by, target, state }] of watches) {
        if (state !== "active" || !facts.isAlive(by) || target.includes("@@")) continue;
        if (!facts.isAlive(target)) fail(`${by} monitors ${target} under ${ref}; it ended, and no DOWN came`);
      }
    },
  };
};
