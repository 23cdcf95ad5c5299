/** The processes that wait for `timer`, see there; one for each timer. */
import {
  type AnyPid,
  type Dest,
  type ExitReason,
  type Proc,
  proc,
  type Self,
  TIMEOUT,
} from "../runtime/index.js";
import { target } from "./gen.js";

/** What is to be done when it is time. */
export type Action =
  | { readonly kind: "send"; readonly dest: Dest; readonly message: unknown }
  | { readonly kind: "spawn"; readonly proc: Proc<readonly unknown[]>; readonly args: readonly unknown[] }
  | { readonly kind: "exit"; readonly pid: AnyPid; readonly reason: ExitReason };

/** Waits, and acts. */
export const once = proc(
  import.meta.url,
  async function once(self: Self<unknown>, ms: number, action: Action) {
    await self.receive(() => false, { after: ms });
    act(self, action);
  },
);

/** Acts every `ms`, till its owner ends. */
export const again = proc(
  import.meta.url,
  async function again(self: Self<unknown>, ms: number, owner: AnyPid, action: Action) {
    const ref = self.monitor(owner);
    const isEnd = (m: unknown) => (m as { ref?: unknown } | null)?.ref === ref;
    for (let due = self.now() + ms; ; due += ms) {
      const after = Math.max(0, due - self.now());
      if ((await self.receive(isEnd, { after })) !== TIMEOUT) return;
      act(self, action);
    }
  },
);

function act(self: Self<unknown>, action: Action): void {
  if (action.kind === "send") self.send(target(self, action.dest) as Dest, action.message as never);
  else if (action.kind === "exit") self.exit(action.pid, action.reason);
  else self.spawn(action.proc as Proc<readonly unknown[], never>, action.args);
}
