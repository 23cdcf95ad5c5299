/** What a checker is: it hears of every event, and looks at the world when it is at rest. Each knows one invariant. */
import type { Process } from "../../runtime/process/process.js";
import type { Ref } from "../../runtime/term/pid.js";
import type { Event } from "./events.js";
import type { Facts } from "./facts.js";
import type { Loop } from "./loop.js";
import type { Network } from "./network.js";
import type { SimNode } from "./node.js";

/** The world as checkers see it. */
export interface View {
  readonly facts: Facts;
  readonly loop: Loop;
  readonly network: Network;
  /** Those that run. */
  readonly nodes: readonly SimNode[];
  /** Processes of those, controllers left out. */
  processes(): Process[];
  /** Every alias that was offered to others. */
  aliases(): readonly Ref[];
}

export interface Checker {
  /** The name of the invariant. */
  readonly name: string;
  /** As it happens. */
  on?(event: Event, view: View): void;
  /** Nothing is on its way any more; the processes that live wait for messages. */
  atRest?(view: View): void;
  /** The same, when all processes have ended. */
  atEnd?(view: View): void;
  /** The same, when all nodes have stopped. */
  afterStop?(view: View): void;
}

/** An invariant does not hold. */
export class Violation extends Error {
  override readonly name = "Violation";
  constructor(
    readonly invariant: string,
    detail: string,
  ) {
    super(detail);
  }
}

/** Says that the invariant does not hold. */
export type Fail = (detail: string) => void;

/** Makes a checker for one run. */
export type MakeChecker = (fail: Fail) => Omit<Checker, "name">;
