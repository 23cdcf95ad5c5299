/** What becomes of a name that two processes have when their nodes connect (`global:random_exit_name/3` and its kin). */
import { type AnyPid, logger, type Self } from "../runtime/index.js";
import { type TaskProc, task } from "./task.js";

/** Decides who of the two keeps the name; anything else than one of them: nobody. A `task`, so it is known by name. */
export type Resolver = TaskProc<
  [name: unknown, one: AnyPid, other: AnyPid],
  AnyPid | undefined | null | "none"
>;

/** What the notifying resolvers send. */
export interface GlobalNameConflict {
  readonly tag: "globalNameConflict";
  /** The name that was lost. */
  readonly name: unknown;
  /** Who else had it, where neither keeps it. */
  readonly other?: AnyPid;
}

/** One of the two, by chance, keeps the name; the other is killed. The default. */
export const randomExitName: Resolver = task(
  import.meta.url,
  function randomExitName(self: Self<never>, name: unknown, one: AnyPid, other: AnyPid) {
    const [winner, loser] = shuffled(one, other);
    logger.info({ label: ["global", "conflict"], name, terminating: loser });
    self.exit(loser, "kill");
    return winner;
  },
);

/** One of the two, by chance, keeps the name; the other is sent a GlobalNameConflict. */
export const randomNotifyName: Resolver = task(
  import.meta.url,
  function randomNotifyName(self: Self<never>, name: unknown, one: AnyPid, other: AnyPid) {
    const [winner, loser] = shuffled(one, other);
    self.send(loser, { tag: "globalNameConflict", name } satisfies GlobalNameConflict as never);
    return winner;
  },
);

/** Neither keeps the name, and both are sent a GlobalNameConflict. */
export const notifyAllName: Resolver = task(
  import.meta.url,
  function notifyAllName(self: Self<never>, name: unknown, one: AnyPid, other: AnyPid) {
    const conflict = (other: AnyPid): GlobalNameConflict => ({ tag: "globalNameConflict", name, other });
    self.send(one, conflict(other) as never);
    self.send(other, conflict(one) as never);
    return "none" as const;
  },
);

function shuffled(one: AnyPid, other: AnyPid): [AnyPid, AnyPid] {
  return Math.random() < 0.5 ? [one, other] : [other, one];
}
