/** What a node tells of a connection. */
import type { Connection } from "../dist/connection.js";
import { systemClock } from "../dist/transport.js";
import type { ConnectionInfo } from "../process/nodes.js";

export function connectionInfo(connection: Connection): ConnectionInfo {
  const { peer, transport, queued, busy, bytesIn, bytesOut, since } = connection;
  const { name, creation, hidden } = peer;
  const upSince = Math.round(Date.now() - (systemClock.now() - since));
  return { node: name, creation, hidden, transport, queued, busy, bytesIn, bytesOut, since: upSince };
}
