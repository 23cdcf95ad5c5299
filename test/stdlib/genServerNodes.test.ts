/** Requests to many nodes, late replies and system messages between nodes keep the rules that they keep on one. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type Node, type Self, TIMEOUT } from "../../runtime/index.js";
import {
  abcast,
  call,
  cast,
  multiCall,
  receiveResponse,
  sendRequest,
  serverRef,
  start,
  startLink,
  sys,
  waitResponse,
} from "../../stdlib/index.js";
import { cleanUp, startEpmd, startHere, stopHere } from "../node/harness.js";
import { failure } from "./helpers.js";
import { account } from "./moreServers.js";
import { counter } from "./servers.js";

interface Nodes {
  a: Node;
  b: Node;
  here: Self<unknown>;
  there: Self<unknown>;
}

const test = suite<Nodes>("stdlib/genServerNodes");

test.before(async (nodes) => {
  const epmd = await startEpmd();
  nodes.a = await startHere("a", epmd, { schedulers: 1 });
  nodes.b = await startHere("b", epmd, { schedulers: 1 });
  nodes.here = nodes.a.self;
  nodes.there = nodes.b.self;
  for (const [i, self] of [nodes.here, nodes.there].entries())
    await start(self, counter, [10 * i], { name: "counter" });
  await startLink(nodes.there, account, [{}], { name: "account" });
});

test("multiCall and abcast reach all nodes, replies in the order of the nodes", async ({ a, b, here }) => {
  const name = serverRef(counter, "counter");
  const nodes = [b.name, "nobody@127.0.0.1", a.name];
  abcast(here, nodes, name, ["reset", 5]);
  const { replies, badNodes } = await multiCall(here, nodes, name, ["add", 1], 10_000);
  assert.equal(replies, [
    { node: b.name, reply: 6 },
    { node: a.name, reply: 6 },
  ]);
  assert.equal(badNodes, ["nobody@127.0.0.1"]);
});

test("a late reply from another node is dropped", async ({ b, here }) => {
  const far = serverRef(counter, { name: "counter", node: b.name });
  const late = sendRequest(here, far, ["later"]);
  assert.is(await failure(receiveResponse(here, late, 1)), "timeout");
  cast(here, far, ["answer", "late"]);
  await call(here, far, ["get"]);
  assert.is(await here.receive({ after: 0 }), TIMEOUT);
});

test("a server of another node is suspended, changed and resumed", async ({ b, here }) => {
  const far = { name: "account", node: b.name };
  await sys.suspend(here, far);
  const waiting = sendRequest(here, far, ["add", 1]);
  await sys.replaceState(here, far, { balance: 41, order: [], observer: null });
  assert.is((await sys.getStatus(here, far)).status, "suspended");
  assert.is(await waitResponse(here, waiting, 0), TIMEOUT);
  await sys.resume(here, far);
  assert.is(await receiveResponse(here, waiting), 42);
});

test("a node that is lost fails what was asked of it", async ({ a, b, here }) => {
  const far = serverRef(counter, { name: "counter", node: b.name });
  const requests = [sendRequest(here, far, ["later"]), sendRequest(here, far, ["later"])];
  await call(here, far, ["get"]);
  await stopHere(b);
  for (const id of requests) {
    const reason = await failure(receiveResponse(here, id));
    assert.ok(["noconnection", "shutdown", "killed"].includes(reason as string), String(reason));
  }
  const { replies, badNodes } = await multiCall(here, [a.name, b.name], "counter", ["get"]);
  assert.is(replies.length, 1);
  assert.equal(badNodes, [b.name]);
  assert.is(await failure(sys.getState(here, { name: "account", node: b.name })), "noconnection");
});

test("leavesNothingBehind", cleanUp);

test.run();
