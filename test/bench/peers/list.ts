/** The JavaScript peers, and which rows each of them can play: no more than what it is made for. */
import type { Peer } from "./peer.js";

interface Entry {
  readonly rows: readonly string[];
  load(): Promise<{ start(): Promise<Peer> }>;
}

export const PEERS: Readonly<Record<string, Entry>> = {
  nact: { rows: ["ping-pong", "send", "send-map", "spawn"], load: () => import("./nact.js") },
  XState: { rows: ["ping-pong", "send", "spawn", "statem"], load: () => import("./xstate.js") },
  postMessage: {
    rows: ["send-across", "send-across-map", "ping-pong-across"],
    load: () => import("./postMessage.js"),
  },
  comlink: { rows: ["call-across"], load: () => import("./comlink.js") },
  piscina: { rows: ["task", "dirty", "parallel"], load: () => import("./piscina.js") },
};

export function peersOf(row: string): string[] {
  return Object.keys(PEERS).filter((peer) => PEERS[peer]!.rows.includes(row));
}
