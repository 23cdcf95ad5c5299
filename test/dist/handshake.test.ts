import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  acceptor,
  type Handshake,
  HandshakeError,
  type HandshakeFrame,
  initiator,
  isNodeName,
  type PeerInfo,
  type Verdict,
} from "../../runtime/dist/handshake.js";
import { FLAG, FRAME, REFUSAL } from "../../runtime/dist/ops.js";
import { alpha, beta } from "./memory.js";

const test = suite("dist/handshake");

const nonceA = Buffer.from(Array.from({ length: 32 }, (_, i) => i));
const nonceB = Buffer.from(Array.from({ length: 32 }, (_, i) => i + 32));
const A = { local: alpha, cookie: "secret", nonce: nonceA, expect: beta.name };
const B = { local: beta, cookie: "secret", nonce: nonceB, accept: (): Verdict => "ok" };

type End = PeerInfo | HandshakeError | undefined;
type Tamper = (frame: HandshakeFrame, from: "a" | "b") => HandshakeFrame;

/** Lets both sides talk until neither has anything to say; `wire` is what was said, in order. */
function talk(a: Handshake, b: Handshake, tamper: Tamper = (frame) => frame) {
  const wire: HandshakeFrame[] = [];
  const ends: { a: End; b: End } = { a: undefined, b: undefined };
  const queue = a.start().send.map((frame) => ({ frame, from: "a" as "a" | "b" }));
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const frame = tamper(next.frame, next.from);
    wire.push(frame);
    const to = next.from === "a" ? "b" : "a";
    if (ends[to] !== undefined) continue;
    const step = (to === "a" ? a : b).receive(frame.type, frame.payload);
    ends[to] = step.end;
    for (const answer of step.send) queue.push({ frame: answer, from: to });
  }
  return { wire, ...ends };
}

function codeOf(end: End): string {
  return end instanceof HandshakeError ? end.code : end === undefined ? "waiting" : "ok";
}

test("goldenTranscript", () => {
  const { wire, a, b } = talk(initiator(A), acceptor(B));
  assert.equal(
    wire.map(({ type, payload }) => [type, payload.toString("hex")]),
    [
      [
        FRAME.hello,
        "01010000000300000001000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f616c706861403132372e302e302e31",
      ],
      [
        FRAME.challenge,
        "010000000300000002202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f62657461403132372e302e302e31",
      ],
      [FRAME.response, "d9052f9e23ae141d9ca274ee3e51326de72f48ed255ab1ecc7783f9b097649a5"],
      [FRAME.ack, "16ba1be72e15b4eb62a964009fcc83fb0accbcbd9dd09d9674bc2d557015fa32"],
    ],
  );
  const flags = FLAG.published | FLAG.fragments;
  assert.equal(a, { name: beta.name, creation: 2, flags, version: 1, hidden: false });
  assert.equal(b, { name: alpha.name, creation: 1, flags, version: 1, hidden: false });
});

test("theCookieNeverCrossesTheWire", () => {
  const cookie = "a-cookie-of-some-length";
  const { wire } = talk(initiator({ ...A, cookie }), acceptor({ ...B, cookie }));
  assert.not.ok(Buffer.concat(wire.map((frame) => frame.payload)).includes(cookie));
});

test("aHiddenNodeIsSeenAsHidden", () => {
  const hidden = { ...alpha, hidden: true };
  const { a, b } = talk(initiator({ ...A, local: hidden }), acceptor(B));
  assert.is((b as PeerInfo).hidden, true);
  assert.is((a as PeerInfo).hidden, false);
});

test("aWrongCookieIsRefusedOnBothSidesAndTheWireSaysOnlyThatItFailed", () => {
  for (const [x, y] of [
    ["secret", "other"],
    ["other", "secret"],
  ] as const) {
    const { wire, a, b } = talk(initiator({ ...A, cookie: x }), acceptor({ ...B, cookie: y }));
    assert.is(codeOf(a), "cookie");
    assert.is(codeOf(b), "cookie");
    assert.is((a as Error).message, "refused: authentication failed");
    assert.equal(wire.at(-1), { type: FRAME.refuse, payload: Buffer.from([REFUSAL.cookie]) });
  }
});

test("theAcceptorProvesNothingBeforeTheInitiatorDid", () => {
  const b = acceptor(B);
  const { send } = b.receive(FRAME.hello, initiator(A).start().send[0]!.payload);
  assert.equal(
    send.map((frame) => frame.type),
    [FRAME.challenge],
  );
  const wrong = b.receive(FRAME.response, Buffer.alloc(32));
  assert.equal(wrong.send, [{ type: FRAME.refuse, payload: Buffer.from([REFUSAL.cookie]) }]);
});

test("anAcceptorThatDoesNotKnowTheCookieIsRefused", () => {
  const { a } = talk(initiator(A), acceptor(B), (frame) =>
    frame.type === FRAME.ack ? { type: FRAME.ack, payload: Buffer.alloc(32) } : frame,
  );
  assert.is(codeOf(a), "cookie");
});

test("aRecordedHandshakeReplayedIsRefused", () => {
  const recorded = talk(initiator(A), acceptor(B)).wire;
  const again = acceptor({ ...B, nonce: Buffer.alloc(32, 9) });
  again.receive(FRAME.hello, recorded[0]!.payload);
  assert.is(codeOf(again.receive(FRAME.response, recorded[2]!.payload).end), "cookie");
  const dialling = initiator({ ...A, nonce: Buffer.alloc(32, 9) });
  dialling.receive(FRAME.challenge, recorded[1]!.payload);
  assert.is(codeOf(dialling.receive(FRAME.ack, recorded[3]!.payload).end), "cookie");
});

test("aProofSentBackToItsMakerIsRefused", () => {
  let response = Buffer.alloc(0);
  const { a } = talk(initiator(A), acceptor({ ...B, cookie: "unknown to the attacker" }), (frame) => {
    if (frame.type === FRAME.response) response = Buffer.from(frame.payload);
    return frame.type === FRAME.refuse ? { type: FRAME.ack, payload: response } : frame;
  });
  assert.is(codeOf(a), "cookie");
});

test("aNodeReflectedOntoItselfIsRefused", () => {
  const { a, b } = talk(initiator({ ...A, expect: alpha.name }), acceptor({ ...B, local: alpha }));
  assert.is(codeOf(a), "name");
  assert.is(codeOf(b), "name");
});

test("everyBitOfHelloAndChallengeIsBoundByTheProofs", () => {
  for (const type of [FRAME.hello, FRAME.challenge]) {
    const size = talk(initiator(A), acceptor(B)).wire.find((frame) => frame.type === type)!.payload.length;
    for (let bit = 0; bit < size * 8; bit++) {
      const { a, b } = talk(initiator(A), acceptor(B), (frame) => {
        if (frame.type !== type) return frame;
        const payload = Buffer.from(frame.payload);
        payload[bit >> 3]! ^= 1 << (bit & 7);
        return { type, payload };
      });
      assert.instance(a, HandshakeError, `initiator, type ${type}, bit ${bit}`);
      assert.instance(b, HandshakeError, `acceptor, type ${type}, bit ${bit}`);
    }
  }
});

test("theHighestVersionBothSpeakIsChosen", () => {
  const speak = (x: [number, number], y: [number, number]) =>
    talk(
      initiator({ ...A, versions: { min: x[0], max: x[1] } }),
      acceptor({ ...B, versions: { min: y[0], max: y[1] } }),
    );
  assert.is((speak([1, 3], [2, 5]).a as PeerInfo).version, 3);
  assert.is((speak([2, 5], [1, 3]).b as PeerInfo).version, 3);
  for (const { a, b } of [speak([1, 1], [2, 3]), speak([4, 5], [2, 3])]) {
    assert.equal([codeOf(a), codeOf(b)], ["version", "version"]);
  }
});

test("aVersionThatWasNotOfferedIsRefused", () => {
  const { a } = talk(initiator(A), acceptor(B), (frame) => {
    if (frame.type !== FRAME.challenge) return frame;
    return { type: frame.type, payload: Buffer.concat([Buffer.from([2]), frame.payload.subarray(1)]) };
  });
  assert.is(codeOf(a), "version");
});

test("flagsAreThoseBothOfferAndMandatoryOnesAreRequired", () => {
  const extra = 1 << 31;
  const all = (FLAG.fragments | extra) >>> 0;
  const { a } = talk(initiator({ ...A, flags: all }), acceptor({ ...B, flags: all }));
  assert.is((a as PeerInfo).flags, (all | FLAG.published) >>> 0);
  const one = talk(initiator({ ...A, flags: all }), acceptor(B));
  assert.is((one.b as PeerInfo).flags & extra, 0);
  assert.is(codeOf(talk(initiator({ ...A, flags: 0 }), acceptor(B)).a), "version");
});

test("aPeerOfAnotherNameThanDialledGetsNoProof", () => {
  const { wire, a, b } = talk(initiator({ ...A, expect: "gamma@127.0.0.1" }), acceptor(B));
  assert.equal([codeOf(a), codeOf(b)], ["name", "name"]);
  assert.not.ok(wire.some((frame) => frame.type === FRAME.response));
});

test("theLayerAboveIsAskedOnlyAboutAProvenPeer", () => {
  const asked: string[] = [];
  const accept = (peer: PeerInfo): Verdict => {
    asked.push(peer.name);
    return "ok";
  };
  talk(initiator({ ...A, cookie: "other" }), acceptor({ ...B, accept }));
  assert.equal(asked, []);
  talk(initiator(A), acceptor({ ...B, accept }));
  assert.equal(asked, [alpha.name]);
});

test("aliveAndNotAllowedReachTheInitiatorAndNoProofIsMade", () => {
  for (const verdict of ["alive", "notAllowed"] as const) {
    const { wire, a, b } = talk(initiator(A), acceptor({ ...B, accept: () => verdict }));
    assert.equal([codeOf(a), codeOf(b)], [verdict, verdict]);
    assert.not.ok(wire.some((frame) => frame.type === FRAME.ack));
  }
});

test("framesOutOfTurnEndTheHandshake", () => {
  const hello = initiator(A).start().send[0]!.payload;
  const { wire } = talk(initiator(A), acceptor(B));
  for (const type of Object.values(FRAME)) {
    if (type !== FRAME.hello && type !== FRAME.refuse) {
      assert.is(codeOf(acceptor(B).receive(type, wire[2]!.payload).end), "malformed", `first frame ${type}`);
    }
    const b = acceptor(B);
    b.receive(FRAME.hello, hello);
    if (type !== FRAME.response && type !== FRAME.refuse) {
      assert.is(codeOf(b.receive(type, hello).end), "malformed", `second frame ${type}`);
    }
    if (type !== FRAME.challenge && type !== FRAME.refuse) {
      assert.is(codeOf(initiator(A).receive(type, wire[3]!.payload).end), "malformed", `answer ${type}`);
    }
  }
});

test("payloadsOfAnyShorterLengthAreRefused", () => {
  const { wire } = talk(initiator(A), acceptor(B));
  for (let n = 0; n <= 42; n++) {
    assert.is(codeOf(acceptor(B).receive(FRAME.hello, wire[0]!.payload.subarray(0, n)).end), "malformed");
  }
  for (const n of [0, 31, 33]) {
    const b = acceptor(B);
    b.receive(FRAME.hello, wire[0]!.payload);
    const given = Buffer.concat([wire[2]!.payload, Buffer.alloc(1)]).subarray(0, n);
    assert.is(codeOf(b.receive(FRAME.response, given).end), "cookie");
  }
});

test("nodeNames", () => {
  for (const name of ["a@b", "alpha@127.0.0.1", "A_z-0.9@host.example"]) assert.ok(isNodeName(name), name);
  const long = `${"a".repeat(254)}@b`;
  for (const name of ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\n", "é@b", "a/b@c", long]) {
    assert.not.ok(isNodeName(name), JSON.stringify(name));
  }
  assert.ok(isNodeName(long.slice(1)));
});

test("badOptionsAreThrown", () => {
  assert.throws(() => initiator({ ...A, cookie: "" }), /cookie/);
  assert.throws(() => initiator({ ...A, nonce: Buffer.alloc(31) }), /nonce/);
  assert.throws(() => acceptor({ ...B, local: { ...beta, creation: -1 } }), /u32/);
  assert.throws(() => acceptor({ ...B, local: { ...beta, name: "beta" } }), /node name/);
});

test.run();
