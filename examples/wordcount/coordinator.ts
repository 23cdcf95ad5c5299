/**
 * The coordinator holds the job queue. A job is a file to count, and its id. Jobs are given out at least once
 * and counted exactly once:
 *
 *     queue --> given to an idle worker --> result: merged, unless this id was merged already
 *       ^                |
 *       +---- DOWN ------+   the worker died, or its whole node, or it was killed for taking too long
 *
 *     worker -> coordinator   call join(pid)                    cast result(pid, id, counts)
 *     client -> coordinator   cast countFiles(files, client)
 *     coordinator -> client   Progress after each result, Lost, and finally Finished
 */
import { type Context, cast, type Down, formatReason, genServer, type Pid, type Ref } from "ringbeam";
import { addCounts, type Counts, type Summary, summarize } from "./words.js";
import type { Worker } from "./worker.js";

/** ms that a worker may take for a file; then it is killed. */
const JOB_LIMIT = 1500;

export interface Progress {
  readonly tag: "progress";
  /** Results so far, of `total`. */
  readonly done: number;
  readonly total: number;
  /** Who brought the latest. */
  readonly worker: Worker;
}

/** A worker died; the job that it had, if any, is in the queue again. */
export interface Lost {
  readonly tag: "lost";
  readonly worker: Worker;
  readonly job: number | undefined;
  readonly reason: string;
}

export interface Finished {
  readonly tag: "finished";
  readonly summary: Summary;
  /** Jobs that had to be given out again. */
  readonly again: number;
}

export type Client = Pid<Progress | Lost | Finished>;

interface Overdue {
  readonly tag: "overdue";
  readonly worker: Worker;
}

/** The job that a worker has, and the timer that kills the worker. */
interface Assignment {
  readonly id: number;
  readonly timer: Ref;
}

interface State {
  files: readonly string[];
  client: Client | undefined;
  /** Ids of jobs that nobody has, the next one last. An id is an index into `files`. */
  queue: number[];
  /** Ids of jobs whose results are in `counts`. */
  readonly merged: Set<number>;
  readonly counts: Counts;
  /** All workers that are alive; undefined: idle. */
  readonly workers: Map<Worker, Assignment | undefined>;
  again: number;
}

export const coordinator = genServer(import.meta.url, "coordinator", {
  init: (): State => ({
    files: [],
    client: undefined,
    queue: [],
    merged: new Set(),
    counts: new Map(),
    workers: new Map(),
    again: 0,
  }),
  handleCall: {
    join(ctx, worker: Worker) {
      ctx.self.monitor(worker);
      assign(ctx, worker);
    },
  },
  handleCast: {
    countFiles(ctx, files: readonly string[], client: Client) {
      const { state } = ctx;
      state.files = files;
      state.client = client;
      state.queue = [...files.keys()].reverse();
      for (const worker of state.workers.keys()) assign(ctx, worker);
    },
    result(ctx, worker: Worker, id: number, counts: Counts) {
      const { state, self } = ctx;
      const assignment = state.workers.get(worker);
      if (assignment !== undefined) self.cancelTimer(assignment.timer);
      if (!state.merged.has(id)) merge(ctx, worker, id, counts);
      // A node that was out of reach for a while may still bring results; its workers count as lost.
      if (state.workers.has(worker)) assign(ctx, worker);
    },
  },
  handleInfo(ctx, message: Down | Overdue) {
    if (message.tag === "overdue") ctx.self.exit(message.worker, "kill");
    else lost(ctx, message.process as Worker, formatReason(message.reason));
  },
});

type Ctx = Context<State>;

/** Gives the next job to a worker that has none. */
function assign({ self, state }: Ctx, worker: Worker): void {
  const id = state.queue.pop();
  if (id === undefined) return void state.workers.set(worker, undefined);
  const overdue: Overdue = { tag: "overdue", worker };
  state.workers.set(worker, { id, timer: self.sendAfter(JOB_LIMIT, self.pid, overdue) });
  cast(self, worker, ["count", id, state.files[id]!]);
}

function merge(ctx: Ctx, worker: Worker, id: number, counts: Counts): void {
  const { merged, files, again } = ctx.state;
  merged.add(id);
  addCounts(ctx.state.counts, counts);
  tell(ctx, { tag: "progress", done: merged.size, total: files.length, worker });
  if (merged.size === files.length)
    tell(ctx, { tag: "finished", summary: summarize(ctx.state.counts), again });
}

/** A worker is gone: its job goes to the next idle one. */
function lost(ctx: Ctx, worker: Worker, reason: string): void {
  const { state, self } = ctx;
  const assignment = state.workers.get(worker);
  state.workers.delete(worker);
  if (assignment !== undefined) {
    self.cancelTimer(assignment.timer);
    state.queue.push(assignment.id);
    state.again++;
  }
  tell(ctx, { tag: "lost", worker, job: assignment?.id, reason });
  for (const [other, busy] of state.workers) if (busy === undefined) assign(ctx, other);
}

function tell({ self, state }: Ctx, message: Progress | Lost | Finished): void {
  if (state.client !== undefined) self.send(state.client, message);
}
