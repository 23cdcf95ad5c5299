import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Connection,
  dial,
  type HandshakeError,
  type ListenOptions,
  listen,
} from "../../runtime/dist/connection.js";
import { tcp } from "../../runtime/dist/tcp.js";
import type { Listener } from "../../runtime/dist/transport.js";
import { alpha, beta } from "./memory.js";

const test = suite("dist/tcp");

const loopback = { host: "127.0.0.1", port: 0 };

interface Server {
  listener: Listener;
  refused: string[];
  next(): Promise<Connection>;
}

/** beta, listening on any free port. */
async function serve(options: Partial<ListenOptions> = {}): Promise<Server> {
  const arrived: Connection[] = [];
  const refused: string[] = [];
  let wake = (): void => {};
  const listener = await listen(tcp, loopback, {
    ...{ local: beta, cookie: "secret", accept: () => "ok" },
    onConnection: (connection) => {
      arrived.push(connection);
      wake();
    },
    onRefused: (error) => refused.push((error as HandshakeError).code),
    ...options,
  });
  async function next(): Promise<Connection> {
    while (arrived.length === 0) await within(new Promise<void>((resolve) => (wake = resolve)));
    return arrived.shift()!;
  }
  return { listener, refused, next };
}

function dialTo({ listener }: Server, cookie = "secret"): Promise<Connection> {
  return within(dial(tcp, listener.endpoint, { local: alpha, expect: beta.name, cookie }));
}

/** A hang is a failure, with a name. */
async function within<T>(promise: Promise<T>, ms = 20_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing happened for ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function closed(connection: Connection): Promise<string> {
  return within(new Promise((resolve) => (connection.onClose = resolve)));
}

test("100kSmallSignalsAnd64MiBArriveInOrderAndWhole", async () => {
  const server = await serve();
  const [a, b] = [await dialTo(server), await server.next()];
  const small = 100_000;
  const large = Buffer.allocUnsafe(64 << 20);
  for (let at = 0; at < large.length; at += 4) large.writeUInt32LE((at * 2654435761) >>> 0, at);
  let seen = 0;
  const ended = closed(b);
  b.onSignal = (payload) => {
    if (seen === small / 2) assert.is(Buffer.compare(payload, large), 0);
    else assert.is(payload.readUInt32LE(0), seen);
    seen++;
  };
  const count = Buffer.alloc(4);
  for (let i = 0; i <= small; i++) {
    count.writeUInt32LE(i); // a small payload is copied by send
    a.send(i === small / 2 ? large : count);
    if (i % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const closing = closed(a);
  a.close("done");
  assert.is(await ended, "bye: done");
  assert.is(seen, small + 1);
  assert.is(await closing, "done");
  assert.is(a.bytesOut, b.bytesIn);
  server.listener.close();
});

test("closeDeliversWhatIsStillQueuedInBothEndsKernels", async () => {
  const server = await serve();
  const [a, b] = [await dialTo(server), await server.next()];
  const size = 16 << 20;
  let [seen, reverse] = [0, 0];
  a.onSignal = () => reverse++;
  b.onSignal = (payload) => {
    seen += payload.length;
  };
  const [endedA, endedB] = [closed(a), closed(b)];
  b.send(Buffer.alloc(size)); // crosses the close: unread bytes must not turn it into a reset
  for (let i = 0; i < 16; i++) a.send(Buffer.alloc(size / 16));
  a.close("done");
  assert.equal([await endedA, await endedB], ["done", "bye: done"]);
  assert.equal([seen, reverse], [size, 0]);
  server.listener.close();
});

test("aBusyConnectionDrains", async () => {
  const server = await serve({ busyBytes: 1 << 20 });
  const [a, b] = [await dialTo(server), await server.next()];
  const drained = within(new Promise<void>((resolve) => (a.onDrain = resolve)));
  for (let i = 0; i < 16; i++) a.send(Buffer.alloc(1 << 20));
  assert.is(a.busy, true);
  b.onSignal = () => {};
  await drained;
  assert.is(a.busy, false);
  assert.ok(a.queued < 1 << 20);
  const ended = closed(b);
  a.close("done");
  await ended;
  server.listener.close();
});

test("garbageBeforeTheHandshakeIsClosedAndTheServerGoesOn", async () => {
  const server = await serve();
  for (const garbage of [
    "GET / HTTP/1.1\r\n\r\n",
    "\0\0\0\u0005hello, this is no frame",
    "\xff".repeat(5000),
  ]) {
    const socket = connect(server.listener.endpoint.port, "127.0.0.1");
    socket.on("error", () => {}); // a reset is one way to be closed
    socket.write(garbage, "latin1");
    socket.resume();
    await within(once(socket, "close"));
  }
  assert.is(server.refused.length, 3);
  const [a, b] = [await dialTo(server), await server.next()];
  b.onSignal = () => {};
  const ended = closed(b);
  a.close("fine");
  assert.is(await ended, "bye: fine");
  server.listener.close();
});

test("aWrongCookieIsRefusedOnBothSides", async () => {
  const server = await serve();
  const error: HandshakeError = await dialTo(server, "other").then(
    () => assert.unreachable(),
    (e) => e,
  );
  assert.is(error.code, "cookie");
  while (server.refused.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(server.refused, ["cookie"]);
  server.listener.close();
});

test("aCutSocketIsClosed", async () => {
  const server = await serve();
  const sockets: Socket[] = [];
  const proxy = createServer((socket) => {
    const out = connect(server.listener.endpoint.port, "127.0.0.1");
    sockets.push(socket, out);
    for (const [from, to] of [[socket, out] as const, [out, socket] as const]) {
      from.on("error", () => {});
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as { port: number };
  const a = await dial(
    tcp,
    { host: "127.0.0.1", port },
    { local: alpha, expect: beta.name, cookie: "secret" },
  );
  const b = await server.next();
  a.onSignal = b.onSignal = () => {};
  const [endedA, endedB] = [closed(a), closed(b)];
  for (const socket of sockets) socket.resetAndDestroy();
  assert.match(await endedA, /^closed/);
  assert.match(await endedB, /^closed/);
  proxy.close();
  server.listener.close();
});

test("theSystemsErrorsKeepTheirCodes", async () => {
  const server = await serve();
  const code = (promise: Promise<unknown>) =>
    promise.then(
      () => "ok",
      (error: NodeJS.ErrnoException) => error.code,
    );
  assert.is(await code(tcp.listen(server.listener.endpoint, () => {})), "EADDRINUSE");
  server.listener.close();
  assert.is(await code(dialTo(server)), "ECONNREFUSED");
});

test.run();
