/**
 * A process that keeps a state, and functions of that state (Elixir: `Agent`).
 *
 * ```ts
 * import { agent, call, cast, startLink } from "ringbeam";
 *
 * export const tally = agent(import.meta.url, "tally", {
 *   init: (start: number) => start,
 *   get: { value: (n) => n, isAbove: (n, limit: number) => n > limit },
 *   update: { add: (n, by: number) => n + by },
 *   getAndUpdate: { take: (n, most: number) => [Math.min(n, most), n - Math.min(n, most)] },
 * });
 *
 * const pid = await startLink(self, tally, [0]);
 * await call(self, pid, ["add", 5]);
 * cast(self, pid, ["add", 1]); // an update that nobody waits for
 * await call(self, pid, ["take", 4]); //=> 4
 * await call(self, pid, ["value"]); //=> 2
 * ```
 *
 * Elixir's agents are sent functions. Here the definition holds them, under names: a function is no term, as it
 * cannot go to another thread with what it closes over, and an agent must work the same wherever it lives.
 *
 * A function may be async; until it is done, the agent does nothing else. One that throws ends the agent.
 */
import type { Proc } from "../runtime/index.js";
import type { Protocol } from "./gen.js";
import { type CallsOf, type CastsOf, type Context, genServer } from "./genServer.js";

type Gets<State> = Record<string, (state: State, ...args: never[]) => unknown>;
type Updates<State> = Record<string, (state: State, ...args: never[]) => State | Promise<State>>;
type GetsAndUpdates<State> = Record<
  string,
  (state: State, ...args: never[]) => Pair<State> | Promise<Pair<State>>
>;
type Pair<State> = readonly [reply: unknown, state: State];

/** The functions of an agent. A name must be in one group only. */
export interface AgentFunctions<Args extends readonly unknown[], State, Get, Update, GetAndUpdate> {
  /** Gives the state. The starter waits for it; what it throws is why the start failed. */
  init(...args: Args): State | Promise<State>;
  /** Look at the state; what they give is the reply, a copy as every message is. */
  get?: Get & Gets<State>;
  /** Give the new state. */
  update?: Update & Updates<State>;
  /** Give the reply and the new state. */
  getAndUpdate?: GetAndUpdate & GetsAndUpdates<State>;
}

type FirstOf<F> = F extends (state: never, ...args: infer A) => infer R
  ? (...args: A) => Awaited<R> extends readonly [infer Reply, unknown] ? Reply : never
  : never;

/** What an agent understands. */
export type AgentMessage<Get, Update, GetAndUpdate> = Protocol<
  CallsOf<Get> & CastsOf<Update> & { readonly [Name in keyof GetAndUpdate]: FirstOf<GetAndUpdate[Name]> },
  CastsOf<Update>
>;

type Ctx = Context<unknown>;
type Functions = Record<string, (state: unknown, ...args: unknown[]) => unknown>;
type Handlers = Record<string, (ctx: Ctx, ...args: unknown[]) => unknown>;

/** Defines an agent. Throws TypeError for a name that is in two groups. */
export function agent<
  Args extends readonly unknown[],
  State,
  Get = object,
  Update = object,
  GetAndUpdate = object,
>(
  module: string,
  name: string,
  functions: AgentFunctions<Args, State, Get, Update, GetAndUpdate>,
): Proc<Args, AgentMessage<Get, Update, GetAndUpdate>> {
  const {
    get = {},
    update = {},
    getAndUpdate = {},
  } = functions as unknown as Partial<Record<string, Functions>>;
  const all = [get, update, getAndUpdate].flatMap(Object.keys);
  const twice = all.find((one, i) => all.indexOf(one) !== i);
  if (twice !== undefined) throw new TypeError(`agent ${name}: ${twice} is in two groups`);
  const updates = handlers(update, (ctx, state) => set(ctx, state));
  const proc = genServer(module, name, {
    init: (_self, ...args: Args) => functions.init(...args),
    handleCall: {
      ...handlers(get, (_ctx, value) => value),
      ...updates,
      ...handlers(getAndUpdate, (ctx, [reply, state]: Pair<unknown>) => {
        set(ctx, state);
        return reply;
      }),
    },
    handleCast: updates as Record<string, (ctx: Ctx, ...args: unknown[]) => void>,
  });
  return proc as unknown as Proc<Args, AgentMessage<Get, Update, GetAndUpdate>>;
}

function set(ctx: Ctx, state: unknown): void {
  ctx.state = state;
}

/** Handlers that call the functions with the state, and do with the result what `then` says. */
function handlers<R>(functions: Functions, then: (ctx: Ctx, result: R) => unknown): Handlers {
  const handler =
    (of: Functions[string]) =>
    (ctx: Ctx, ...args: unknown[]) => {
      const result = of(ctx.state, ...args);
      return result instanceof Promise ? result.then((later) => then(ctx, later)) : then(ctx, result as R);
    };
  return Object.fromEntries(Object.entries(functions).map(([name, of]) => [name, handler(of)]));
}
