/**
 * A plain body that becomes a server or a state machine (OTP: `gen_server:enter_loop`, `gen_statem:enter_loop`), for
 * a start that no `init` could do: one that is to be seen from outside, or that receives messages of its own first.
 *
 *     export const connection = proc(import.meta.url, async function connection(self: Self<unknown>, host: string) {
 *       const socket = await handshake(self, host);
 *       return enterLoop(self, session, { socket });
 *     });
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
