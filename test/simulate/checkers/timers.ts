/** A timer fires once at most, not before its time on its scheduler's clock, and not after it was cancelled. */
import type { MakeChecker } from "../checker.js";

export const timers: MakeChecker = (fail) => {
  const due = new Map<string, number>();
  const over = new Map<string, string>();
  return {
    on(event) {
      if (event.type === "timerSet") due.set(event.ref, event.due);
      if (event.type === "timerCancelled" && event.active) over.set(event.ref, "cancelled");
      if (event.type !== "timerFired") return;
      const { ref, at } = event;
      if (over.has(ref)) fail(`timer ${ref} fired and was ${over.get(ref)} before`);
      over.set(ref, "fired");
      if (at < due.get(ref)!) fail(`timer ${ref} fired at ${at}, and was due at ${due.get(ref)}`);
    },
  };
};
