/** A counter under a supervisor: the smallest program with the parts of every larger one. */
import { application, child, genServer, supervisor } from "ringbeam";

export const counter = genServer(import.meta.url, "counter", {
  init: (_self, start: number) => ({ count: start }),
  handleCall: {
    add: (ctx, by: number) => (ctx.state.count += by),
    get: (ctx) => ctx.state.count,
  },
  handleCast: {
    crash() {
      throw new Error("as you wished");
    },
  },
});

export const root = supervisor(import.meta.url, "root", (start: number) => ({
  children: [child(counter, [start], { name: "counter" })],
}));

export default application({
  name: "counter",
  env: { start: 0 },
  start: (_args, { env }) => child(root, [env.start]),
});
