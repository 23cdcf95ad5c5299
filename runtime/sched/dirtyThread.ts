/** What runs on each thread of the dirty pool: one job at a time, arguments and result as terms. */
import { workerData } from "node:worker_threads";
import { adoptLogMemory } from "../log/settings.js";
import { type Job, runJob } from "../process/job.js";
import { Codec } from "../term/codec.js";
import { NodeId } from "../term/pid.js";
import { TermSpace } from "../term/space.js";
import type { DirtyThreadData } from "./dirtyPool.js";
import { importModule } from "./importModule.js";

/** No scheduler: pids pass through a job as what they are, and none is at home here. */
const NOWHERE = -1;

const { name, creation, log } = workerData as DirtyThreadData;
adoptLogMemory(log);
const codec = new Codec(new TermSpace(new NodeId(name, creation), NOWHERE), false);

export default async function runDirty(call: Uint8Array): Promise<Uint8Array> {
  const [job, args] = codec.decode(call) as [Job, readonly unknown[]];
  return codec.encode(await runJob(job, args, importModule), "result");
}
