/** EPMD's codec: golden bytes (those of OTP 25's epmd and erl), round trips, every cut, garbage. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  encodeAliveReply,
  encodeDumpReply,
  encodeNamesReply,
  encodePortReply,
  encodeRequest,
  isNodeName,
  maxRequestBytes,
  type NodeEntry,
  ProtocolError,
  parseAliveReply,
  parseNamesReply,
  parsePortReply,
  parseRequest,
  type Request,
} from "../../runtime/dist/epmd/protocol.js";

const test = suite("epmd protocol");

const foo: NodeEntry = {
  name: "foo",
  port: 1234,
  nodeType: 77,
  protocol: 0,
  highestVersion: 6,
  lowestVersion: 5,
  extra: Buffer.from("ringbeam"),
};
const fooBytes = "04d2 4d 00 0006 0005 0003 666f6f 0008 72696e676265616d";
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");

const golden: [Request, string][] = [
  [{ op: "alive", node: foo }, `0018 78 ${fooBytes}`],
  [{ op: "portPlease", name: "foo" }, "0004 7a 666f6f"],
  [{ op: "stop", name: "foo" }, "0004 73 666f6f"],
  [{ op: "names" }, "0001 6e"],
  [{ op: "dump" }, "0001 64"],
  [{ op: "kill" }, "0001 6b"],
];

for (const [request, digits] of golden) {
  test(`goldenBytesOf ${request.op}`, () => {
    assert.equal(encodeRequest(request).toString("hex"), hex(digits).toString("hex"));
    assert.equal(parseRequest(hex(digits)), request);
  });
}

test("goldenRepliesOfOtpsEpmd", () => {
  assert.equal(encodeAliveReply({ result: 0, creation: 0x6b00f16a }, 6), hex("76 00 6b00f16a"));
  assert.equal(encodeAliveReply({ result: 1, creation: 99 }, 6), hex("76 01 00000063"));
  assert.equal(encodeAliveReply({ result: 0, creation: 2 }, 5), hex("79 00 0002"));
  assert.equal(encodePortReply(foo), hex(`77 00 ${fooBytes}`));
  assert.equal(encodePortReply(undefined), hex("77 01"));
  const names = { epmdPort: 45678, nodes: [foo, { name: "bar", port: 5 }] };
  const lines = Buffer.from("name foo at port 1234\nname bar at port 5\n");
  assert.equal(encodeNamesReply(names), Buffer.concat([hex("0000b26e"), lines]));
  const dump = encodeDumpReply(45678, [{ ...foo, fd: 5 }]);
  assert.equal(dump.subarray(4).toString(), "active name     <foo> at port 1234, fd = 5\n\0");
});

test("finalNulOfAnOldNodesRequestIsNotPartOfTheName", () => {
  assert.equal(parseRequest(hex("0005 7a 666f6f 00")), { op: "portPlease", name: "foo" });
});

test("bytesAfterExtraInsideTheRequestAreIgnoredAsByOtp", () => {
  assert.equal(parseRequest(hex(`001a 78 ${fooBytes} ffff`)), { op: "alive", node: foo });
});

const unlawful: Record<string, string> = {
  emptyRequest: "0000",
  tooLongRequest: (maxRequestBytes + 1).toString(16).padStart(4, "0"),
  unknownRequest: "0001 3f",
  bytesAfterTheRequest: "0001 6e 00",
  aliveWithoutFields: "0001 78",
  aliveShorterThanItsName: "000e 78 04d2 4d 00 0006 0005 00ff 666f6f",
  aliveShorterThanItsExtra: "0010 78 04d2 4d 00 0006 0005 0003 666f6f 0008",
  aliveWithoutName: "000d 78 04d2 4d 00 0006 0005 0000 0000",
  nulInAName: "0004 7a 660066",
  nameThatIsNotUtf8: "0003 7a c328",
};
for (const [what, digits] of Object.entries(unlawful)) {
  test(`${what}IsAProtocolError`, () => {
    assert.throws(
      () => parseRequest(hex(digits)),
      (e: unknown) => e instanceof ProtocolError,
    );
  });
}

test("whatTheProtocolCannotCarryIsRefusedByTheEncoder", () => {
  const refused = (request: Request) =>
    assert.throws(
      () => encodeRequest(request),
      (e: unknown) => e instanceof ProtocolError,
    );
  refused({ op: "alive", node: { ...foo, port: 65536 } });
  refused({ op: "alive", node: { ...foo, port: -1 } });
  refused({ op: "alive", node: { ...foo, nodeType: 256 } });
  refused({ op: "portPlease", name: "" });
  refused({ op: "portPlease", name: "\ud800" });
  refused({ op: "portPlease", name: "x".repeat(maxRequestBytes) });
});

test("nodeNamesHave255CharactersAndNoControlCharacter", () => {
  for (const name of ["a", "x".repeat(255), "\u{1f407}".repeat(255), "a b", "æ"])
    assert.ok(isNodeName(name), name);
  for (const name of ["", "x".repeat(256), "\u{1f407}".repeat(256), "a\nb", "a\0", "\x7f", "\udc00"]) {
    assert.not(isNodeName(name), JSON.stringify(name));
  }
});

// ---- properties

const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const name = fc.string({ unit: "binary", minLength: 1, maxLength: 255 }).filter((s) => !s.includes("\0"));
const plain = { noNullPrototype: true } as const;
const node: fc.Arbitrary<NodeEntry> = fc.record(
  {
    name,
    port: uint(16),
    nodeType: uint(8),
    protocol: uint(8),
    highestVersion: uint(16),
    lowestVersion: uint(16),
    extra: fc.uint8Array({ maxLength: 1020 }).map((bytes) => Buffer.from(bytes)),
  },
  plain,
);
const request: fc.Arbitrary<Request> = fc.oneof(
  node.map((node): Request => ({ op: "alive", node })),
  name.map((name): Request => ({ op: "portPlease", name })),
  name.map((name): Request => ({ op: "stop", name })),
  fc.constantFrom<Request>({ op: "names" }, { op: "dump" }, { op: "kill" }),
);

/** Every proper prefix means "more to come", and the whole is the value: no cut can change it. */
function parsesFromTheLastByteOn<T>(bytes: Buffer, parse: (bytes: Buffer) => T | null, expected: T): void {
  for (let cut = 0; cut < bytes.length; cut++) assert.is(parse(bytes.subarray(0, cut)), null);
  assert.equal(parse(bytes), expected);
  const surplus = Buffer.concat([bytes, Buffer.of(0)]);
  assert.throws(
    () => parse(surplus),
    (e: unknown) => e instanceof ProtocolError,
  );
}

test("everyRequestParsesBackHoweverCut", () => {
  fc.assert(fc.property(request, (r) => parsesFromTheLastByteOn(encodeRequest(r), parseRequest, r)));
});

test("everyPortReplyParsesBackHoweverCut", () => {
  fc.assert(
    fc.property(fc.option(node, { nil: undefined }), (found) => {
      parsesFromTheLastByteOn(encodePortReply(found), parsePortReply, found ? { node: found } : {});
    }),
  );
});

test("everyAliveReplyParsesBackHoweverCut", () => {
  fc.assert(
    fc.property(uint(8), uint(32), fc.boolean(), (result, creation, wide) => {
      const reply = { result, creation: wide ? creation : creation & 0xffff };
      parsesFromTheLastByteOn(encodeAliveReply(reply, wide ? 6 : 5), parseAliveReply, reply);
    }),
  );
});

test("everyNamesReplyParsesBack", () => {
  const line = fc.record({ name: name.filter((s) => !s.includes("\n")), port: uint(16) }, plain);
  fc.assert(
    fc.property(uint(16), fc.array(line), (epmdPort, nodes) => {
      assert.equal(parseNamesReply(encodeNamesReply({ epmdPort, nodes })), { epmdPort, nodes });
    }),
  );
});

test("namesReplyCutAnywhereInALineIsAProtocolError", () => {
  const bytes = encodeNamesReply({ epmdPort: 1, nodes: [foo] });
  for (let cut = 0; cut < bytes.length; cut++) {
    if (cut === 4) continue; // A reply without nodes.
    assert.throws(
      () => parseNamesReply(bytes.subarray(0, cut)),
      (e: unknown) => e instanceof ProtocolError,
    );
  }
});

test("garbageIsNeverWorseThanAProtocolError", () => {
  const parsers = [parseRequest, parseAliveReply, parsePortReply, parseNamesReply];
  const anything = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));
  // Garbage that begins right gets deeper: a plausible length and a known first byte.
  const plausible = fc.tuple(fc.constantFrom(120, 122, 110, 115, 100, 107), anything).map(([op, rest]) => {
    const bytes = Buffer.concat([Buffer.of(0, rest.length + 1, op), rest]);
    return bytes;
  });
  const reply = fc
    .tuple(fc.constantFrom(118, 119, 121), anything)
    .map(([op, rest]) => Buffer.concat([Buffer.of(op), rest]));
  fc.assert(
    fc.property(fc.oneof(anything, plausible, reply), fc.constantFrom(...parsers), (bytes, parse) => {
      try {
        parse(bytes);
      } catch (error) {
        assert.instance(error, ProtocolError);
      }
    }),
    { numRuns: 5_000 },
  );
});

test.run();
