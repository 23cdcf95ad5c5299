/** The transports, as their common suite runs them. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { tcp } from "../../runtime/dist/tcp.js";
import { tlsTransport } from "../../runtime/dist/tls.js";
import type { Endpoint, Transport } from "../../runtime/dist/transport.js";
import { unix } from "../../runtime/dist/unix.js";
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

const folder = mkdtempSync(join(tmpdir(), "ringbeam-test-"));
let sockets = 0;

function leavesNothing(): void {
  const left = readdirSync(folder);
  rmSync(folder, { recursive: true });
  assert.equal(left, []);
}

const loopback = { host: "127.0.0.1", port: 0 };

export const KINDS: readonly Kind[] = [
  { transport: tcp, endpoint: () => loopback, address: "127.0.0.1", crowd: 1000 },
  { transport: tlsTransport(tlsOf("node")), endpoint: () => loopback, address: "127.0.0.1", crowd: 60 },
  {
    transport: unix,
    endpoint: () => ({ host: join(folder, `s${sockets++}`), port: 0 }),
    address: undefined,
    crowd: 200,
    check: leavesNothing,
  },
];
