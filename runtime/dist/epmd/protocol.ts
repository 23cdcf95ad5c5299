/**
 * EPMD's wire protocol: bytes to values and back. No socket, no clock, no state.
 *
 * Source: OTP 25, "Distribution Protocol", section "EPMD Protocol", and what its `epmd` answers.
 * All integers are big-endian. A connection carries one request and its reply:
 *
 *   request            u16 length, then `length` bytes:
 *     ALIVE2_REQ         120 the node (see nodeEntry.ts)
 *     PORT_PLEASE2_REQ   122 name
 *     NAMES_REQ          110
 *     DUMP_REQ           100
 *     KILL_REQ           107
 *     STOP_REQ           115 name
 *
 *   reply              no length; what follows the last byte is the end of the connection
 *     ALIVE2_X_RESP      118 u8 result, u32 creation     to a node that speaks version 6
 *     ALIVE2_RESP        121 u8 result, u16 creation     to an older one
 *     PORT2_RESP         119 u8 result, and if result is 0 the node
 *     NAMES_RESP         u32 port of epmd, then lines "name NAME at port PORT\n"
 *     DUMP_RESP          u32 port of epmd, then "active name     <NAME> at port PORT, fd = FD\n\0"
 *     KILL_RESP          "OK" or "NO"
 *     STOP_RESP          "STOPPED" or "NOEXIST"
 *
 * The connection of a successful ALIVE2_REQ stays open: its end takes the name out of the registry.
 *
 * A parser is given all bytes so far. It returns null while they are the beginning of something
 * lawful, and throws ProtocolError where they cannot be, so how a stream is cut never matters.
 */

import {
  type NodeEntry,
  nameBytes,
  nodeFields,
  ProtocolError,
  parseName,
  parseNodeFields,
  portNumber,
  text,
  u8,
  u16,
  u32,
  utf8,
} from "./nodeEntry.js";

export {
  isNodeName,
  isRegistrable,
  isRingbeam,
  type NodeEntry,
  nodeType,
  ProtocolError,
  ringbeamExtra,
  unixExtra,
  unixPathOf,
  version,
} from "./nodeEntry.js";

const op = {
  alive2Req: 120,
  alive2Resp: 121,
  alive2XResp: 118,
  portPlease2Req: 122,
  port2Resp: 119,
  namesReq: 110,
  dumpReq: 100,
  killReq: 107,
  stopReq: 115,
} as const;

/** The port epmd listens on unless told otherwise. */
export const defaultPort = 4369;

/** The longest request accepted, in bytes after the length field; the longest lawful one has 2,053. */
export const maxRequestBytes = 4096;

export type Request =
  | { readonly op: "alive"; readonly node: NodeEntry }
  | { readonly op: "portPlease"; readonly name: string }
  | { readonly op: "stop"; readonly name: string }
  | { readonly op: "names" | "dump" | "kill" };

/** The answer to ALIVE2_REQ. Creation means something only where result is 0. */
export interface AliveReply {
  readonly result: number;
  readonly creation: number;
}

// ---- requests

/** The bytes of a request, length field included. */
export function encodeRequest(request: Request): Buffer {
  const body = requestBody(request);
  if (body.length > maxRequestBytes) throw new ProtocolError(`request of ${body.length} bytes`);
  return Buffer.concat([u16(body.length), body]);
}

function requestBody(request: Request): Buffer {
  switch (request.op) {
    case "alive":
      return Buffer.concat([u8(op.alive2Req), nodeFields(request.node)]);
    case "portPlease":
      return Buffer.concat([u8(op.portPlease2Req), nameBytes(request.name)]);
    case "stop":
      return Buffer.concat([u8(op.stopReq), nameBytes(request.name)]);
    case "names":
      return u8(op.namesReq);
    case "dump":
      return u8(op.dumpReq);
    case "kill":
      return u8(op.killReq);
  }
}

/** Parses the one request of a connection; null while it is incomplete. */
export function parseRequest(bytes: Buffer): Request | null {
  if (bytes.length < 2) return null;
  const length = bytes.readUInt16BE(0);
  if (length === 0 || length > maxRequestBytes) throw new ProtocolError(`request of ${length} bytes`);
  if (bytes.length < 2 + length) return null;
  refuseSurplus(bytes, 2 + length);
  const body = bytes.subarray(3);
  switch (bytes[2]) {
    case op.alive2Req:
      return { op: "alive", node: parseAlive(body) };
    case op.portPlease2Req:
      return { op: "portPlease", name: parseName(withoutFinalNul(body)) };
    case op.stopReq:
      return { op: "stop", name: parseName(withoutFinalNul(body)) };
    case op.namesReq:
      return { op: "names" };
    case op.dumpReq:
      return { op: "dump" };
    case op.killReq:
      return { op: "kill" };
    default:
      throw new ProtocolError(`unknown request ${bytes[2]}`);
  }
}

/** As OTP's epmd, this ignores what the length field counts in after Extra. */
function parseAlive(body: Buffer): NodeEntry {
  const parsed = parseNodeFields(body);
  if (parsed === null) throw new ProtocolError("ALIVE2_REQ shorter than its fields say");
  return parsed.node;
}

/** Old nodes end the name of a request with a NUL. */
function withoutFinalNul(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes;
}

// ---- replies

/** ALIVE2_X_RESP, or ALIVE2_RESP for a node whose highest version is below 6. */
export function encodeAliveReply(reply: AliveReply, highestVersion: number): Buffer {
  const wide = highestVersion >= 6;
  const head = [u8(wide ? op.alive2XResp : op.alive2Resp), u8(reply.result)];
  return Buffer.concat([...head, wide ? u32(reply.creation) : u16(reply.creation)]);
}

export function parseAliveReply(bytes: Buffer): AliveReply | null {
  const wide = bytes[0] === op.alive2XResp;
  if (!wide) refuseOtherOp(bytes, op.alive2Resp);
  const size = wide ? 6 : 4;
  if (bytes.length < size) return null;
  refuseSurplus(bytes, size);
  return { result: bytes.readUInt8(1), creation: wide ? bytes.readUInt32BE(2) : bytes.readUInt16BE(2) };
}

/** PORT2_RESP; without a node it says that there is none of that name. */
export function encodePortReply(node: NodeEntry | undefined): Buffer {
  if (node === undefined) return Buffer.of(op.port2Resp, 1);
  return Buffer.concat([u8(op.port2Resp), u8(0), nodeFields(node)]);
}

/** `node` is absent where epmd knows no such node. */
export function parsePortReply(bytes: Buffer): { readonly node?: NodeEntry } | null {
  refuseOtherOp(bytes, op.port2Resp);
  if (bytes.length < 2) return null;
  if (bytes[1] !== 0) {
    refuseSurplus(bytes, 2);
    return {};
  }
  const parsed = parseNodeFields(bytes.subarray(2));
  if (parsed === null) return null;
  refuseSurplus(bytes, 2 + parsed.size);
  return { node: parsed.node };
}

export interface NamesReply {
  readonly epmdPort: number;
  readonly nodes: readonly { readonly name: string; readonly port: number }[];
}

export function encodeNamesReply({ epmdPort, nodes }: NamesReply): Buffer {
  const lines = nodes.map((node) => `name ${node.name} at port ${node.port}\n`);
  return Buffer.concat([u32(epmdPort), text(lines.join(""))]);
}

/** Takes the whole reply: it ends where the connection ends, and nothing in it says where that is. */
export function parseNamesReply(bytes: Buffer): NamesReply {
  if (bytes.length < 4) throw new ProtocolError("NAMES_RESP cut short");
  const epmdPort = portNumber(bytes.readUInt32BE(0));
  const lines = utf8(bytes.subarray(4)).split("\n");
  if (lines.pop() !== "") throw new ProtocolError("NAMES_RESP cut short");
  return { epmdPort, nodes: lines.map(parseNamesLine) };
}

function parseNamesLine(line: string): { name: string; port: number } {
  const [, name, port] = /^name (.+) at port (\d{1,5})$/su.exec(line) ?? [];
  if (name === undefined) throw new ProtocolError(`a line of NAMES_RESP is ${JSON.stringify(line)}`);
  return { name, port: portNumber(Number(port)) };
}

/** DUMP_RESP: for people, so it has no parser. `fd` is whatever number tells the connections apart. */
export function encodeDumpReply(
  epmdPort: number,
  nodes: readonly { readonly name: string; readonly port: number; readonly fd: number }[],
): Buffer {
  const lines = nodes.map((n) => `active name     <${n.name}> at port ${n.port}, fd = ${n.fd}\n\0`);
  return Buffer.concat([u32(epmdPort), text(lines.join(""))]);
}

/** An empty reply is the beginning of any. */
function refuseOtherOp(bytes: Buffer, expected: number): void {
  if (bytes.length > 0 && bytes[0] !== expected)
    throw new ProtocolError(`a reply that begins with ${bytes[0]}`);
}

function refuseSurplus(bytes: Buffer, size: number): void {
  if (bytes.length > size) throw new ProtocolError(`${bytes.length - size} bytes more than expected`);
}
