/**
 * Named scenarios in which ringbeam is known to differ from Erlang, and where. The test wants them to differ: who mends
 * one takes it out of here. What the scenarios leave out from the start, because it is meant to be different:
 *
 * - `link` to a local process that is gone raises `noproc` in Erlang; here, as for a remote one, it is an exit signal.
 *   The oracle turns the one into the other.
 * - A failed `startLink` leaves no EXIT message of the child (so it is since OTP 26; the oracle drops it), and does not
 *   end a caller that does not trap exits (it does in OTP). Starters in the scenarios trap exits.
 * - `exit(self(), Reason)` has its effect before it returns. In Erlang too it has before another signal can be seen, but
 *   the flag `trap_exit` can be changed in between.
 * - A timer can send to an alias here; `erlang:send_after/3` takes no alias. `undefined` is no special name here.
 * - `which_children` has no order in OTP; a start error of `start_child` comes with the child's record there.
 * - An unknown request to a server crashes it in OTP; here the caller gets `{ badRequest, calls }`.
 * - What is thrown and not caught is `{nocatch, Term}` with a stack in Erlang; here it is its own reason. An error is
 *   only compared as being one.
 */
import type { Placement } from "./scenario.js";

export const DIFFERENCES: Readonly<Record<string, readonly Placement[]>> = {};
