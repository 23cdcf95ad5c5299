/** Whom a node with TLS lets in, and what each side hears of a refusal. */
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConnectError, explain } from "../../runtime/dist/connectError.js";
import { dial, listen } from "../../runtime/dist/connection.js";
import { tcp } from "../../runtime/dist/tcp.js";
import { TlsError, type TlsOptions, tlsTransport } from "../../runtime/dist/tls.js";
import type { Endpoint, Transport } from "../../runtime/dist/transport.js";
import { certificate, tlsOf } from "./certificates.js";
import { alpha, beta } from "./memory.js";

const test = suite("dist/tls");

const loopback = { host: "127.0.0.1", port: 0 };
const good = tlsTransport(tlsOf("node"));

/** What the dialler and the acceptor hear: "ok", or code and words. */
async function meet(dialler: Transport, acceptor: Transport, cookie = "secret"): Promise<[string, string]> {
  let hear!: (said: string) => void;
  const accepted = new Promise<string>((resolve) => (hear = resolve));
  const listener = await listen(acceptor, loopback, {
    ...{ local: beta, cookie: "secret", accept: () => "ok" },
    onConnection: (connection) => {
      connection.onClose = () => hear("ok");
      connection.onSignal = () => {};
    },
    onRefused: (error) => hear(`${(error as Error & { code?: string }).code}: ${error.message}`),
  });
  const dialled = await dial(dialler, listener.endpoint, { local: alpha, expect: beta.name, cookie }).then(
    async (connection) => {
      const over = new Promise((resolve) => (connection.onClose = resolve));
      connection.close("done");
      await over;
      return "ok";
    },
    (error: Error) => {
      const connectError = explain(beta.name, error);
      assert.instance(connectError, ConnectError);
      return `${connectError.code}: ${error.message}`;
    },
  );
  const said: [string, string] = [dialled, await accepted];
  listener.close();
  return said;
}

const NOT_ACCEPTED = "refused: our certificate is not accepted (expired, of another CA, or missing)";

test("twoWithCertificatesOfOneCaConnect", async () => {
  assert.equal(await meet(good, good), ["ok", "ok"]);
});

test("theCookieIsStillAsked", async () => {
  const [near, far] = await meet(good, good, "other");
  assert.match(near, /^cookie: /);
  assert.match(far, /^cookie: /);
});

for (const [bearer, found] of [
  ["expired", "its certificate has expired"],
  ["stranger", "its certificate is not of our CA (UNABLE_TO_VERIFY_LEAF_SIGNATURE)"],
] as const) {
  const bad = tlsTransport(tlsOf(bearer));
  test(`aDiallerWhoseCertificateIs ${bearer} isRefusedWithAReasonOnBothSides`, async () => {
    assert.equal(await meet(bad, good), [`certificate: ${NOT_ACCEPTED}`, `certificate: ${found}`]);
  });
  test(`anAcceptorWhoseCertificateIs ${bearer} isRefusedWithAReasonOnBothSides`, async () => {
    assert.equal(await meet(good, bad), [`certificate: ${found}`, `certificate: ${NOT_ACCEPTED}`]);
  });
}

test("aCertificateForAnotherHostIsRefusedUnlessThatNameIsToldToBeExpected", async () => {
  const elsewhere = tlsTransport(tlsOf("elsewhere"));
  assert.is((await meet(good, elsewhere))[0], "certificate: its certificate is for another host");
  const told = tlsTransport({ ...tlsOf("node"), name: "elsewhere.example" });
  assert.equal(await meet(told, elsewhere), ["ok", "ok"]);
  assert.is((await meet(told, good))[0], "certificate: its certificate is for another host");
});

test("twoThatDoNotBelieveEachOtherBothHearOfIt", async () => {
  const [near, far] = await meet(tlsTransport(tlsOf("stranger", "otherCa")), good);
  assert.match(near, /^certificate: its certificate is not of our CA/);
  assert.match(far, /^certificate: /);
});

test("aPlainPeerThatDialsATlsNodeIsToldSo", async () => {
  assert.equal(await meet(tcp, good), [
    "tls: refused: it speaks TLS and we do not, or the reverse",
    "tls: it does not speak TLS, and we do",
  ]);
});

test("aTlsPeerThatDialsAPlainNodeIsToldSo", async () => {
  assert.equal(await meet(good, tcp), [
    "tls: we speak TLS 1.3, and it does not",
    "tls: it speaks TLS, and we do not",
  ]);
});

/** What a listener with TLS makes of a peer that is no node. */
async function knock(act: (endpoint: Endpoint) => Promise<void>): Promise<string> {
  let hear!: (said: string) => void;
  const refused = new Promise<string>((resolve) => (hear = resolve));
  const listener = await listen(good, loopback, {
    ...{ local: beta, cookie: "secret", accept: () => "ok" },
    onConnection: () => hear("let in"),
    onRefused: (error) => hear(error.message),
  });
  await act(listener.endpoint);
  const said = await refused;
  listener.close();
  return said;
}

test("aPeerWithoutACertificateIsRefused", async () => {
  const said = await knock(async ({ host, port }) => {
    const socket = connectTls({ host, port, rejectUnauthorized: false });
    socket.on("error", () => {}).resume();
    await once(socket, "close");
  });
  assert.is(said, "it shows no certificate");
});

test("whoSaysNothingDoesNotOutliveTheListener", async () => {
  const listener = await good.listen(loopback, (channel) => channel.resume());
  const silent = connectTcp(listener.endpoint.port, "127.0.0.1");
  silent.on("error", () => {}).resume();
  const closing = once(silent, "close");
  const talking = await good.dial(listener.endpoint).catch(() => undefined);
  assert.ok(talking, "the one behind it was served: the listener has seen both");
  listener.close();
  await closing;
  talking!.destroy();
});

test("whatIsWrongWithTheFilesIsSaid", () => {
  const wrong = (options: Partial<TlsOptions>, words: RegExp) => {
    const make = () => tlsTransport({ ...tlsOf("node"), ...options });
    assert.throws(make, (error: Error) => error instanceof TlsError && words.test(error.message));
  };
  wrong({ cert: "/nowhere.pem" }, /the certificate cannot be read: ENOENT.*nowhere/);
  wrong({ key: certificate("expired.key") }, /key values mismatch/);
  wrong({ ca: certificate("node.key") }, /cannot be used/);
  wrong({ cert: certificate("README.md") }, /cannot be used/);
});

test.run();
