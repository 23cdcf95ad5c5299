/** Time and a transport in memory, both moved by the test: nothing happens until `settle` or `advance`. */
import {
  type AcceptOptions,
  acceptFrom,
  type Connection,
  type DialOptions,
  dial,
} from "../../runtime/dist/connection.js";
import { FrameParser } from "../../runtime/dist/frame.js";
import type { Channel, Clock, Transport } from "../../runtime/dist/transport.js";

export class ManualClock implements Clock {
  #now = 0;
  #timers = new Set<{ at: number; run: () => void }>();
  #deferred: (() => void)[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  defer(run: () => void): void {
    this.#deferred.push(run);
  }

  /** Timers not yet run or cancelled: a leak shows here. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Runs what is deferred by now, and promises. False if nothing was. */
  async step(): Promise<boolean> {
    const deferred = this.#deferred.splice(0);
    for (const run of deferred) run();
    await new Promise((resolve) => setImmediate(resolve)); // all microtasks, async library code included
    return deferred.length > 0;
  }

  /** Runs what is deferred, and promises, until nothing more happens. */
  async settle(): Promise<void> {
    do await this.step();
    while (this.#deferred.length > 0);
  }

  /** As an event loop does: all timers of one moment, then what they deferred. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await this.settle();
      const next = Math.min(...[...this.#timers].map((timer) => timer.at));
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      for (const timer of [...this.#timers].filter(({ at }) => at <= next)) {
        if (this.#timers.delete(timer)) timer.run(); // else cancelled by one before it
      }
    }
    this.#now = end;
  }
}

/** One end of a pipe. `blocked` holds back what is written, as a full socket buffer does. */
export class MemoryChannel implements Channel {
  readonly transport = "memory";
  onData: (chunk: Buffer) => void = () => {};
  onDrain: () => void = () => {};
  onClose: (error?: Error) => void = () => {};
  /** everything that ever left this end */
  readonly sent: Buffer[] = [];
  blocked = false;
  /** loses what arrives, as a cut cable does */
  deaf = false;
  destroyed = false;
  peer!: MemoryChannel;
  #held: Buffer[] = [];
  #inbox: Buffer[] = [];
  #paused = true;
  #ended = false;
  #closed = false;

  constructor(private readonly clock: Clock) {}

  get bufferedBytes(): number {
    return this.#held.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#closed || this.#ended) return false;
    this.#held.push(Buffer.concat(chunks));
    if (this.blocked) return false;
    this.#release();
    return true;
  }

  /** The system takes what is held; the channel stays blocked for the next write. */
  drain(): void {
    this.#release();
    this.onDrain();
    this.clock.defer(() => this.#deliver());
  }

  /** Bytes from nowhere, as if the peer had sent them. */
  inject(bytes: Buffer): void {
    this.#inbox.push(bytes);
    this.clock.defer(() => this.#deliver());
  }

  end(): void {
    this.#ended = true;
    this.peer.clock.defer(() => this.peer.#deliver());
  }

  destroy(): void {
    this.destroyed = true;
    this.#held = [];
    this.#ended = true;
    this.#close();
    this.peer.clock.defer(() => this.peer.#deliver());
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.clock.defer(() => this.#deliver());
  }

  #release(): void {
    for (const chunk of this.#held.splice(0)) {
      this.sent.push(chunk);
      if (!this.peer.deaf) this.peer.inject(Buffer.from(chunk));
    }
  }

  #deliver(): void {
    while (!this.#paused && !this.#closed && this.#inbox.length > 0) {
      const chunk = this.#inbox.shift()!;
      this.onData(chunk);
      chunk.fill(0xee); // a view kept beyond the call shows
    }
    const readAll = !this.#paused && this.#inbox.length === 0 && this.peer.#over;
    if (this.#closed || !readAll || (this.#held.length > 0 && !this.peer.destroyed)) return;
    this.#ended = true; // as a socket that is not half-open does
    this.#close();
    this.peer.clock.defer(() => this.peer.#deliver());
  }

  get #over(): boolean {
    return this.#ended && this.#held.length === 0;
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.clock.defer(() => this.onClose());
  }
}

export function pipe(clock: Clock): [MemoryChannel, MemoryChannel] {
  const a = new MemoryChannel(clock);
  const b = new MemoryChannel(clock);
  a.peer = b;
  b.peer = a;
  return [a, b];
}

/** A transport whose next dial gives this channel. */
export function over(channel: Channel): Transport {
  return {
    name: "memory",
    dial: async () => channel,
    listen: () => Promise.reject(new Error("not in memory")),
  };
}

export const alpha = { name: "alpha@127.0.0.1", creation: 1, hidden: false };
export const beta = { name: "beta@127.0.0.1", creation: 2, hidden: false };
export const nowhere = { host: "memory", port: 0 };

export interface Pair {
  clock: ManualClock;
  a: Connection;
  b: Connection;
  /** alpha's and beta's end of the pipe */
  wireA: MemoryChannel;
  wireB: MemoryChannel;
}

/** alpha, which dialled, connected with beta. */
export async function connected(options: Partial<DialOptions & AcceptOptions> = {}): Promise<Pair> {
  const clock = new ManualClock();
  const [wireA, wireB] = pipe(clock);
  const common = { cookie: "secret", clock, ...options };
  const accepted = acceptFrom(wireB, { ...common, local: beta, accept: () => "ok" });
  const dialled = dial(over(wireA), nowhere, { ...common, local: alpha, expect: beta.name });
  await clock.settle();
  return { clock, a: await dialled, b: await accepted, wireA, wireB };
}

/** What a connection delivered and why it ended; listening starts with the call. */
export function record(connection: Connection): { signals: string[]; reasons: string[] } {
  const seen = { signals: [] as string[], reasons: [] as string[] };
  connection.onSignal = (payload) => seen.signals.push(payload.toString("latin1"));
  connection.onClose = (reason) => seen.reasons.push(reason);
  return seen;
}

/** The types of the frames in these bytes. */
export function frameTypes(chunks: readonly Buffer[]): number[] {
  const types: number[] = [];
  const parser = new FrameParser(2 ** 31, (type) => types.push(type));
  for (const chunk of chunks) parser.push(chunk);
  return types;
}
