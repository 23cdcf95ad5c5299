/**
 * A signal has reached the scheduler of its target: one place for all of them, whether they came over a
 * ring, from another node, or from a neighbour on the same scheduler. Terms in it are the receiver's own.
 */

import { Pid, Ref } from "../term/pid.js";
import { accept } from "./accept.js";
import type { Env } from "./env.js";
import { receiveExit, receiveLinkExit } from "./exit.js";
import { receiveInfo } from "./info.js";
import { receiveLink, receiveUnlink, receiveUnlinkAck } from "./links.js";
import { receiveAtAlias, receiveDemonitor, receiveDown, receiveMonitor } from "./monitors.js";
import { homeOf } from "./process.js";
import { receiveName } from "./register.js";
import { receiveSpawnReply, receiveSpawnRequest } from "./requestSpawn.js";
import { receiveAnswer } from "./requests.js";
import { Op, type Signal } from "./signal.js";
import { receiveSpawn } from "./spawn.js";
import { receiveTimerOrder } from "./timer.js";

export function deliver(env: Env, signal: Signal): void {
  const to = signal[1];
  if (
    signal[0] !== Op.spawn &&
    to instanceof Pid &&
    to.home === undefined &&
    env.holdForUnborn(to.serial, signal)
  )
    return;
  switch (signal[0]) {
    case Op.send:
      return deliverMessage(env, signal);
    case Op.link:
      return receiveLink(env, signal[1], signal[2]);
    case Op.unlink:
      return receiveUnlink(env, signal[1], signal[2], signal[3]);
    case Op.unlinkAck:
      return receiveUnlinkAck(signal[1], signal[2], signal[3]);
    case Op.exit: {
      const process = homeOf(signal[1]);
      return process && receiveExit(process, signal[2], signal[3], "exit");
    }
    case Op.linkExit: {
      const process = homeOf(signal[1]);
      return process && receiveLinkExit(process, signal[2], signal[3]);
    }
    case Op.monitor:
      return receiveMonitor(env, signal[1], signal[2], signal[3]);
    case Op.demonitor:
      return receiveDemonitor(env, signal[1], signal[2], signal[3]);
    case Op.down:
      return receiveDown(signal[1], signal[2], signal[3]);
    case Op.info:
      return receiveInfo(env, signal[1], signal[2], signal[3]);
    case Op.named:
      return receiveName(env, signal[1], signal[2], signal[3], signal[4]);
    case Op.spawn:
      return receiveSpawn(env, signal[1], signal[2], signal[3], signal[4]);
    case Op.spawnRequest:
      return receiveSpawnRequest(env, signal[2], signal[3], signal[4], signal[5]);
    case Op.spawnReply:
      return receiveSpawnReply(env, signal[1], signal[2], signal[3]);
    case Op.timer:
      return receiveTimerOrder(env, signal[1], signal[2], signal[3], signal[4]);
    case Op.answer:
      return receiveAnswer(signal[1], signal[2], signal[3]);
    case Op.schedulerLost:
      return env.schedulerLost(signal[2], signal[3]);
  }
}

function deliverMessage(env: Env, signal: Signal & { readonly 0: typeof Op.send }): void {
  const [, to, message] = signal;
  if (to instanceof Ref) return receiveAtAlias(to, message);
  const pid = to instanceof Pid ? to : env.names.whereis(to.name);
  if (pid === undefined) return;
  const process = homeOf(pid);
  if (process !== undefined) accept(process, message);
  else if (pid !== to) env.signal([Op.send, pid, message]);
}
