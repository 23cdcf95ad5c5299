/**
 * How slices run, and their microtasks: under the native guard, which drains them inside of the slice, as on a real
 * thread; or bare, with the microtasks after the turn, as without the addon.
 */
import { type Attachment, native } from "../../native/index.js";
import type { Scheduler } from "../../runtime/sched/scheduler.js";

const REST = { endSlice() {}, ref() {}, unref() {}, detach() {} };

export class Guard {
  #slice: () => void = () => {};
  readonly #slot = native.openSlot();
  /** One for all simulated threads: slices never nest. */
  readonly #attachment = native.attach(
    this.#slot,
    () => {},
    () => this.#slice(),
  );
  /** Whether there is an addon, and so a choice. */
  readonly native = native.kind === "addon";

  /** For a scheduler that is made after it. */
  attachmentFor(scheduler: () => Scheduler, guarded: boolean): Attachment {
    return { ...REST, run: (serial) => this.#run(scheduler(), serial, guarded) };
  }

  #run(scheduler: Scheduler, serial: number, guarded: boolean): boolean {
    if (!guarded) scheduler.slice();
    else {
      this.#slice = scheduler.slice;
      this.#attachment.run(serial);
    }
    return false;
  }

  /** Lets the OS process end. */
  close(): void {
    this.#attachment.detach();
    native.closeSlot(this.#slot);
  }
}
