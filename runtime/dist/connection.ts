/**
 * From a channel to a connection: runs the handshake (handshake.ts) over the channel's bytes, under a
 * deadline, and hands over an established connection (established.ts) or nothing.
 *
 * Invariant: before the peer's proof holds, frames of at most 4 KiB go to the handshake and nowhere else;
 * what follows them in the same chunk waits in `rest` until a Connection exists.
 */
import { randomBytes } from "node:crypto";
import { Attempts } from "./attempts.js";
import { type Connection, Established } from "./established.js";
import { encodeFrame, FrameError, FrameParser, MAX_FRAME_UNPROVEN } from "./frame.js";
import {
  acceptor,
  type Handshake,
  HandshakeError,
  initiator,
  type LocalNode,
  NONCE_BYTES,
  type PeerInfo,
  refusal,
  type Step,
  type Verdict,
} from "./handshake.js";
import { type ConnectionOptions, DEFAULTS } from "./options.js";
import { Pending } from "./pending.js";
import {
  type Channel,
  type Clock,
  type Distrust,
  type Endpoint,
  type Listener,
  systemClock,
  type Transport,
} from "./transport.js";

export type { Connection } from "./established.js";
export { HandshakeError, type LocalNode, type PeerInfo, type Verdict } from "./handshake.js";
export type { ConnectionOptions } from "./options.js";

interface HandshakeEdge extends ConnectionOptions {
  readonly local: LocalNode;
  readonly cookie: string;
  /** deadline for the whole handshake, connecting included, in ms */
  readonly handshakeMs?: number;
  /** feature bits offered, see ops.ts */
  readonly flags?: number;
  readonly random?: (bytes: number) => Uint8Array;
}

export interface DialOptions extends HandshakeEdge {
  /** the name of the node that must be there */
  readonly expect: string;
}

export interface AcceptOptions extends HandshakeEdge {
  /** Asked about a peer once it has proved itself; at "ok" the connection is up for the peer. Must not throw. */
  readonly accept: (peer: PeerInfo) => Verdict;
}

export interface ListenOptions extends AcceptOptions {
  /** handshakes under way at once; one more drops the oldest, since an honest one takes milliseconds */
  readonly maxPending?: number;
  /** connections that one address may open in a second; more are closed before a byte of them is read */
  readonly attemptsPerSecond?: number;
  readonly onConnection: (connection: Connection) => void;
  /** A peer was refused, or went away, or sent what is not a handshake (FrameError). */
  readonly onRefused?: (error: Error) => void;
}

const HANDSHAKE_MS = 7000;
const MAX_PENDING = 64;
const ATTEMPTS_PER_SECOND = 100;

/**
 * Connects to the node `o.expect`. Rejects with HandshakeError, with FrameError if the peer does not speak
 * this protocol, or with the transport's own error ("ECONNREFUSED").
 */
export async function dial(transport: Transport, endpoint: Endpoint, o: DialOptions): Promise<Connection> {
  const clock = o.clock ?? systemClock;
  const deadline = clock.now() + (o.handshakeMs ?? HANDSHAKE_MS);
  const handshake = initiator({ ...o, nonce: nonce(o) });
  const timeout = new AbortController();
  const cancel = clock.after(deadline - clock.now(), () => timeout.abort());
  try {
    const channel = await transport.dial(endpoint, timeout.signal);
    return await establish(channel, handshake, o, deadline - clock.now());
  } catch (error) {
    throw timeout.signal.aborted ? tooLate(o.expect) : error;
  } finally {
    cancel();
  }
}

/** Answers the handshake on a channel that was dialled from elsewhere. Rejects as `dial` does. */
export async function acceptFrom(channel: Channel, o: AcceptOptions): Promise<Connection> {
  return establish(channel, acceptor({ ...o, nonce: nonce(o) }), o, o.handshakeMs ?? HANDSHAKE_MS);
}

/**
 * Listens, and hands over each peer that proves itself. Rejects with the transport's error ("EADDRINUSE"), or
 * with TypeError on bad options.
 */
export async function listen(transport: Transport, endpoint: Endpoint, o: ListenOptions): Promise<Listener> {
  acceptor({ ...o, nonce: nonce(o) }); // what is wrong with the options shows now, not at the first peer
  const pending = new Pending<Channel>(o.maxPending ?? MAX_PENDING, (channel) => channel.destroy());

  function onChannel(channel: Channel): void {
    pending.add(channel);
    acceptFrom(channel, o)
      .finally(() => pending.delete(channel))
      .then(o.onConnection, (error) => o.onRefused?.(error));
  }

  const door = new Attempts(o.attemptsPerSecond ?? ATTEMPTS_PER_SECOND, o.clock ?? systemClock);
  const listener = await transport.listen(endpoint, onChannel, door);
  return {
    endpoint: listener.endpoint,
    close() {
      listener.close();
      pending.clear();
    },
  };
}

/** Runs the handshake on the channel to its end; whatever ends it otherwise than well destroys the channel. */
function establish(
  channel: Channel,
  handshake: Handshake,
  o: HandshakeEdge,
  ms: number,
): Promise<Connection> {
  const clock: Clock = o.clock ?? systemClock;
  return new Promise((resolve, reject) => {
    let end: Step["end"];
    let first = true;
    const parser = new FrameParser(MAX_FRAME_UNPROVEN, (type, payload) =>
      follow(handshake.receive(type, payload)),
    );
    let cancel = clock.after(ms, () => fail(tooLate("the peer")));

    function follow(step: Step): void {
      for (const { type, payload } of step.send) channel.write(encodeFrame(type, payload));
      end = step.end;
      if (end !== undefined) parser.halt();
    }

    function fail(error: Error): void {
      cancel();
      channel.onData = channel.onClose = () => {};
      channel.destroy();
      reject(error);
    }

    /** Lets our refusal arrive: ends the stream and waits, not for long, for the peer to end it too. */
    function refuse(error: HandshakeError): void {
      cancel();
      channel.onData = () => {};
      channel.onClose = () => fail(error);
      cancel = clock.after(o.lingerMs ?? DEFAULTS.lingerMs, () => fail(error));
      channel.end();
    }

    /** Nothing such a peer says is looked at. */
    function distrust({ code, detail }: Distrust): void {
      const error = new HandshakeError(code, detail);
      follow(refusal(error));
      refuse(error);
    }

    channel.onClose = (error) =>
      fail(new HandshakeError("closed", error?.message ?? "closed in the handshake"));
    channel.onData = (chunk) => {
      if (first && isTls(chunk)) return distrust({ code: "tls", detail: "it speaks TLS, and we do not" });
      first = false;
      let rest: Buffer;
      try {
        rest = parser.push(chunk);
      } catch (error) {
        fail(error as Error);
        if (!(error instanceof FrameError)) throw error;
        return;
      }
      if (end instanceof HandshakeError) return refuse(end);
      if (end === undefined) return;
      cancel();
      resolve(new Established(channel, end, rest, o));
    };
    if (channel.distrust !== undefined) distrust(channel.distrust);
    else follow(handshake.start());
    channel.resume();
  });
}

/** The first bytes of a record of TLS: a handshake or an alert. A frame of ours, small as it is here, begins with 0. */
function isTls(chunk: Buffer): boolean {
  return (chunk[0] === 22 || chunk[0] === 21) && chunk[1] === 3;
}

function nonce(o: HandshakeEdge): Uint8Array {
  return (o.random ?? randomBytes)(NONCE_BYTES);
}

function tooLate(who: string): HandshakeError {
  return new HandshakeError("timeout", `${who} did not complete the handshake in time`);
}
