/** Bodies for mailboxLimit.test.ts. */
import { type AnyPid, type Pid, proc, type Self, TIMEOUT } from "../../runtime/index.js";

/** Takes nothing before `open` comes to its alias; then tells all that it has. It traps exits. */
export const hoarder = proc(import.meta.url, async function hoarder(self: Self<unknown>, to: AnyPid) {
  self.processFlag("trapExit", true);
  self.send(to as Pid<unknown>, { pid: self.pid, alias: self.alias() });
  await self.receive((m) => m === "open");
  const kept: unknown[] = [];
  for (;;) {
    const m = await self.receive({ after: 0 });
    if (m === TIMEOUT) return self.send(to as Pid<unknown>, kept);
    kept.push(m);
  }
});

/** 0.1 ms for each message. */
export const slow = proc(import.meta.url, async function slow(self: Self<unknown>) {
  for (;;) {
    await self.receive();
    const until = self.now() + 0.1;
    while (self.now() < until);
  }
});
