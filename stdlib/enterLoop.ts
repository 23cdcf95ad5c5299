/**
 * A plain body that becomes a server or a state machine (OTP: `gen_server:enter_loop`, `gen_statem:enter_loop`), for
 * a start that no `init` could do: one that is to be seen from outside, or that receives messages of its own first.
 *
 * ```ts
 * import { call, enterLoop, genServer, type Pid, proc, type Self, type ServerMessage } from "ringbeam";
 *
 * export const session = genServer(import.meta.url, "session", {
 *   init: () => ({ user: "nobody" }),
 *   handleCall: { user: (ctx) => ctx.state.user },
 * });
 * export const connection = proc(import.meta.url, async function connection(self: Self<string>) {
 *   const user = await self.receive();
 *   return enterLoop(self, session, { user });
 * });
 *
 * const pid = self.spawnLink(connection, []);
 * self.send(pid, "joe");
 * await call(self, pid as Pid<unknown> as Pid<ServerMessage<typeof session>>, ["user"]); //=> "joe"
 * ```
 *
 * Its parent is who spawned it, linked or not, as in OTP.
 */
import type { Self } from "../runtime/index.js";
import { type GenProc, runGen } from "./genDefinition.js";
import type { AnySelf } from "./procLib.js";

/**
 * Goes on as `definition` says, without its `init`: with what that would have given. A server: the state,
 * `continueWith(...)` or `withTimeout(...)`; a state machine: `initialState(...)`. Never returns; what it throws ends
 * the process, so let it go. Throws TypeError for what is no behaviour.
 */
export async function enterLoop<Given>(
  self: AnySelf,
  definition: GenProc<never, never, Given>,
  given: NoInfer<Given>,
): Promise<never> {
  const me = self as Self<unknown>;
  const receiver = runGen(me, definition, given);
  for (;;) {
    const pending = receiver.handle(await me.receive());
    if (pending !== undefined) await pending;
  }
}
