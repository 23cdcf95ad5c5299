/** When all processes have ended nothing of them is left, and when all nodes have stopped nothing of those. */
import type { Checker, MakeChecker, View } from "../checker.js";
import { unread } from "../node.js";

export const leaks: MakeChecker = (fail): Omit<Checker, "name"> => ({
  atRest(view) {
    for (const { what, count } of onTheWay(view)) if (count !== 0) fail(`${count} ${what}, at rest`);
  },
  atEnd(view) {
    for (const { name, schedulers, controller } of view.nodes) {
      for (const scheduler of schedulers) {
        const { processes, messageTimers, timers } = scheduler;
        const left = {
          processes: processes.size - (scheduler.index === 0 ? 1 : 0),
          "message timers": messageTimers.size,
          timers: timers.next === undefined ? 0 : 1,
        };
        for (const [what, count] of Object.entries(left))
          if (count !== 0) fail(`${count} ${what} are left on ${name}:${scheduler.index}`);
      }
      const { links, monitors, watchers, monitoredBy } = controller.process;
      const ties = { links: links?.size, monitors, watchers, monitoredBy: monitoredBy?.size };
      for (const [what, left] of Object.entries(ties))
        if (left !== undefined && left !== 0) fail(`the controller of ${name} has ${what} left`);
      const { self } = schedulers[0]!.space;
      for (const alias of view.aliases())
        if (alias.node === self && alias.home !== undefined) fail(`${alias} is still an alias`);
      const registered = schedulers[0]!.names.registered();
      if (registered.length > 0) fail(`names are left on ${name}: ${registered.join(", ")}`);
    }
    for (const { what, count } of onTheWay(view)) if (count !== 0) fail(`${count} ${what}, at the end`);
  },
  afterStop({ nodes, loop, network }) {
    for (const { name, net } of nodes) {
      const connections = net.connections().length;
      if (connections > 0) fail(`${name} has stopped, and has ${connections} connections`);
    }
    for (const { lane, what } of loop.timers) fail(`a timer is left: ${lane.name} ${what}`);
    for (const { host } of network.channels) fail(`a channel of ${host.name} is open after all have stopped`);
  },
});

/** Signals between schedulers that did not arrive. */
function onTheWay({ nodes }: View): { readonly what: string; readonly count: number }[] {
  return nodes.flatMap(({ name, schedulers, rings }) => [
    ...schedulers.flatMap((scheduler) => {
      const { unborn, spilled } = scheduler.backlog();
      return [
        { what: `signals for the unborn are held on ${name}:${scheduler.index}`, count: unborn },
        { what: `bytes wait for room on ${name}:${scheduler.index}`, count: spilled },
      ];
    }),
    ...[...rings].map(([ring, memory]) => ({
      what: `bytes are unread in ring ${ring} of ${name}`,
      count: unread(memory),
    })),
  ]);
}
