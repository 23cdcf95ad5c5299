/**
 * The processes of a simulated world. An actor does things at random (ops.ts), then takes a message, and tells the
 * world of both, so that the checkers know what it saw. When the world comes to rest it only takes messages.
 */
import {
  type AnyPid,
  type CallMessage,
  type Down,
  Exit,
  type ExitMessage,
  formatReason,
  Pid,
  proc,
  type Ref,
  type Self,
  TIMEOUT,
} from "../../runtime/index.js";
import { child, type SupervisorSpec, supervisor } from "../../stdlib/index.js";
import { addressKey, type Key, keyOf, refKey } from "./events.js";
import { CHILD_OPS, OPS, planned } from "./ops.js";
import { stage } from "./stage.js";

/** What actors say to each other. */
export interface Said {
  readonly tag: "said";
  readonly from: Key;
  /** Counted by the sender. */
  readonly n: number;
  readonly to?: Key;
  readonly alias?: Key;
  /** Bytes that make it large. */
  readonly load?: Uint8Array;
}

/** An actor, from inside. */
export interface Acting {
  readonly self: Self<unknown>;
  readonly key: Key;
  readonly monitors: Ref[];
  readonly aliases: Ref[];
  readonly timers: Ref[];
}

/** Not the URL of this file: its length is in what goes over rings, and a seed is to mean the same wherever this is. */
const MODULE = "simulated:actors";

/** ms that an actor waits for a message, at most, while there is something left to do. */
const IMPATIENCE_MS = 40;

export const actor = proc(MODULE, async function actor(self: Self<unknown>): Promise<void> {
  await live(self, OPS);
});

/** A child of a supervisor: it does only what leaves it in the supervisor's hands. */
export const simChild = proc(MODULE, async function simChild(self: Self<unknown>, id: string): Promise<void> {
  stage().tell({ type: "child", supervisor: keyOf(self.parent), id, pid: keyOf(self.pid) });
  await live(self, CHILD_OPS);
});

export const simSupervisor = supervisor(
  MODULE,
  "simSupervisor",
  (strategy: NonNullable<SupervisorSpec["strategy"]>, intensity: number, size: number): SupervisorSpec => ({
    strategy,
    intensity,
    period: 1000,
    children: Array.from({ length: size }, (_, i) =>
      child(simChild, [`child ${i}`], { id: `child ${i}`, shutdown: 500 }),
    ),
  }),
);

async function live(self: Self<unknown>, ops: typeof OPS): Promise<void> {
  const world = stage();
  const acting: Acting = { self, key: keyOf(self.pid), monitors: [], aliases: [], timers: [] };
  for (;;) {
    for (let left = world.random.below(4); left > 0 && world.takeOp(); left--) {
      const name = world.chooseOp(ops);
      if (name === undefined) break;
      world.trace(`${acting.key} does ${name}`);
      await ops[name]!(acting, world);
      // It may have linked itself with one that was gone, which ends it at once.
      if (world.facts.isDead(acting.key)) return;
    }
    const after = world.opsLeft ? world.random.below(IMPATIENCE_MS) : Number.POSITIVE_INFINITY;
    const message = await self.receive({ after });
    if (message !== TIMEOUT) take(acting, message);
  }
}

function take(acting: Acting, message: unknown): void {
  const { tag } = message as { tag: string };
  const world = stage();
  const by = acting.key;
  switch (tag) {
    case "said": {
      const { from, n, to, alias } = message as Said;
      world.tell({ type: "received", by, from, n, ...(to && { to }), ...(alias && { alias }) });
      return;
    }
    case "DOWN": {
      const { ref, process, reason } = message as Down;
      const target = process instanceof Pid ? keyOf(process as AnyPid) : addressKey(process);
      world.tell({ type: "down", by, ref: refKey(ref), target, reason: formatReason(reason) });
      return;
    }
    case "EXIT": {
      const { pid, reason } = message as ExitMessage;
      world.tell({ type: "exit", by, from: keyOf(pid), reason: formatReason(reason) });
      return;
    }
    case "timer":
    case "timeout": {
      const { id } =
        tag === "timer" ? (message as { id: number }) : (message as { message: { id: number } }).message;
      world.tell({ type: "timerFired", by, ref: `${id}`, at: acting.self.now() });
      return;
    }
    case "$call":
      return answer(acting, message as CallMessage<{ id: number; how: string }>);
    case "$reply":
      world.tell({ type: "strayReply", by, reply: String((message as { reply: unknown }).reply) });
  }
}

/** At once, late, twice, with a failure, not at all, or by its end. */
function answer(
  { self }: Acting,
  { from, request: { id, how } }: CallMessage<{ id: number; how: string }>,
): void {
  switch (how) {
    case "late":
      self.sendAfter(200, from.ref as never, { tag: "$reply", ref: from.ref, reply: id } as never);
      return;
    case "twice":
      self.reply(from, id);
      return self.reply(from, id);
    case "failure":
      return self.replyFailure(from, "no");
    case "never":
      return;
    case "end":
      throw new Exit("asked to end");
    case "crash":
      throw planned();
    default:
      self.reply(from, id);
  }
}
