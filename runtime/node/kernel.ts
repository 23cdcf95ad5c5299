/**
 * The kernel process of a node, registered as `kernel`: what other nodes, and the command line, may ask of it.
 *
 * | call | answers |
 * | --- | --- |
 * | ["ping"] | "pong" |
 * | ["processes"] | their pids |
 * | ["inspect"] | the processes of every scheduler (SchedulerReport[]) |
 * | ["stop"] | "stopping"; then the node stops as on SIGTERM |
 */
import type { CallMessage } from "../process/messages.js";
import { KERNEL } from "../process/self.js";
import type { SchedulerReport } from "../sched/control.js";
import type { Pid } from "../term/pid.js";
import type { Embedded } from "./embedded.js";

export interface KernelServices {
  inspect(): Promise<SchedulerReport[]>;
  /** The pid that the text names, if it is one of this node's. */
  parsePid(text: string): Pid | undefined;
  stop(): void;
}

/** Serves until the process ends. */
export async function runKernel({ self }: Embedded, services: KernelServices): Promise<never> {
  self.register(KERNEL);
  for (;;) {
    const message = (await self.receive()) as Partial<CallMessage> | null;
    if (message?.tag !== "$call" || message.from === undefined) continue;
    const { from, request } = message;
    switch (Array.isArray(request) ? request[0] : undefined) {
      case "ping":
        self.reply(from, "pong");
        break;
      case "inspect":
        services.inspect().then((reports) => self.reply(from, reports));
        break;
      case "processes":
        services.inspect().then((reports) => self.reply(from, pidsIn(reports, services)));
        break;
      case "stop":
        self.reply(from, "stopping");
        services.stop();
        break;
      default:
        self.replyFailure(from, { badRequest: request, calls: ["ping", "inspect", "processes", "stop"] });
    }
  }
}

function pidsIn(reports: SchedulerReport[], { parsePid }: KernelServices): Pid[] {
  const texts = reports.flatMap(({ processes }) => processes.map(({ pid }) => pid));
  return texts.map(parsePid).filter((pid) => pid !== undefined);
}
