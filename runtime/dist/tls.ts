/**
 * The TLS transport: TCP with both sides' certificates checked against one CA. TLS 1.3 only.
 *
 * Whether a certificate is good is decided here, and said in `Channel.distrust`; the handshake above refuses such a
 * peer in words that it can read, which OpenSSL's own alerts are not. So `rejectUnauthorized` is off by intent.
 *
 *     TCP socket --first byte 22--> TLS handshake --> channel, perhaps distrusted
 *                --any other byte-> channel over the bare socket, distrusted: it speaks no TLS and is told so
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import {
  checkServerIdentity,
  connect,
  createSecureContext,
  createServer,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import { HandshakeError } from "./handshake.js";
import { Pending } from "./pending.js";
import { connectSocket, listenSocket, SocketChannel } from "./socketChannel.js";
import type { Channel, Distrust, Door, Endpoint, Listener, Transport } from "./transport.js";

/** Paths of PEM files. */
export interface TlsOptions {
  /** This node's certificate, with the chain up to the CA if there is one between. */
  readonly cert: string;
  /** Its private key. */
  readonly key: string;
  /** The authority, or authorities, whose certificates are believed; no other is, not even the system's. */
  readonly ca: string;
  /** The name that the certificate of every dialled node bears; by default the host in that node's name. */
  readonly name?: string;
}

/** The certificate, its key or the CA cannot be used: a file is not there, not PEM, or the key is another's. */
export class TlsError extends Error {
  override readonly name = "TlsError";
}

/** TLS handshakes under way at once; one more drops the oldest. */
const MAX_PENDING = 64;
/** ms from TCP's connection to the end of the TLS handshake; then the peer is dropped. */
const HANDSHAKE_MS = 7000;
/** Content type of the first record of a TLS client. */
const TLS_HANDSHAKE = 22;

/** Reads the files, once. Throws TlsError. */
export function tlsTransport(options: TlsOptions): Transport {
  const identity = readIdentity(options);
  const secureContext = contextOf(identity);
  return {
    name: "tls",
    dial: (endpoint, signal) => dial(secureContext, options.name, endpoint, signal),
    listen: (endpoint, onChannel, door) => listen(identity, endpoint, onChannel, door),
  };
}

interface Identity {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
  readonly minVersion: "TLSv1.3";
}

function readIdentity({ cert, key, ca }: TlsOptions): Identity {
  const pem = (what: string, file: string) => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new TlsError(`the ${what} cannot be read: ${(error as Error).message}`);
    }
  };
  return { cert: pem("certificate", cert), key: pem("key", key), ca: pem("CA", ca), minVersion: "TLSv1.3" };
}

function contextOf(identity: Identity): SecureContext {
  try {
    new X509Certificate(identity.ca); // OpenSSL passes over what is no certificate, and would then believe nobody
    return createSecureContext(identity);
  } catch (error) {
    throw new TlsError(`the certificate, its key or the CA cannot be used: ${(error as Error).message}`);
  }
}

async function dial(
  secureContext: SecureContext,
  name: string | undefined,
  { host, port }: Endpoint,
  signal: AbortSignal | undefined,
): Promise<Channel> {
  const socket = await connectSocket({ host, port, noDelay: true }, signal);
  return new Promise((resolve, reject) => {
    const tls = connect({
      socket,
      host,
      secureContext,
      rejectUnauthorized: false,
      checkServerIdentity: (_, certificate) => checkServerIdentity(name ?? host, certificate),
    });
    const fail = (error: Error) => reject(signal?.aborted ? signal.reason : explain(error));
    tls.once("error", fail);
    tls.once("secureConnect", () => {
      tls.off("error", fail);
      resolve(new SocketChannel("tls", tls, distrustOf(tls)));
    });
  });
}

async function listen(
  identity: Identity,
  { host, port }: Endpoint,
  onChannel: (channel: Channel) => void,
  door: Door | undefined,
): Promise<Listener> {
  const pending = new PendingSockets();
  const server = createServer({
    ...identity,
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: HANDSHAKE_MS,
  });
  server.on("secureConnection", (tls) => {
    pending.delete(tls);
    onChannel(new SocketChannel("tls", tls, distrustOf(tls)));
  });
  server.on("tlsClientError", (_, tls) => void tls.destroy());

  function greet(socket: Socket): void {
    pending.add(socket);
    // Only the first bytes are looked at: they stay in the socket for whoever reads it then.
    socket.once("readable", () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      socket.unshift(first);
      if (first[0] === TLS_HANDSHAKE) return void server.emit("connection", socket);
      pending.delete(socket);
      onChannel(
        new SocketChannel("tls", socket, { code: "tls", detail: "it does not speak TLS, and we do" }),
      );
    });
  }

  const tcp = await listenSocket({ host, port }, greet, door);
  const { address, port: bound } = tcp.address() as AddressInfo;
  return {
    endpoint: { host: address, port: bound },
    close() {
      tcp.close();
      pending.destroy();
    },
  };
}

/** Sockets whose TLS handshake is under way, bounded in number and time. A TLSSocket has its socket's addresses. */
class PendingSockets {
  readonly #sockets = new Map<string, Socket>();
  readonly #pending = new Pending<Socket>(MAX_PENDING, (socket) => socket.destroy());

  add(socket: Socket): void {
    const key = keyOf(socket);
    this.#sockets.set(key, socket);
    this.#pending.add(socket);
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
    socket.on("error", () => {}); // "close" follows
    socket.once("close", () => {
      this.#pending.delete(socket);
      if (this.#sockets.get(key) === socket) this.#sockets.delete(key);
    });
  }

  /** This one is a channel now. */
  delete(socket: Socket): void {
    const raw = this.#sockets.get(keyOf(socket));
    if (raw === undefined) return;
    raw.setTimeout(0);
    this.#pending.delete(raw);
    this.#sockets.delete(keyOf(socket));
  }

  destroy(): void {
    this.#pending.clear();
  }
}

function keyOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** What Node.js found wrong with the peer's certificate, in words. */
function distrustOf(tls: TLSSocket): Distrust | undefined {
  if (tls.authorized) return undefined;
  // Where there is no certificate, OpenSSL misses that of an issuer.
  const code = String(tls.authorizationError ?? "not verified");
  if (tls.getPeerX509Certificate() === undefined)
    return { code: "certificate", detail: "it shows no certificate" };
  return { code: "certificate", detail: FOUND[code] ?? `its certificate is not of our CA (${code})` };
}

const FOUND: Record<string, string> = {
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another host",
};

/** OpenSSL could make no sense of the peer: it does not speak TLS, or another version. */
function explain(error: Error & { code?: string }): Error {
  if (!/^(ERR_SSL_|EPROTO)/.test(error.code ?? "")) return error;
  return new HandshakeError("tls", "we speak TLS 1.3, and it does not");
}
