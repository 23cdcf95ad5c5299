/**
 * Declaring what can be spawned: an async function, or a behaviour whose callbacks get one message at a time.
 *
 * ```ts
 * import { type Pid, proc, type Self } from "ringbeam";
 *
 * type Ping = { from: Pid<string>; text: string };
 * export const echo = proc(import.meta.url, async function echo(self: Self<Ping>, prefix: string) {
 *   for (;;) {
 *     const ping = await self.receive();
 *     self.send(ping.from, prefix + ping.text);
 *   }
 * });
 *
 * const pid = self.spawnLink(echo, ["> "]);
 * self.send(pid, { from: self.pid, text: "hello" });
 * await self.receive(); //=> "> hello"
 * ```
 */
import { define, type Proc } from "../term/mfa.js";
import type { Code, Receiver } from "./process.js";
import type { Self } from "./self.js";

/**
 * Declares a process body. The module must export it under the function's name, or at least run this line
 * when it is loaded: other schedulers and nodes find the body by module and name.
 *
 * The process ends with reason `normal` when the body returns, with what it threw otherwise.
 *
 *     export const echo = proc(import.meta.url, async function echo(self: Self<Ping>, prefix: string) { ... });
 */
export function proc<M, Args extends readonly unknown[]>(
  module: string,
  body: (self: Self<M>, ...args: Args) => unknown,
): Proc<Args, M> {
  const code: Code = { kind: "body", run: body as (self: unknown, ...args: readonly unknown[]) => unknown };
  return define<Args, M>(module, body.name, code);
}

/**
 * Declares a behaviour: `init` gives a receiver, or its promise; then the runtime hands it each message. A
 * plain `handle` makes no promise at all; while an async one is pending its process takes no further message.
 */
export function behaviour<M, Args extends readonly unknown[]>(
  module: string,
  name: string,
  init: (self: Self<M>, ...args: Args) => Receiver<M> | Promise<Receiver<M>>,
): Proc<Args, M> {
  const code: Code = {
    kind: "behaviour",
    init: init as unknown as (self: unknown, ...args: readonly unknown[]) => Receiver,
  };
  return define<Args, M>(module, name, code);
}
