/**
 * A process whose body is not ours to run: the program that embeds the node, the kernel processes. It has a
 * pid, a mailbox and links as any other; its code runs outside of slices, unguarded.
 */
import type { Env } from "../process/env.js";
import { terminate } from "../process/exit.js";
import { Process, State } from "../process/process.js";
import { Self } from "../process/self.js";
import { procOf } from "../term/mfa.js";
import { Pid } from "../term/pid.js";
import type { ExitReason } from "../term/reason.js";

export interface Embedded {
  readonly self: Self<unknown>;
  readonly process: Process;
  /** Ends it with this reason. */
  end(reason: ExitReason): void;
}

/**
 * Makes an embedded process on this thread's scheduler; it traps exits, so no link can end it.
 * @param application what it belongs to, and so all that it spawns
 */
export function embed(env: Env, name: string, application?: string): Embedded {
  const serial = env.nextSerial(env.space.scheduler);
  const pid = new Pid(env.space.self, env.space.scheduler, serial);
  const process = new Process(env, pid, procOf("ringbeam", name), undefined, pid, undefined);
  process.embedded = true;
  process.application = application;
  process.state = State.running;
  process.trapExit = true;
  pid.home = process;
  env.processes.set(serial, process);
  env.noteBirth(serial);
  return { self: new Self(process), process, end: (reason) => terminate(process, reason) };
}
