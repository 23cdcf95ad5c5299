/** A scheduler on a real thread: its clock, its event loop and the native guard. */
import { type Attachment, native, type Slot } from "../../native/index.js";
import { criticalWords, onKillDue } from "../process/critical.js";
import type { Log } from "../process/log.js";
import type { TermSpace } from "../term/space.js";
import { catchEscapes, type OnStray } from "./escapes.js";
import { importModule } from "./importModule.js";
import type { NodeMemory } from "./memory.js";
import { type Edge, Scheduler } from "./scheduler.js";

/** The longest time that a Node timer takes, in ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface HostOptions {
  readonly space: TermSpace;
  readonly memory: NodeMemory;
  /** Slots of the node's schedulers by number; they change as threads are replaced. */
  readonly slots: (Slot | undefined)[];
  readonly log: Log;
  readonly flow?: Edge["flow"];
  readonly uplink?: Edge["uplink"];
  readonly connect?: Edge["connect"];
  readonly dirty: Edge["dirty"];
  /** What escapes on this thread and is no process's. */
  readonly onStray: OnStray;
}

/** A scheduler with its thread's attachment; it runs as soon as it has work. */
export interface Hosted {
  readonly scheduler: Scheduler;
  readonly attachment: Attachment;
  /** Stops it and lets the event loop end. */
  close(): void;
}

export function hostScheduler(options: HostOptions): Hosted {
  const { space, memory, slots } = options;
  const alarm = new Alarm();
  const edge: Edge = {
    clock: { now: () => performance.now() },
    log: options.log,
    yieldToLoop: (turn) => void setImmediate(turn),
    alarm: (ms, turn) => alarm.set(ms, turn),
    wake(scheduler) {
      const slot = slots[scheduler];
      if (slot !== undefined) native.wake(slot);
    },
    kill(scheduler, serial, graceMs) {
      const slot = slots[scheduler];
      if (slot !== undefined) native.requestKill(slot, serial, graceMs);
    },
    load: importModule,
    dirty: options.dirty,
    flow: options.flow,
    uplink: options.uplink,
    connect: options.connect,
  };
  const scheduler = new Scheduler(space, memory, edge);
  const attachment = native.attach(slots[space.scheduler]!, scheduler.turn, scheduler.slice, criticalWords);
  onKillDue(() => attachment.endSlice());
  const letEscape = catchEscapes(options.onStray);
  scheduler.start(attachment);
  return {
    scheduler,
    attachment,
    close() {
      scheduler.stop();
      alarm.set(undefined, scheduler.turn);
      attachment.detach();
      letEscape();
    },
  };
}

/** One Node timer for the next of all timers. It is moved only when it would be late; early it finds nothing to do. */
class Alarm {
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;

  set(ms: number | undefined, turn: () => void): void {
    if (ms === undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#at = Number.POSITIVE_INFINITY;
      return;
    }
    const at = performance.now() + ms;
    if (at >= this.#at) return;
    clearTimeout(this.#timer);
    this.#at = at;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#at = Number.POSITIVE_INFINITY;
        turn();
      },
      Math.min(Math.ceil(ms), LONGEST_TIMER_MS),
    );
  }
}
