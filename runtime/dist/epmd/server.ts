/**
 * The node registry as a TCP server: ringbeam's epmd (for the protocol see protocol.ts).
 *
 * A connection brings one request. It is answered and closed, except that of a registered node: it
 * stays, and the name is free again the moment it ends, however it ends. Anything else a peer may do
 * (garbage, half a request, never reading the reply) costs it its connection and nobody else anything;
 * no input makes the server throw. As in OTP, only a peer on this machine may register, dump or kill.
 */
import { randomInt } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import {
  defaultPort,
  encodeAliveReply,
  encodeDumpReply,
  encodeNamesReply,
  encodePortReply,
  type NodeEntry,
  parseRequest,
  type Request,
} from "./protocol.js";
import { Registry } from "./registry.js";

export interface EpmdServerOptions {
  /** The address to listen on; "127.0.0.1" unless told otherwise. */
  readonly host?: string;
  /** 0: any free port; 4369 unless told otherwise. */
  readonly port?: number;
  /**
   * Close this many ms after the last node has left. Without it the server stays, as OTP's does.
   * It is for a server that was started by itself, which nobody else would ever stop.
   */
  readonly idleExitMs?: number;
  /** With `idleExitMs`: close when no node has come within this many ms; twice `idleExitMs` by default. */
  readonly firstNodeMs?: number;
  /** ms a connection other than a node's may last; 10,000 unless told otherwise. */
  readonly requestTimeoutMs?: number;
  /** OTP's `-relaxed_command_check`: allow STOP_REQ, and KILL_REQ while nodes are registered. */
  readonly relaxedCommandCheck?: boolean;
}

/** What OTP's epmd sends as the creation of a refused registration. */
const refusedCreation = 99;

/** Written by its own event handlers only. */
interface Connection {
  readonly socket: Socket;
  /** Stands for the file descriptor in DUMP_RESP. */
  readonly id: number;
  /** Ends the connection; cleared once it is a node's. */
  readonly deadline: NodeJS.Timeout;
  /** What has come of the request. */
  received: Buffer;
  /** The request was complete, so every further byte is a violation. */
  answered: boolean;
}

export class EpmdServer {
  readonly port: number;
  /** Resolves when the server has closed, for whatever reason: close(), idleness, KILL_REQ. */
  readonly closed: Promise<void>;

  readonly #server: Server;
  readonly #options: EpmdServerOptions;
  readonly #connections = new Set<Connection>();
  readonly #registry = new Registry<Connection>(randomInt(2 ** 32));
  #accepted = 0;
  #idleTimer: NodeJS.Timeout | undefined;

  /** Resolves when the server listens; rejects with what `listen` says, such as code EADDRINUSE. */
  static async start(options: EpmdServerOptions = {}): Promise<EpmdServer> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(
        { host: options.host ?? "127.0.0.1", port: options.port ?? defaultPort, backlog: 511 },
        resolve,
      );
    });
    return new EpmdServer(server, options);
  }

  private constructor(server: Server, options: EpmdServerOptions) {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("epmd listens on TCP only");
    this.port = address.port;
    this.#server = server;
    this.#options = options;
    this.closed = new Promise((resolve) => server.once("close", resolve));
    server.on("connection", (socket) => this.#accept(socket));
    server.on("error", () => {}); // A connection that could not be accepted (no descriptor left) is its peer's loss.
    this.#exitIn(options.firstNodeMs ?? (options.idleExitMs ?? 0) * 2);
  }

  /** The registered nodes, in the order of registration. */
  names(): { name: string; port: number }[] {
    return this.#registry.entries().map(({ node }) => ({ name: node.name, port: node.port }));
  }

  /** Stops listening and ends every connection. Any number of times. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    if (this.#server.listening) this.#server.close();
    for (const connection of this.#connections) this.#drop(connection);
    await this.closed;
  }

  #accept(socket: Socket): void {
    const lifetime = this.#options.requestTimeoutMs ?? 10_000;
    const connection: Connection = {
      socket,
      id: ++this.#accepted,
      deadline: setTimeout(() => this.#drop(connection), lifetime),
      received: Buffer.alloc(0),
      answered: false,
    };
    this.#connections.add(connection);
    socket.on("data", (chunk: Buffer) => this.#receive(connection, chunk));
    // "end" comes before "close": a node that restarts at once must find its name free.
    socket.on("end", () => this.#release(connection));
    socket.on("error", () => {}); // "close" follows.
    socket.on("close", () => {
      clearTimeout(connection.deadline);
      this.#connections.delete(connection);
      this.#release(connection);
    });
  }

  #receive(connection: Connection, chunk: Buffer): void {
    const request = connection.answered ? null : this.#parse(connection, chunk);
    if (request !== null) {
      connection.answered = true;
      connection.received = Buffer.alloc(0);
      this.#answer(connection, request);
    } else if (connection.answered) this.#drop(connection);
  }

  /** The connection's request once it is complete; drops the connection where it cannot become one. */
  #parse(connection: Connection, chunk: Buffer): Request | null {
    connection.received = Buffer.concat([connection.received, chunk]);
    try {
      return parseRequest(connection.received);
    } catch {
      this.#drop(connection);
      return null;
    }
  }

  #answer(connection: Connection, request: Request): void {
    const forAnyone = request.op === "portPlease" || request.op === "names";
    if (!forAnyone && !isLocalPeer(connection.socket)) this.#drop(connection);
    else if (request.op === "alive") this.#alive(connection, request.node);
    else {
      const reply = this.#reply(connection, request);
      if (reply === null) this.#drop(connection);
      else connection.socket.end(reply);
    }
  }

  #alive(connection: Connection, node: NodeEntry): void {
    const creation = this.#registry.register(node, connection);
    if (creation === null) {
      const refusal = { result: 1, creation: refusedCreation };
      connection.socket.end(encodeAliveReply(refusal, node.highestVersion));
    } else {
      clearTimeout(connection.deadline);
      clearTimeout(this.#idleTimer);
      connection.socket.write(encodeAliveReply({ result: 0, creation }, node.highestVersion));
    }
  }

  /** The last bytes of the connection; null: none, as OTP does with what it does not allow. */
  #reply({ socket }: Connection, request: Exclude<Request, { op: "alive" }>): Buffer | string | null {
    const relaxed = this.#options.relaxedCommandCheck === true;
    switch (request.op) {
      case "portPlease":
        return encodePortReply(this.#registry.find(request.name));
      case "names":
        return encodeNamesReply({ epmdPort: this.port, nodes: this.names() });
      case "dump":
        return encodeDumpReply(this.port, this.#dump());
      case "kill":
        if (this.#registry.size > 0 && !relaxed) return "NO";
        // Not before the answer is out: close() ends this connection too.
        socket.once("close", () => void this.close());
        return "OK";
      case "stop":
        return relaxed ? this.#stop(request.name) : null;
    }
  }

  #stop(name: string): "STOPPED" | "NOEXIST" {
    const owner = this.#registry.ownerOf(name);
    if (owner === undefined) return "NOEXIST";
    this.#drop(owner);
    return "STOPPED";
  }

  #dump(): { name: string; port: number; fd: number }[] {
    return this.#registry
      .entries()
      .map(({ node, owner }) => ({ name: node.name, port: node.port, fd: owner.id }));
  }

  #drop(connection: Connection): void {
    this.#release(connection);
    connection.socket.destroy();
  }

  #release(connection: Connection): void {
    if (this.#registry.release(connection) && this.#registry.size === 0)
      this.#exitIn(this.#options.idleExitMs ?? 0);
  }

  /** Where idle exit is wanted, closes in so many ms, or as soon after as nobody is being served. */
  #exitIn(ms: number): void {
    if (this.#options.idleExitMs === undefined || !this.#server.listening) return;
    clearTimeout(this.#idleTimer);
    this.#idleTimer = setTimeout(() => {
      if (this.#connections.size > 0) this.#exitIn(ms);
      else void this.close();
    }, ms);
  }
}

/** As in OTP: from the loopback network, or from the very address it connected to. */
function isLocalPeer(socket: Socket): boolean {
  const peer = socket.remoteAddress?.replace(/^::ffff:/, "");
  if (peer === undefined) return false;
  return peer.startsWith("127.") || peer === "::1" || socket.remoteAddress === socket.localAddress;
}
