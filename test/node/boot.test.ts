/** A node inside a program: `startNode`, its applications, its end, and what is left of a start that failed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ConnectError } from "../../runtime/dist/connectError.js";
import {
  type Application,
  ApplicationError,
  OptionError,
  proc,
  type Self,
  startNode,
} from "../../runtime/index.js";
import {
  cleanUp,
  eventually,
  freePort,
  socketsOf,
  startEpmd,
  startHere,
  stopHere,
  tempFile,
  within,
} from "./harness.js";

const test = suite("a node in a program");

export const waits = proc(import.meta.url, async function waits(self: Self<unknown>) {
  await self.receive();
});

const app = (name: string, stop: () => void): Application => ({
  name,
  start: () => ({ proc: waits, args: [], name }),
  stop,
});

test("applicationsStopInReverseOrderOfTheirStart", async () => {
  const node = await startNode({ schedulers: 1 });
  const order: string[] = [];
  for (const name of ["a", "b", "c"]) {
    const up = () => node.self.registered().filter((other) => other.length === 1);
    await node.startApplication(app(name, () => order.push(`${name} of ${up().sort()}`)));
  }
  await node.stop();
  assert.equal(order, ["c of a,b", "b of a", "a of "]);
});

test("anApplicationThatFailsToStopKeepsNoOtherUp", async () => {
  const epmd = await startEpmd();
  const node = await startHere("failing", epmd);
  const stopped: string[] = [];
  await node.startApplication(app("first", () => stopped.push("first")));
  await node.startApplication(
    app("second", () => {
      throw new Error("cannot let go");
    }),
  );
  const error = await stopHere(node).catch((e: unknown) => e);
  assert.is((error as Error).message, "cannot let go");
  assert.equal(stopped, ["first"]);
  await eventually("its name is free", () => epmd.names().length === 0);
});

test("stopCanBeCalledAnyNumberOfTimes", async () => {
  const node = await startNode({ schedulers: 0 });
  await Promise.all([node.stop(), node.stop()]);
  await node.stop();
});

test("anApplicationThatDoesNotStartIsGoneAndTheNodeLivesOn", async () => {
  const node = await startNode({ schedulers: 0 });
  const bad: Application = { name: "bad", start: () => ({ proc: waits, args: [], name: "kernel" }) };
  const error = await node.startApplication(bad).catch((e: unknown) => e);
  assert.instance(error, ApplicationError);
  assert.match((error as Error).message, /application bad did not start: .*alreadyRegistered/);
  await node.startApplication(app("good", () => {}));
  assert.is(await node.self.call("kernel", ["ping"]), "pong");
  await node.stop();
});

test("aModuleThatThrowsLeavesNothingOfTheNode", async () => {
  const epmd = await startEpmd();
  const before = socketsOf(process.pid).length;
  const module = pathToFileURL(tempFile("bad.mjs", 'throw new Error("not today");\n')).href;
  const error = await startHere("unborn", epmd, { schedulers: 1, modules: [module] }).catch(
    (e: unknown) => e,
  );
  assert.is((error as Error).message, "not today");
  await eventually("its name is free", () => epmd.names().length === 0);
  await stopHere(await startHere("unborn", epmd));
  await eventually("its sockets are closed", () => socketsOf(process.pid).length === before);
});

test("whatIsWrongWithAnOptionIsSaidBeforeAnythingRuns", async () => {
  const wrong = [
    { name: "no host" },
    { schedulers: 64 },
    { schedulers: 0.5 },
    { name: "a@127.0.0.1", cookie: "" },
    { name: "a@127.0.0.1", cookie: "c", epmd: "here:there" },
  ];
  for (const options of wrong) {
    const error = await startNode(options).catch((e: unknown) => e);
    assert.instance(error, OptionError, JSON.stringify(options));
  }
});

test("connectSaysWhyThereIsNoConnection", async () => {
  const epmd = await startEpmd();
  const [node, nameless] = [await startHere("asks", epmd), await startNode({ schedulers: 0 })];
  const failures: [other: string, code: string][] = [
    ["nobody@127.0.0.1", "notThere"],
    ["nobody", "name"],
    ["a@127.0.0.1@c", "name"],
  ];
  for (const [other, code] of failures) {
    const error = await node.connect(other).catch((e: unknown) => e);
    assert.instance(error, ConnectError);
    assert.is((error as ConnectError).code, code);
  }
  const error = await nameless.connect("asks@127.0.0.1").catch((e: unknown) => e);
  assert.match((error as Error).message, /a node without a name cannot connect/);
  await stopHere(node);
  await nameless.stop();
});

test("aNodeKnowsItselfByItsFullName", async () => {
  const epmd = await startEpmd();
  const node = await startHere("itself", epmd, { schedulers: 1 });
  assert.is(await node.self.call({ name: "kernel", node: node.name }, ["ping"]), "pong");
  await node.connect(node.name).catch(() => {});
  assert.equal(node.nodes(), []);
  await stopHere(node);
});

test("theProgramEndsByItselfOnceItsNodeHasStopped", async () => {
  const epmd = await startEpmd();
  const runtime = new URL("../../runtime/index.js", import.meta.url).href;
  const program = `import { startNode } from ${JSON.stringify(runtime)};
const options = { cookie: "c", epmd: "127.0.0.1:${epmd.port}", schedulers: 1 };
const a = await startNode({ name: "pa@127.0.0.1", listen: ${await freePort()}, ...options });
const b = await startNode({ name: "pb@127.0.0.1", ...options });
await a.self.call({ name: "kernel", node: b.name }, ["inspect"]);
await Promise.all([a.stop(), b.stop()]);
`;
  const child = spawn(process.execPath, [tempFile("program.mjs", program)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code] = await within("the program ends", once(child, "close")).finally(() => child.kill("SIGKILL"));
  assert.is(code, 0);
});

test("permanentThatEndsStopsTheNodeOfAProgramWhoseExitCodeIsThen1", async () => {
  const runtime = new URL("../../runtime/index.js", import.meta.url).href;
  const program = `import { application, proc, startNode } from ${JSON.stringify(runtime)};
const root = proc(import.meta.url, async function root(self) {
  await self.receive();
});
const brief = application({ name: "brief", start: () => ({ proc: root, args: [], name: "brief" }) });
const node = await startNode({ schedulers: 1, applications: [brief] });
node.self.send("brief", "end");
`;
  const child = spawn(process.execPath, [tempFile("program.mjs", program)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const [code] = await within("the program ends", once(child, "close")).finally(() => child.kill("SIGKILL"));
  assert.is(code, 1);
  assert.match(stderr, /^application brief ended: normal; it is permanent: the node stops$/m);
});

test("leavesNothingBehind", cleanUp);

test.run();
