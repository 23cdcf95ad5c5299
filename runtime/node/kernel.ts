/**
 * The kernel process of a node, registered as `kernel`: what other nodes, and the command line, may ask of it.
 *
 * | call | answers |
 * | --- | --- |
 * | ["ping"] | "pong" |
 * | ["processes"] | their pids |
 * | ["inspect"] | the processes of every scheduler (SchedulerReport[]) |
 * | ["connect", node], ["disconnect", node] | whether there is a connection now; whether there was one |
 * | ["connections"] | the connections of the node (ConnectionInfo[]) |
 * | ["stop"] | "stopping"; then the node stops as on SIGTERM |
 */
import type { NetKernel } from "../dist/netKernel.js";
import type { CallMessage } from "../process/messages.js";
import type { Self } from "../process/self.js";
import { KERNEL } from "../process/signal.js";
import type { SchedulerReport } from "../sched/control.js";
import type { Pid } from "../term/pid.js";
import { connectionInfo } from "./connectionInfo.js";
import type { Embedded } from "./embedded.js";

export interface KernelServices {
  inspect(): Promise<SchedulerReport[]>;
  /** The pid that the text names, if it is one of this node's. */
  parsePid(text: string): Pid | undefined;
  stop(): void;
  /** Undefined on a node without a name. */
  readonly net: NetKernel | undefined;
}

const CALLS = ["ping", "inspect", "processes", "connect", "disconnect", "connections", "stop"];

/** Serves until the process ends. */
export async function runKernel({ self }: Embedded, services: KernelServices): Promise<never> {
  self.register(KERNEL);
  // One busy node must not keep it from the others.
  self.processFlag("asyncDist", true);
  for (;;) {
    const message = (await self.receive()) as Partial<CallMessage> | null;
    if (message?.tag !== "$call" || message.from === undefined) continue;
    const { from, request } = message;
    const [what, node] = Array.isArray(request) ? request : [];
    switch (what) {
      case "ping":
        self.reply(from, "pong");
        break;
      case "inspect":
        services.inspect().then((reports) => self.reply(from, reports));
        break;
      case "processes":
        services.inspect().then((reports) => self.reply(from, pidsIn(reports, services)));
        break;
      case "connect":
        connect(node, self, services).then((connected) => self.reply(from, connected));
        break;
      case "disconnect":
        self.reply(from, services.net?.disconnect(String(node)) ?? false);
        break;
      case "connections":
        self.reply(from, services.net?.connections().map(connectionInfo) ?? []);
        break;
      case "stop":
        self.reply(from, "stopping");
        services.stop();
        break;
      default:
        self.replyFailure(from, { badRequest: request, calls: CALLS });
    }
  }
}

async function connect(node: unknown, self: Self<unknown>, { net }: KernelServices): Promise<boolean> {
  if (node === self.node) return true;
  if (net === undefined) return false;
  return net.connect(String(node)).then(
    () => true,
    () => false,
  );
}

function pidsIn(reports: SchedulerReport[], { parsePid }: KernelServices): Pid[] {
  const texts = reports.flatMap(({ processes }) => processes.map(({ pid }) => pid));
  return texts.map(parsePid).filter((pid) => pid !== undefined);
}
