/**
 * The Unix socket transport, for nodes of one host: `host` of its endpoints is a path, `port` 0.
 *
 * The socket is bound in a folder of its own that only we may enter, made 0600 there, and moved to its path: so it is
 * never there with wider permissions, and takes the place of one that a killed node has left in one step.
 */
import { chmodSync, lstatSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connectSocket, listenSocket, SocketChannel } from "./socketChannel.js";
import type { Channel, Door, Endpoint, Listener, Transport } from "./transport.js";

/** Bytes of the longest path that every system takes, without those that the private folder adds. */
const MAX_PATH_BYTES = 90;

export const unix: Transport = {
  name: "unix",

  async dial({ host: path }: Endpoint, signal?: AbortSignal): Promise<Channel> {
    return new SocketChannel("unix", await connectSocket({ path }, signal));
  },

  async listen(
    { host: path }: Endpoint,
    onChannel: (channel: Channel) => void,
    door?: Door,
  ): Promise<Listener> {
    if (Buffer.byteLength(path) > MAX_PATH_BYTES)
      throw systemError("ENAMETOOLONG", `${path}: more than ${MAX_PATH_BYTES} bytes`);
    if (await isTaken(path))
      throw systemError("EADDRINUSE", `${path}: another listens there, or it is no socket`);
    const folder = mkdtempSync(`${path}.`); // 0700
    const inside = join(folder, "s");
    try {
      const server = await listenSocket(
        { path: inside },
        (socket) => onChannel(new SocketChannel("unix", socket)),
        door,
      );
      chmodSync(inside, 0o600);
      const { ino } = lstatSync(inside);
      renameSync(inside, path);
      return {
        endpoint: { host: path, port: 0 },
        close() {
          server.close();
          if (lstatSync(path, { throwIfNoEntry: false })?.ino === ino) rmSync(path);
        },
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** A socket that nobody answers at was left behind; whatever else is there is somebody's. */
async function isTaken(path: string): Promise<boolean> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isSocket()) return true;
  return connectSocket({ path }).then(
    (socket) => {
      socket.destroy();
      return true;
    },
    (error: NodeJS.ErrnoException) => error.code !== "ECONNREFUSED",
  );
}

function systemError(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
