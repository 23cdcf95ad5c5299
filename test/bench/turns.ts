/**
 * Plays a row: a player for each side, asked in turns, so that whatever else the machine does meets all of them alike.
 *
 *   calibrate each side        until a round takes long enough; that is its warm-up as well
 *   round 1:  ours  BEAM  nact
 *   round 2:  BEAM  nact  ours     who is first changes
 */
import { setTimeout as delay } from "node:timers/promises";
import { type Command, Player } from "./player.js";
import type { Row } from "./row.js";
import { watch } from "./watch.js";

/** The measured part of a round. */
const LEAST_MS = 300;
const WANTED_MS = 500;
/** A round takes no more than so many times the operations of the one before: the first ones are slow. */
const GREATEST_STEP = 20;
/** An idle side: V8 collects garbage up to some 10 s after the work; parking after a round takes a moment. */
const CALM_MS = 15_000;
const PARK_MS = 1_000;
const WATCH_MS = 5_000;
/** For all three, with `--quick`. */
const QUICK_MS = 200;

export interface Plan {
  readonly rounds: number;
  /** Small counts, to see that all of it works. */
  readonly quick: boolean;
  /** The point on the axis, of a growth row. */
  readonly x?: number;
}

/** Figures by player's name: for each round what the table shows, in the row's units. */
export type Played = ReadonlyMap<string, readonly (readonly number[])[]>;

/** Rejects if a side fails; whatever was started has ended then. */
export async function playRow(row: Row, commands: readonly Command[], plan: Plan): Promise<Played> {
  const sides = commands.map((command) => new Side(row, command, plan));
  try {
    for (const side of sides) await side.warmUp();
    if (row.watched) await delay(plan.quick ? QUICK_MS : CALM_MS);
    for (let round = 0; round < plan.rounds; round++)
      for (let i = 0; i < sides.length; i++) await sides[(round + i) % sides.length]!.play();
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
  return new Map(sides.map((side) => [side.command.name, side.figures]));
}

class Side {
  readonly figures: number[][] = [];
  #player: Player | undefined;
  #n: number;

  constructor(
    readonly row: Row,
    readonly command: Command,
    readonly plan: Plan,
  ) {
    this.#n = (plan.quick ? undefined : row.count.fixed) ?? row.count.first;
  }

  /** Finds how many operations take long enough. */
  async warmUp(): Promise<void> {
    const { row, plan } = this;
    if (row.fresh) return;
    for (;;) {
      const [ns = 0] = await this.#round();
      const ms = ns / 1e6;
      if (plan.quick || row.count.fixed !== undefined || ms >= LEAST_MS) return;
      this.#n = Math.ceil(this.#n * Math.min(GREATEST_STEP, Math.max(1.5, WANTED_MS / ms)));
    }
  }

  async play(): Promise<void> {
    const raw = this.row.watched ? await this.#watch() : await this.#round();
    this.figures.push(this.row.figures.map(({ unit }, i) => unit.of(raw[i]!, this.#n)));
    if (this.row.fresh) await this.close();
  }

  async #round(): Promise<readonly number[]> {
    this.#player ??= new Player(this.command);
    return this.#player.round(this.#n, this.plan.x);
  }

  async #watch(): Promise<readonly number[]> {
    const { quick } = this.plan;
    await this.#round();
    await delay(quick ? QUICK_MS : PARK_MS);
    return watch(this.#player!.pid, quick ? QUICK_MS : WATCH_MS);
  }

  async close(): Promise<void> {
    await this.#player?.close();
    this.#player = undefined;
  }
}
