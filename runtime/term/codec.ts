/**
 * Terms as CBOR (RFC 8949) on rings and wires, by cbor-x.
 *
 * A first walk (`pack`) refuses what is not a term and tags what CBOR or cbor-x would not give back exactly;
 * it copies only what holds such a part. Tags are ours and fixed, because nodes of different versions talk:
 *
 * | tag | holds |
 * | --- | --- |
 * | 60001 | pid: [scheduler, serial] of the same node, or [scheduler, serial, node, creation] |
 * | 60002 | ref: [scheduler, id] or [scheduler, id, node, creation] |
 * | 60003 | proc: [module, name] |
 * | 60004 | Error: its fields as a map |
 * | 60005 | bigint as decimal text |
 * | 60006 | Date: milliseconds, NaN for an invalid one |
 * | 60007 | array buffer view: [class, bytes] (Uint8Array is a plain byte string) |
 * | 60008 | minus zero |
 * | 60009 | Map: [key, value, key, value, ...], which needs no mode of the decoder as tag 259 does |
 * | 60010 | Set: [value, ...] |
 */
import { addExtension, Encoder, Tag } from "cbor-x";
import { errorFields, makeError } from "./copy.js";
import { Proc, procOf } from "./mfa.js";
import { type NodeId, Pid, Ref } from "./pid.js";
import { MAX_DEPTH, Refusal, refuseCycle, refuseInstance, step, walkFrom } from "./refusal.js";
import type { TermSpace } from "./space.js";

const TAG = {
  pid: 60001,
  ref: 60002,
  proc: 60003,
  error: 60004,
  bigint: 60005,
  date: 60006,
  view: 60007,
  minusZero: 60008,
  map: 60009,
  set: 60010,
};

/** The codec at work: cbor-x extensions are global to a thread, and nothing here awaits while it works. */
let active: Codec;

export class Codec {
  readonly #cbor = new Encoder({
    useRecords: false,
    variableMapSize: true,
    mapsAsObjects: true,
    copyBuffers: true,
  });

  /** @param absolute true on a wire, where our own node must be named; false on rings, inside the node. */
  constructor(
    readonly space: TermSpace,
    readonly absolute: boolean,
  ) {}

  /** The bytes of the term, good until the caller drops them. Throws TermError naming the path from `root`. */
  encode(term: unknown, root = "message"): Uint8Array {
    active = this;
    return this.#cbor.encode(walkFrom(root, pack, term));
  }

  /** The term in the first `size` bytes; shares nothing with them. Throws on bytes that are not a term. */
  decode(bytes: Uint8Array, size = bytes.length): unknown {
    active = this;
    return (this.#cbor as unknown as { decode(bytes: Uint8Array, size: number): unknown }).decode(
      bytes,
      size,
    );
  }

  /** How the node of an identity is written: nothing for our own on a ring. */
  nodeSuffix(node: NodeId): [] | [string, number] {
    return !this.absolute && node === this.space.self ? [] : [node.name, node.creation];
  }

  nodeOf(name: string | undefined, creation: number | undefined): NodeId {
    return name === undefined ? this.space.self : this.space.node(name, creation ?? 0);
  }
}

type IdentityData = [scheduler: number, serial: number, node?: string, creation?: number];

/** How to read a tag that `pack` writes through `Tag`: no class of its own, so no check when encoding. */
function decodeTag<T>(tag: number, decode: (data: T) => unknown): void {
  addExtension({ tag, decode } as unknown as Parameters<typeof addExtension>[0]);
}

const VIEWS: Record<string, new (buffer: ArrayBuffer) => ArrayBufferView> = {
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
};

decodeTag<Record<string, unknown>>(TAG.error, makeError);
decodeTag<string>(TAG.bigint, BigInt);
decodeTag<number>(TAG.date, (ms) => new Date(ms));
decodeTag<[string, Uint8Array]>(TAG.view, ([name, bytes]) => new VIEWS[name]!(new Uint8Array(bytes).buffer));
decodeTag<null>(TAG.minusZero, () => -0);
decodeTag<unknown[]>(TAG.set, (values) => new Set(values));
decodeTag<unknown[]>(TAG.map, (flat) => {
  const map = new Map<unknown, unknown>();
  for (let i = 0; i < flat.length; i += 2) map.set(flat[i], flat[i + 1]);
  return map;
});

addExtension<Pid, IdentityData>({
  Class: Pid as unknown as new () => Pid,
  tag: TAG.pid,
  encode(pid, encodeValue) {
    if (pid.node === active.space.self) active.space.escapePid(pid);
    return encodeValue([pid.scheduler, pid.serial, ...active.nodeSuffix(pid.node)]) as Buffer;
  },
  decode: ([scheduler, serial, node, creation]) =>
    active.space.pid(active.nodeOf(node, creation), scheduler, serial),
});

addExtension<Ref, IdentityData>({
  Class: Ref as unknown as new () => Ref,
  tag: TAG.ref,
  encode(ref, encodeValue) {
    if (ref.node === active.space.self) active.space.escapeRef(ref);
    return encodeValue([ref.scheduler, ref.id, ...active.nodeSuffix(ref.node)]) as Buffer;
  },
  decode: ([scheduler, id, node, creation]) => active.space.ref(active.nodeOf(node, creation), scheduler, id),
});

addExtension<Proc, [string, string]>({
  Class: Proc as unknown as new () => Proc,
  tag: TAG.proc,
  encode: (proc, encodeValue) => encodeValue([proc.module, proc.name]) as Buffer,
  decode: ([module, name]) => procOf(module, name) as unknown as Proc,
});

/** The same term where cbor-x can carry it as it is, else a copy with tagged parts. */
function pack(term: unknown, depth: number): unknown {
  switch (typeof term) {
    case "object":
      return term === null ? null : packObject(term, depth);
    case "number":
      return term === 0 && Object.is(term, -0) ? new Tag(null, TAG.minusZero) : term;
    case "bigint":
      return new Tag(term.toString(), TAG.bigint);
    case "function":
    case "symbol":
      throw new Refusal(typeof term);
    default:
      return term;
  }
}

function packObject(term: object, depth: number): unknown {
  if (depth > MAX_DEPTH) refuseCycle();
  const prototype = Object.getPrototypeOf(term);
  if (prototype === Object.prototype || prototype === null)
    return packPlain(term as Record<string, unknown>, depth);
  if (Array.isArray(term)) return packArray(term, depth);
  if (term instanceof Pid || term instanceof Ref || term instanceof Proc) return term;
  if (ArrayBuffer.isView(term)) return packView(term);
  if (prototype === Map.prototype) return packMap(term as Map<unknown, unknown>, depth);
  if (prototype === Set.prototype) {
    return new Tag(
      [...(term as Set<unknown>)].map((v) => step(pack, v, depth, "(element)")),
      TAG.set,
    );
  }
  if (prototype === Date.prototype) return new Tag((term as Date).getTime(), TAG.date);
  if (term instanceof Error) return new Tag(packPlain(errorFields(term), depth), TAG.error);
  refuseInstance(term);
}

function packPlain(term: Record<string, unknown>, depth: number): unknown {
  let result: Record<string, unknown> = term;
  for (const key of Object.keys(term)) {
    const value = term[key];
    if (key === "__proto__") throw new Refusal("a key named __proto__");
    if (isSimple(value)) continue;
    const packed = step(pack, value, depth, key);
    if (packed === value) continue;
    if (result === term) result = { ...term };
    result[key] = packed;
  }
  return result;
}

function packArray(term: readonly unknown[], depth: number): readonly unknown[] {
  let result: unknown[] | undefined;
  for (let i = 0; i < term.length; i++) {
    const value = term[i];
    if (isSimple(value)) continue;
    const packed = step(pack, value, depth, i);
    if (packed === value) continue;
    result ??= term.slice();
    result[i] = packed;
  }
  return result ?? term;
}

function packMap(term: Map<unknown, unknown>, depth: number): Tag {
  const flat: unknown[] = [];
  for (const [key, value] of term) {
    flat.push(step(pack, key, depth, "(key)"), step(pack, value, depth, key));
  }
  return new Tag(flat, TAG.map);
}

function packView(term: ArrayBufferView): unknown {
  if (term instanceof Uint8Array && !(term instanceof Uint8ClampedArray)) return term;
  const name = term instanceof DataView ? "DataView" : (term as Float64Array)[Symbol.toStringTag];
  return new Tag([name, new Uint8Array(term.buffer, term.byteOffset, term.byteLength)], TAG.view);
}

function isSimple(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "boolean":
    case "undefined":
      return true;
    case "number":
      return value !== 0;
    default:
      return value === null;
  }
}
