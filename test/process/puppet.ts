/** A partner that does what it is told, one order at a time, so a scenario reads as a script. */
import { type CallMessage, Exit, proc, type Self, TIMEOUT } from "../../runtime/index.js";

/** A method of `Self` with its arguments, or `inbox` (all messages so far), `next` (the next one), `makeRefs` (so many). */
export type Order = readonly [method: string, ...args: readonly unknown[]];

type AnySelf = Self<unknown> & Record<string, (...args: readonly unknown[]) => unknown>;

function isOrder(message: unknown): message is CallMessage<Order> {
  return typeof message === "object" && (message as { tag?: unknown } | null)?.tag === "$call";
}

async function perform(self: AnySelf, [method, ...args]: Order): Promise<unknown> {
  const notOrder = (m: unknown) => !isOrder(m);
  if (method === "makeRefs") {
    for (let i = 0; i < (args[0] as number); i++) self.makeRef();
    return undefined;
  }
  if (method === "next") {
    const message = await self.receive(notOrder, { after: 5000 });
    return message === TIMEOUT ? "nothing came" : message;
  }
  if (method === "inbox") {
    const messages: unknown[] = [];
    for (;;) {
      const message = await self.receive(notOrder, { after: 0 });
      if (message === TIMEOUT) return messages;
      messages.push(message);
    }
  }
  return self[method]!(...args);
}

/** `first`: orders to follow before any message is taken. An exit that an order throws ends it. */
export const puppet = proc(
  import.meta.url,
  async function puppet(self: Self<unknown>, ...first: readonly Order[]) {
    for (const order of first) await perform(self as AnySelf, order);
    for (;;) {
      const { from, request } = await self.receive(isOrder);
      try {
        self.reply(from, await perform(self as AnySelf, request));
      } catch (error) {
        if (error instanceof Exit) throw error;
        self.replyFailure(from, error);
      }
    }
  },
);
