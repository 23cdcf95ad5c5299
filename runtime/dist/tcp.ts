/** The TCP transport: Channels over node:net sockets, without Nagle's delay, each write one writev. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { Channel, Endpoint, Listener, Transport } from "./transport.js";

const ignore = (): void => {};

export const tcp: Transport = {
  name: "tcp",

  dial({ host, port }: Endpoint, signal?: AbortSignal): Promise<Channel> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true, ...(signal && { signal }) });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new SocketChannel("tcp", socket));
      });
    });
  },

  listen({ host, port }: Endpoint, onChannel: (channel: Channel) => void): Promise<Listener> {
    return new Promise((resolve, reject) => {
      const server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
        onChannel(new SocketChannel("tcp", socket));
      });
      server.once("error", reject);
      server.listen({ host, port }, () => {
        server.off("error", reject);
        // What fails from here on is the accepting of one socket (EMFILE, ...): that peer's loss, not the server's.
        server.on("error", ignore);
        const { address, port: bound } = server.address() as AddressInfo;
        resolve({ endpoint: { host: address, port: bound }, close: () => void server.close() });
      });
    });
  },
};

/** Any stream socket of Node.js (TCP, Unix, TLS) as a Channel. */
export class SocketChannel implements Channel {
  onData: (chunk: Buffer) => void = ignore;
  onDrain: () => void = ignore;
  onClose: (error?: Error) => void = ignore;
  #error: Error | undefined;

  constructor(
    readonly transport: string,
    private readonly socket: Socket,
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
