/**
 * Random scenarios from a seed: links, monitors, aliases, names, exits, spawns, selective receives, in rounds such that
 * Erlang's rules allow one trace only:
 *
 * - one actor's operation at a time; or one actor's several, of which only the last can end somebody or fail, and it observes nothing
 *   that may still be on its way;
 * - or several actors' sends at the same time, to pids: the order of each sender is all that is compared;
 * - receives go by tags that are sent once. Whatever else is in a mailbox is drained.
 *
 * Left out: time (named scenarios have it), and what README lists under "Differences from Erlang".
 */
import type { Op, Round, Scenario, Term, Where } from "./scenario.js";

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ACTORS = ["a", "b", "c", "d", "e"];
const NAMES = ["n", "o"];
const REASONS: readonly Term[] = ["normal", "shutdown", "kill", "killed", "boom", "noproc", { shutdown: 1 }];

interface Label {
  readonly label: string;
  readonly owner: string;
  readonly target: string;
  readonly kind: "monitor" | "alias" | "demonitor" | "replyDemonitor";
}

export function generate(seed: number): Scenario {
  return new Generator(seed).scenario();
}

class Generator {
  readonly #random: () => number;
  readonly #seed: number;
  readonly #actors: string[];
  readonly #labels: Label[] = [];
  readonly #tags: { readonly tag: string; readonly to: string }[] = [];
  /** Who asked to be linked with whom. */
  readonly #links: { readonly who: string; readonly other: string }[] = [];
  readonly #ended = new Set<string>();
  readonly #local: boolean;
  #count = 0;

  constructor(seed: number) {
    // Neighbouring seeds should not begin alike.
    this.#random = randomOf(Math.imul(seed, 0x9e3779b1));
    this.#seed = seed;
    this.#actors = ACTORS.slice(0, 2 + this.#below(4));
    this.#local = this.#random() < 0.4;
  }

  scenario(): Scenario {
    const actors = [...this.#actors];
    const rounds: Round[] = [];
    // Some trap from the start: else nobody lives long.
    for (const actor of actors) if (this.#random() < 0.4) rounds.push([actor, "trapExit", true]);
    for (let left = 4 + this.#below(22); left > 0; left--) rounds.push(this.#round());
    return { name: `seed${this.#seed}`, actors, rounds, ...(this.#local && { local: true as const }) };
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#below(items.length)]!;
  }

  #fresh(prefix: string): string {
    return `${prefix}${++this.#count}`;
  }

  #round(): Round {
    const who = this.#live();
    const dice = this.#random();
    if (dice < 0.75) return [who, ...this.#anyOp(who)];
    if (dice < 0.9) {
      const quiet = Array.from({ length: 1 + this.#below(3) }, () => this.#quietOp(who));
      return { together: { [who]: [...quiet, this.#blindOp(who)] } };
    }
    const senders = new Set(Array.from({ length: 2 + this.#below(2) }, () => this.#pick(this.#actors)));
    const bursts = [...senders].map(
      (s) => [s, Array.from({ length: 1 + this.#below(4) }, () => this.#sendToPid())] as const,
    );
    return { together: Object.fromEntries(bursts) };
  }

  /** Seldom one that has ended by itself: it can do nothing any more. */
  #live(): string {
    const actor = this.#pick(this.#actors);
    return this.#ended.has(actor) && this.#random() < 0.9 ? this.#live() : actor;
  }

  #sendToPid(): Op {
    const to = this.#pick(this.#actors);
    return ["send", to, this.#tagFor(to)];
  }

  #tagFor(to: string): string {
    const tag = this.#fresh("t");
    this.#tags.push({ tag, to });
    return tag;
  }

  /** Observes nothing that depends on when something else happens, and ends nobody. */
  #quietOp(who: string): Op {
    const dice = this.#random();
    if (dice < 0.5) return this.#sendToPid();
    if (dice < 0.7) return this.#monitor(who);
    if (dice < 0.8) return ["unlink", this.#pick(this.#actors)];
    if (dice < 0.9) return this.#alias(who);
    return ["send", { address: this.#pick(NAMES), of: this.#pick(this.#actors) }, this.#fresh("t")];
  }

  #monitor(who: string): Op {
    // Monitoring oneself is one of the differences.
    const target = this.#pick(this.#actors.filter((actor) => actor !== who));
    const label = this.#fresh("m");
    const kind = this.#pick(["monitor", "monitor", "monitor", "demonitor", "replyDemonitor"] as const);
    this.#labels.push({ label, owner: who, target, kind });
    return kind === "monitor" ? ["monitor", target, label] : ["monitor", target, label, kind];
  }

  #alias(who: string): Op {
    const label = this.#fresh("l");
    this.#labels.push({ label, owner: who, target: who, kind: "alias" });
    return ["alias", label];
  }

  #where(): Where {
    // Refs that are aliases more often than those that are not.
    const aliases = this.#labels.filter(({ kind }) => kind !== "monitor" || this.#random() < 0.1);
    if (aliases.length > 0 && this.#random() < 0.7) return { alias: this.#pick(aliases.slice(-3)).label };
    if (this.#random() < 0.5) return { address: this.#pick(NAMES), of: this.#pick(this.#actors) };
    return this.#pick(this.#actors);
  }

  #anyOp(who: string): Op {
    const dice = this.#below(this.#local ? 100 : 88);
    if (dice < 10) return this.#sendToPid();
    if (dice < 23) return this.#link(who);
    if (dice < 29) return this.#unlink(who);
    if (dice < 39) return this.#monitor(who);
    if (dice < 46) return this.#endLabel(who);
    if (dice < 51) return ["trapExit", this.#random() < 0.6];
    if (dice < 57)
      return ["exitPid", this.#random() < 0.3 ? who : this.#pick(this.#actors), this.#pick(REASONS)];
    if (dice < 61) return this.#end(who);
    if (dice < 67) return this.#spawn();
    if (dice < 73) return this.#receive(who);
    if (dice < 76) return ["drain"];
    if (dice < 88) return ["send", this.#where(), this.#fresh("t")];
    return this.#name(who);
  }

  /** Does not look at what the operations just before it may have brought: answers to those are still on their way. */
  #blindOp(who: string): Op {
    for (;;) {
      const op = this.#anyOp(who);
      const toAlias = op[0] === "send" && typeof op[1] === "object" && "alias" in op[1];
      if (!toAlias && !["demonitor", "unalias", "receive", "drain"].includes(op[0])) return op;
    }
  }

  #link(who: string): Op {
    const other = this.#pick(this.#actors);
    this.#links.push({ who, other });
    return ["link", other];
  }

  #unlink(who: string): Op {
    const own = this.#links.filter((link) => link.who === who || link.other === who).slice(-3);
    if (own.length === 0) return ["unlink", this.#pick(this.#actors)];
    const link = this.#pick(own);
    return ["unlink", link.who === who ? link.other : link.who];
  }

  #end(who: string): Op {
    if (this.#ended.size + 1 < this.#actors.length) this.#ended.add(who);
    return this.#pick<Op>([
      ["exit", this.#pick(REASONS)],
      ["exit", this.#pick(REASONS)],
      ["crash"],
      ["return"],
    ]);
  }

  /** demonitor or unalias, of an own one. */
  #endLabel(who: string): Op {
    const own = this.#labels.filter(({ owner }) => owner === who);
    if (own.length === 0) return this.#monitor(who);
    const { label, kind } = this.#pick(own);
    if (kind === "alias" || (kind !== "monitor" && this.#random() < 0.5)) return ["unalias", label];
    return this.#random() < 0.5 ? ["demonitor", label] : ["demonitor", label, "flush"];
  }

  #spawn(): Op {
    const child = this.#fresh("x");
    const parent = this.#pick(this.#actors);
    const first = this.#pick<readonly Op[]>([
      [],
      [],
      [],
      [["send", parent, this.#fresh("t")]],
      [
        ["send", parent, this.#fresh("t")],
        ["exit", this.#pick(REASONS)],
      ],
      [["trapExit", true]],
      [["link", parent]],
    ]);
    this.#actors.push(child);
    const wish = first.length === 0 ? {} : { first };
    const how = this.#pick(["spawn", "spawnLink", "spawnMonitor"] as const);
    if (how !== "spawnMonitor") return [how, child, wish];
    return ["spawnMonitor", child, this.#fresh("m"), wish];
  }

  #receive(who: string): Op {
    const sent = this.#tags.filter(({ to }) => to === who);
    const tag = sent.length > 0 ? this.#pick(sent).tag : "never";
    return this.#random() < 0.3 ? ["await", tag] : ["receive", tag];
  }

  #name(who: string): Op {
    const name = this.#pick(NAMES);
    const dice = this.#below(5);
    if (dice < 2) return ["register", name];
    if (dice === 2) return ["unregister", name];
    if (dice === 3) return ["whereis", name];
    return ["send", { name }, this.#tagFor(who)];
  }
}
