/**
 * Random scenarios from a seed: links, monitors, aliases, names, exits, spawns, selective receives, timers, in rounds such that
 * Erlang's rules allow one trace only:
 *
 * - one actor's operation at a time; or one actor's several, of which only the last can end somebody or fail, and it observes nothing
 *   that may still be on its way;
 * - or several actors' sends at the same time, to pids: the order of each sender is all that is compared;
 * - receives go by tags that are sent once. Whatever else is in a mailbox is drained.
 *
 * Half of them have servers too, or a supervisor (`generateLibrary.ts`). Timers run for long, or are waited for at once.
 * Left out: all else that has to do with time (named scenarios have it), and what `differences.ts` lists.
 */
import { Dice } from "./dice.js";
import { Library } from "./generateLibrary.js";
import type { MonitoredWish, Op, Round, Scenario, SpawnWish, Term, Where } from "./scenario.js";

const ACTORS = ["a", "b", "c", "d", "e"];
const NAMES = ["n", "o"];
const REASONS: readonly Term[] = ["normal", "shutdown", "kill", "killed", "boom", "noproc", { shutdown: 1 }];

/** Operations whose outcome depends on what has come already. */
const OBSERVING = ["demonitor", "unalias", "receive", "drain", "info", "isAlive"];

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
  readonly #dice: Dice;
  readonly #seed: number;
  readonly #actors: string[];
  readonly #labels: Label[] = [];
  readonly #timers: { readonly label: string; readonly owner: string }[] = [];
  readonly #tags: { readonly tag: string; readonly to: string }[] = [];
  /** Who asked to be linked with whom. */
  readonly #links: { readonly who: string; readonly other: string }[] = [];
  readonly #ended = new Set<string>();
  readonly #local: boolean;
  readonly #library: Library | undefined;

  constructor(seed: number) {
    this.#dice = new Dice(seed);
    this.#seed = seed;
    this.#actors = ACTORS.slice(0, 2 + this.#dice.below(4));
    this.#local = this.#dice.chance(0.4);
    this.#library = this.#dice.chance(0.5) ? new Library(this.#dice, this.#local) : undefined;
  }

  scenario(): Scenario {
    const actors = [...this.#actors];
    const rounds: Round[] = [];
    // Some trap from the start: else nobody lives long.
    for (const actor of actors) if (this.#dice.chance(0.4)) rounds.push([actor, "trapExit", true]);
    for (let left = 4 + this.#dice.below(22); left > 0; left--) rounds.push(...this.#rounds());
    return { name: `seed${this.#seed}`, actors, rounds, ...(this.#local && { local: true as const }) };
  }

  #rounds(): Round[] {
    if (this.#library && this.#dice.chance(0.4)) return [this.#library.round(this.#live())];
    return this.#dice.chance(0.03) ? this.#shortTimer() : [this.#round()];
  }

  /** A timer whose message is taken as soon as it comes. */
  #shortTimer(): Round[] {
    const to = this.#live();
    const [tag, label] = [this.#dice.fresh("t"), this.#dice.fresh("k")];
    return [
      [this.#live(), "sendAfter", 2, to, tag, label],
      [to, "receive", tag, 1000],
    ];
  }

  #round(): Round {
    const who = this.#live();
    const dice = this.#dice.below(100) / 100;
    if (dice < 0.75) return [who, ...this.#anyOp(who)];
    if (dice < 0.9) {
      const quiet = Array.from({ length: 1 + this.#dice.below(3) }, () => this.#quietOp(who));
      return { together: { [who]: [...quiet, this.#blindOp(who)] } };
    }
    const senders = new Set(
      Array.from({ length: 2 + this.#dice.below(2) }, () => this.#dice.pick(this.#actors)),
    );
    const bursts = [...senders].map(
      (s) => [s, Array.from({ length: 1 + this.#dice.below(4) }, () => this.#sendToPid())] as const,
    );
    return { together: Object.fromEntries(bursts) };
  }

  /** Seldom one that has ended by itself: it can do nothing any more. */
  #live(): string {
    const actor = this.#dice.pick(this.#actors);
    return this.#ended.has(actor) && this.#dice.chance(0.9) ? this.#live() : actor;
  }

  #sendToPid(): Op {
    const to = this.#dice.pick(this.#actors);
    return ["send", to, this.#tagFor(to)];
  }

  #tagFor(to: string): string {
    const tag = this.#dice.fresh("t");
    this.#tags.push({ tag, to });
    return tag;
  }

  /** Observes nothing that depends on when something else happens, and ends nobody. */
  #quietOp(who: string): Op {
    const dice = this.#dice.below(100) / 100;
    if (dice < 0.5) return this.#sendToPid();
    if (dice < 0.7) return this.#monitor(who);
    if (dice < 0.8) return ["unlink", this.#dice.pick(this.#actors)];
    if (dice < 0.9) return this.#alias(who);
    return [
      "send",
      { address: this.#dice.pick(NAMES), of: this.#dice.pick(this.#actors) },
      this.#dice.fresh("t"),
    ];
  }

  #monitor(who: string): Op {
    const target = this.#target();
    const label = this.#dice.fresh("m");
    const kind = this.#dice.pick(["monitor", "monitor", "monitor", "demonitor", "replyDemonitor"] as const);
    this.#labels.push({ label, owner: who, target, kind });
    const what = this.#dice.chance(0.15) ? this.#nameOf(target) : target;
    return kind === "monitor" ? ["monitor", what, label] : ["monitor", what, label, kind];
  }

  /** Names are a node's own, and `nodes` has two. */
  #nameOf(actor: string): { name: string } | { address: string; of: string } {
    const name = this.#dice.pick(NAMES);
    return this.#local && this.#dice.chance(0.5) ? { name } : { address: name, of: actor };
  }

  /** Whom a signal can be sent to that leaves no link. */
  #target(): string {
    return this.#dice.pick([...this.#actors, ...(this.#library?.targets ?? [])]);
  }

  #alias(who: string): Op {
    const label = this.#dice.fresh("l");
    this.#labels.push({ label, owner: who, target: who, kind: "alias" });
    return ["alias", label];
  }

  #where(): Where {
    // Refs that are aliases more often than those that are not.
    const aliases = this.#labels.filter(({ kind }) => kind !== "monitor" || this.#dice.chance(0.1));
    if (aliases.length > 0 && this.#dice.chance(0.7))
      return { alias: this.#dice.pick(aliases.slice(-3)).label };
    if (this.#dice.chance(0.5)) return { address: this.#dice.pick(NAMES), of: this.#dice.pick(this.#actors) };
    return this.#dice.pick(this.#actors);
  }

  #anyOp(who: string): Op {
    const dice = this.#dice.below(this.#local ? 100 : 88);
    if (dice < 10) return this.#sendToPid();
    if (dice < 23) return this.#link(who);
    if (dice < 29) return this.#unlink(who);
    if (dice < 39) return this.#monitor(who);
    if (dice < 46) return this.#endLabel(who);
    if (dice < 51) return ["trapExit", this.#dice.chance(0.6)];
    if (dice < 57)
      return ["exitPid", this.#dice.chance(0.3) ? who : this.#target(), this.#dice.pick(REASONS)];
    if (dice < 61) return this.#end(who);
    if (dice < 67) return this.#spawn(who);
    if (dice < 73) return this.#receive(who);
    if (dice < 75) return ["drain"];
    if (dice < 77) return [this.#dice.pick(["info", "isAlive"] as const), this.#target()];
    if (dice < 78) return ["priority", this.#dice.pick(["low", "normal", "high"] as const)];
    if (dice < 81) return this.#timer(who);
    if (dice < 88) return ["send", this.#where(), this.#dice.fresh("t")];
    return this.#name(who);
  }

  /** Does not look at what the operations just before it may have brought: answers to those are still on their way. */
  #blindOp(who: string): Op {
    for (;;) {
      const op = this.#anyOp(who);
      const toAlias = op[0] === "send" && typeof op[1] === "object" && "alias" in op[1];
      if (!toAlias && !OBSERVING.includes(op[0])) return op;
    }
  }

  /** One that does not come to fire. */
  #timer(who: string): Op {
    // Whoever is on the node may ask for it; but Erlang's ends with the pid that it is for, so it is for a name then.
    const own = this.#timers.filter(({ owner }) => owner === who || this.#local);
    if (own.length > 0 && this.#dice.chance(0.6))
      return [this.#dice.pick(["cancelTimer", "readTimer"] as const), this.#dice.pick(own).label];
    const label = this.#dice.fresh("k");
    this.#timers.push({ label, owner: who });
    const how = this.#dice.pick(["sendAfter", "startTimer"] as const);
    const to = this.#local ? { name: this.#dice.pick(NAMES) } : who;
    return [how, 3_600_000, to, this.#dice.fresh("t"), label];
  }

  #link(who: string): Op {
    const other = this.#dice.pick([...this.#actors, ...(this.#library?.servers ?? [])]);
    this.#links.push({ who, other });
    return ["link", other];
  }

  #unlink(who: string): Op {
    const own = this.#links.filter((link) => link.who === who || link.other === who).slice(-3);
    if (own.length === 0) return ["unlink", this.#dice.pick(this.#actors)];
    const link = this.#dice.pick(own);
    return ["unlink", link.who === who ? link.other : link.who];
  }

  #end(who: string): Op {
    if (this.#ended.size + 1 < this.#actors.length) this.#ended.add(who);
    return this.#dice.pick<Op>([
      ["exit", this.#dice.pick(REASONS)],
      ["exit", this.#dice.pick(REASONS)],
      ["crash"],
      ["return"],
    ]);
  }

  /** demonitor or unalias, seldom of what is another's. */
  #endLabel(who: string): Op {
    const own = this.#labels.filter(({ owner }) => owner === who || this.#dice.chance(0.05));
    if (own.length === 0) return this.#monitor(who);
    const { label, kind } = this.#dice.pick(own);
    if (kind === "alias" || (kind !== "monitor" && this.#dice.chance(0.5))) return ["unalias", label];
    return this.#dice.chance(0.5) ? ["demonitor", label] : ["demonitor", label, "flush"];
  }

  #spawn(who: string): Op {
    const child = this.#dice.fresh("x");
    const parent = this.#dice.pick(this.#actors);
    const first = this.#dice.pick<readonly Op[]>([
      [],
      [],
      [],
      [["send", parent, this.#dice.fresh("t")]],
      [
        ["send", parent, this.#dice.fresh("t")],
        ["exit", this.#dice.pick(REASONS)],
      ],
      [["trapExit", true]],
      [["link", parent]],
    ]);
    this.#actors.push(child);
    const wish: SpawnWish = {
      ...(first.length > 0 && { first }),
      ...(this.#dice.chance(0.2) && { priority: this.#dice.pick(["low", "normal", "high"] as const) }),
    };
    const how = this.#dice.pick(["spawn", "spawnLink", "spawnMonitor", "spawnRequest"] as const);
    if (how === "spawn" || how === "spawnLink") return [how, child, wish];
    const label = this.#dice.fresh("m");
    return [how, child, label, this.#monitored(who, child, label, wish)];
  }

  #monitored(owner: string, target: string, label: string, wish: SpawnWish): MonitoredWish {
    const kind = this.#dice.pick(["monitor", "demonitor", "replyDemonitor"] as const);
    this.#labels.push({ label, owner, target, kind });
    // One that ends at once could end who waits for a reply before or after that.
    const link = wish.first === undefined && this.#dice.chance(0.3);
    if (link) this.#links.push({ who: owner, other: target });
    return { ...wish, ...(link && { link }), ...(kind !== "monitor" && { alias: kind }) };
  }

  #receive(who: string): Op {
    const sent = this.#tags.filter(({ to }) => to === who);
    const tag = sent.length > 0 ? this.#dice.pick(sent).tag : "never";
    return this.#dice.chance(0.3) ? ["await", tag] : ["receive", tag];
  }

  #name(who: string): Op {
    const name = this.#dice.pick(NAMES);
    const dice = this.#dice.below(5);
    if (dice < 2) return ["register", name];
    if (dice === 2) return ["unregister", name];
    if (dice === 3) return ["whereis", name];
    return ["send", { name }, this.#tagFor(who)];
  }
}
