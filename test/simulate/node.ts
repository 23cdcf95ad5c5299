/**
 * A simulated node: schedulers with their rings, doorbells and shared names, and the net kernel on the main
 * thread, wired as `runtime/node/boot.ts` and `runtime/sched/threads.ts` wire them. Each thread is a lane.
 */
import { NetKernel } from "../../runtime/dist/netKernel.js";
import { type Embedded, embed } from "../../runtime/node/embedded.js";
import type { Log, Message } from "../../runtime/process/log.js";
import type { Process } from "../../runtime/process/process.js";
import { createMemory, type NodeMemory } from "../../runtime/sched/memory.js";
import { createRing } from "../../runtime/sched/ring.js";
import { type Edge, type Pace, Scheduler } from "../../runtime/sched/scheduler.js";
import { NodeId, type Pid, type Ref } from "../../runtime/term/pid.js";
import { formatReason } from "../../runtime/term/reason.js";
import { TermSpace } from "../../runtime/term/space.js";
import { SkewedClock } from "./clock.js";
import type { Guard } from "./guard.js";
import type { Lane, Loop } from "./loop.js";
import type { Host, Network } from "./network.js";
import type { Random } from "./random.js";

/** What a node tells of itself. */
export interface Watcher {
  born(node: SimNode, process: Process): void;
  died(node: SimNode, process: Process): void;
  /** `lost` may have missed signals from here, and the other way round, up to now. */
  nodeDown(node: SimNode, lost: string): void;
  warned(node: SimNode, text: string): void;
}

export interface NodeSettings {
  readonly name: string;
  readonly creation: number;
  readonly schedulers: number;
  readonly ringBytes: number;
  readonly pace: Pace;
  readonly guarded: boolean;
  readonly tickMs: number;
  readonly fragmentBytes: number;
}

/** What a simulated world is made of. */
export interface Parts {
  readonly loop: Loop;
  readonly random: Random;
  readonly network: Network;
  readonly guard: Guard;
  readonly watcher: Watcher;
}

function textOf(message: Message): string {
  const value = typeof message === "function" ? message() : message;
  return typeof value === "string" ? value : formatReason(value);
}

/** Bytes in a ring: its first word is its tail, that of the next cache line its head. */
export function unread(ring: SharedArrayBuffer): number {
  const words = new Int32Array(ring);
  return (words[0]! - words[16]!) | 0;
}

/** Names that a node can have: few, for their memory is made anew for each run. */
const NAMES = 64;

export class SimNode implements Host {
  readonly name: string;
  readonly schedulers: Scheduler[] = [];
  readonly memory: NodeMemory;
  readonly net: NetKernel;
  readonly lanes: Lane[];
  /** Rings by from and to. */
  readonly rings = new Map<string, SharedArrayBuffer>();
  /** By scheduler: the nodes whose loss it may not have heard of yet. */
  readonly #unheard: Set<string>[];
  /** A process on the main thread that starts and ends others. */
  readonly controller: Embedded;
  alive = true;

  constructor(
    readonly parts: Parts,
    readonly settings: NodeSettings,
  ) {
    const { loop, random } = parts;
    this.name = settings.name;
    this.memory = createMemory(settings.schedulers, NAMES);
    this.lanes = Array.from({ length: settings.schedulers }, (_, i) =>
      loop.lane(`${this.name}:${i}`, random.pick([0.05, 0.3, 1, 1, 3])),
    );
    this.#unheard = this.lanes.map(() => new Set());
    const rate = random.pick([1, 1, 0.7, 1.001, 1.4]);
    const clocks = this.lanes.map((lane) => new SkewedClock(loop, lane, random.below(10_000), rate));
    this.net = this.#netKernel(clocks[0]!);
    for (const [i, clock] of clocks.entries()) this.schedulers.push(this.#scheduler(i, clock));
    this.#connectSchedulers();
    this.controller = embed(this.schedulers[0]!, "controller");
    for (const scheduler of this.schedulers) this.#start(scheduler);
    void this.#join();
  }

  get main(): Lane {
    return this.lanes[0]!;
  }

  /** The OS process is killed, or the host loses its power: then nobody sees it. */
  crash(seen: boolean): void {
    this.alive = false;
    for (const scheduler of this.schedulers) scheduler.stop();
    this.parts.network.crash(this, seen);
    for (const lane of this.lanes) this.parts.loop.close(lane);
  }

  /** Leaves the others, as `Node.stop` does. */
  async stop(): Promise<void> {
    this.parts.network.unregister(this.name);
    this.controller.end("shutdown");
    await this.net.close();
    for (const scheduler of this.schedulers) scheduler.stop();
  }

  /** The pid as a scheduler of this node knows it. */
  pidOn(scheduler: number, { node, scheduler: home, serial }: Pid): Pid {
    const { space } = this.schedulers[scheduler]!;
    return space.pid(space.node(node.name, node.creation), home, serial);
  }

  /** Whether what this scheduler sends to a node now may be for a connection that is gone. */
  isLate(scheduler: number, node: string): boolean {
    if (scheduler === 0) return false;
    const late = this.#unheard[scheduler]!;
    const [main] = this.schedulers;
    if (main!.backlog().spilled === 0 && unread(this.rings.get(`0>${scheduler}`)!) === 0) late.clear();
    return late.has(node);
  }

  /** As `pidOn`. */
  refOn(scheduler: number, { node, scheduler: home, id }: Ref): Ref {
    const { space } = this.schedulers[scheduler]!;
    return space.ref(space.node(node.name, node.creation), home, id);
  }

  #netKernel(clock: SkewedClock): NetKernel {
    const { network, random, watcher } = this.parts;
    const { name, tickMs, fragmentBytes } = this.settings;
    return new NetKernel({
      name,
      hidden: false,
      cookie: "a cookie that all nodes have",
      epmd: { host: "nowhere", port: 0 },
      transport: network.transport(this),
      tickMs,
      fragmentBytes,
      clock,
      random: (bytes) => random.bytes(bytes),
      lookUp: ({ host }, node) => network.lookUp(this, `${node}@${host}`),
      onSignal: (payload) => this.schedulers[0]!.receiveWire(payload),
      onNodeUp: ({ name: node, creation, hidden }) => this.schedulers[0]!.nodeUp(node, { creation, hidden }),
      onDrain: (node) => this.schedulers[0]?.nodeDrained(node),
      onNodeDown: (node, reason, creation) => {
        watcher.nodeDown(this, node);
        for (const lost of this.#unheard) lost.add(node);
        this.schedulers[0]!.nodeDown(node, creation, reason);
      },
      warn: (text) => watcher.warned(this, text),
    });
  }

  async #join(): Promise<void> {
    const { name, creation } = this.settings;
    const endpoint = await this.net.listen({ host: name, port: 0 });
    this.parts.network.register(name, endpoint);
    this.net.open(creation);
    this.net.listenToPeers();
  }

  #scheduler(index: number, clock: SkewedClock): Scheduler {
    const { watcher } = this.parts;
    const { name, creation, pace } = this.settings;
    const log: Log = { log: (_level, message) => watcher.warned(this, textOf(message)) };
    const scheduler = new Scheduler(
      new TermSpace(new NodeId(name, creation), index),
      this.memory,
      { ...this.#edge(index, clock), log },
      pace,
    );
    this.#watch(scheduler);
    return scheduler;
  }

  #edge(index: number, clock: SkewedClock): Omit<Edge, "log"> {
    const lane = this.lanes[index]!;
    let cancelAlarm = (): void => {};
    const woken = new Set<number>();
    return {
      clock,
      // Under the guard a turn drains its microtasks itself; what embedded processes do outside of slices is another matter.
      yieldToLoop: (run) => {
        const isTurn = run === this.schedulers[index]?.turn;
        lane.push(isTurn ? "turn" : "outside", run, isTurn && this.settings.guarded);
      },
      alarm(ms, turn) {
        cancelAlarm();
        cancelAlarm = ms === undefined ? () => {} : clock.after(ms, turn);
      },
      wake: (other) => {
        if (woken.has(other)) return;
        woken.add(other);
        const turn = () => {
          woken.delete(other);
          this.schedulers[other]!.turn();
        };
        this.lanes[other]!.push(`woken by ${index}`, turn, this.settings.guarded);
      },
      // No slice runs while another thread does anything here.
      kill: () => {},
      load: (module) => Promise.reject(new Error(`${module} should be loaded`)),
      dirty: () => Promise.reject(new Error("there is no dirty pool here")),
      uplink: index === 0 ? (node, payload) => this.net.send(node, payload) : undefined,
      // A failure is told as the loss of the node.
      connect: index === 0 ? (node) => void this.net.connect(node).catch(() => {}) : undefined,
    };
  }

  /** Births and deaths, at the very moment: a scheduler's table of processes is where both show. */
  #watch({ processes }: Scheduler): void {
    const { watcher } = this.parts;
    processes.set = (serial, process) => {
      Map.prototype.set.call(processes, serial, process);
      if (!process.embedded) watcher.born(this, process);
      return processes;
    };
    processes.delete = (serial) => {
      const process = processes.get(serial);
      if (process !== undefined && !process.embedded) watcher.died(this, process);
      return Map.prototype.delete.call(processes, serial);
    };
  }

  #connectSchedulers(): void {
    const ring = (from: number, to: number): SharedArrayBuffer => {
      const key = `${from}>${to}`;
      const memory = this.rings.get(key) ?? createRing(this.settings.ringBytes);
      this.rings.set(key, memory);
      return memory;
    };
    for (const scheduler of this.schedulers) {
      for (const { index } of this.schedulers) {
        if (index === scheduler.index) continue;
        scheduler.attachPeer(index, {
          outgoing: ring(scheduler.index, index),
          incoming: ring(index, scheduler.index),
        });
      }
    }
  }

  #start(scheduler: Scheduler): void {
    scheduler.start(this.parts.guard.attachmentFor(() => scheduler, this.settings.guarded));
  }
}
