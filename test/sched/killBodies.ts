/** Victims for kill.test.ts: each hammers one part of the runtime without ever giving way. */
import { type Pid, proc, type Self } from "../../runtime/index.js";

export const sink = proc(import.meta.url, async function sink(self: Self<unknown>) {
  // A victim may be killed while it is linked to us.
  self.processFlag("trapExit", true);
  for (;;) await self.receive();
});

/** Answers, so that the test sees that its scheduler lives. */
export const neighbour = proc(
  import.meta.url,
  async function neighbour(self: Self<{ from: Pid<unknown>; n: number }>) {
    for (let seen = 1; ; seen++) {
      const { from, n } = await self.receive();
      self.send(from, { n, seen });
    }
  },
);

const HAMMERS: Record<string, (self: Self<unknown>, near: Pid<unknown>, far: Pid<unknown>) => void> = {
  sendNear: (self, near) => self.send(near, { list: [1, 2, 3] }),
  sendFar: (self, _near, far) => self.send(far, { list: [1, 2, 3] }),
  numbersFar: (self, _near, far) => self.send(far, 1),
  timers: (self, near) => self.cancelTimer(self.sendAfter(60_000, near, 1)),
  monitors: (self, near) => self.demonitor(self.monitor(near)),
  links: (self, near, far) => {
    self.link(far);
    self.unlink(far);
    self.link(near);
    self.unlink(near);
  },
  names: (self) => {
    self.register("hammered");
    self.unregister("hammered");
  },
  spawns: (self) => self.exit(self.spawn(sink, [], { scheduler: "here" }), "kill"),
  aliases: (self) => self.unalias(self.alias()),
};

export const HAMMER_NAMES = Object.keys(HAMMERS);

export const victim = proc(
  import.meta.url,
  async function victim(
    self: Self<unknown>,
    what: string,
    parent: Pid<unknown>,
    near: Pid<unknown>,
    far: Pid<unknown>,
  ) {
    self.send(parent, "ready");
    const hammer = HAMMERS[what]!;
    for (;;) hammer(self, near, far);
  },
);
