/** Our client against peers that are no epmd: each outcome has its code, and no connection is left open. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type EpmdAddress,
  EpmdError,
  names,
  portPlease,
  type Registration,
  register,
} from "../../runtime/dist/epmd/client.js";
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { at, entry, eventually, rejectsWith, within } from "./epmdHarness.js";

const test = suite("epmd client");

/** A listener that does one thing to each connection; checks that the client has left none open. */
async function withPeer(
  serve: (socket: Socket) => void,
  body: (address: EpmdAddress) => Promise<void>,
): Promise<void> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => open.delete(socket));
    serve(socket);
    socket.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await body(at((server.address() as { port: number }).port));
    await eventually("the client has closed its connections", () => open.size === 0);
  } finally {
    for (const socket of open) socket.destroy();
    server.close();
    await once(server, "close");
  }
}

const requests: Record<string, (epmd: EpmdAddress) => Promise<unknown>> = {
  register: (epmd) => register(epmd, entry("alpha"), { timeoutMs: 100 }),
  portPlease: (epmd) => portPlease(epmd, "alpha", { timeoutMs: 100 }),
  names: (epmd) => names(epmd, { timeoutMs: 100 }),
};
for (const [what, request] of Object.entries(requests)) {
  test(`${what}OfASilentPeerIsUnreachable`, () =>
    withPeer(
      () => {},
      (epmd) => rejectsWith("unreachable", request(epmd)),
    ));
  test(`${what}OfAPeerThatHangsUpIsUnreachable`, () =>
    withPeer(
      (socket) => socket.end(),
      (epmd) => rejectsWith("unreachable", request(epmd)),
    ));
  test(`${what}OfAnHttpServerIsProtocol`, () =>
    withPeer(
      (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      (epmd) => rejectsWith("protocol", request(epmd)),
    ));
  test(`${what}CutShortIsProtocol`, () =>
    withPeer(
      (socket) => socket.end(Buffer.of(what === "register" ? 118 : what === "names" ? 0 : 119)),
      (epmd) => rejectsWith("protocol", request(epmd)),
    ));
  test(`${what}WhereNothingListensIsUnreachable`, async () => {
    const server = await EpmdServer.start({ port: 0 });
    await server.close();
    await rejectsWith("unreachable", request(at(server.port)));
  });
}

test("endlessNamesReplyIsProtocol", () =>
  withPeer(
    (socket) => {
      const more = () => socket.write(Buffer.alloc(1024 * 1024), (error) => error || more());
      more();
    },
    (epmd) => rejectsWith("protocol", names(epmd)),
  ));

test("epmdThatTalksOnAfterRegistrationIsLost", () =>
  withPeer(
    (socket) =>
      socket.once("data", () => socket.write(Buffer.of(118, 0, 0, 0, 0, 9), () => socket.write("more"))),
    async (epmd) => {
      // One segment or two: refused at once, or lost right after.
      const registration = await register(epmd, entry("alpha")).catch((e: unknown) => e);
      if (registration instanceof EpmdError) assert.is(registration.code, "protocol");
      else {
        const lost = new Promise<void>((resolve) => (registration as Registration).onLost(resolve));
        await within("the registration is lost", lost);
      }
    },
  ));

test("nameWithItsHostOrNoneAtAllIsProtocol", async () => {
  for (const name of ["alpha@127.0.0.1", "", "a\nb", "x".repeat(256)]) {
    await rejectsWith("protocol", register(at(1), entry(name)));
  }
  await rejectsWith("protocol", portPlease(at(1), ""));
});

test.run();
