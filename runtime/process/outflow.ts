/**
 * Back-pressure between nodes, at the sender's end. A scheduler counts which of its bytes are under way to each node:
 *
 *     send -> ring -> net kernel -> connection -> the system
 *                 `sent` ... under way ... `drained`
 *
 * From `busy` bytes on, whoever sends a message there is suspended as in Erlang (`+zdbbl`): it gets no slice, so no
 * message and no answer from `receive` or `yield`, until half of that is left. JavaScript cannot be stopped in the
 * middle of a function, so a loop that sends and never waits comes as far as `most` bytes, and is told by an error.
 * Only messages suspend and are refused; links, monitors, exits and replies of the runtime always go.
 */
import { critical } from "./critical.js";
import { isRunnable, makeRunnable } from "./mail.js";
import type { Process } from "./process.js";

/** In bytes, for one scheduler and one node. */
export interface FlowLimits {
  /** From here on a sender is suspended, till half of it is left. */
  readonly busy: number;
  /** From here on a message is refused. */
  readonly most: number;
}

interface Flow {
  bytes: number;
  busy: boolean;
  readonly waiting: Set<Process>;
}

export class Outflow {
  readonly #flows = new Map<string, Flow>();
  constructor(readonly limits: FlowLimits) {}

  /** These bytes are under way to the node from now on. */
  sent(node: string, bytes: number): void {
    let flow = this.#flows.get(node);
    if (flow === undefined) {
      flow = { bytes: 0, busy: false, waiting: new Set() };
      this.#flows.set(node, flow);
    }
    flow.bytes += bytes;
    if (flow.bytes >= this.limits.busy) flow.busy = true;
  }

  /** They have left, or are lost with the connection. */
  drained(node: string, bytes: number): void {
    const flow = this.#flows.get(node);
    if (flow === undefined) return;
    flow.bytes -= bytes;
    if (flow.bytes > this.limits.busy / 2) return;
    flow.busy = false;
    const waited = [...flow.waiting];
    flow.waiting.clear();
    if (flow.bytes <= 0) this.#flows.delete(node);
    for (const process of waited) release(process);
  }

  /** Whether who sends a message to the node is suspended. */
  isBusy(node: string): boolean {
    return this.#flows.get(node)?.busy === true;
  }

  /** Throws NodeBusy if no further message to the node is taken. */
  check(node: string): void {
    const bytes = this.#flows.get(node)?.bytes ?? 0;
    if (bytes >= this.limits.most) throw new NodeBusy(node, bytes);
  }

  /** Suspends the process, which has just sent to the node, if that is busy. */
  hold(process: Process, node: string): void {
    const flow = this.#flows.get(node);
    if (!flow?.busy || process.asyncDist || flow.waiting.has(process)) return;
    critical(() => {
      flow.waiting.add(process);
      process.suspended++;
    });
  }
}

function release(process: Process): void {
  process.suspended--;
  if (isRunnable(process)) makeRunnable(process);
}

/** More waits for a connection than its node may keep: a process has sent on and on without ever waiting. */
export class NodeBusy extends Error {
  override readonly name = "NodeBusy";
  constructor(
    /** The node that does not take it. */
    readonly node: string,
    /** Bytes that wait. */
    readonly queued: number,
  ) {
    super(
      `${queued} bytes wait for ${node}, and no more are taken: after a send let the process be suspended ` +
        "(await self.yield() or self.receive()), or send with { nosuspend: true }",
    );
  }
}
