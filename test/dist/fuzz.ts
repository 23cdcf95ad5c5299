/**
 * Mutated frames on the distribution port, before and after the handshake, and on epmd. `npm run fuzz -- --frames N
 * [--seed S]`; a short form is in `npm test`. Fails if the node or epmd stops answering, if a peer without the cookie
 * gets a message in, or if memory grows.
 */
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { parseArgs } from "node:util";
import { dial } from "../../runtime/dist/connection.js";
import { names } from "../../runtime/dist/epmd/client.js";
import { encodeRequest } from "../../runtime/dist/epmd/protocol.js";
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { encodeFrame } from "../../runtime/dist/frame.js";
import { FRAME } from "../../runtime/dist/ops.js";
import { tcp } from "../../runtime/dist/tcp.js";
import { logger } from "../../runtime/log/logger.js";
import { type Node, startNode } from "../../runtime/node/boot.js";
import { Op, type Signal } from "../../runtime/process/signal.js";
import { encodeWire } from "../../runtime/sched/wire.js";
import { Codec } from "../../runtime/term/codec.js";
import { NodeId } from "../../runtime/term/pid.js";
import { TermSpace } from "../../runtime/term/space.js";

const COOKIE = "a cookie of the tests";
const CANARY = "canary";
/** Frames on one connection: the first that is refused ends it. */
const BATCH = 20;
/** Growth of the heap that is not noise, in bytes. */
const GROWTH = 32 * 1024 * 1024;

export interface Outcome {
  readonly frames: number;
  readonly connections: number;
  /** Messages that came from peers that had not proved the cookie. */
  readonly unproven: number;
  /** Messages that got through after the handshake: some mutations leave a frame whole. */
  readonly proven: number;
  /** Bytes of heap more than after the first tenth. */
  readonly growth: number;
}

/** xorshift32: a seed gives the same bytes again. */
function random(seed: number): (below: number) => number {
  let state = seed || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function mutate(bytes: Buffer, below: (n: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let n = below(4); n > 0; n--) copy[below(copy.length)]! ^= 1 << below(8);
  switch (below(6)) {
    case 0:
      return copy.subarray(0, below(copy.length + 1));
    case 1:
      return Buffer.concat([copy, copy.subarray(below(copy.length))]);
    case 2:
      if (copy.length >= 4) copy.writeUInt32BE(below(2 ** 31), below(copy.length - 3));
      return copy;
    default:
      return copy;
  }
}

/** Writes, and waits until the other side has closed, or has had what we ended with. */
function pour(port: number, chunks: readonly Buffer[]): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {}).on("close", () => resolve());
    for (const chunk of chunks) socket.write(chunk);
    socket.resume().end();
  });
}

function heap(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

class Fuzz {
  readonly #codec = new Codec(new TermSpace(new NodeId("fuzz@127.0.0.1", 7), 0), true);
  connections = 0;
  #names = 0;

  constructor(
    readonly node: Node,
    readonly epmd: EpmdServer,
    readonly below: (n: number) => number,
  ) {}

  /** A message to the canary: whatever of it arrives, the mark tells where it came from. */
  signal(mark: string): Buffer {
    const terms: unknown[] = [
      mark,
      [mark, { a: [1, -0, 2n ** 70n, new Map([[1, new Set([2])]])] }],
      new Error(mark),
    ];
    const signal: Signal = [Op.send, { name: CANARY, node: this.node.name }, [mark, terms[this.below(3)]]];
    return Buffer.from(encodeWire(this.#codec, signal));
  }

  /** Frames of all types, well made or not, without any proof. */
  async before(): Promise<void> {
    const types = Object.values(FRAME);
    const frames = Array.from({ length: BATCH }, (_, i) => {
      const type = i === 0 ? FRAME.hello : types[this.below(types.length)]!;
      const identity = Buffer.concat([
        Buffer.from([1, 1, 0, 0, 0, 3, 0, 0, 0, 7]),
        randomBytes(32),
        Buffer.from("fuzz@127.0.0.1"),
      ]);
      const frame = Buffer.concat(
        encodeFrame(type, type === FRAME.hello ? identity : this.signal("unproven")),
      );
      return this.below(3) === 0 ? frame : mutate(frame, this.below);
    });
    this.connections++;
    await pour(this.node.address!.port, frames);
  }

  /** Signals whose bytes are mutated in frames that are whole, from a peer that knows the cookie. */
  async after(): Promise<void> {
    const name = `fuzz${this.#names++ % 50}@127.0.0.1`;
    const connection = await dial(tcp, this.node.address!, {
      ...{ local: { name, creation: 7, hidden: true }, cookie: COOKIE, expect: this.node.name },
    });
    this.connections++;
    const over = new Promise<void>((resolve) => (connection.onClose = () => resolve()));
    connection.onSignal = () => {};
    for (let i = 0; i < BATCH; i++) connection.send(mutate(this.signal("proven"), this.below));
    connection.close("done");
    await over;
  }

  async epmdRequests(): Promise<void> {
    const node = { name: "f", port: 1, nodeType: 77, protocol: 0, highestVersion: 6, lowestVersion: 5 };
    const requests = [
      encodeRequest({ op: "alive", node: { ...node, extra: Buffer.from("ringbeam") } }),
      encodeRequest({ op: "portPlease", name: "f" }),
      encodeRequest({ op: "names" }),
    ];
    for (let i = 0; i < BATCH; i++) {
      this.connections++;
      await pour(this.epmd.port, [mutate(requests[this.below(3)]!, this.below)]);
    }
  }
}

/** Runs so many frames. Rejects if anything stops answering. */
export async function fuzz(frames: number, seed: number): Promise<Outcome> {
  logger.setPrimaryLevel("none");
  const epmd = await EpmdServer.start({ port: 0 });
  const node = await startNode({
    ...{ name: "fuzzed@127.0.0.1", cookie: COOKIE, schedulers: 0 },
    epmd: { host: "127.0.0.1", port: epmd.port },
    limits: { attemptsPerSecond: Number.POSITIVE_INFINITY, maxMessage: 1 << 20 },
  });
  try {
    const seen = { unproven: 0, proven: 0 };
    node.self.register(CANARY);
    let over = false;
    const watching = (async () => {
      while (!over) {
        const message: unknown = await node.self.receive();
        if (JSON.stringify(message, (_, v) => (typeof v === "bigint" ? 0 : v))?.includes("unproven"))
          seen.unproven++;
        else seen.proven++;
      }
    })();
    const run = new Fuzz(node, epmd, random(seed));
    let start = 0;
    for (let done = 0; done < frames; done += BATCH) {
      const turn = (done / BATCH) % 4;
      await (turn === 3 ? run.epmdRequests() : turn === 1 ? run.after() : run.before());
      if (done >= frames / 10 && start === 0) start = heap();
    }
    await names({ host: "127.0.0.1", port: epmd.port });
    await run.after();
    const growth = heap() - start;
    over = true;
    node.self.send(node.self.pid as never, "over" as never);
    await watching;
    return { frames, connections: run.connections, ...seen, growth };
  } finally {
    await node.stop();
    await epmd.close();
  }
}

if (process.argv[1]?.endsWith("fuzz.js")) {
  const { values } = parseArgs({ options: { frames: { type: "string" }, seed: { type: "string" } } });
  const seed = Number(values.seed ?? 1);
  const outcome = await fuzz(Number(values.frames ?? 200_000), seed);
  console.log(JSON.stringify({ seed, ...outcome }));
  if (outcome.unproven > 0 || outcome.growth > GROWTH) process.exitCode = 1;
}
