/** Collections of requests keep the rules of the `reqids_*` of `gen_server`; what OTP 25 gave is said with the rule. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { TIMEOUT } from "../../runtime/index.js";
import {
  call,
  cast,
  checkResponse,
  ReqIds,
  receiveResponse,
  sendRequest,
  start,
  stop,
  waitResponse,
} from "../../stdlib/index.js";
import { type Fixture, failure, onNode } from "./helpers.js";
import { codeLock } from "./machines.js";
import { counter } from "./servers.js";

const test = suite<Fixture>("stdlib/requestIds");
onNode(test);

/** The same rule for a server on the client's own scheduler and on another one. */
function everywhere(rule: string, check: (fixture: Fixture, scheduler: number) => Promise<void>): void {
  for (const scheduler of [0, 1])
    test(`${rule}, on scheduler ${scheduler}`, (fixture) => check(fixture, scheduler));
}

// Erlang: {{reply, a}, one, Coll}, in the order of the replies; then no_request.
everywhere("replies come in their order, with their labels", async ({ self }, scheduler) => {
  const slow = await start(self, counter, [1], { scheduler });
  const pid = await start(self, counter, [2], { scheduler });
  const lock = await start(self, codeLock, ["1"], { scheduler });
  const ids = new ReqIds<unknown, string>();
  ids.add(sendRequest(self, slow, ["later"]), "slow");
  ids.add(sendRequest(self, pid, ["get"]), "quick");
  assert.equal([ids.size, ids.toList().map(([, label]) => label)], [2, ["slow", "quick"]]);
  const first = await receiveResponse(self, ids);
  assert.ok(typeof first === "object" && "reply" in first && first.label === "quick" && first.reply === 2);
  assert.is(await waitResponse(self, ids, 0), TIMEOUT);
  ids.add(sendRequest(self, lock, ["state"]), "lock");
  const second = await waitResponse(self, ids);
  assert.ok(typeof second === "object" && "reply" in second && second.reply === "locked");
  cast(self, slow, ["answer", 7]);
  const third = await receiveResponse(self, ids, 10_000);
  assert.ok(typeof third === "object" && "reply" in third && third.label === "slow" && third.reply === 7);
  assert.is(ids.size, 0);
  assert.is(await receiveResponse(self, ids), "noRequest");
  assert.is(await waitResponse(self, ids), "noRequest");
  assert.is(checkResponse("hello", ids), "noRequest");
  for (const one of [slow, pid, lock]) await stop(self, one);
});

// Erlang: {{error, {noproc, none}}, three, Coll}.
everywhere("a server that ends, or is not there, is an error", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  const ids = new ReqIds<unknown, number>();
  ids.add(sendRequest(self, pid, ["later"]), 1);
  ids.add(sendRequest(self, "none", ["get"]), 2);
  const failed = async () => {
    const answer = await receiveResponse(self, ids, 10_000);
    assert.ok(typeof answer === "object" && "error" in answer);
    return answer as { label: number; error: { failure: unknown } };
  };
  const none = await failed();
  assert.equal([none.label, none.error.failure], [2, "noproc"]);
  await stop(self, pid, "shutdown");
  const gone = await failed();
  assert.equal([gone.label, gone.error.failure], [1, "shutdown"]);
});

// Erlang: with Delete = false the request stays, and waiting for it again times out.
everywhere("an answered request stays if told so, and waits for nothing", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  const ids = new ReqIds<number, string>();
  ids.add(sendRequest(self, pid, ["get"]), "get");
  const answer = await receiveResponse(self, ids, 10_000, false);
  assert.ok(typeof answer === "object" && "reply" in answer);
  assert.is(ids.size, 1);
  assert.is(await waitResponse(self, ids, 0), TIMEOUT);
  await stop(self, pid);
});

everywhere("receiveResponse that times out gives all of them up", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  const ids = new ReqIds();
  const kept = sendRequest(self, pid, ["later"]);
  for (const label of [1, 2]) ids.add(sendRequest(self, pid, ["later"]), label);
  assert.is(await receiveResponse(self, ids, 5), TIMEOUT);
  assert.is(ids.size, 0);
  cast(self, pid, ["answer", 7]);
  assert.is(await receiveResponse(self, kept), 7);
  await call(self, pid, ["get"]);
  assert.is(await self.receive({ after: 0 }), TIMEOUT);
  await stop(self, pid);
});

everywhere("checkResponse knows the message that answers one of them", async ({ self }, scheduler) => {
  const pid = await start(self, counter, [1], { scheduler });
  const ids = new ReqIds<number, string>();
  ids.add(sendRequest(self, pid, ["get"]), "get");
  // Erlang: no_reply for any other message.
  assert.is(checkResponse("hello", ids), undefined);
  assert.is(checkResponse(null, ids), undefined);
  const answer = checkResponse(await self.receive(), ids);
  assert.ok(typeof answer === "object" && "reply" in answer && answer.reply === 1);
  assert.is(ids.size, 0);
  await stop(self, pid);
});

// Erlang: badarg.
test("a request is in a collection once", async ({ self }) => {
  const id = sendRequest(self, "none", ["get"]);
  const ids = new ReqIds();
  ids.add(id, 1);
  assert.throws(() => ids.add(id, 2), /in the collection already/);
  assert.is(await failure(receiveResponse(self, id)), "noproc");
});

test.run();
