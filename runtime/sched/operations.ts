/**
 * Feature flags of the operations between nodes: what a node has to understand before it may be sent one.
 *
 * | operations | since | flag |
 * | --- | --- | --- |
 * | send link unlink unlinkAck exit linkExit monitor demonitor down info | the first | none |
 * | spawnRequest spawnReply | the second | spawnRequest |
 * | schedulerLost | the third | schedulerLost |
 *
 * Flags travel in the handshake (`runtime/dist/handshake.ts`), where bits 0 to 7 are the connection's own and 8 to 31
 * these. A number once given keeps its meaning for ever. A new operation, or a new part of one that must be understood,
 * gets a flag here; what its sender is told by a node without it is said in `answerForLost`, with the reason `notsup`.
 */
import { Op, type Signal } from "../process/signal.js";

export const FEATURE = {
  /** answers a request for a process */
  spawnRequest: 1 << 8,
  /** tells the loss of one of another node's threads from that of the node */
  schedulerLost: 1 << 9,
} as const;
// retired features: none

/** What this code offers. */
export const FEATURES: number = Object.values(FEATURE).reduce((all, bit) => all | bit, 0);

const NEEDS: { readonly [op: number]: number } = {
  [Op.spawnRequest]: FEATURE.spawnRequest,
  [Op.spawnReply]: FEATURE.spawnRequest,
  [Op.schedulerLost]: FEATURE.schedulerLost,
};

/** The features that a node must have to be sent this signal. */
export function needsOf(signal: Signal): number {
  return NEEDS[signal[0]] ?? 0;
}
