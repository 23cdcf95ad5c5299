/** The TCP transport: Channels over node:net sockets, without Nagle's delay. */
import type { AddressInfo } from "node:net";
import { connectSocket, listenSocket, SocketChannel } from "./socketChannel.js";
import type { Channel, Door, Endpoint, Listener, Transport } from "./transport.js";

export const tcp: Transport = {
  name: "tcp",

  async dial({ host, port }: Endpoint, signal?: AbortSignal): Promise<Channel> {
    return new SocketChannel("tcp", await connectSocket({ host, port, noDelay: true }, signal));
  },

  async listen(
    { host, port }: Endpoint,
    onChannel: (channel: Channel) => void,
    door?: Door,
  ): Promise<Listener> {
    const server = await listenSocket(
      { host, port },
      (socket) => onChannel(new SocketChannel("tcp", socket)),
      door,
    );
    const { address, port: bound } = server.address() as AddressInfo;
    return { endpoint: { host: address, port: bound }, close: () => void server.close() };
  },
};
