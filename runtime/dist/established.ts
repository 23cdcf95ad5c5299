/**
 * A connection after its handshake: signals in order both ways, ticks, and one end.
 *
 *     waiting --onSignal set--> open --close()--> closing --flushed, peer gone--> closed
 *        \________________________\__ bye, fault, peer gone _________________________/^
 *
 * Sending works in `waiting` too; the channel is paused there, so nothing is lost before the layer above
 * listens. Frames taken: signal, fragmentFirst, fragmentNext, tick, bye. Anything else is a fault.
 *
 * Order: all signals of a connection keep their order, so one sent after a large one arrives after it. Only
 * a tick, or a bye that reports a fault, passes between the fragments of a signal.
 */
import { Assembler, MAX_FRAGMENT_BYTES } from "./fragment.js";
import { encodeFrame, FrameError, FrameParser, MAX_FRAME, NO_BYTES, TICK_FRAME } from "./frame.js";
import type { PeerInfo } from "./handshake.js";
import { FRAME, type FrameType } from "./ops.js";
import { type ConnectionOptions, DEFAULTS } from "./options.js";
import { Outbox } from "./outbox.js";
import { Ticks } from "./ticks.js";
import type { Channel } from "./transport.js";

export interface Connection {
  readonly peer: PeerInfo;
  /** the name of what carries it, "tcp" */
  readonly transport: string;
  /**
   * Queues one signal, in order; written at the end of this turn of the event loop. Returns `queued`. The
   * payload must not change any more (small ones are copied, large ones not). After the end: dropped.
   * Throws RangeError above maxMessage.
   */
  send(payload: Uint8Array): number;
  /** Writes what is queued now instead of at the end of the turn. */
  flush(): void;
  /** bytes queued but not yet accepted by the system */
  readonly queued: number;
  /** `queued` reached busyBytes, and half of that has not left yet: who sends should wait for `onDrain` */
  readonly busy: boolean;
  /** when it was established, on the clock of its options */
  readonly since: number;
  /** bytes since the handshake, frames and all */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /**
   * Called for each signal in order, from the end of the turn in which it is first set; until then nothing
   * is read. The payload is only valid during the call. If it throws, the connection ends.
   */
  onSignal: (payload: Buffer) => void;
  /** The connection is no longer busy. */
  onDrain: () => void;
  /**
   * Exactly once, and nothing comes after it; when set late, at the end of that turn. The reason is ours
   * (`close`), "bye: " and the peer's, "closed" with perhaps the system's error, "tick timeout", or a
   * FrameError's message.
   */
  onClose: (reason: string) => void;
  /** Takes no more signals, writes those queued and a bye, and ends. Nothing is delivered any more. */
  close(reason: string): void;
}

/** Bytes handed to the channel at once: what a tick may have to wait for. */
const WRITE_BYTES = 256 * 1024;

export class Established implements Connection {
  readonly transport: string;
  readonly since: number;
  bytesIn = 0;
  bytesOut = 0;
  busy = false;
  onDrain: () => void = () => {};

  #state: "waiting" | "open" | "closing" | "closed" = "waiting";
  #onSignal: (payload: Buffer) => void = () => {};
  #onClose: ((reason: string) => void) | undefined;
  /** why it ended: set once, by whatever comes first */
  #reason: string | undefined;
  #told = false;
  /** came with the end of the handshake; parsed when the layer above listens */
  #rest: Buffer;
  #writable = true;
  /** a flush comes at the end of this turn */
  #deferred = false;
  #ended = false;
  #cancelLinger: () => void = () => {};
  readonly #outbox: Outbox;
  readonly #parser: FrameParser;
  readonly #assembler: Assembler;
  readonly #ticks: Ticks;
  readonly #options: Required<ConnectionOptions>;

  /** @param rest what came in the same chunk as the end of the handshake */
  constructor(
    private readonly channel: Channel,
    readonly peer: PeerInfo,
    rest: Buffer,
    options: ConnectionOptions,
  ) {
    this.transport = channel.transport;
    const o = { ...DEFAULTS, ...options };
    this.#options = o;
    this.since = o.clock.now();
    this.#outbox = new Outbox(Math.min(o.fragmentBytes, MAX_FRAGMENT_BYTES));
    this.#assembler = new Assembler(o.maxMessage);
    this.#parser = new FrameParser(MAX_FRAME, (type, payload) => this.#take(type, payload));
    this.#rest = Buffer.from(rest);
    this.bytesIn = rest.length;
    channel.onData = (chunk) => this.#read(chunk);
    channel.onDrain = () => {
      this.#writable = true;
      this.flush();
    };
    channel.onClose = (error) => this.#gone(error);
    channel.pause();
    const dead = () => this.#fault("tick timeout");
    this.#ticks = new Ticks(o.clock, o.tickMs, () => this.#tick(), dead);
  }

  get queued(): number {
    return this.#outbox.bytes + this.channel.bufferedBytes;
  }

  get onSignal(): (payload: Buffer) => void {
    return this.#onSignal;
  }

  set onSignal(handler: (payload: Buffer) => void) {
    this.#onSignal = handler;
    if (this.#state !== "waiting") return;
    this.#state = "open";
    this.#options.clock.defer(() => {
      this.#parse(this.#rest);
      this.#rest = NO_BYTES;
      this.channel.resume();
    });
  }

  get onClose(): (reason: string) => void {
    return this.#onClose ?? (() => {});
  }

  set onClose(handler: (reason: string) => void) {
    this.#onClose = handler;
    if (this.#state === "closed") this.#options.clock.defer(() => this.#tell());
  }

  send(payload: Uint8Array): number {
    const { maxMessage, busyBytes } = this.#options;
    if (payload.length > maxMessage) {
      throw new RangeError(`signal of ${payload.length} bytes, maxMessage is ${maxMessage}`);
    }
    if (this.#reason !== undefined) return 0;
    this.#outbox.add(FRAME.signal, payload);
    this.#flushLater();
    const queued = this.queued;
    if (queued >= busyBytes) this.busy = true;
    return queued;
  }

  close(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#outbox.add(FRAME.bye, byeText(reason));
    this.#closing(reason);
    this.#flushLater();
  }

  flush(): void {
    this.#deferred = false;
    if (this.#state === "closed") return;
    while (this.#writable && !this.#outbox.empty) {
      const chunks = this.#outbox.take(WRITE_BYTES);
      for (const chunk of chunks) this.bytesOut += chunk.length;
      this.#ticks.wrote();
      this.#writable = this.channel.write(chunks);
    }
    if (this.#state === "closing" && this.#outbox.empty && !this.#ended) {
      this.#ended = true;
      this.channel.end();
    }
    this.#lookAtRoom();
  }

  /** What the channel holds alone, while it takes more, is no reason to wait: no drain of it would be told. */
  #lookAtRoom(): void {
    const room = this.queued <= this.#options.busyBytes / 2 || (this.#outbox.empty && this.#writable);
    if (!this.busy || !room) return;
    this.busy = false;
    this.onDrain();
  }

  /** Gathers what this turn sends into one write. */
  #flushLater(): void {
    if (this.#deferred || !this.#writable) return;
    this.#deferred = true;
    this.#options.clock.defer(() => this.flush());
  }

  #read(chunk: Buffer): void {
    this.bytesIn += chunk.length;
    this.#ticks.read();
    this.#parse(chunk);
  }

  #parse(chunk: Buffer): void {
    if (this.#reason !== undefined) return;
    try {
      this.#parser.push(chunk);
    } catch (error) {
      this.#fault(error instanceof FrameError ? error.message : "internal error");
      if (!(error instanceof FrameError)) throw error;
    }
  }

  #take(type: FrameType, payload: Buffer): void {
    switch (type) {
      case FRAME.signal:
      case FRAME.fragmentFirst:
      case FRAME.fragmentNext: {
        const signal = this.#assembler.take(type, payload);
        if (signal !== undefined) this.#onSignal(signal);
        return;
      }
      case FRAME.tick:
        return;
      case FRAME.bye:
        this.#outbox.clear();
        this.#closing(`bye: ${payload.toString("utf8")}`);
        this.#tell();
        this.flush();
        return;
      default:
        throw new FrameError("malformed", `frame type ${type} after the handshake`);
    }
  }

  /** The peer is silent or cannot be trusted any more: says so, past all that is queued, and ends. */
  #fault(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#outbox.clear();
    for (const chunk of encodeFrame(FRAME.bye, byeText(reason))) this.#outbox.addUrgent(chunk);
    this.#closing(reason);
    this.#tell();
    this.flush();
  }

  /** From here on nothing is delivered and nothing taken; what is queued is written while the peer takes it. */
  #closing(reason: string): void {
    this.#state = "closing";
    this.#reason = reason;
    this.#parser.halt();
    this.#ticks.stop();
    this.channel.resume(); // read on and discard: a socket closed with bytes unread resets, and loses ours
    this.#linger(this.queued);
  }

  #linger(before: number): void {
    this.#cancelLinger = this.#options.clock.after(this.#options.lingerMs, () => {
      if (this.queued === before) this.channel.destroy();
      else this.#linger(this.queued);
    });
  }

  /** The channel has closed. */
  #gone(error: Error | undefined): void {
    if (this.#state === "closed") return;
    this.#reason ??= error === undefined ? "closed" : `closed: ${error.message}`;
    this.#state = "closed";
    this.#parser.halt();
    this.#outbox.clear();
    this.#ticks.stop();
    this.#cancelLinger();
    this.#tell();
  }

  /** Tells the layer above of the end, once. */
  #tell(): void {
    if (this.#told || this.#onClose === undefined) return;
    this.#told = true;
    this.#onClose(this.#reason!);
  }

  /** At most one tick waits: when the channel is full, the next has nothing to add. */
  #tick(): void {
    if (!this.#outbox.hasUrgent) this.#outbox.addUrgent(TICK_FRAME);
    this.flush();
  }
}

/** Not longer than is of use in a log. */
function byeText(reason: string): Buffer {
  return Buffer.from(reason.slice(0, 1000));
}
