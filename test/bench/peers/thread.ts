/** The worker thread of `postMessage` and of comlink. */
import { parentPort, workerData } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

const { role, burst } = workerData as { readonly role: "echo" | "sink" | "server"; readonly burst: number };
const port = parentPort!;

let count = 0;
export const server = { add: (by: number) => (count += by) };
export type Server = typeof server;

if (role === "echo") port.on("message", ({ n }: { n: number }) => port.postMessage(n));
else if (role === "sink") port.on("message", () => ++count % burst === 0 && port.postMessage("all here"));
else expose(server, nodeEndpoint(port as never));
