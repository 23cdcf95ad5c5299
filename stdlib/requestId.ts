/**
 * Requests whose replies are fetched later, so that a process can wait for many at once (OTP: `gen_server`'s
 * `send_request`, `receive_response`, `wait_response`, `check_response`), and requests to many nodes.
 *
 * ```ts
 * import { genServer, receiveResponse, sendRequest, startLink } from "ringbeam";
 *
 * export const adder = genServer(import.meta.url, "adder", {
 *   init: () => 0,
 *   handleCall: { add: (_ctx, a: number, b: number) => a + b },
 * });
 *
 * const one = await startLink(self, adder, []);
 * const two = await startLink(self, adder, []);
 * const ids = [sendRequest(self, one, ["add", 1, 2]), sendRequest(self, two, ["add", 3, 4])];
 * // Both are at work; now for the replies.
 * const sums: number[] = [];
 * for (const id of ids) sums.push(await receiveResponse(self, id));
 * sums; //=> [3, 7]
 * ```
 *
 * |                   | waits | not there in time                    | the server ended, or refused |
 * | ----------------- | ----- | ------------------------------------ | ---------------------------- |
 * | `receiveResponse` | yes   | throws CallError `timeout`, gives up | throws CallError             |
 * | `waitResponse`    | yes   | gives TIMEOUT; may be asked again    | throws CallError             |
 * | `checkResponse`   | no    | gives undefined: another message     | throws CallError             |
 *
 * The id's ref is a monitor and the alias that the reply comes to, so a request that was given up leaves nothing
 * behind: its reply, should it come yet, is dropped by the runtime.
 */
import {
  type Address,
  CallError,
  type Down,
  formatAddress,
  Pid,
  type Ref,
  type ReplyMessage,
  type Self,
  TIMEOUT,
} from "../runtime/index.js";
import {
  type AnyServer,
  type ArgsOf,
  cast,
  type Protocol,
  type ReplyOf,
  type Request,
  type ServerRef,
  target,
} from "./gen.js";
import type { AnySelf } from "./procLib.js";
import { formatVia, isVia, type ViaName, whereisVia } from "./via.js";

declare const replyType: unique symbol;

/** A request on its way. `Reply`: what it will be answered. Only the process that sent it can use it. */
export class ReqId<out Reply = unknown> {
  declare readonly [replyType]?: Reply;
  readonly #ref: Ref;
  readonly #server: string;
  readonly #request: unknown;

  /** @internal: ids come from `sendRequest`. */
  constructor(ref: Ref, server: string, request: unknown) {
    this.#ref = ref;
    this.#server = server;
    this.#request = request;
  }

  /** @internal */
  get ref(): Ref {
    return this.#ref;
  }

  /** @internal */
  failed(reason: unknown): CallError {
    return new CallError(reason, this.#server, this.#request);
  }
}

/**
 * Sends a request whose reply can be fetched later. A server that is not there is an answer, too. Throws TermError.
 * With a via name the id comes as a promise.
 */
export function sendRequest<Calls, Casts, Name extends keyof Calls & string>(
  self: AnySelf,
  server: ViaName<Protocol<Calls, Casts>>,
  request: readonly [name: Name, ...args: ArgsOf<Calls[Name]>],
): Promise<ReqId<ReplyOf<Calls[Name]>>>;
export function sendRequest(self: AnySelf, server: ViaName, request: Request): Promise<ReqId>;
export function sendRequest<Calls, Casts, Name extends keyof Calls & string>(
  self: AnySelf,
  server: Pid<Protocol<Calls, Casts>> | ServerRef<Protocol<Calls, Casts>>,
  request: readonly [name: Name, ...args: ArgsOf<Calls[Name]>],
): ReqId<ReplyOf<Calls[Name]>>;
export function sendRequest(self: AnySelf, server: Exclude<AnyServer, ViaName>, request: Request): ReqId;
export function sendRequest(self: AnySelf, server: unknown, request: Request): ReqId | Promise<ReqId> {
  return sendTagged(self, server, "$call", request);
}

type RequestTag = "$call" | "$system";

/** A request of any kind that `Self.reply` answers. */
export function sendTagged(
  self: AnySelf,
  server: unknown,
  tag: RequestTag,
  request: Request,
): ReqId | Promise<ReqId> {
  return isVia(server)
    ? sendTaggedVia(self, server, tag, request)
    : sendTo(self, target(self, server), tag, request);
}

async function sendTaggedVia(
  self: AnySelf,
  server: ViaName<never>,
  tag: RequestTag,
  request: Request,
): Promise<ReqId> {
  const pid = await whereisVia(self, server);
  if (pid !== undefined) return sendTo(self, pid as Pid, tag, request);
  const me = self as Self<unknown>;
  const down: Down = {
    tag: "DOWN",
    ref: me.makeRef(),
    process: { name: formatVia(server), node: self.node },
    reason: "noproc",
  };
  me.send(me.pid, down);
  return new ReqId(down.ref, formatVia(server), request);
}

function sendTo(self: AnySelf, to: Pid | Address, tag: RequestTag, request: Request): ReqId {
  const me = self as Self<unknown>;
  const ref = me.monitor(to, { alias: "replyDemonitor" });
  try {
    me.send(to, { tag, from: { pid: me.pid, ref }, request } as never);
  } catch (error) {
    me.demonitor(ref);
    throw error;
  }
  return new ReqId(ref, to instanceof Pid ? String(to) : formatAddress(to), request);
}

/** Waits for the reply, `timeout` ms at most, without limit by default; after that the request is given up. */
export async function receiveResponse<R>(
  self: AnySelf,
  id: ReqId<R>,
  timeout = Number.POSITIVE_INFINITY,
): Promise<R> {
  const me = self as Self<unknown>;
  const response = await waitResponse(self, id, timeout);
  if (response !== TIMEOUT) return response;
  me.demonitor(id.ref);
  // What came since the time was up is no less an answer.
  const last = await waitResponse(self, id, 0);
  if (last === TIMEOUT) throw id.failed("timeout");
  return last;
}

/** Waits for the reply, `timeout` ms at most; TIMEOUT leaves the request as it is. */
export async function waitResponse<R>(
  self: AnySelf,
  id: ReqId<R>,
  timeout = Number.POSITIVE_INFINITY,
): Promise<R | typeof TIMEOUT> {
  const me = self as Self<unknown>;
  const message = await me.receive((m) => isAnswer(m, id.ref), { after: timeout, since: id.ref });
  return message === TIMEOUT ? TIMEOUT : resultOf(id, message as ReplyMessage | Down);
}

/** For a message that the process has taken already: the reply, if it is the one to this request. */
export function checkResponse<R>(message: unknown, id: ReqId<R>): { readonly reply: R } | undefined {
  return isAnswer(message, id.ref) ? { reply: resultOf(id, message) } : undefined;
}

function resultOf<R>(id: ReqId<R>, answer: ReplyMessage | Down): R {
  if (answer.tag === "DOWN") throw id.failed(answer.reason);
  if (Object.hasOwn(answer, "failure")) throw id.failed(answer.failure);
  return answer.reply as R;
}

function isAnswer(message: unknown, ref: Ref): message is ReplyMessage | Down {
  const m = message as Partial<ReplyMessage | Down> | null | undefined;
  return typeof m === "object" && m !== null && m.ref === ref && (m.tag === "$reply" || m.tag === "DOWN");
}

// -- many nodes --------------------------------------------------------------------------------------------------

/** What came of a request to a name on many nodes; both in the order of the nodes that were asked. */
export interface MultiReply<R> {
  /** Who answered what. */
  readonly replies: readonly { readonly node: string; readonly reply: R }[];
  /** Without such a server, unreachable, refusing, or too late. */
  readonly badNodes: readonly string[];
}

type NamedRef<Calls, Casts> = ServerRef<Protocol<Calls, Casts>>;

/**
 * Calls the servers of this name on each of the nodes, all at once; `timeout` ms, without limit by default, are
 * for all of them together (`gen_server:multi_call/4`). Throws TermError.
 */
export function multiCall<Calls, Casts, Name extends keyof Calls & string>(
  self: AnySelf,
  nodes: readonly string[],
  name: NamedRef<Calls, Casts>,
  request: readonly [name: Name, ...args: ArgsOf<Calls[Name]>],
  timeout?: number,
): Promise<MultiReply<ReplyOf<Calls[Name]>>>;
export function multiCall(
  self: AnySelf,
  nodes: readonly string[],
  name: string,
  request: Request,
  timeout?: number,
): Promise<MultiReply<unknown>>;
export async function multiCall(
  self: AnySelf,
  nodes: readonly string[],
  name: unknown,
  request: Request,
  timeout = Number.POSITIVE_INFINITY,
): Promise<MultiReply<unknown>> {
  const end = self.now() + timeout;
  const asked = nodes.map((node) => ({ node, id: sendTo(self, on(node, name), "$call", request) }));
  const replies: { node: string; reply: unknown }[] = [];
  const badNodes: string[] = [];
  for (const { node, id } of asked) {
    try {
      const reply = await receiveResponse(self, id, Math.max(0, end - self.now()));
      replies.push({ node, reply });
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      badNodes.push(node);
    }
  }
  return { replies, badNodes };
}

/** Casts to the servers of this name on each of the nodes; where there is none, nothing happens (`gen_server:abcast/3`). */
export function abcast<Calls, Casts, Name extends keyof Casts & string>(
  self: AnySelf,
  nodes: readonly string[],
  name: NamedRef<Calls, Casts>,
  request: readonly [name: Name, ...args: ArgsOf<Casts[Name]>],
): void;
export function abcast(self: AnySelf, nodes: readonly string[], name: string, request: Request): void;
export function abcast(self: AnySelf, nodes: readonly string[], name: unknown, request: Request): void {
  for (const node of nodes) cast(self, on(node, name), request);
}

/** A `serverRef` is the name, or the address, that it was made from. */
function on(node: string, name: unknown): Address {
  return { name: typeof name === "string" ? name : (name as Address).name, node };
}
