/**
 * Things to be done later, or again and again (OTP: `timer`). Times are ms.
 *
 * ```ts
 * import { proc, type Self, timer } from "ringbeam";
 *
 * export const cleanUp = proc(import.meta.url, async function cleanUp(_self: Self<never>, _what: string) {});
 *
 * const ticking = timer.sendInterval(self, 10, self.pid, "tick");
 * await self.receive(); //=> "tick"
 * await self.receive(); //=> "tick"
 * await timer.cancel(self, ticking);
 * const later = timer.applyAfter(self, timer.hours(1), cleanUp, ["old"]); // spawns what `proc` or a behaviour defined
 * await timer.cancel(self, later);
 * timer.hms(1, 1, 1); //=> 3_661_000
 * ```
 *
 * OTP has a server for all timers. Here a message later is a timer of the scheduler (`self.sendAfter`), and all else is
 * a small process beside the caller, so that nothing is a bottleneck:
 *
 *     waits ms -- once ----> acts, ends
 *      ^    '--- again ----> acts --.         till it is cancelled, or its owner ends: who is sent to by pid,
 *      '----------------------------'         else who began it; each time counts from the first, so nothing drifts
 */
import {
  type AnyPid,
  type Dest,
  type ExitReason,
  Pid,
  type Proc,
  type Ref,
  type Self,
} from "../runtime/index.js";
import type { AnySelf } from "./procLib.js";
import { type Action, again, once } from "./timerProcess.js";

declare const timerType: unique symbol;

/** What `cancel` takes: a timer of the scheduler, or the process that waits. */
export type TimerRef = (Ref | AnyPid) & { readonly [timerType]?: true };

/** Sends `message` in `ms` (`timer:send_after/2,3`). Throws RangeError, TermError. */
export function sendAfter<M>(self: AnySelf, ms: number, dest: Dest<M>, message: M): TimerRef {
  return self.sendAfter(ms, dest, message);
}

/** Spawns a process in `ms`, unlinked (`timer:apply_after/4`). Throws RangeError, TermError. */
export function applyAfter<A extends readonly unknown[], M>(
  self: AnySelf,
  ms: number,
  proc: Proc<A, M>,
  args: NoInfer<A>,
): TimerRef {
  return startOnce(self, "applyAfter", ms, { kind: "spawn", proc: proc as never, args });
}

/** Sends an exit signal in `ms`, to the caller itself by default (`timer:exit_after/2,3`). Throws RangeError, TermError. */
export function exitAfter(self: AnySelf, ms: number, reason: ExitReason, pid?: AnyPid): TimerRef {
  return startOnce(self, "exitAfter", ms, { kind: "exit", pid: pid ?? me(self), reason });
}

/** `exitAfter` with the reason `kill` (`timer:kill_after/1,2`). */
export function killAfter(self: AnySelf, ms: number, pid?: AnyPid): TimerRef {
  return exitAfter(self, ms, "kill", pid);
}

/**
 * Sends `message` every `ms`, the first time in `ms` (`timer:send_interval/2,3`), till the process with this pid ends;
 * to a name, till the caller does. Throws RangeError, TermError.
 */
export function sendInterval<M>(self: AnySelf, ms: number, dest: Dest<M>, message: M): TimerRef {
  const owner = dest instanceof Pid ? (dest as unknown as AnyPid) : me(self);
  return startAgain(self, "sendInterval", ms, owner, { kind: "send", dest: dest as Dest, message });
}

/** Spawns a process every `ms`, unlinked, till the caller ends (`timer:apply_interval/4`). Throws RangeError, TermError. */
export function applyInterval<A extends readonly unknown[], M>(
  self: AnySelf,
  ms: number,
  proc: Proc<A, M>,
  args: NoInfer<A>,
): TimerRef {
  return startAgain(self, "applyInterval", ms, me(self), { kind: "spawn", proc: proc as never, args });
}

/**
 * Ends a timer of this module; one that is over is no error (`timer:cancel/1`). Afterwards it does nothing more; what
 * it has sent may still be in a mailbox.
 */
export async function cancel(self: AnySelf, timer: TimerRef): Promise<void> {
  if (!(timer instanceof Pid)) {
    self.cancelTimer(timer as Ref);
    return;
  }
  const ref = self.monitor(timer as AnyPid);
  self.exit(timer as AnyPid, "kill");
  await (self as Self<unknown>).receive((m) => (m as { ref?: unknown } | null)?.ref === ref, {
    after: Number.POSITIVE_INFINITY,
    since: ref,
  });
}

/** Waits; messages stay in the mailbox (`timer:sleep/1`). Throws RangeError. */
export async function sleep(self: AnySelf, ms: number): Promise<void> {
  await (self as Self<unknown>).receive(() => false, { after: ms });
}

/** Runs `f`, awaits what it gives, and says how many us that took (`timer:tc/1`). Throws what `f` throws. */
export async function tc<R>(f: () => R | Promise<R>): Promise<{ readonly us: number; readonly value: R }> {
  const begin = performance.now();
  const value = await f();
  return { us: Math.round((performance.now() - begin) * 1000), value };
}

/** In ms. */
export function seconds(n: number): number {
  return n * 1000;
}

/** In ms. */
export function minutes(n: number): number {
  return n * 60_000;
}

/** In ms. */
export function hours(n: number): number {
  return n * 3_600_000;
}

/** Hours, minutes and seconds, in ms. */
export function hms(h: number, m: number, s: number): number {
  return hours(h) + minutes(m) + seconds(s);
}

function startOnce(self: AnySelf, what: string, ms: number, action: Action): TimerRef {
  check(what, ms >= 0, ms, "0 or more");
  return self.spawn(once, [ms, action], { scheduler: "here" }) as unknown as TimerRef;
}

/** An interval of 0 would never let anybody else have a turn; OTP allows it. */
function startAgain(self: AnySelf, what: string, ms: number, owner: AnyPid, action: Action): TimerRef {
  check(what, ms > 0, ms, "more than 0");
  return self.spawn(again, [ms, owner, action], { scheduler: "here" }) as unknown as TimerRef;
}

function check(what: string, right: boolean, ms: number, expected: string): void {
  if (!right) throw new RangeError(`timer.${what}: ${ms} is not a time; expected ms, ${expected}`);
}

function me(self: AnySelf): AnyPid {
  return (self as Self<never>).pid as unknown as AnyPid;
}
