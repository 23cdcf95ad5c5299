/** comlink: calls to a worker thread. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { nsOf } from "../steps.js";
import type { Peer } from "./peer.js";
import type { Server } from "./thread.js";

export async function start(): Promise<Peer> {
  const worker = new Worker(new URL("./thread.js", import.meta.url), { workerData: { role: "server" } });
  await once(worker, "online");
  const server = wrap<Server>(nodeEndpoint(worker as never));
  return {
    programs: {
      "call-across": (n) =>
        nsOf(async () => {
          for (let i = 0; i < n; i++) await server.add(i);
        }),
    },
    close: async () => void (await worker.terminate()),
  };
}
