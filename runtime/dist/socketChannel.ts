/** What the transports over sockets of Node.js share: a socket as a Channel, dialling, listening. */
import { connect, createServer, type NetConnectOpts, type Server, type Socket } from "node:net";
import type { Channel, Distrust, Door } from "./transport.js";

const ignore = (): void => {};

/** Any stream socket of Node.js (TCP, Unix, TLS) as a Channel. Each write is one writev. */
export class SocketChannel implements Channel {
  onData: (chunk: Buffer) => void = ignore;
  onDrain: () => void = ignore;
  onClose: (error?: Error) => void = ignore;
  #error: Error | undefined;

  constructor(
    readonly transport: string,
    private readonly socket: Socket,
    readonly distrust?: Distrust,
  ) {
    socket.pause(); // before "data" is listened to, which would start the flow
    socket.on("data", (chunk: Buffer) => this.onData(chunk));
    socket.on("drain", () => this.onDrain());
    socket.on("error", (error) => {
      this.#error = error;
    });
    socket.on("close", () => this.onClose(this.#error));
  }

  get bufferedBytes(): number {
    return this.socket.writableLength;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const { socket } = this;
    if (chunks.length === 1) return socket.write(chunks[0]!);
    let more = true;
    socket.cork();
    for (const chunk of chunks) more = socket.write(chunk);
    socket.uncork();
    return more;
  }

  end(): void {
    this.socket.end();
  }

  destroy(): void {
    this.socket.destroy();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}

/** Resolves when the socket is connected; rejects with the system's error, or the signal's reason. */
export function connectSocket(options: NetConnectOpts, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...options, ...(signal && { signal }) });
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
  });
}

/** Listens; each socket that the door admits comes paused. Rejects with the system's error. */
export function listenSocket(
  where: { host: string; port: number } | { path: string },
  onSocket: (socket: Socket) => void,
  door: Door | undefined,
): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
      if (door?.admits(socket.remoteAddress) === false) socket.destroy();
      else onSocket(socket);
    });
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      // What fails from here on is the accepting of one socket (EMFILE, ...): that peer's loss, not the server's.
      server.on("error", ignore);
      resolve(server);
    });
  });
}
