/**
 * One monitor, as its watcher's scheduler knows it. Every call makes one and ends it, so nothing is searched and no
 * table is filled and emptied: its ref leads to it, and it is in two lists from which it takes itself out.
 *
 *     watcher.monitors --> m --> m' --> ...       all that the watcher holds
 *     watched.watchers --> m --> m" --> ...       if the watched lives on the same scheduler, else the watched
 *                                                 has (ref, watcher) in its `monitoredBy`
 *
 * A ref is one object on its scheduler, and only there does `home` lead anywhere (see `TermSpace`).
 * A list that a kill cuts in two would be another process's as well: hence `enter` and `leave`.
 */
import type { Address, Pid, Ref } from "../term/pid.js";
import { enter, leave } from "./critical.js";
import type { Process } from "./process.js";

/** When a monitor's ref stops being an alias: never was one, or with demonitor/DOWN, or with the first reply as well. */
export type MonitorAlias = "none" | "demonitor" | "replyDemonitor";

export class Monitoring {
  /** The process that it watches, where the two are neighbours and the watched has heard of it. */
  watched: Process | undefined = undefined;
  #nextHeld: Monitoring | undefined = undefined;
  #lastHeld: Monitoring | undefined = undefined;
  #nextWatcher: Monitoring | undefined = undefined;
  #lastWatcher: Monitoring | undefined = undefined;

  constructor(
    readonly watcher: Process,
    readonly ref: Ref,
    readonly target: Pid | Address,
    /** The process itself, where it was monitored by a name of this node. */
    readonly holder: Pid | undefined,
    public alias: MonitorAlias,
  ) {
    enter();
    ref.home = this;
    const next = watcher.monitors;
    this.#nextHeld = next;
    if (next !== undefined) next.#lastHeld = this;
    watcher.monitors = this;
    leave();
  }

  /** The monitor that this ref stands for on this scheduler, if it is still active. */
  static of(ref: Ref): Monitoring | undefined {
    return ref.home instanceof Monitoring ? ref.home : undefined;
  }

  /** Where its signals go. */
  get place(): Pid | Address {
    return this.holder ?? this.target;
  }

  /** The watched, a neighbour, has heard of it. */
  attach(watched: Process): void {
    enter();
    const next = watched.watchers;
    this.watched = watched;
    this.#nextWatcher = next;
    if (next !== undefined) next.#lastWatcher = this;
    watched.watchers = this;
    leave();
  }

  /** It is over: out of both lists, and its ref is no alias any more. */
  end(): void {
    enter();
    this.ref.home = undefined;
    this.detach();
    const next = this.#nextHeld;
    const last = this.#lastHeld;
    if (next !== undefined) next.#lastHeld = last;
    if (last !== undefined) last.#nextHeld = next;
    else this.watcher.monitors = next;
    leave();
  }

  /** The watched knows nothing of it any more. */
  detach(): void {
    const { watched } = this;
    if (watched === undefined) return;
    enter();
    const next = this.#nextWatcher;
    const last = this.#lastWatcher;
    if (next !== undefined) next.#lastWatcher = last;
    if (last !== undefined) last.#nextWatcher = next;
    else watched.watchers = next;
    this.watched = this.#nextWatcher = this.#lastWatcher = undefined;
    leave();
  }

  /** All that a process holds, the oldest first. */
  static heldBy({ monitors }: Process): Monitoring[] {
    const all: Monitoring[] = [];
    for (let one = monitors; one !== undefined; one = one.#nextHeld) all.push(one);
    return all.reverse();
  }

  /** Those of its neighbours that watch a process, the oldest first. */
  static watching({ watchers }: Process): Monitoring[] {
    const all: Monitoring[] = [];
    for (let one = watchers; one !== undefined; one = one.#nextWatcher) all.push(one);
    return all.reverse();
  }
}
