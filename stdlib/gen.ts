/**
 * What clients and servers of all behaviours share (OTP: `gen`): requests are tuples, the name first.
 *
 *     client -> server   { tag: "$call", from, request: [name, ...args] }    wants a reply under from.ref
 *     client -> server   { tag: "$cast", request: [name, ...args] }          wants none
 *     client -> server   { tag: "$stop", reason }                            a system message: end
 *
 * A server's pid carries its protocol as a type, so names, arguments and replies are checked where they are used:
 *
 * ```ts
 * import { call, genServer, serverRef, startLink } from "ringbeam";
 *
 * export const sum = genServer(import.meta.url, "sum", {
 *   init: () => 0,
 *   handleCall: { add: (ctx, n: number) => (ctx.state += n) },
 * });
 *
 * const pid = await startLink(self, sum, [], { name: "sum" });
 * const n: number = await call(self, pid, ["add", 5]); //=> 5
 * const what: unknown = await call(self, "sum", ["add", 1]); //=> 6
 * const known: number = await call(self, serverRef(sum, "sum"), ["add", 1]); //=> 7
 * const wrong = call(self, "sum", ["ad", 1]);
 * await wrong.catch((error) => error.failure); //=> { badRequest: "ad", calls: ["add"] }
 * ```
 */
import {
  type Address,
  CallError,
  type CastMessage,
  type Dest,
  type Down,
  Exit,
  type ExitReason,
  type From,
  formatAddress,
  formatReason,
  Pid,
  type Proc,
  type Self,
  TIMEOUT,
} from "../runtime/index.js";
import type { AnySelf } from "./procLib.js";
import { formatVia, isVia, sendVia, type ViaName, whereisVia } from "./via.js";

declare const protocol: unique symbol;
declare const server: unique symbol;

/** The messages of a server that answers `Calls` and takes `Casts`; both map names to functions. A type only. */
export interface Protocol<out Calls, out Casts> {
  readonly [protocol]?: { readonly calls: Calls; readonly casts: Casts };
}

/** What the processes of a definition understand: `Pid<ServerMessage<typeof counter>>`. */
export type ServerMessage<P> = P extends Proc<never, infer M> ? M : never;

/** A registered name, here or on another node, with the protocol of the server behind it. */
export interface ServerRef<in M> {
  readonly [server]: (message: M) => void;
}

/** A name and its arguments. */
export type Request = readonly [name: string, ...args: unknown[]];

/** A server of unknown protocol. */
export type AnyServer = Pid<unknown> | string | Address | ViaName;

/** Ends the server with this reason, after its `terminate`. */
export interface StopMessage {
  readonly tag: "$stop";
  /** `normal`, `shutdown` and `{ shutdown }` are no crash. */
  readonly reason: ExitReason;
}

export type ArgsOf<F> = F extends (...args: infer A) => unknown ? A : never;
export type ReplyOf<F> = F extends (...args: never[]) => infer R ? R : never;

/** Says that the name is that of a server defined as `definition`; nothing checks it. */
export function serverRef<M>(_definition: Proc<never, M>, name: string | Address): ServerRef<M> {
  return name as unknown as ServerRef<M>;
}

/**
 * Sends a request and waits for the reply, `timeout` ms at most, 5000 by default (`gen_server:call/3`). Throws
 * CallError: `timeout`, `noproc`, `noconnection`, `{ badRequest, calls }`, or what the server ended with.
 */
export function call<Calls, Casts, Name extends keyof Calls & string>(
  self: AnySelf,
  server: Pid<Protocol<Calls, Casts>> | ServerRef<Protocol<Calls, Casts>>,
  request: readonly [name: Name, ...args: ArgsOf<Calls[Name]>],
  timeout?: number,
): Promise<ReplyOf<Calls[Name]>>;
export function call(self: AnySelf, server: AnyServer, request: Request, timeout?: number): Promise<unknown>;
export function call(self: AnySelf, server: unknown, request: Request, timeout?: number): Promise<unknown> {
  if (server instanceof Pid || !isVia(server)) return self.call(server as Dest, request, timeout);
  return callVia(self, server, request, timeout);
}

async function callVia(
  self: AnySelf,
  server: ViaName<never>,
  request: Request,
  timeout?: number,
): Promise<unknown> {
  const pid = await whereisVia(self, server);
  if (pid === undefined) throw new CallError("noproc", formatVia(server), request);
  return self.call(pid as Pid, request, timeout);
}

/**
 * Sends a request that wants no reply (`gen_server:cast/2`). Nobody there: dropped. Throws TermError. With a via name
 * it is sent when the promise is settled.
 */
export function cast<Calls, Casts, Name extends keyof Casts & string>(
  self: AnySelf,
  server: ViaName<Protocol<Calls, Casts>>,
  request: readonly [name: Name, ...args: ArgsOf<Casts[Name]>],
): Promise<void>;
export function cast(self: AnySelf, server: ViaName, request: Request): Promise<void>;
export function cast<Calls, Casts, Name extends keyof Casts & string>(
  self: AnySelf,
  server: Pid<Protocol<Calls, Casts>> | ServerRef<Protocol<Calls, Casts>>,
  request: readonly [name: Name, ...args: ArgsOf<Casts[Name]>],
): void;
export function cast(self: AnySelf, server: Exclude<AnyServer, ViaName>, request: Request): void;
export function cast(self: AnySelf, server: unknown, request: Request): void | Promise<void> {
  const message: CastMessage = { tag: "$cast", request };
  if (isVia(server)) return castVia(self, server, message);
  self.send(target(self, server), message as never);
}

/** No keeper of names is nobody there, too. */
async function castVia(self: AnySelf, server: ViaName<never>, message: CastMessage): Promise<void> {
  try {
    await sendVia(self, server, message);
  } catch (thrown) {
    if (!(thrown instanceof Exit)) throw thrown;
  }
}

/** Who is behind a name of any kind, to monitor, link or send to it; a process of this node or of any (`gen:where/1`). */
export function whereis<M>(self: AnySelf, server: ViaName<M>): Promise<Pid<M> | undefined>;
export function whereis(self: AnySelf, server: string | ViaName): Promise<Pid<unknown> | undefined>;
export async function whereis(self: AnySelf, server: string | ViaName): Promise<Pid<unknown> | undefined> {
  return isVia(server) ? whereisVia(self, server) : self.whereis(server);
}

/** Answers a call, from any process, at any time; a caller that waits no more does not see it (`gen_server:reply/2`). */
export function reply(self: AnySelf, from: From, value: unknown): void {
  self.reply(from, value);
}

/**
 * Asks a server to end with `reason` and waits until it has, `timeout` ms at most, without limit by default
 * (`gen_server:stop/3`). Throws CallError: `timeout`, `noproc`, or the other reason that it ended with.
 */
export async function stop(
  self: AnySelf,
  server: Pid<never> | ServerRef<never> | string | Address,
  reason: ExitReason = "normal",
  timeout = Number.POSITIVE_INFINITY,
): Promise<void> {
  const me = self as Self<unknown>;
  const to = isVia(server) ? await whereisVia(self, server) : target(self, server);
  if (to === undefined) throw new CallError("noproc", formatVia(server as ViaName<never>), ["stop", reason]);
  const ref = me.monitor(to);
  const message: StopMessage = { tag: "$stop", reason };
  me.send(to, message as never);
  const isDown = (m: unknown): m is Down =>
    (m as Partial<Down> | null)?.tag === "DOWN" && (m as Down).ref === ref;
  const down = await me.receive(isDown, { after: timeout, since: ref });
  const failed = (why: ExitReason) =>
    new CallError(why, to instanceof Pid ? String(to) : formatAddress(to), ["stop", reason]);
  if (down === TIMEOUT) {
    me.demonitor(ref, { flush: true });
    throw failed("timeout");
  }
  if (formatReason(down.reason) !== formatReason(reason)) throw failed(down.reason);
}

/** A name of this node as an address: sending to one that nobody has is no error. */
export function target(self: AnySelf, server: unknown): Pid | Address {
  return typeof server === "string" ? { name: server, node: self.node } : (server as Pid | Address);
}
