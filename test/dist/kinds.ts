/** The transports, as their common suite runs them. */
import { tcp } from "../../runtime/dist/tcp.js";
import { tlsTransport } from "../../runtime/dist/tls.js";
import type { Endpoint, Transport } from "../../runtime/dist/transport.js";
import { tlsOf } from "./certificates.js";

export interface Kind {
  readonly transport: Transport;
  /** A free place to listen. */
  endpoint(): Endpoint;
  /** What the door is told of a peer. */
  readonly address: string | undefined;
  /** How many dial at once. */
  readonly crowd: number;
  /** Throws if something is left behind. */
  check?(): void;
}

const loopback = { host: "127.0.0.1", port: 0 };

export const KINDS: readonly Kind[] = [
  { transport: tcp, endpoint: () => loopback, address: "127.0.0.1", crowd: 1000 },
  { transport: tlsTransport(tlsOf("node")), endpoint: () => loopback, address: "127.0.0.1", crowd: 60 },
];
