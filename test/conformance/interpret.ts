/** Runs a scenario on ringbeam: the conductor. See `scenario.ts`. */
import { type AnyPid, type Down, Pid, type Ref, TIMEOUT } from "../../runtime/index.js";
import type { Bindings, Note } from "./protocol.js";
import { drained, textOf } from "./render.js";
import type { Event, Op, Round, Scenario, Trace } from "./scenario.js";
import type { Stage } from "./stage.js";

/** ms after which something that must happen counts as hanging. */
const STUCK_AFTER = 10_000;

/** Rejects if the scenario hangs; the stage is of no use any more then. */
export function perform(stage: Stage, scenario: Scenario): Promise<Trace> {
  return new Performance(stage, scenario).run();
}

interface Member {
  readonly pid: AnyPid;
  alive: boolean;
  /** Supervisors know nothing of our protocol. */
  readonly acts: boolean;
  /** The round in which it was bound. */
  readonly since: number;
  readonly name: string;
}

/** One scenario being run. */
class Performance {
  readonly #stage: Stage;
  readonly #scenario: Scenario;
  readonly #bound: Bindings = {};
  readonly #names = new Map<AnyPid | Ref, string>();
  readonly #members = new Map<AnyPid, Member>();
  readonly #monitors = new Map<Ref, Member>();
  readonly #rounds: Record<string, Event[]>[] = [];
  /** Observations, turned to text at the end, when all names are known. */
  readonly #seen: { round: number; who: string; text: () => Event }[] = [];
  /** Who has answered in the present turn. */
  #answered = new Set<AnyPid>();
  /** How often a server of that name was started. */
  readonly #starts = new Map<string, number>();
  #changes = 0;
  #round = 0;

  constructor(stage: Stage, scenario: Scenario) {
    this.#stage = stage;
    this.#scenario = scenario;
  }

  async run(): Promise<Trace> {
    const { places } = this.#stage;
    // The conductor stays on the first node; `local` actors are all on the last place's.
    const usable = this.#scenario.local ? places.filter(({ self }) => self === places.at(-1)!.self) : places;
    for (const [i, name] of this.#scenario.actors.entries()) {
      this.#bind(name, await this.#stage.spawn(name, usable[i % usable.length]!));
    }
    try {
      // The conductor's monitors are there before anything happens.
      await this.#settle();
      for (const round of this.#scenario.rounds) {
        await this.#play(round);
        await this.#settle();
        this.#round++;
      }
      for (const { name, alive, acts } of this.#sorted())
        if (alive && acts) await this.#play([name, "drain"]);
    } finally {
      await this.#clear();
    }
    for (const { round, who, text } of this.#seen) {
      this.#rounds[round] ??= {};
      const events = this.#rounds[round];
      events[who] ??= [];
      events[who].push(text());
    }
    return Array.from({ length: this.#round + 1 }, (_, i) => this.#rounds[i] ?? {});
  }

  #sorted(): Member[] {
    return [...this.#members.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #play(round: Round): Promise<void> {
    const scripts = Array.isArray(round)
      ? { [round[0] as string]: [round.slice(1) as unknown as Op] }
      : (round as { together: Record<string, readonly Op[]> }).together;
    const turn = this.#nextTurn();
    const busy: Member[] = [];
    for (const [who, ops] of Object.entries(scripts)) {
      const member = this.#members.get(this.#bound[who] as AnyPid);
      if (member?.alive) {
        this.#send(member.pid, { tag: "$do", turn, bound: this.#bound, ops });
        busy.push(member);
      } else this.#saw(who, () => "not there");
    }
    await this.#until(`round ${this.#round + 1}`, () =>
      busy.every((m) => !m.alive || this.#answered.has(m.pid)),
    );
  }

  #nextTurn(): number {
    this.#answered = new Set();
    return ++this.#stage.turn;
  }

  #send(pid: AnyPid, message: unknown): void {
    this.#stage.self.send(pid as Pid<unknown>, message);
  }

  /** The barrier, and a mark for all. */
  async #settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet++) {
      const before = this.#changes;
      const members = [...this.#members.values()].filter(({ alive, acts }) => alive && acts);
      const peers = [...members.map(({ pid }) => pid), ...this.#stage.sentinels];
      const turn = this.#nextTurn();
      for (const pid of peers) this.#send(pid, { tag: "$flush", turn, peers });
      const all = () => peers.every((pid) => this.#answered.has(pid));
      await this.#until("the barrier", () => this.#changes !== before || all());
      // Where somebody ended, the others still wait for its probe: the next flush sets them free.
      if (this.#changes === before) await this.#syncSupervisors();
      if (this.#changes !== before) quiet = -1;
    }
    const turn = this.#nextTurn();
    const live = [...this.#members.values()].filter(({ alive, acts }) => alive && acts);
    for (const { pid } of live) this.#send(pid, { tag: "$mark", turn });
    await this.#until("the marks", () => live.every(({ pid, alive }) => !alive || this.#answered.has(pid)));
  }

  /** A sentinel's call comes to a supervisor behind whatever its own scheduler has sent there. */
  async #syncSupervisors(): Promise<void> {
    const supervisors = [...this.#members.values()]
      .filter(({ alive, acts }) => alive && !acts)
      .map(({ pid }) => pid);
    if (supervisors.length === 0) return;
    const turn = this.#nextTurn();
    const { sentinels } = this.#stage;
    for (const pid of sentinels) this.#send(pid, { tag: "$sync", turn, supervisors });
    await this.#until("the supervisors", () => sentinels.every((pid) => this.#answered.has(pid)));
  }

  /** Takes notes until it holds. */
  async #until(what: string, holds: () => boolean): Promise<void> {
    while (!holds()) {
      const note = await this.#stage.self.receive({ after: STUCK_AFTER });
      if (note === TIMEOUT) throw new Error(`${this.#scenario.name}: stuck in ${what}`);
      this.#take(note as Note | Down);
    }
  }

  #take(note: Note | Down): void {
    switch (note.tag) {
      case "$done":
      case "$flushed":
        if (note.turn === this.#stage.turn) this.#answered.add(note.from);
        return;
      case "$bound":
        return this.#bind(note.name, note.value, note.passive !== true);
      case "$born":
        return this.#born(note);
      case "$log": {
        const { event, ref, from } = note;
        this.#saw("log", () => event.map((item) => textOf(item, this.#names)).join(" "));
        return this.#send(from, { tag: "$noted", ref });
      }
      case "$saw": {
        const { who, event } = note;
        const words = (items: readonly unknown[]) => items.map((item) => textOf(item, this.#names)).join(" ");
        if ("drain" in event) {
          return this.#saw(who, () => ({ drain: event.drain.map((m) => drained(m, this.#names)) }));
        }
        return this.#saw(who, () => words(event));
      }
      case "DOWN":
        return this.#ended(note);
    }
  }

  #saw(who: string, text: () => Event): void {
    this.#seen.push({ round: this.#round, who, text });
  }

  /** A server starts; under the same name it may have been started before, by a supervisor. */
  #born({ name, ref, from }: Note & { tag: "$born" }): void {
    const starts = (this.#starts.get(name) ?? 0) + 1;
    this.#starts.set(name, starts);
    const who = starts === 1 ? name : `${name}.${starts}`;
    this.#bind(who, from);
    this.#bound[name] = from;
    this.#saw("log", () => `init ${who}`);
    this.#send(from, { tag: "$noted", ref, who, starts });
  }

  #bind(name: string, value: AnyPid | Ref, acts = true): void {
    this.#bound[name] = value;
    if (this.#names.has(value)) return;
    this.#names.set(value, name);
    if (!(value instanceof Pid)) return;
    const member = { pid: value, alive: true, acts, since: this.#round, name };
    this.#members.set(value, member);
    this.#monitors.set(this.#stage.self.monitor(value), member);
    this.#changes++;
  }

  /** Of one that was bound in this same round the conductor may have come too late to learn the reason. */
  #ended({ ref, reason }: Down): void {
    const member = this.#monitors.get(ref)!;
    member.alive = false;
    this.#changes++;
    const known = member.since < this.#round || this.#scenario.actors.includes(member.name);
    this.#saw(member.name, () => (known ? `ended ${textOf(reason, this.#names)}` : "ended"));
  }

  /** Ends what is left, and waits until it is gone. */
  async #clear(): Promise<void> {
    const { length } = this.#seen;
    const left = () => [...this.#members.values()].filter(({ alive }) => alive);
    for (const supervisors of [true, false]) {
      for (const { pid, acts } of left()) if (acts !== supervisors) this.#stage.self.exit(pid, "kill");
      await this.#until("the end", () => left().every(({ acts }) => acts === supervisors));
    }
    await this.#until("the end", () => left().length === 0);
    this.#seen.length = length;
  }
}
