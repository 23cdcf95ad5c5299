/** The clocks of a simulated thread: none starts where another does, and none runs as fast. */
import type { Clock as DistClock } from "../../runtime/dist/transport.js";
import type { Lane, Loop } from "./loop.js";

/** No timer fires sooner than this, or rounding could stop time. In ms. */
const SHORTEST = 0.001;

export class SkewedClock implements DistClock {
  constructor(
    readonly loop: Loop,
    readonly lane: Lane,
    readonly offset: number,
    /** ms of this clock in one of the world's. */
    readonly rate: number,
  ) {}

  now(): number {
    return this.offset + this.rate * this.loop.now;
  }

  /** The world's ms in so many of this clock's. */
  worldMs(ms: number): number {
    return Math.max(ms, SHORTEST) / this.rate;
  }

  after(ms: number, run: () => void): () => void {
    let over = false;
    const timer = this.loop.after(this.worldMs(ms), this.lane, "timer", () => {
      if (over) return;
      over = true;
      run();
    });
    return () => {
      over = true;
      this.loop.cancel(timer);
    };
  }

  defer(run: () => void): void {
    this.lane.push("deferred", run);
  }
}
