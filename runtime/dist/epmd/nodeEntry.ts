/**
 * What epmd knows of a node, and how it stands in ALIVE2_REQ and PORT2_RESP alike:
 *
 *   u16 port, u8 nodeType, u8 protocol, u16 highest, u16 lowest, u16 nlen, name, u16 elen, extra
 *
 * and the integers and names the rest of the protocol is made of. Not for use outside this folder:
 * protocol.ts hands on what others need.
 */

/** NodeType of a node that others see in `nodes()`, and of one that they do not. */
export const nodeType = { normal: 77, hidden: 72 } as const;

/** The distribution versions OTP 25 announces; 6 brought the 32-bit creation. */
export const version = { highest: 6, lowest: 5 } as const;

/** Extra of a ringbeam node: such a node speaks ringbeam's distribution, not Erlang's. */
export const ringbeamExtra: Buffer = Buffer.from("ringbeam");

/** OTP's MAXSYMLEN, the limit of Extra in bytes: 255 characters of 4 bytes. */
const maxExtraBytes = 1020;

/** Bytes that are not EPMD's protocol, or a value it cannot carry. The only error the codec throws. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** What epmd knows of a node: the content of ALIVE2_REQ and of PORT2_RESP. */
export interface NodeEntry {
  /** The part of the node's name before `@`. */
  readonly name: string;
  /** TCP port of the node's distribution listener, 0 to 65535. */
  readonly port: number;
  readonly nodeType: number;
  /** 0: TCP/IPv4. */
  readonly protocol: number;
  readonly highestVersion: number;
  readonly lowestVersion: number;
  readonly extra: Buffer;
}

/**
 * Whether epmd registers a node of this name: 1 to 255 characters, as in OTP, none of them a control
 * character. OTP lets those pass; a line break would forge a line of NAMES_RESP.
 */
export function isNodeName(name: string): boolean {
  return name.length <= 510 && /^[^\p{Cc}\p{Cs}]{1,255}$/u.test(name);
}

/** Whether epmd registers this node: its name is one, and Extra is within OTP's limit. */
export function isRegistrable(node: NodeEntry): boolean {
  return isNodeName(node.name) && node.extra.length <= maxExtraBytes;
}

/** Extra of a ringbeam node that listens on this Unix socket, not on a port. */
export function unixExtra(path: string): Buffer {
  return Buffer.from(`ringbeam unix:${path}`);
}

/** The Unix socket that a ringbeam node listens on, if it does. */
export function unixPathOf({ extra }: Pick<NodeEntry, "extra">): string | undefined {
  return /^ringbeam unix:(\/.+)$/su.exec(extra.toString())?.[1];
}

/** Whether a node found by PORT_PLEASE2_REQ is a ringbeam node; any other one must be dialed as Erlang. */
export function isRingbeam(node: Pick<NodeEntry, "extra">): boolean {
  return node.extra.equals(ringbeamExtra) || unixPathOf(node) !== undefined;
}

export function nodeFields(node: NodeEntry): Buffer {
  const name = nameBytes(node.name);
  const head = [u16(node.port), u8(node.nodeType), u8(node.protocol)];
  const versions = [u16(node.highestVersion), u16(node.lowestVersion)];
  return Buffer.concat([...head, ...versions, u16(name.length), name, u16(node.extra.length), node.extra]);
}

/** null: more bytes are needed. Copies Extra, so that it does not keep the buffer it came in. */
export function parseNodeFields(bytes: Buffer): { node: NodeEntry; size: number } | null {
  if (bytes.length < 10) return null;
  const nameEnd = 10 + bytes.readUInt16BE(8);
  if (bytes.length < nameEnd + 2) return null;
  const size = nameEnd + 2 + bytes.readUInt16BE(nameEnd);
  if (bytes.length < size) return null;
  const node = {
    name: parseName(bytes.subarray(10, nameEnd)),
    port: bytes.readUInt16BE(0),
    nodeType: bytes.readUInt8(2),
    protocol: bytes.readUInt8(3),
    highestVersion: bytes.readUInt16BE(4),
    lowestVersion: bytes.readUInt16BE(6),
    extra: Buffer.from(bytes.subarray(nameEnd + 2, size)),
  };
  return { node, size };
}

export function nameBytes(name: string): Buffer {
  return refuseNoName(text(name));
}

export function parseName(bytes: Buffer): string {
  return utf8(refuseNoName(bytes));
}

function refuseNoName(bytes: Buffer): Buffer {
  if (bytes.length === 0 || bytes.includes(0)) throw new ProtocolError("a name is empty or has a NUL in it");
  return bytes;
}

export function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ProtocolError("text that is not UTF-8");
  }
}

export function text(value: string): Buffer {
  if (/\p{Cs}/u.test(value)) throw new ProtocolError("text with half a surrogate pair");
  return Buffer.from(value);
}

export function portNumber(value: number): number {
  if (value > 0xffff) throw new ProtocolError(`port ${value}`);
  return value;
}

export const u8 = (value: number): Buffer => uint(value, 1);
export const u16 = (value: number): Buffer => uint(value, 2);
export const u32 = (value: number): Buffer => uint(value, 4);

function uint(value: number, size: number): Buffer {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
    throw new ProtocolError(`${value} is no unsigned integer of ${8 * size} bits`);
  }
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}
