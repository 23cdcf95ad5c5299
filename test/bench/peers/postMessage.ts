/** Node.js alone: a worker thread and postMessage. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { nsOf, six } from "../steps.js";
import type { Peer } from "./peer.js";

const BURST = 10_000;

export async function start(): Promise<Peer> {
  const launch = (role: string) =>
    new Worker(new URL("./thread.js", import.meta.url), { workerData: { role, burst: BURST } });
  const echo = launch("echo");
  const sink = launch("sink");
  await Promise.all([once(echo, "online"), once(sink, "online")]);

  async function send(n: number, message: (i: number) => unknown): Promise<number> {
    const bursts = Math.ceil(n / BURST);
    const ns = await nsOf(async () => {
      for (let b = 0; b < bursts; b++) {
        for (let i = 0; i < BURST; i++) sink.postMessage(message(i));
        await once(sink, "message");
      }
    });
    return (ns * n) / (bursts * BURST);
  }

  function pingPong(n: number): Promise<number> {
    return nsOf(
      () =>
        new Promise((resolve) => {
          let i = 0;
          const next = () => {
            if (i++ < n) return echo.postMessage({ n: i });
            echo.off("message", next);
            resolve();
          };
          echo.on("message", next);
          next();
        }),
    );
  }

  return {
    programs: {
      "send-across": (n) => send(n, (i) => i),
      "send-across-map": (n) => send(n, six),
      "ping-pong-across": pingPong,
    },
    close: async () => void (await Promise.all([echo.terminate(), sink.terminate()])),
  };
}
