/** Where scenarios are run on ringbeam: for each placement a node, or two, and a sentinel at each place. */
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { type Node, type Pid, type Self, startNode } from "../../runtime/index.js";
import { actor, type Role } from "./bodies.js";
import type { Note } from "./protocol.js";
import type { Placement } from "./scenario.js";

const MODULES = ["./bodies.js", "./library.js", "./machine.js"].map(
  (file) => new URL(file, import.meta.url).href,
);

/** Where actors can be started. `self` is the embedding process of the node, `conductor` as seen from there. */
export interface Place {
  readonly self: Self<unknown>;
  readonly conductor: Pid<Note>;
  readonly scheduler: number;
  /** Schedulers of the node. */
  readonly spread: number;
}

/** Nodes, and a sentinel at each place. */
export class Stage {
  turn = 0;
  /** The conductor: it lives on the first node. */
  readonly self: Self<unknown>;
  readonly sentinels: Pid<unknown>[] = [];

  private constructor(
    readonly placement: Placement,
    readonly nodes: readonly Node[],
    readonly places: readonly Place[],
    readonly epmd: EpmdServer | undefined,
  ) {
    this.self = nodes[0]!.self;
  }

  static async open(placement: Placement): Promise<Stage> {
    if (placement === "nodes") return Stage.#openNodes();
    const spread = placement === "one" ? 1 : 3;
    const node = await startNode({ schedulers: spread - 1, modules: MODULES });
    const stage = new Stage(placement, [node], placesOf(node, spread, node.self.pid as Pid<Note>), undefined);
    return stage.#ready();
  }

  static async #openNodes(): Promise<Stage> {
    const epmd = await EpmdServer.start({ port: 0 });
    const open = (name: string) =>
      startNode({
        name: `${name}@127.0.0.1`,
        epmd: { host: "127.0.0.1", port: epmd.port },
        cookie: "conformance",
        schedulers: 1,
        modules: MODULES,
      });
    const [a, b] = [await open("a"), await open("b")];
    // Each node has its own idea of a pid, so the conductor's has to be sent.
    b.self.register("half");
    a.self.send({ name: "half", node: b.name }, a.self.pid);
    const conductor = (await b.self.receive()) as Pid<Note>;
    const [first, second] = [placesOf(a, 2, a.self.pid as Pid<Note>), placesOf(b, 2, conductor)];
    return new Stage("nodes", [a, b], [first[0]!, second[1]!, first[1]!, second[0]!], epmd).#ready();
  }

  async #ready(): Promise<this> {
    for (const place of this.places) this.sentinels.push(await this.spawn("", place));
    return this;
  }

  /** Starts an actor; gives its pid as the conductor knows it. */
  async spawn(name: string, place: Place): Promise<Pid<unknown>> {
    const role: Role = { name, conductor: place.conductor, spread: place.spread, bound: {}, first: [] };
    const pid = place.self.spawn(actor, [role], { scheduler: place.scheduler });
    if (place.self === this.self) return pid;
    place.self.send(place.conductor, { tag: "$bound", name, value: pid });
    const isBound = (m: unknown) => (m as Note).tag === "$bound";
    return ((await this.self.receive(isBound)) as { value: Pid<unknown> }).value;
  }

  async close(): Promise<void> {
    for (const node of this.nodes) await node.stop();
    await this.epmd?.close();
  }
}

function placesOf(node: Node, spread: number, conductor: Pid<Note>): Place[] {
  return Array.from({ length: spread }, (_, i) => ({
    self: node.self,
    conductor,
    scheduler: (i + 1) % spread,
    spread,
  }));
}
