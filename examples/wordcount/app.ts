/**
 * The application of both nodes. `app.ts` alone holds the coordinator and a pool of workers; `app.ts NODE` a
 * pool of workers for the coordinator on NODE.
 *
 *     root (restForOne: a pool without its coordinator is started anew)
 *     ├── coordinator
 *     └── pool ── worker 0, worker 1, ...
 */
import { availableParallelism } from "node:os";
import { type Address, application, child, supervisor } from "ringbeam";
import { coordinator } from "./coordinator.js";
import { worker } from "./worker.js";

/** On each node: one for each scheduler thread. */
export const WORKERS = availableParallelism();

export const pool = supervisor(import.meta.url, "pool", (at: Address | string) => ({
  intensity: 20,
  period: 1000,
  children: Array.from({ length: WORKERS }, (_, i) =>
    // There is nothing in a worker that it should bring to an end: it may be killed at once.
    child(worker, [at], { id: `worker ${i}`, scheduler: i + 1, shutdown: "brutalKill" }),
  ),
}));

export const root = supervisor(import.meta.url, "root", (at: string | undefined) => {
  if (at !== undefined) return { children: [child(pool, [{ name: "coordinator", node: at }])] };
  return {
    strategy: "restForOne",
    // On the main thread, where no worker that loops for ever can be in the coordinator's way.
    children: [child(coordinator, [], { name: "coordinator", scheduler: 0 }), child(pool, ["coordinator"])],
  };
});

export default application({
  name: "wordcount",
  start([at]) {
    // The demo holds the other end: when it is gone, however it ended, the node goes too.
    process.stdin.once("close", () => process.kill(process.pid, "SIGTERM")).resume();
    return child(root, [at]);
  },
});
