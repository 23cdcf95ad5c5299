/** The one interface that the addon and the portable implementation have. */

/** Names one scheduler thread within the OS process. Opaque; may be sent to a worker thread. */
export type Slot = number | SharedArrayBuffer;

/** What a thread holds while it owns a slot. Every method is called on that thread. */
export interface Attachment {
  /**
   * Calls the slice function under the guard, then drains the microtasks it made (portable: does not
   * drain; addon: not when called from within a microtask checkpoint).
   *
   * @param serial names the process that runs, for {@link Native.requestKill}; a safe integer
   * @param origin see {@link Native.origin}; undefined: nobody
   * @returns true if the slice was terminated; its microtasks are dropped then, its `finally` blocks did not run
   * @throws what the slice throws; `Error` when called within a slice or after {@link detach}
   */
  run(serial: number, origin?: object): boolean;
  /** Within a slice that a kill is due for: ends it here and now. Otherwise does nothing. */
  endSlice(): void;
  /** Keeps the event loop alive until {@link unref} or {@link detach}; this is the state at first. */
  ref(): void;
  /** Lets the event loop end. */
  unref(): void;
  /**
   * Gives up the slot: no wake arrives after this. Calling it again does nothing.
   *
   * @throws Error within a slice of this attachment
   */
  detach(): void;
}

export interface Native {
  readonly kind: "addon" | "portable";
  /** Why the addon is absent, for the one line at start; undefined with the addon. */
  readonly reason?: string;
  /**
   * Reserves a slot for one scheduler thread; the result is then sent to that thread.
   *
   * @throws Error when the OS process has no free slot (addon: 1024)
   */
  openSlot(): Slot;
  /** Gives the slot back, after its thread ended. A later wake or kill of it does nothing. */
  closeSlot(slot: Slot): void;
  /**
   * Takes the slot for the calling thread.
   *
   * @param onWake runs in the event loop, as a macrotask, at least once after each {@link wake}
   * @param slice what {@link Attachment.run} calls
   * @param critical [0] above 0: a kill must wait; [1] becomes 1 when one is due, and whoever brings [0] back
   *   to 0, or raises it from 0, then calls {@link Attachment.endSlice}
   * @throws Error when the slot is closed or somebody is attached to it
   */
  attach(slot: Slot, onWake: () => void, slice: () => void, critical?: Int32Array): Attachment;
  /**
   * Wakes the thread of the slot; any thread may call. Several wakes may end in one `onWake`.
   *
   * @returns false if nobody is attached: nothing was recorded, the thread has to look for work as it attaches
   */
  wake(slot: Slot): boolean;
  /**
   * Terminates the slice that runs in the slot, if it is one of process `serial` now and is still the
   * same slice after `graceMs` milliseconds. Any thread may call.
   *
   * @returns true if such a slice was running (the request is recorded); false if there is nothing to
   * terminate, and always when portable
   */
  requestKill(slot: Slot, serial: number, graceMs: number): boolean;
  /**
   * Who started what runs now, or what rejected `promise`, as told to {@link Attachment.run}: it passes on from promise
   * to promise; with Node 24 also to timers, ticks and I/O, and into the frames of `AsyncLocalStorage`, which is what
   * this answers then. Undefined if it is nobody, or not known, and always when portable.
   */
  origin(promise?: object): unknown;
  /** What runs now is of this origin. Take care to put back what {@link origin} said. */
  setOrigin(origin: unknown): void;
}
