/**
 * The one thread that everything runs on, in the place of threads, event loops and networks.
 *
 *     lane     what happens in order: the event loop of one thread, one direction of a wire
 *     timer    puts an event on a lane when its time has come
 *
 * Each step takes the first event of a lane chosen at random among those that have one and are open. Time goes on
 * when nothing else is left, and now and then while there is.
 */
import type { Random } from "./random.js";

/** Something that happens at once and whole; `what` is for the trace. */
interface Event {
  readonly what: string;
  readonly run: () => void;
  /** It leaves no microtasks behind. */
  readonly settled: boolean;
}

export class Lane {
  readonly #events: Event[] = [];
  /** Of an owner that is gone nothing happens any more. */
  closed = false;

  constructor(
    readonly name: string,
    /** How often it is chosen, compared with others: some threads are slow. */
    public weight: number,
    /** Nothing happens while it is false. */
    readonly open: () => boolean = () => true,
  ) {}

  get ready(): boolean {
    return this.#events.length > 0 && this.open();
  }

  get size(): number {
    return this.#events.length;
  }

  push(what: string, run: () => void, settled = false): void {
    if (!this.closed) this.#events.push({ what, run, settled });
  }

  /** Something else is to happen before what is there. */
  unshift(what: string, run: () => void): void {
    this.#events.unshift({ what, run, settled: false });
  }

  take(): Event {
    return this.#events.shift()!;
  }

  /** Drops what comes after the first `keep` events. */
  cut(keep: number): void {
    this.#events.length = Math.min(this.#events.length, keep);
  }

  close(): void {
    this.closed = true;
    this.cut(0);
  }
}

export interface LoopTimer {
  readonly at: number;
  readonly lane: Lane;
  readonly what: string;
  readonly run: () => void;
}

/** Chance that time goes on although there is something to do. */
const TIME_PASSES = 0.02;

export class Loop {
  /** ms since the start. */
  now = 0;
  steps = 0;
  /** The last step left no microtasks behind. */
  settled = true;
  readonly #lanes = new Set<Lane>();
  readonly #timers = new Set<LoopTimer>();

  constructor(
    readonly random: Random,
    readonly trace: (what: string) => void,
  ) {}

  lane(name: string, weight: number, open?: () => boolean): Lane {
    const lane = new Lane(name, weight, open);
    this.#lanes.add(lane);
    return lane;
  }

  close(lane: Lane): void {
    lane.close();
    this.#lanes.delete(lane);
    for (const timer of this.#timers) if (timer.lane === lane) this.#timers.delete(timer);
  }

  after(ms: number, lane: Lane, what: string, run: () => void): LoopTimer {
    const timer = { at: this.now + ms, lane, what, run };
    if (!lane.closed) this.#timers.add(timer);
    return timer;
  }

  cancel(timer: LoopTimer | undefined): void {
    if (timer !== undefined) this.#timers.delete(timer);
  }

  /** Timers that have not fired. */
  get timers(): readonly LoopTimer[] {
    return [...this.#timers];
  }

  /** Does one thing; false if there is nothing to do before `until`. */
  step(until: number): boolean {
    let lane = this.#choose();
    if (lane === undefined || this.random.chance(TIME_PASSES)) {
      const next = this.#nextTimer();
      if (lane === undefined && next > until) return false;
      this.#advance(lane === undefined ? next : Math.min(next, this.now + this.random.next() * 20));
      lane = this.#choose();
    }
    this.steps++;
    this.settled = true;
    if (lane === undefined) return true;
    const { what, run, settled } = lane.take();
    this.settled = settled;
    this.trace(`${lane.name} ${what}`);
    run();
    return true;
  }

  #choose(): Lane | undefined {
    let total = 0;
    const ready: Lane[] = [];
    for (const lane of this.#lanes) {
      if (!lane.ready) continue;
      ready.push(lane);
      total += lane.weight;
    }
    let at = this.random.next() * total;
    for (const lane of ready) {
      at -= lane.weight;
      if (at < 0) return lane;
    }
    return ready.at(-1);
  }

  #nextTimer(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { at } of this.#timers) if (at < next) next = at;
    return next;
  }

  #advance(to: number): void {
    this.now = Math.max(this.now, to);
    const due = [...this.#timers].filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at);
    for (const timer of due) {
      this.#timers.delete(timer);
      timer.lane.push(timer.what, timer.run);
    }
  }
}
