/**
 * Back-pressure between nodes, on scheduler 0: the bytes that it took from each scheduler for each node, and has not yet
 * told it that they are not under way any more (`Outflow`). While a connection has room it tells in lumps, so that
 * a frame on a ring stands for many messages; while it has none, nothing till it has drained, or is lost.
 *
 * Invariant: what a scheduler counts as under way is what is in its ring to scheduler 0, what is owed here, and what is
 * on its way back. So everything is told in the end, and nobody is suspended for ever.
 */
export class Receipts {
  readonly #owed = new Map<string, number[]>();

  /**
   * @param lump bytes that are told at once
   * @param tell tells a scheduler
   */
  constructor(
    readonly lump: number,
    readonly tell: (scheduler: number, node: string, bytes: number) => void,
  ) {}

  /** These bytes of the scheduler were handed to the connection; `room`: it is not busy. */
  taken(node: string, scheduler: number, bytes: number, room: boolean): void {
    let owed = this.#owed.get(node);
    if (owed === undefined) {
      owed = [];
      this.#owed.set(node, owed);
    }
    const sum = (owed[scheduler] ?? 0) + bytes;
    const told = room && sum >= this.lump;
    owed[scheduler] = told ? 0 : sum;
    if (told) this.tell(scheduler, node, sum);
  }

  /** The connection has drained, or is lost with all that waited. */
  settle(node: string): void {
    const owed = this.#owed.get(node);
    this.#owed.delete(node);
    owed?.forEach((bytes, scheduler) => {
      if (bytes > 0) this.tell(scheduler, node, bytes);
    });
  }

  /** The scheduler's thread is gone; the one in its place has nothing under way. */
  forget(scheduler: number): void {
    for (const owed of this.#owed.values()) owed[scheduler] = 0;
  }
}
