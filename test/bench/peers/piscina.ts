/** piscina: tasks on a pool of worker threads. */
import { Piscina } from "piscina";
import { FIB } from "../schedulers.js";
import { nsOf } from "../steps.js";
import type { Peer } from "./peer.js";

const SMALL_FIB = 10;

export async function start(): Promise<Peer> {
  const pool = new Piscina({
    filename: new URL("./fibJob.js", import.meta.url).href,
    minThreads: 2,
    maxThreads: 2,
  });
  const oneByOne = (n: number) =>
    nsOf(async () => {
      for (let i = 0; i < n; i++) await pool.run(SMALL_FIB);
    });
  return {
    programs: {
      task: oneByOne,
      dirty: oneByOne,
      parallel: (n) =>
        nsOf(async () => void (await Promise.all(Array.from({ length: n }, () => pool.run(FIB))))),
    },
    close: () => pool.destroy(),
  };
}
