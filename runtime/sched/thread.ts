/** The main module of a scheduler's worker thread: hosts the scheduler, answers the control plane. */
import { type MessagePort, workerData } from "node:worker_threads";
import { expose, wrap } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { logger } from "../log/logger.js";
import { adoptLogMemory } from "../log/settings.js";
import { showText } from "../log/show.js";
import { NodeId } from "../term/pid.js";
import { TermSpace } from "../term/space.js";
import { inspect, type MainControl, membersOf, type ThreadControl, type ThreadData } from "./control.js";
import { hostScheduler } from "./host.js";
import { importModule } from "./importModule.js";

const { data, toThread, toMain } = workerData as {
  data: ThreadData;
  toThread: MessagePort;
  toMain: MessagePort;
};
const main = wrap<MainControl>(nodeEndpoint(toMain));
const { slots } = data;
adoptLogMemory(data.log);

const hosted = hostScheduler({
  space: new TermSpace(new NodeId(data.node.name, data.node.creation), data.index),
  memory: data.memory,
  slots,
  log: logger,
  flow: data.flow,
  dirty: (call) => main.dirty(call),
  // It must not take the processes of this thread down.
  onStray: (what, cause) => logger.error(() => `${what} on scheduler ${data.index}: ${showText(cause)}`),
});
for (const peer of data.peers) hosted.scheduler.attachPeer(peer.index, peer.rings);

const control: ThreadControl = {
  async load(modules) {
    for (const url of modules) await importModule(url);
  },
  attachPeer(index, rings, slot) {
    slots[index] = slot;
    hosted.scheduler.attachPeer(index, rings);
  },
  losePeer(lost) {
    slots[lost.scheduler] = undefined;
    hosted.scheduler.losePeer(lost);
  },
  inspect: () => inspect(hosted.scheduler),
  membersOf: (application) => membersOf(hosted.scheduler, application),
  stop() {
    hosted.close();
    toMain.close();
    // After the answer to this very call is out.
    setImmediate(() => toThread.close());
  },
};
expose(control, nodeEndpoint(toThread));
