/** What is under way with peers that have not proved themselves: so many at once, and one more gives up the oldest. */
export class Pending<T> {
  readonly #members = new Set<T>();

  /** @param giveUp called for the oldest, which is no member any more */
  constructor(
    private readonly most: number,
    private readonly giveUp: (oldest: T) => void,
  ) {}

  add(member: T): void {
    const [oldest] = this.#members;
    if (oldest !== undefined && this.#members.size >= this.most) {
      this.#members.delete(oldest);
      this.giveUp(oldest);
    }
    this.#members.add(member);
  }

  delete(member: T): void {
    this.#members.delete(member);
  }

  /** Gives up all. */
  clear(): void {
    for (const member of [...this.#members]) {
      this.#members.delete(member);
      this.giveUp(member);
    }
  }
}
