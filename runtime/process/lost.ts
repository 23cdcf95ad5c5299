/** What follows when whole places disappear: a scheduler that died, a node that cannot be reached. */
import { Pid } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";
import type { Env } from "./env.js";
import { receiveLinkExit } from "./exit.js";
import { Monitoring } from "./monitoring.js";
import { receiveDown } from "./monitors.js";
import { disown, receiveSpawnReply } from "./requestSpawn.js";
import { receiveAnswer } from "./requests.js";
import { Op, type Signal } from "./signal.js";

/**
 * Fires the links and monitors that the processes here have with what is lost, forgets its watchers, and answers
 * what was asked of it.
 * @param place the lost node's name, or the lost scheduler's number on this node
 */
export function losePeers(
  env: Env,
  isLost: (pid: Pid) => boolean,
  place: string | number | undefined,
  reason: ExitReason,
): void {
  for (const process of [...env.processes.values()]) {
    for (const [ref, watcher] of process.monitoredBy ?? [])
      if (isLost(watcher)) process.monitoredBy?.delete(ref);
    for (const { ref, place: at } of Monitoring.heldBy(process))
      if (at instanceof Pid ? isLost(at) : at.node === place) receiveDown(process.pid, ref, reason);
    for (const [other, unlinking] of [...(process.links ?? [])]) {
      if (!isLost(other)) continue;
      if (unlinking === 0) receiveLinkExit(process, other, reason);
      else process.links?.delete(other);
    }
    for (const [ref, { kind, to }] of [...(process.requests ?? [])]) {
      if (to !== place) continue;
      if (kind === "spawn") receiveSpawnReply(env, process.pid, ref, { failure: reason });
      else receiveAnswer(process.pid, ref, undefined);
    }
  }
  for (const [id, { node }] of env.orphans) if (node === place) env.orphans.delete(id);
}

/** Answers a signal whose target cannot exist any more, or cannot be reached, in the target's place. */
export function answerForLost(env: Env, signal: Signal, reason: ExitReason): void {
  switch (signal[0]) {
    case Op.link:
      return env.signal([Op.linkExit, signal[2], signal[1], reason]);
    case Op.unlink:
      return env.signal([Op.unlinkAck, signal[2], signal[1], signal[3]]);
    case Op.monitor:
      return env.signal([Op.down, signal[2], signal[3], reason]);
    case Op.spawnRequest:
      return env.signal([Op.spawnReply, signal[5].parent, signal[2], { failure: reason }]);
    case Op.spawnReply:
      return disown(env, signal[1], signal[2], signal[3]);
    case Op.timer:
      if (signal[3] !== undefined) env.signal([Op.answer, signal[2], signal[3], undefined]);
      return;
    case Op.named:
      env.names.unregister(signal[2], signal[1]);
      return env.signal([Op.answer, signal[3], signal[4], undefined]);
    case Op.spawn: {
      const [, pid, , , birth] = signal;
      if (birth.link) env.signal([Op.linkExit, birth.parent, pid, reason]);
      if (birth.monitor) env.signal([Op.down, birth.parent, birth.monitor, reason]);
    }
  }
}
