/**
 * What the distribution needs from outside: something that moves bytes, and time. tcp.ts, tls.ts and unix.ts
 * implement it, and one suite holds for all of them; the tests have one in memory. A transport knows nothing of frames.
 */

/** Where a node listens. What `host` and `port` mean is the transport's affair: on a Unix socket `host` is its path. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Transport {
  readonly name: string;
  /** Rejects with the system's error (`code` "ECONNREFUSED", ...) or, when `signal` fires, with its reason. */
  dial(endpoint: Endpoint, signal?: AbortSignal): Promise<Channel>;
  /** Port 0 takes any free one, see `Listener.endpoint`. Rejects with the system's error (`code` "EADDRINUSE"). */
  listen(endpoint: Endpoint, onChannel: (channel: Channel) => void, door?: Door): Promise<Listener>;
}

/** Who may come in at all, asked before anything is read of a peer. Without one, everybody. */
export interface Door {
  /** False closes the connection at once. `address` is the peer's, as far as the transport has one. */
  admits(address: string | undefined): boolean;
}

export interface Listener {
  readonly endpoint: Endpoint;
  /** Takes no further channel; those there are live on. */
  close(): void;
}

/**
 * A reliable, ordered stream of bytes both ways. It starts paused: nothing is read before `resume()`.
 * Its owner sets the three callbacks; none is called from inside `write`, `end`, `pause` or `resume`.
 */
export interface Channel {
  readonly transport: string;
  /**
   * Why the transport does not vouch for the peer; undefined: it does, or it is one that vouches for nobody. Whoever
   * uses the channel must refuse such a peer and believe nothing it says.
   */
  readonly distrust?: Distrust | undefined;
  /** written but not yet accepted by the system, in bytes */
  readonly bufferedBytes: number;
  /** Takes all chunks, in order, without copying; false asks to wait for `onDrain` before the next. */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Sends what was written, then the end of the stream. Reading goes on. */
  end(): void;
  /** Gives up at once what is written and not sent. */
  destroy(): void;
  /** No `onData` until `resume()`. */
  pause(): void;
  resume(): void;
  /** The chunk is only valid during the call: a transport may use its buffer again. */
  onData: (chunk: Buffer) => void;
  /** After a `write` that returned false: everything written has been accepted. */
  onDrain: () => void;
  /** Exactly once, when neither side can send any more; with the error, if that is why. */
  onClose: (error?: Error) => void;
}

/** `certificate`: it is not good. `tls`: there is none, for one side speaks TLS and the other does not. */
export interface Distrust {
  readonly code: "certificate" | "tls";
  readonly detail: string;
}

/** Time, as the simulator wants it: milliseconds on a clock that never goes back. */
export interface Clock {
  now(): number;
  /** Calls `run` once after `ms`; the result cancels it. */
  after(ms: number, run: () => void): () => void;
  /** Calls `run` at the end of this turn of the event loop, after what the sockets have to say. */
  defer(run: () => void): void;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  defer: (run) => void setImmediate(run),
};
