/** The processes of a scenario on ringbeam: actors, and the sentinels that only take part in the barrier. */
import {
  type AnyPid,
  logger,
  type Pid,
  type ProcessInfo,
  proc,
  type Ref,
  type Self,
  type SpawnReply,
  TIMEOUT,
} from "../../runtime/index.js";
import type { ReqId } from "../../stdlib/index.js";
import { isLibraryOp, performLibrary, syncWith } from "./libraryOps.js";
import {
  type Bindings,
  type Control,
  flush,
  isControl,
  isOurs,
  type Message,
  type Note,
  tagIn,
  tagOf,
  Unbound,
} from "./protocol.js";
import type { MonitoredWish, Op, SpawnWish, Term, Where } from "./scenario.js";

// Scenarios crash on purpose, thousands of times. This module is loaded on every thread.
if (process.env.CONFORMANCE_LOG === undefined) logger.setPrimaryLevel("none");

export interface Role {
  readonly name: string;
  readonly conductor: Pid<Note>;
  /** A process that it spawns lives on the next of so many schedulers. */
  readonly spread: number;
  readonly bound: Bindings;
  readonly first: readonly Op[];
}

class Return extends Error {}

export class Actor {
  readonly self: Self<unknown>;
  readonly role: Role;
  /** Requests whose replies are fetched later. */
  readonly requests = new Map<string, ReqId>();
  readonly #bound: Bindings;
  /** Undefined: waits for nothing; null: for any message. */
  #waiting: string | null | undefined = undefined;

  constructor(self: Self<unknown>, role: Role) {
    this.self = self;
    this.role = role;
    this.#bound = { ...role.bound, [role.name]: self.pid };
  }

  async run(): Promise<void> {
    try {
      for (const op of this.role.first) await this.#perform(op);
      for (;;) await this.#turn();
    } catch (error) {
      if (!(error instanceof Return)) throw error;
    }
  }

  async #turn(): Promise<void> {
    const message = await this.self.receive((m) => isControl(m) || this.#fits(m));
    if (!isControl(message)) {
      this.#waiting = undefined;
      this.saw("got", message);
    } else await this.#obey(message);
  }

  async #obey(control: Control): Promise<void> {
    if (control.tag === "$flush") {
      await flush(this.self, this.role.conductor, control);
      return;
    }
    if (control.tag === "$mark") this.self.send(this.self.pid, { tag: "$here" });
    else if (control.tag === "$sync") await syncWith(this.self, control.supervisors);
    else {
      Object.assign(this.#bound, control.bound);
      for (const op of control.ops) await this.#perform(op);
    }
    this.self.send(this.role.conductor, { tag: "$done", turn: control.turn, from: this.self.pid });
  }

  saw(...words: unknown[]): void {
    this.self.send(this.role.conductor, { tag: "$saw", who: this.role.name, event: words });
  }

  bind(name: string, value: AnyPid | Ref, how?: "passive"): void {
    this.#bound[name] = value;
    this.self.send(this.role.conductor, { tag: "$bound", name, value, passive: how === "passive" });
  }

  pid(name: string): Pid<unknown> {
    return this.#look(name) as Pid<unknown>;
  }

  ref(label: string): Ref {
    return this.#look(`#${label}`) as Ref;
  }

  #look(name: string): AnyPid | Ref {
    const value = this.#bound[name];
    if (value === undefined) throw new Unbound(name);
    return value;
  }

  term(term: Term): unknown {
    if (typeof term !== "object") return term;
    return "pid" in term ? this.pid(term.pid) : { shutdown: this.term(term.shutdown) };
  }

  #fits(message: unknown): boolean {
    if (this.#waiting === undefined || isOurs(message)) return false;
    return this.#waiting === null || tagIn(message) === this.#waiting;
  }

  #where(to: Where): Pid<Message> | string | { name: string; node: string } | Ref {
    if (typeof to === "string") return this.pid(to);
    if ("name" in to) return to.name;
    if ("alias" in to) return this.ref(to.alias);
    return { name: to.address, node: this.pid(to.of).node.name };
  }

  #message(term: Term): Message {
    return { tag: "m", from: this.role.name, term: this.term(term) };
  }

  async #perform(op: Op): Promise<void> {
    try {
      await (isLibraryOp(op) ? performLibrary(this, op) : this.#primitive(op));
    } catch (error) {
      if (!(error instanceof Unbound)) throw error;
      this.saw("unbound");
    }
  }

  #primitive(op: Op): void | Promise<void> {
    const { self } = this;
    switch (op[0]) {
      case "spawn":
        return this.bind(op[1], self.spawn(actor, [this.#roleOf(op[1], op[2])], this.#options(op[2])));
      case "spawnLink":
        return this.bind(op[1], self.spawnLink(actor, [this.#roleOf(op[1], op[2])], this.#options(op[2])));
      case "spawnMonitor": {
        const { pid, ref } = self.spawnMonitor(actor, [this.#roleOf(op[1], op[3])], this.#options(op[3]));
        this.bind(op[1], pid);
        return this.bind(`#${op[2]}`, ref);
      }
      case "spawnRequest":
        return this.#request(op[1], op[2], op[3]);
      case "link":
        return self.link(this.pid(op[1]));
      case "unlink":
        return self.unlink(this.pid(op[1]));
      case "monitor": {
        const target = this.#where(op[1]) as Pid | string;
        return this.bind(`#${op[2]}`, self.monitor(target, op[3] === undefined ? {} : { alias: op[3] }));
      }
      case "demonitor":
        return this.saw("demonitor", self.demonitor(this.ref(op[1]), { flush: op[2] === "flush" }));
      case "trapExit":
        return this.saw("trapExit was", self.processFlag("trapExit", op[1]));
      case "priority":
        return this.saw("priority was", self.processFlag("priority", op[1]));
      case "send":
        return this.#tried("send", false, () =>
          self.send(this.#where(op[1]) as Pid<Message>, this.#message(op[2])),
        );
      case "receive":
        return this.#receive(op[1] ?? null, op[2] ?? 0);
      case "await":
        this.#waiting = op[1] ?? null;
        return;
      case "drain":
        return this.#drain();
      case "isAlive":
        return this.#asked(op[0], self.isAlive(this.pid(op[1])), (is) => [is]);
      case "info":
        return this.#asked(op[0], self.processInfo(this.pid(op[1])), infoWords);
      case "exit":
        return self.exit(this.term(op[1]));
      case "exitPid":
        return self.exit(this.pid(op[1]), this.term(op[2]));
      case "crash":
        throw new Error("crash");
      case "return":
        throw new Return();
      default:
        return this.#named(op);
    }
  }

  async #asked<T>(what: string, answer: Promise<T>, words: (answer: T) => unknown[]): Promise<void> {
    this.saw(what, ...words(await answer));
  }

  /** Names, aliases and timers. */
  #named(op: Op): void | Promise<void> {
    const { self } = this;
    switch (op[0]) {
      case "register":
        return this.#tried("register", true, () => self.register(op[1], this.pid(op[2] ?? this.role.name)));
      case "unregister":
        return this.#tried("unregister", true, () => self.unregister(op[1]));
      case "whereis":
        return this.saw("whereis", self.whereis(op[1]) ?? "undefined");
      case "alias":
        return this.bind(`#${op[1]}`, self.alias());
      case "unalias":
        return this.saw("unalias", self.unalias(this.ref(op[1])));
      case "sendAfter":
      case "startTimer": {
        const to = this.#where(op[2]) as Pid<Message>;
        return this.bind(`#${op[4]}`, self[op[0]](op[1], to, this.#message(op[3])));
      }
      case "cancelTimer":
      case "readTimer":
        return this.#asked(op[0], self[op[0]](this.ref(op[1]), { anywhere: true }), (left) => [
          left === undefined ? "over" : "left",
        ]);
      default:
        throw new Error(`not an operation: ${JSON.stringify(op)}`);
    }
  }

  #roleOf(name: string, wish: SpawnWish = {}): Role {
    const { conductor, spread } = this.role;
    return { name, conductor, spread, bound: this.#bound, first: wish.first ?? [] };
  }

  #options({
    first: _,
    ...options
  }: MonitoredWish = {}): Omit<MonitoredWish, "first"> & { scheduler: number } {
    return { ...this.next(), ...options };
  }

  async #request(name: string, label: string, wish: MonitoredWish = {}): Promise<void> {
    const options = { ...this.#options(wish), monitor: true };
    const ref = this.self.spawnRequest(actor, [this.#roleOf(name, wish)], options);
    const isReply = (m: unknown) => tagOf(m) === "spawnReply" && (m as SpawnReply).ref === ref;
    const { pid } = (await this.self.receive(isReply)) as SpawnReply;
    this.bind(name, pid!);
    this.bind(`#${label}`, ref);
    this.saw("spawnReply", ref);
  }

  /** Where what it spawns next lives. */
  next(): { scheduler: number } {
    return { scheduler: (this.self.scheduler + 1) % this.role.spread };
  }

  /** Does it; what it throws is `badarg`. An Unbound is none of it. */
  async #tried(what: string, tellOk: boolean, run: () => void | Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (error instanceof Unbound || !this.alive) throw error;
      return this.saw(what, "badarg");
    }
    if (tellOk) this.saw(what, "ok");
  }

  get alive(): boolean {
    try {
      this.self.makeRef();
      return true;
    } catch {
      return false;
    }
  }

  async #receive(tag: string | null, after: number): Promise<void> {
    const fits = (m: unknown) => !isOurs(m) && (tag === null || tagIn(m) === tag);
    const message = await this.self.receive(fits, { after });
    if (message === TIMEOUT) this.saw("timeout");
    else this.saw("got", message);
  }

  async #drain(): Promise<void> {
    const messages: unknown[] = [];
    const fits = (m: unknown) => !isOurs(m) || tagOf(m) === "$here";
    for (;;) {
      const message = await this.self.receive(fits, { after: 0 });
      if (message === TIMEOUT) break;
      messages.push(message);
    }
    this.self.send(this.role.conductor, { tag: "$saw", who: this.role.name, event: { drain: messages } });
  }
}

function infoWords(info: ProcessInfo | undefined): unknown[] {
  if (info === undefined) return ["undefined"];
  return [info.name ?? "none", info.trapExit, info.priority, info.links, info.monitors];
}

export const actor = proc(import.meta.url, async function actor(self: Self<unknown>, role: Role) {
  await new Actor(self, role).run();
});
