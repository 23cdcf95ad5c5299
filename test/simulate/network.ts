/**
 * The network and epmd of the simulated world: a Transport whose bytes arrive in pieces of any size, late, and in
 * order; whose connections end with what was on the way lost from some byte on; and whose hosts can be cut off from
 * each other. Nothing is lost or changed on a connection that lives, as TCP has it.
 */
import { ringbeamExtra } from "../../runtime/dist/epmd/nodeEntry.js";
import type { Channel, Endpoint, Listener, Transport } from "../../runtime/dist/transport.js";
import type { Lane, Loop } from "./loop.js";
import type { Random } from "./random.js";

/** A simulated host: where a node runs, or ran. */
export interface Host {
  readonly name: string;
  readonly alive: boolean;
  /** The event loop of its main thread. */
  readonly main: Lane;
}

interface Listening {
  readonly host: Host;
  readonly onChannel: (channel: Channel) => void;
}

const IGNORE = (): void => {};

/** Chances, of a chunk: that it arrives in two pieces, and that its writer is told to wait. */
const SPLIT = 0.15;
const SLOW = 0.05;

export class Network {
  readonly #listening = new Map<number, Listening>();
  /** Ports by node, as epmd knows them. */
  readonly #epmd = new Map<string, number>();
  readonly #cut = new Set<string>();
  /** Who had each port, and which of them lost their power. */
  readonly #owners = new Map<number, Host>();
  readonly #dark = new Set<Host>();
  readonly channels = new Set<SimChannel>();
  #ports = 0;

  constructor(
    readonly loop: Loop,
    readonly random: Random,
  ) {}

  // -- cables ------------------------------------------------------------------------------------------------------

  cutOff(a: string, b: string): void {
    this.#cut.add(pair(a, b));
  }

  /** Joins again whatever was cut. */
  heal(): void {
    this.#cut.clear();
  }

  joined(a: string, b: string): boolean {
    return !this.#cut.has(pair(a, b));
  }

  /** One of the connections breaks, as a middle box may do that forgets it. */
  reset(): void {
    if (this.channels.size > 0) this.random.pick([...this.channels]).break();
  }

  /** The host is gone with its sockets. The others see that at once, or (it lost its power) not at all. */
  crash(host: Host, seen: boolean): void {
    if (!seen) this.#dark.add(host);
    for (const [port, listening] of this.#listening)
      if (listening.host === host) this.#listening.delete(port);
    for (const channel of this.channels) if (channel.host === host) channel.vanish(seen);
  }

  // -- epmd --------------------------------------------------------------------------------------------------------

  register(node: string, { port }: Endpoint): void {
    this.#epmd.set(node, port);
  }

  unregister(node: string): void {
    this.#epmd.delete(node);
  }

  lookUp(asker: Host, node: string): Promise<{ port: number; extra: Buffer } | null> {
    return new Promise((resolve) => {
      asker.main.push(`epmd ${node}`, () => {
        const port = this.#epmd.get(node);
        resolve(port === undefined ? null : { port, extra: ringbeamExtra });
      });
    });
  }

  // -- channels ----------------------------------------------------------------------------------------------------

  transport(host: Host): Transport {
    return {
      name: "simulated",
      dial: (endpoint, signal) => this.#dial(host, endpoint, signal),
      listen: (_endpoint, onChannel) => Promise.resolve(this.#listen(host, onChannel)),
    };
  }

  #listen(host: Host, onChannel: (channel: Channel) => void): Listener {
    const port = ++this.#ports;
    this.#owners.set(port, host);
    this.#listening.set(port, { host, onChannel });
    return { endpoint: { host: host.name, port }, close: () => void this.#listening.delete(port) };
  }

  #dial(host: Host, { port }: Endpoint, signal?: AbortSignal): Promise<Channel> {
    return new Promise((resolve, reject) => {
      // One dial, one lane: it waits while nobody can answer.
      const to = this.#owners.get(port)!;
      const answered = () => host.alive && this.joined(host.name, to.name) && !this.#dark.has(to);
      const lane = this.loop.lane(`${host.name} dials`, 1, answered);
      const abort = () => {
        this.loop.close(lane);
        reject(signal!.reason);
      };
      signal?.addEventListener("abort", abort);
      lane.push(to.name, () => {
        this.loop.close(lane);
        signal?.removeEventListener("abort", abort);
        const listening = this.#listening.get(port);
        if (listening === undefined) return reject(new Error("connect ECONNREFUSED"));
        const [here, there] = this.#connect(host, listening.host);
        listening.host.main.push("accept", () => listening.onChannel(there));
        resolve(here);
      });
    });
  }

  #connect(a: Host, b: Host): [SimChannel, SimChannel] {
    const here = new SimChannel(this, a, b);
    const there = new SimChannel(this, b, a);
    here.peer = there;
    there.peer = here;
    return [here, there];
  }
}

export class SimChannel implements Channel {
  readonly transport = "simulated";
  onData: (chunk: Buffer) => void = IGNORE;
  onDrain: () => void = IGNORE;
  onClose: (error?: Error) => void = IGNORE;
  peer!: SimChannel;
  /** What arrives here, in order. */
  readonly #incoming: Lane;
  #paused = true;
  /** Bytes that the system has not accepted yet. */
  #held = 0;
  #ended = false;
  #closed = false;

  constructor(
    readonly network: Network,
    readonly host: Host,
    to: Host,
  ) {
    const open = () => host.alive && !this.#paused && network.joined(host.name, to.name);
    this.#incoming = network.loop.lane(`${to.name}>${host.name}`, 1, open);
    network.channels.add(this);
  }

  get bufferedBytes(): number {
    return this.#held;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#closed || this.#ended) return false;
    const bytes = Buffer.concat(chunks);
    this.peer.#incoming.push(`${bytes.length} bytes`, () => this.peer.#arrive(bytes));
    if (!this.network.random.chance(SLOW)) return true;
    this.#held += bytes.length;
    this.host.main.push("drain", () => {
      this.#held = 0;
      if (!this.#closed) this.onDrain();
    });
    return false;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.peer.#incoming.push("end", () => this.peer.#endOfStream());
  }

  destroy(): void {
    if (this.#closed) return;
    this.#loseWhatIsOnTheWay();
    this.peer.#incoming.push("reset", () => this.peer.#close(new Error("ECONNRESET")));
    this.#close();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
  }

  /** Both ends hear of it, each in its own time. */
  break(): void {
    this.peer.#loseWhatIsOnTheWay();
    this.#incoming.push("reset", () => this.#close(new Error("ECONNRESET")));
    this.#loseWhatIsOnTheWay();
    this.peer.#incoming.push("reset", () => this.peer.#close(new Error("ECONNRESET")));
  }

  /** Its host is gone. */
  vanish(seen: boolean): void {
    if (!this.#closed) {
      this.#loseWhatIsOnTheWay();
      if (seen) this.peer.#incoming.push("reset", () => this.peer.#close(new Error("ECONNRESET")));
    }
    this.#closed = true;
    this.#forget();
  }

  #loseWhatIsOnTheWay(): void {
    const { random } = this.network;
    this.#ended = true;
    if (random.chance(0.5)) this.peer.#incoming.cut(random.below(this.peer.#incoming.size + 1));
  }

  #arrive(bytes: Buffer): void {
    const { random } = this.network;
    const size =
      bytes.length > 1 && random.chance(SPLIT) ? random.between(1, bytes.length - 1) : bytes.length;
    if (size < bytes.length) {
      const rest = bytes.subarray(size);
      this.#incoming.unshift(`${rest.length} bytes more`, () => this.#arrive(rest));
    }
    this.onData(bytes.subarray(0, size));
  }

  /** As a socket that is not half-open: the other side's end is ours too. */
  #endOfStream(): void {
    this.end();
    this.#close();
  }

  #close(error?: Error): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ended = true;
    this.#forget();
    this.host.main.push("closed", () => this.onClose(error));
  }

  #forget(): void {
    this.network.channels.delete(this);
    this.network.loop.close(this.#incoming);
  }
}

function pair(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
