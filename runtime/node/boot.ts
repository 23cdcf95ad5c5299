/**
 * Booting a node: the one place where everything is wired. Memory, scheduler 0 on this thread, worker
 * threads, kernel process; and with a name, the listener, epmd and the net kernel.
 *
 * Order: the port is listened on, then registered, because epmd is told the port; registering gives the
 * creation, without which no pid can be made; then schedulers start; then peers are heard.
 */
import { randomInt } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { native, type Slot } from "../../native/index.js";
import type { EpmdAddress } from "../dist/epmd/client.js";
import { NetKernel } from "../dist/netKernel.js";
import { tcp } from "../dist/tcp.js";
import { type TlsOptions, tlsTransport } from "../dist/tls.js";
import type { Endpoint } from "../dist/transport.js";
import { unix } from "../dist/unix.js";
import { logger } from "../log/logger.js";
import type { ConnectionInfo } from "../process/nodes.js";
import type { FlowLimits } from "../process/outflow.js";
import type { Self } from "../process/self.js";
import type { SchedulerReport } from "../sched/control.js";
import { DirtyPool } from "../sched/dirtyPool.js";
import { leaveToProgram } from "../sched/escapes.js";
import { type Hosted, hostScheduler } from "../sched/host.js";
import { importModule } from "../sched/importModule.js";
import { createMemory } from "../sched/memory.js";
import { FEATURES } from "../sched/operations.js";
import { FLOW } from "../sched/scheduler.js";
import { Threads } from "../sched/threads.js";
import { MAX_SCHEDULERS, NONODE, NodeId } from "../term/pid.js";
import { type ExitReason, formatReason } from "../term/reason.js";
import { TermSpace } from "../term/space.js";
import type { AnyApplication, RestartType } from "./application.js";
import type { ApplicationController } from "./applicationController.js";
import type { EnvSettings } from "./applicationEnv.js";
import { startApplicationController } from "./applications.js";
import { connectionInfo } from "./connectionInfo.js";
import { readCookie } from "./cookie.js";
import { embed } from "./embedded.js";
import { runKernel } from "./kernel.js";
import { OptionError, parseBytes, parseCookie, parseEpmd, parseNodeName, parseSchedulers } from "./names.js";
import { Registration } from "./registration.js";

/** Everything is optional. */
export interface NodeOptions {
  /** `name@host`; without it there is no socket at all. */
  readonly name?: string;
  /** The cluster's secret; by default that in `~/.ringbeam.cookie`, made at first use. */
  readonly cookie?: string;
  /** Worker threads, by default one for each core. With 0, everything runs on this thread. */
  readonly schedulers?: number;
  /** Where epmd is; by default 127.0.0.1:4369. One is started there if none answers. */
  readonly epmd?: EpmdAddress | string;
  /**
   * The port to listen on for other nodes, on the host of the name; by default any free one. Or `unix:/PATH`, a socket
   * of this host that only our user may use: nodes of other hosts cannot connect then, but we can with them.
   */
  readonly listen?: number | `unix:/${string}`;
  /**
   * Paths of PEM files: connections with other nodes, both ways, are then TLS, and both sides show a certificate of
   * the CA. By default they are plain TCP.
   */
  readonly tls?: TlsOptions;
  /**
   * The nodes that this one connects with, in either direction: `name@host`, where `*` stands for any characters. By
   * default all that know the cookie. A `ringbeam` command at work is a node `cli-*`.
   */
  readonly allow?: readonly string[];
  /**
   * Whether other nodes may spawn here: not at all, or only what these modules, by URL, export. By default everything.
   * Who may not is answered `notAllowed`.
   */
  readonly allowSpawn?: boolean | readonly string[];
  /** What is taken from peers. */
  readonly limits?: Limits;
  /** URLs of modules to load on every scheduler. */
  readonly modules?: readonly string[];
  /** Started with the node, in this order, each behind what it depends on; all of them permanent. */
  readonly applications?: readonly AnyApplication[];
  /** Environments by application; they count more than what the applications declare. */
  readonly env?: EnvSettings;
  /** Left out of other nodes' `nodes()`. */
  readonly hidden?: boolean;
  /** Only dials out: does not listen, and no epmd knows it. Implies `hidden`. */
  readonly unlisted?: boolean;
  /** Bytes of the ring from each scheduler to each other; 128 KiB by default, 256 at least. */
  readonly ringBytes?: number;
  /** Heap of each worker thread in MiB; Node's default otherwise. */
  readonly heapMiB?: number;
  /** ms of silence after which a tick is sent; four times that without a word ends a connection. 15,000 by default. */
  readonly tickMs?: number;
  /** Bytes under way to another node from which their senders are suspended (`+zdbbl`); 1 MiB by default. */
  readonly distBufferBusyLimit?: number;
  /** Bytes under way to another node from which a send throws NodeBusy; 64 MiB by default. */
  readonly distBufferHardLimit?: number;
  /** Called when another node asks this one to stop (`ringbeam stop`); by default `stop()`. */
  readonly onStopRequest?: () => void;
  /**
   * Called when the node is not to go on without an application that has ended (see RestartType); by default the
   * node stops, and the program's exit code is 1 unless it sets another.
   */
  readonly onApplicationTerminated?: (app: string, reason: ExitReason) => void;
}

/** Bounds against peers that are wrong or hostile. */
export interface Limits {
  /** Bytes of one signal, sent or taken; 1 GiB by default. */
  readonly maxMessage?: number;
  /** ms for a whole handshake, connecting included; 7,000 by default. */
  readonly handshakeMs?: number;
  /** Handshakes under way at once; one more drops the oldest. 64 by default. */
  readonly maxPending?: number;
  /** Connections that one address may open in a second, more are closed unread; 100 by default. */
  readonly attemptsPerSecond?: number;
}

const RING_BYTES = 128 * 1024;

/** A running node. */
export class Node {
  readonly #parts: Parts;
  readonly #applications: ApplicationController;
  #stopped: Promise<void> | undefined;

  /** @internal Use `startNode`. */
  constructor(parts: Parts, { env = {}, onApplicationTerminated }: NodeOptions) {
    this.#parts = parts;
    this.#applications = startApplicationController({
      scheduler: parts.hosted.scheduler,
      env,
      membersOf: (app) => parts.threads.membersOf(app),
      terminated: onApplicationTerminated ?? (() => this.#giveUp()),
    });
  }

  /** The program that embeds the node, as a process: it can send, receive, call, spawn as any other. */
  get self(): Self<unknown> {
    return this.#parts.self;
  }

  /** `name@host`, or `nonode@nohost` without a name. */
  get name(): string {
    return this.#parts.hosted.scheduler.space.self.name;
  }

  /** Worker threads. */
  get schedulers(): number {
    return this.#parts.workers;
  }

  /** Whether slices are guarded by the native addon: only then can a process in an endless loop be killed. */
  get guarded(): boolean {
    return native.kind === "addon";
  }

  /** Where it listens for other nodes, or undefined without a name. */
  get address(): Endpoint | undefined {
    return this.#parts.endpoint;
  }

  /** Connected nodes. */
  nodes(): string[] {
    return this.#parts.net?.nodes() ?? [];
  }

  /** The connections with other nodes, hidden ones included, and how full each is. */
  connections(): ConnectionInfo[] {
    return this.#parts.net?.connections().map(connectionInfo) ?? [];
  }

  /** Connects with another node. Rejects with ConnectError, which says why it cannot. */
  async connect(node: string): Promise<void> {
    if (this.#parts.net === undefined)
      throw new Error("a node without a name cannot connect: start it with a name");
    await this.#parts.net.connect(node);
  }

  /** Loads modules, by URL, here and on every scheduler. Rejects with what the first of them threw. */
  async load(modules: readonly string[]): Promise<void> {
    for (const url of modules) if (!isEntry(url)) await importModule(url);
    await this.#parts.threads.load(modules);
  }

  /** What runs on every scheduler. */
  inspect(): Promise<SchedulerReport[]> {
    return this.#parts.threads.inspect();
  }

  /**
   * Starts an application, and first all that it depends on, and waits until they are up; gives the names of those
   * that did not run before. What `application.ensureAllStarted` is for processes, for the program itself, which may
   * pass arguments. Rejects with ApplicationError.
   */
  startApplication(
    app: AnyApplication | string,
    args: readonly string[] = [],
    type: RestartType = "temporary",
  ): Promise<string[]> {
    return this.#applications.ensureAllStarted(app, type, args);
  }

  /**
   * Stops applications in reverse order of their start, gives up those that are starting, then leaves epmd, ends threads and closes
   * connections. Rejects, after all of it, with what the `stop` of an application threw.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const failure = await this.#applications.stopAll().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    this.#parts.registration?.close();
    await this.#parts.threads.stop();
    await this.#parts.dirty.stop();
    // Last, for that is how `ringbeam stop` and other nodes see that we are gone.
    await this.#parts.net?.close();
    this.#parts.hosted.close();
    if (this.#parts.slot !== undefined) native.closeSlot(this.#parts.slot);
    if (failure !== undefined) throw failure.error;
  }

  #giveUp(): void {
    process.exitCode ??= 1;
    this.stop().catch((error: unknown) => logger.warning(`the node stopped, but ${formatReason(error)}`));
  }
}

/** The program itself is loaded here already, and may be waiting for us: importing it would wait for itself. */
function isEntry(url: string): boolean {
  const entry = process.argv[1];
  return entry !== undefined && existsSync(entry) && url === pathToFileURL(realpathSync(entry)).href;
}

interface Parts {
  readonly hosted: Hosted;
  readonly slot: Slot | undefined;
  readonly threads: Threads;
  readonly dirty: DirtyPool;
  readonly workers: number;
  readonly self: Self<unknown>;
  net: NetKernel | undefined;
  registration: Registration | undefined;
  endpoint: Endpoint | undefined;
}

/**
 * Starts a node in this Node.js process. Rejects with OptionError (a bad option), TlsError, EpmdError
 * (`nameTaken`, `unreachable`), CookieError, ApplicationError, the system's error for a port in use, or what a module threw as
 * it was loaded; nothing is left running then.
 */
export async function startNode(options: NodeOptions = {}): Promise<Node> {
  const workers = parseSchedulers(options.schedulers ?? availableParallelism(), MAX_SCHEDULERS - 1);
  // What the net kernel hands up goes to a scheduler that is made after it: no peer is heard before.
  let scheduler: Hosted["scheduler"] | undefined;
  const distribution =
    options.name === undefined ? undefined : await join(options.name, options, () => scheduler);
  try {
    const parts = await startSchedulers(workers, options, distribution);
    scheduler = parts.hosted.scheduler;
    scheduler.allowSpawn = options.allowSpawn ?? true;
    const node = new Node(parts, options);
    try {
      const kernel = embed(scheduler, "kernel");
      const { space } = scheduler;
      const parsePid = (text: string) => space.parsePid(text);
      const stop = options.onStopRequest ?? (() => void node.stop());
      const net = distribution?.net;
      void runKernel(kernel, { inspect: () => node.inspect(), parsePid, stop, net });
      await node.load(options.modules ?? []);
      distribution?.net.listenToPeers();
      for (const app of options.applications ?? []) await node.startApplication(app, [], "permanent");
      return node;
    } catch (error) {
      await node.stop();
      throw error;
    }
  } catch (error) {
    distribution?.registration?.close();
    await distribution?.net.close();
    throw error;
  }
}

interface Distribution {
  readonly net: NetKernel;
  readonly creation: number;
  readonly endpoint: Endpoint | undefined;
  readonly registration: Registration | undefined;
}

/** Listens and registers with epmd. */
async function join(
  fullName: string,
  options: NodeOptions,
  scheduler: () => Hosted["scheduler"] | undefined,
): Promise<Distribution> {
  const { name, host } = parseNodeName(fullName);
  const epmd = typeof options.epmd === "object" ? options.epmd : parseEpmd(options.epmd ?? "127.0.0.1:4369");
  const hidden = options.hidden === true || options.unlisted === true;
  const net = new NetKernel({
    name: fullName,
    hidden,
    cookie: options.cookie === undefined ? readCookie() : parseCookie(options.cookie),
    epmd,
    transport: options.tls === undefined ? tcp : tlsTransport(options.tls),
    ...(options.allow !== undefined && { allow: options.allow }),
    ...options.limits,
    ...(options.tickMs !== undefined && { tickMs: options.tickMs }),
    busyBytes: flowOf(options).busy,
    features: FEATURES,
    onUnsupported: (payload) => scheduler()?.unsupported(payload),
    onSignal: (payload, peer) => {
      try {
        scheduler()?.receiveWire(payload);
      } catch (error) {
        logger.warning(`${peer.name} sent what is not a signal: ${(error as Error).message}`);
      }
    },
    onNodeUp: ({ name, creation, hidden }) => scheduler()?.nodeUp(name, { creation, hidden }),
    onDrain: (node) => scheduler()?.nodeDrained(node),
    onNodeDown: (node, reason, creation) => scheduler()?.nodeDown(node, creation, reason),
    warn: (text) => logger.warning(text),
  });
  if (options.unlisted) {
    const creation = randomInt(4, 2 ** 32);
    net.open(creation);
    return { net, creation, endpoint: undefined, registration: undefined };
  }
  const path = typeof options.listen === "string" ? options.listen.slice("unix:".length) : undefined;
  const endpoint =
    path === undefined
      ? await net.listen({ host, port: Number(options.listen ?? 0) })
      : await net.listen({ host: path, port: 0 }, unix);
  try {
    const entry = { name, port: endpoint.port, hidden, ...(path !== undefined && { path }) };
    const registration = await Registration.open(epmd, entry, (text) => logger.warning(text));
    // Known to others from here on: whoever dials is let in, and is heard when the schedulers are there.
    net.open(registration.creation);
    return { net, creation: registration.creation, endpoint, registration };
  } catch (error) {
    await net.close();
    throw error;
  }
}

function flowOf({ distBufferBusyLimit, distBufferHardLimit }: NodeOptions): FlowLimits {
  const busy = parseBytes("distBufferBusyLimit", distBufferBusyLimit ?? FLOW.busy);
  const most = parseBytes("distBufferHardLimit", distBufferHardLimit ?? Math.max(FLOW.most, busy));
  if (most < busy) throw new OptionError("distBufferHardLimit is below distBufferBusyLimit");
  return { busy, most };
}

async function startSchedulers(
  workers: number,
  options: NodeOptions,
  distribution: Distribution | undefined,
): Promise<Parts> {
  const identity = { name: options.name ?? NONODE, creation: distribution?.creation ?? 0 };
  const memory = createMemory(workers + 1);
  const slot = native.openSlot();
  const slots: (Slot | undefined)[] = [slot];
  const dirty = new DirtyPool(identity, Math.max(1, workers));
  const runDirty = (call: Uint8Array) => dirty.run(call);
  const net = distribution?.net;
  const flow = flowOf(options);
  const hosted = hostScheduler({
    space: new TermSpace(new NodeId(identity.name, identity.creation), 0),
    memory,
    slots,
    log: logger,
    dirty: runDirty,
    flow,
    onStray: leaveToProgram,
    uplink: net && ((node, payload, needs) => net.send(node, payload, needs)),
    connect: net && ((node) => void net.connect(node).catch(() => {})),
  });
  const threads = new Threads({
    main: hosted.scheduler,
    memory,
    slots,
    node: identity,
    ringBytes: options.ringBytes ?? RING_BYTES,
    services: { dirty: runDirty },
    flow,
    ...(options.heapMiB !== undefined && { heapMiB: options.heapMiB }),
  });
  try {
    await threads.start();
  } catch (error) {
    await threads.stop();
    hosted.close();
    native.closeSlot(slot);
    throw error;
  }
  const { self } = embed(hosted.scheduler, "embedding program");
  const { endpoint, registration } = distribution ?? {};
  return { hosted, slot, threads, dirty, workers, self, net, registration, endpoint };
}
