/** Many requests of `erpc` at once, with labels, whose answers are taken in the order in which they come (`erpc:reqids_*`). */
import { type Ref, type Self, TIMEOUT } from "../runtime/index.js";
import type { Outcome } from "./erpcOutcome.js";
import { answeredRef, giveUp, outcomeIn, type RequestId } from "./erpcRequest.js";
import type { AnySelf } from "./procLib.js";

/** What came of a request of a collection. */
export interface LabelledOutcome<R, Label> {
  /** What the request was added with. */
  readonly label: Label;
  /** The request. */
  readonly id: RequestId<R>;
  /** Its result, or why there is none. */
  readonly outcome: Outcome<R>;
}

interface Labelled<R, Label> {
  readonly id: RequestId<R>;
  readonly label: Label;
}

/** Requests on their way, with their labels (`erpc:reqids_new/0`). Only the process that sent them can use it. */
export class RequestIds<R = unknown, Label = unknown> {
  readonly #byRef = new Map<Ref, Labelled<R, Label>>();

  /** `reqids_add/3`; with `sendRequest` in it, `send_request/6`. Throws TypeError if the id is there already. */
  add(id: RequestId<R>, label: Label): void {
    if (this.#byRef.has(id.ref))
      throw new TypeError("RequestIds.add: this request is in the collection already");
    this.#byRef.set(id.ref, { id, label });
  }

  /** `reqids_size/1` */
  get size(): number {
    return this.#byRef.size;
  }

  /** `reqids_to_list/1` */
  toList(): [id: RequestId<R>, label: Label][] {
    return Array.from(this.#byRef.values(), ({ id, label }) => [id, label]);
  }

  /** @internal: which of them the message answers */
  find(message: unknown): Labelled<R, Label> | undefined {
    const ref = answeredRef(message);
    return ref && this.#byRef.get(ref);
  }

  /** @internal */
  remove(id: RequestId): void {
    this.#byRef.delete(id.ref);
  }
}

type Answer = LabelledOutcome<unknown, unknown> | "noRequest";

export async function receiveResponse(
  self: AnySelf,
  ids: RequestIds,
  timeout: number,
  remove: boolean,
): Promise<Answer | typeof TIMEOUT> {
  const answer = await waitResponse(self, ids, timeout, remove);
  if (answer !== TIMEOUT) return answer;
  // What came since the time was up is no less an answer: the first counts, the rest are dropped.
  const late = ids.toList().filter(([id]) => !giveUp(self, id));
  const last = late.length > 0 ? await waitResponse(self, ids, 0, remove) : TIMEOUT;
  for (const [id] of ids.toList()) {
    await (self as Self<unknown>).receive((m) => answers(m, id), { after: 0 });
    ids.remove(id);
  }
  return last;
}

export async function waitResponse(
  self: AnySelf,
  ids: RequestIds,
  timeout: number,
  remove: boolean,
): Promise<Answer | typeof TIMEOUT> {
  if (ids.size === 0) return "noRequest";
  const isAnswer = (m: unknown): boolean => ids.find(m) !== undefined;
  const message = await (self as Self<unknown>).receive(isAnswer, { after: timeout });
  return message === TIMEOUT ? TIMEOUT : (checkResponse(message, ids, remove) as Answer);
}

export function checkResponse(message: unknown, ids: RequestIds, remove: boolean): Answer | undefined {
  if (ids.size === 0) return "noRequest";
  const found = ids.find(message);
  if (found === undefined) return undefined;
  if (remove) ids.remove(found.id);
  return { ...found, outcome: outcomeIn(found.id, message) };
}

/** Whether the message answers this request. */
export function answers(message: unknown, { ref }: RequestId): boolean {
  return answeredRef(message) === ref;
}
