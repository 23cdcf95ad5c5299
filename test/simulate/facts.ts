/** What is true in a simulated world whatever its processes believe: who lives, and which nodes lost each other. */
import { type Event, type Key, nodeIn } from "./events.js";

export class Facts {
  readonly #alive = new Set<Key>();
  readonly #dead = new Set<Key>();
  readonly #losses = new Map<string, number>();

  on(event: Event): void {
    switch (event.type) {
      case "born":
        this.#alive.add(event.pid);
        return;
      case "died":
        this.#bury(event.pid);
        return;
      case "nodeDown":
        this.#lose(event.node, event.lost);
        return;
      case "crashed":
        for (const pid of this.#alive) if (nodeIn(pid) === event.node) this.#bury(pid);
        this.#lose(event.node, "*");
    }
  }

  isAlive(pid: Key): boolean {
    return this.#alive.has(pid);
  }

  /** False for those that are not born yet. */
  isDead(pid: Key): boolean {
    return this.#dead.has(pid);
  }

  get alive(): ReadonlySet<Key> {
    return this.#alive;
  }

  /** How often what was between the two, or their nodes, was lost: it differs if signals may have been lost between. */
  losses(a: Key, b: Key): number {
    const [x, y] = [nodeIn(a), nodeIn(b)];
    if (x === y) return this.#count(`${x} *`);
    return this.#count(pair(x, y)) + this.#count(`${x} *`) + this.#count(`${y} *`);
  }

  #count(between: string): number {
    return this.#losses.get(between) ?? 0;
  }

  #lose(a: string, b: string): void {
    const between = b === "*" ? `${a} *` : pair(a, b);
    this.#losses.set(between, this.#count(between) + 1);
  }

  #bury(pid: Key): void {
    this.#alive.delete(pid);
    this.#dead.add(pid);
  }
}

function pair(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
