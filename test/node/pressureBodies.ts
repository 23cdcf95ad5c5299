/** Processes that send more to another node than it takes. They run on a worker thread of the sender's node. */
import {
  type AnyPid,
  behaviour,
  type Dest,
  NodeBusy,
  type Pid,
  proc,
  type Self,
} from "../../runtime/index.js";

const KIB = "x".repeat(1000);

/** Sends `[its pid, 1..n, 1 KB]`, and lets itself be suspended; then tells its owner { flooded: n }. */
export const flooder = proc(
  import.meta.url,
  async function flooder(self: Self<unknown>, owner: AnyPid, to: Dest, n: number) {
    for (let i = 1; i <= n; i++) {
      self.send(to as Pid<unknown>, [self.pid, i, KIB]);
      await self.yield();
    }
    self.send(owner as Pid<unknown>, { flooded: n });
  },
);

/** Sends 1 KB for ever and never waits; tells its owner { refused, busy, sent } when it is stopped. */
export const glutton = proc(
  import.meta.url,
  async function glutton(self: Self<unknown>, owner: AnyPid, to: Dest) {
    let sent = 0;
    try {
      for (;;) {
        self.send(to as Pid<unknown>, KIB);
        sent++;
      }
    } catch (error) {
      const refused = error instanceof NodeBusy ? error.node : String(error);
      self.send(owner as Pid<unknown>, { refused, sent });
    }
  },
);

/** A behaviour that sends what it gets to the other node, 1 KB each; tells its owner what it handled last. */
export const courier = behaviour(
  import.meta.url,
  "courier",
  (self: Self<number>, owner: AnyPid, to: Dest) => ({
    handle(i: number) {
      self.send(to as Pid<unknown>, [self.pid, i, KIB]);
      self.send(owner as Pid<unknown>, { handled: i });
    },
  }),
);

/** Sends till it is told `nosuspend`; tells its owner what each send said. */
export const prudent = proc(
  import.meta.url,
  async function prudent(self: Self<unknown>, owner: AnyPid, to: Dest) {
    let sent = 0;
    for (;;) {
      const result = self.send(to as Pid<unknown>, KIB, { nosuspend: true });
      if (result !== "ok") break;
      sent++;
    }
    await self.yield();
    self.send(owner as Pid<unknown>, { nosuspend: sent });
  },
);
