/** A call gets the reply to its own request or an error, and no reply is seen after it has returned. */
import type { MakeChecker } from "../checker.js";

export const calls: MakeChecker = (fail) => ({
  on(event) {
    if (event.type === "strayReply") fail(`${event.by} got a reply that it did not wait for: ${event.reply}`);
    if (event.type === "answered" && event.reply !== String(event.id))
      fail(`${event.by} asked ${event.id} and got ${event.reply}`);
  },
});
