/**
 * A node's entry in epmd, kept for as long as the node lives: if epmd is gone, it is registered again with the next
 * one. The creation stays what the first one gave, because pids carry it.
 */
import { type Registration as Entry, type EpmdAddress, register } from "../dist/epmd/client.js";
import { ensureRegistered } from "../dist/epmd/ensure.js";
import { launchEpmd } from "./epmdDaemon.js";

/** ms between two tries to register again. */
const RETRY_MS = 1000;

export interface NodeEntry {
  readonly name: string;
  readonly port: number;
  readonly hidden: boolean;
  /** The Unix socket it listens on; `port` is 0 then. */
  readonly path?: string;
}

export class Registration {
  readonly creation: number;
  #entry: Entry;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  /** Registers, launching an epmd where none runs. Rejects with EpmdError. */
  static async open(epmd: EpmdAddress, node: NodeEntry, warn: (text: string) => void): Promise<Registration> {
    const entry = await ensureRegistered(epmd, node, () => launchEpmd(epmd));
    return new Registration(epmd, node, entry, warn);
  }

  private constructor(
    readonly epmd: EpmdAddress,
    readonly node: NodeEntry,
    entry: Entry,
    readonly warn: (text: string) => void,
  ) {
    this.creation = entry.creation;
    this.#entry = entry;
    this.#watch();
  }

  /** Frees the name. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#entry.close();
  }

  #watch(): void {
    this.#entry.onLost(() => {
      if (this.#closed) return;
      this.warn(
        `epmd at ${this.epmd.host}:${this.epmd.port} is gone: no node finds this one until it is back`,
      );
      this.#retryLater();
    });
  }

  #retryLater(): void {
    this.#retry = setTimeout(() => void this.#again(), RETRY_MS).unref();
  }

  /** Does not launch one: an epmd that somebody stopped is not to come back by itself. */
  async #again(): Promise<void> {
    try {
      const entry = await register(this.epmd, this.node);
      if (this.#closed) return entry.close();
      this.#entry = entry;
      this.#watch();
    } catch {
      if (!this.#closed) this.#retryLater();
    }
  }
}
