/**
 * A simulated world, from its seed to its end:
 *
 *     act     actors do what they do; nodes crash, start again, are cut off from each other
 *     rest    everything is joined and up again, nobody does anything new: when nothing is on its way, check
 *     end     all processes are killed: check that nothing is left
 *     stop    the nodes leave: check that nothing is left of them
 */

import type { AnyPid, Pid, Ref } from "../../runtime/index.js";
import type { Process } from "../../runtime/process/process.js";
import { pg } from "../../stdlib/index.js";
import { actor, simChild, simSupervisor } from "./actor.js";
import { type Checker, type View, Violation } from "./checker.js";
import { CHECKERS } from "./checkers/index.js";
import { describe, type Event, type Key, keyOf } from "./events.js";
import { Facts } from "./facts.js";
import type { Guard } from "./guard.js";
import { Loop } from "./loop.js";
import { Network } from "./network.js";
import { type NodeSettings, SimNode, type Watcher } from "./node.js";
import { GROUPS, PLANNED, SCOPE } from "./ops.js";
import { makePlan, type Plan } from "./plan.js";
import { Random } from "./random.js";

/** Steps after which the acting ends in any case. */
const MAX_STEPS = 20_000;
/** ms in which whatever is on its way arrives, in a world where nothing breaks. */
const REST_MS = 3000;
/** The same where things break: whom nobody answers gives up after four ticks of a slow clock, or a handshake's time. */
const LONG_REST_MS = 45_000;
/** Rounds of kills: what supervisors start again is killed in the next. */
const ROUNDS = 5;

type Kind = "actor" | "child" | "supervisor";

export class World implements Watcher, View {
  readonly random: Random;
  readonly loop: Loop;
  readonly network: Network;
  readonly facts = new Facts();
  readonly plan: Plan;
  readonly lines: string[] = [];
  readonly actor = actor;
  readonly timerIds = new Map<Ref, number>();
  violation: Violation | undefined;
  opsLeft: number;
  readonly #nodes = new Map<string, SimNode>();
  readonly #checkers: Checker[];
  readonly #guard: Guard;
  readonly #cast: AnyPid[] = [];
  readonly #kinds = new Map<Key, Kind>();
  readonly #aliases: Ref[] = [];
  readonly #ops = new Map<object, string[]>();
  #counter = 0;
  #creations = 0;
  #spawned = 0;

  constructor(seed: number, guard: Guard) {
    this.random = new Random(seed);
    this.loop = new Loop(this.random, (what) => this.trace(what));
    this.network = new Network(this.loop, this.random);
    this.plan = makePlan(this.random);
    this.opsLeft = this.plan.ops;
    this.#guard = guard;
    this.#checkers = Object.entries(CHECKERS).map(([name, make]) => ({
      name,
      ...make((detail) => {
        this.violation ??= new Violation(name, detail);
      }),
    }));
  }

  // -- for checkers ------------------------------------------------------------------------------------------------

  get nodes(): SimNode[] {
    return [...this.#nodes.values()].filter((node) => node.alive);
  }

  processes(): Process[] {
    return this.nodes.flatMap(({ schedulers, controller }) =>
      schedulers
        .flatMap((scheduler) => [...scheduler.processes.values()])
        .filter((process) => process !== controller.process),
    );
  }

  aliases(): readonly Ref[] {
    return this.#aliases;
  }

  trace(what: string): void {
    this.lines.push(`${this.loop.now.toFixed(3)} ${what}`);
  }

  tell(event: Event): void {
    this.trace(describe(event));
    this.facts.on(event);
    for (const checker of this.#checkers) checker.on?.(event, this);
  }

  // -- for nodes ---------------------------------------------------------------------------------------------------

  born(_node: SimNode, { pid, proc }: Process): void {
    const key = keyOf(pid);
    if (proc === (simChild as unknown)) this.spawned(pid, "child");
    else if (proc === (simSupervisor as unknown)) this.spawned(pid, "supervisor");
    this.tell({ type: "born", pid: key });
  }

  died(_node: SimNode, { pid }: Process): void {
    this.tell({ type: "died", pid: keyOf(pid) });
  }

  nodeDown({ name }: SimNode, lost: string): void {
    this.tell({ type: "nodeDown", node: name, lost });
  }

  /** What was done on purpose, a crash or an exit, is reported and is nothing to complain of. */
  warned({ name }: SimNode, text: string): void {
    if (!text.includes(PLANNED) && !text.includes('"class":"exit"'))
      this.tell({ type: "warned", node: name, text });
  }

  // -- for actors --------------------------------------------------------------------------------------------------

  get names(): string[] {
    return this.plan.nodes.map(({ name }) => name);
  }

  get mayGrow(): boolean {
    return this.#spawned < this.plan.processes;
  }

  count(): number {
    return ++this.#counter;
  }

  takeOp(): boolean {
    return this.opsLeft > 0 && this.opsLeft-- > 0;
  }

  /** One of these ops that this world has; undefined if it has none of them. */
  chooseOp(ops: object): string | undefined {
    let names = this.#ops.get(ops);
    if (names === undefined) {
      names = Object.keys(ops).filter(() => !this.random.chance(this.plan.leftOut));
      this.#ops.set(ops, names);
    }
    return names.length === 0 ? undefined : this.random.pick(names);
  }

  /** A pid was given out: others may use it from now on, born or not. */
  spawned(pid: AnyPid, kind: Kind): void {
    if (kind === "actor") this.#spawned++;
    this.#cast.push(pid);
    this.#kinds.set(keyOf(pid), kind);
  }

  /** Whether a message sent now arrives unless its receiver ends, or the connection: its body takes every message. */
  arrives(self: { readonly node: string; readonly scheduler: number }, to: AnyPid): boolean {
    if (this.#kinds.get(keyOf(to)) === "supervisor") return false;
    return !this.#nodes.get(self.node)!.isLate(self.scheduler, to.node.name);
  }

  /** Somebody, mostly of the younger ones, as the scheduler of `self` knows the pid. */
  target(self: { readonly node: string; readonly scheduler: number }): Pid | undefined {
    if (this.#cast.length === 0) return undefined;
    const recent = this.random.chance(0.8) ? this.#cast.slice(-8) : this.#cast;
    return this.#nodes.get(self.node)!.pidOn(self.scheduler, this.random.pick(recent) as Pid);
  }

  /** As if its owner had sent it to somebody: only then can it come back as the same object. */
  offerAlias(ref: Ref): void {
    this.#nodes.get(ref.node.name)!.schedulers[ref.scheduler]!.space.escapeRef(ref);
    this.#aliases.push(ref);
  }

  alias(self: { readonly node: string; readonly scheduler: number }): Ref | undefined {
    if (this.#aliases.length === 0) return undefined;
    return this.#nodes.get(self.node)!.refOn(self.scheduler, this.random.pick(this.#aliases.slice(-6)));
  }

  schedulerOf(node: string): number {
    return this.random.below(this.#nodes.get(node)!.schedulers.length);
  }

  // -- the course of a world ---------------------------------------------------------------------------------------

  /** Rejects with the first Violation. */
  async live(): Promise<void> {
    for (const { name } of this.plan.nodes) this.#startNode(name);
    await this.#act();
    this.#makeWhole();
    await this.#run(this.#restMs);
    this.#discover();
    await this.#run(REST_MS);
    this.#probe();
    await this.#run(REST_MS);
    this.#check("atRest");
    for (let round = 0; round < ROUNDS && this.processes().length > 0; round++) {
      this.#killAll();
      await this.#run(REST_MS);
    }
    this.#check("atEnd");
    for (const node of this.nodes) void node.stop();
    await this.#run(REST_MS);
    this.#check("afterStop");
  }

  get #restMs(): number {
    const { crash, cut, reset } = this.plan;
    return crash + cut + reset > 0 ? LONG_REST_MS : REST_MS;
  }

  #startNode(name: string): void {
    const settings = this.plan.nodes.find((one) => one.name === name)!;
    this.tell({ type: "started", node: name });
    const node = new SimNode(
      { loop: this.loop, random: this.random, network: this.network, guard: this.#guard, watcher: this },
      { ...settings, ...this.#guarding(settings), creation: ++this.#creations },
    );
    this.#nodes.set(name, node);
    this.#populate(node);
  }

  /** Bare, a turn is one slice, or a body would go on with its message after a later slice has killed it. */
  #guarding({ guarded, pace }: Plan["nodes"][number]): Pick<NodeSettings, "guarded" | "pace"> {
    return guarded && this.#guard.native
      ? { guarded, pace }
      : { guarded: false, pace: { ...pace, slicesPerLook: 1 } };
  }

  #populate({ name, controller }: SimNode): void {
    const { self } = controller;
    const { proc, args } = pg.spec(SCOPE);
    const anywhere = () => ({ scheduler: this.schedulerOf(name) });
    // Beside its spawner: the URL of its module, which is not the same everywhere, stays off the rings.
    self.spawn(proc as never, args as never, { scheduler: "here", name: SCOPE });
    for (let left = this.random.between(1, 4); left > 0; left--)
      this.spawned(self.spawn(actor, [], anywhere()) as AnyPid, "actor");
    for (let left = this.plan.supervisors; left > 0; left--) {
      const strategy = this.random.pick(["oneForOne", "oneForAll", "restForOne"] as const);
      self.spawn(simSupervisor, [strategy, this.random.pick([1, 20]), this.random.between(1, 3)], anywhere());
    }
    this.#discover();
  }

  /** Actors act and things break, until they have done enough. */
  #act(): Promise<void> {
    return this.#drive(() => {
      if (this.opsLeft === 0 || this.loop.steps > MAX_STEPS) return Number.NEGATIVE_INFINITY;
      this.#breakSomething();
      return this.loop.now + LONG_REST_MS;
    });
  }

  #breakSomething(): void {
    const { crash, cut, reset } = this.plan;
    if (crash > 0 && this.random.chance(crash)) {
      const name = this.random.pick(this.names);
      const node = this.#nodes.get(name)!;
      if (node.alive) this.#crash(node);
      else this.#startNode(name);
    }
    if (reset > 0 && this.random.chance(reset)) this.network.reset();
    if (cut > 0 && this.random.chance(cut)) {
      const [a, b] = [this.random.pick(this.names), this.random.pick(this.names)];
      if (this.random.chance(0.4)) this.network.heal();
      else if (a !== b) this.network.cutOff(a, b);
    }
  }

  #crash(node: SimNode): void {
    node.crash(this.random.chance(0.7));
    if (this.random.chance(0.7)) this.network.unregister(node.name);
    this.tell({ type: "crashed", node: node.name });
  }

  /** Ends all trouble, and all activity. */
  #makeWhole(): void {
    this.trace("-- rest");
    this.opsLeft = 0;
    this.network.heal();
    for (const [name, node] of this.#nodes) if (!node.alive) this.#startNode(name);
  }

  /** Tells the pg servers of each other, as an application does that watches nodes. */
  #discover(): void {
    for (const { name, controller } of this.nodes) {
      for (const peer of this.names)
        if (peer !== name)
          pg.discover(controller.self, { name: SCOPE, node: name } as never, { name: SCOPE, node: peer });
    }
  }

  /** Asks what each node sees of the groups. */
  #probe(): void {
    for (const node of this.nodes)
      this.#probeOn(node).catch((error: Error) => this.warned(node, `no answer from pg: ${error.stack}`));
  }

  async #probeOn({ name, controller }: SimNode): Promise<void> {
    for (const group of GROUPS) {
      const pids = await pg.getMembers(controller.self, SCOPE, group);
      this.tell({ type: "members", node: name, group, members: pids.map(keyOf) });
    }
  }

  #killAll(): void {
    for (const node of this.nodes) {
      for (const { processes, index } of node.schedulers)
        for (const { pid } of processes.values())
          if (index !== 0 || pid !== node.controller.self.pid)
            node.controller.self.exit(node.pidOn(0, pid), "kill");
    }
  }

  #check(when: "atRest" | "atEnd" | "afterStop"): void {
    this.trace(`-- ${when}`);
    for (const checker of this.#checkers) checker[when]?.(this);
    if (this.violation) throw this.violation;
  }

  #run(ms: number): Promise<void> {
    const until = this.loop.now + ms;
    return this.#drive(() => until);
  }

  /**
   * Step after step, as long as one is due before `until()`. From a macrotask, for the guard drains no microtasks
   * within a microtask; and back to the event loop where a step leaves microtasks behind.
   */
  #drive(until: () => number): Promise<void> {
    return new Promise((resolve, reject) => {
      let drained = false;
      const go = (): void => {
        try {
          for (;;) {
            if (this.violation) return reject(this.violation);
            if (!this.loop.step(until())) {
              if (drained) return resolve();
              drained = true;
              return void setImmediate(go);
            }
            drained = false;
            if (!this.loop.settled) return void setImmediate(go);
          }
        } catch (error) {
          reject(error);
        }
      };
      setImmediate(go);
    });
  }
}
