/** The dirty pool: threads beside the schedulers for work that computes or blocks for long, kept by piscina. */
import { Piscina } from "piscina";
import { logMemory } from "../log/settings.js";

/** What a thread is given at its start. `log`: see `log/settings.ts`. */
export interface DirtyThreadData {
  readonly name: string;
  readonly creation: number;
  readonly log: SharedArrayBuffer;
}

export class DirtyPool {
  #pool: Piscina | undefined;

  constructor(
    readonly node: { readonly name: string; readonly creation: number },
    readonly threads: number,
  ) {}

  /** Runs one job; threads are started when first needed and end after a while without work. */
  async run(call: Uint8Array): Promise<Uint8Array> {
    this.#pool ??= new Piscina({
      filename: new URL("./dirtyThread.js", import.meta.url).href,
      minThreads: 0,
      maxThreads: this.threads,
      idleTimeout: 1000,
      workerData: { ...this.node, log: logMemory() } satisfies DirtyThreadData,
    });
    return (await this.#pool.run(call)) as Uint8Array;
  }

  /** Ends its threads; jobs that run are cut off. */
  async stop(): Promise<void> {
    await this.#pool?.destroy();
  }
}
