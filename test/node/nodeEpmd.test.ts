/** Nodes and their registry: an epmd that starts by itself and leaves again, `ringbeam epmd`, and Erlang's on either side. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  COOKIE,
  cleanUp,
  eventually,
  freePort,
  heldPort,
  processesWith,
  Ringbeam,
  ringbeam,
  startApart,
  startHere,
  stopHere,
  tempFolder,
  within,
} from "./harness.js";

const test = suite("nodes and epmd");

const IDLE = { RINGBEAM_EPMD_IDLE: "200" };

const node = (name: string, port: number) =>
  startApart(
    ["--name", `${name}@127.0.0.1`, "--cookie", COOKIE, "--epmd", `127.0.0.1:${port}`, "--schedulers", "0"],
    { env: IDLE },
  );

const namesAt = async (port: number) => (await ringbeam(["names", "--epmd", `127.0.0.1:${port}`])).stdout;
const daemonsAt = (port: number) => processesWith(`--listen\x00127.0.0.1:${port}`);

test("theFirstNodeStartsAnEpmdThatOutlivesItAndLeavesAfterTheLast", async () => {
  const port = await freePort();
  const first = await node("first", port);
  assert.is(daemonsAt(port).length, 1);
  const second = await node("second", port);
  assert.is(daemonsAt(port).length, 1);
  await first.kill();
  await eventually("the dead node's name is gone", async () => !(await namesAt(port)).includes("first"));
  const ping = ["ping", "second@127.0.0.1", "--epmd", `127.0.0.1:${port}`, "--cookie", COOKIE];
  assert.is((await ringbeam(ping)).code, 0);
  await second.stop();
  await eventually("the epmd has left", () => daemonsAt(port).length === 0);
});

test("nodesThatStartAtOnceShareOneEpmd", async () => {
  const port = await freePort();
  const nodes = await Promise.all(["one", "two", "three"].map((name) => node(name, port)));
  assert.match(await namesAt(port), /: 3 nodes\n/);
  await eventually("one epmd is left", () => daemonsAt(port).length === 1);
  await Promise.all(nodes.map((each) => each.stop()));
  await eventually("no epmd is left", () => daemonsAt(port).length === 0);
});

test("aNodeWhoseEpmdIsElsewhereOrNoneSaysSo", async () => {
  const held = await heldPort();
  for (const [where, says] of [
    ["192.0.2.1:4369", /no epmd answers at 192\.0\.2\.1:4369, and one can be started on loopback only/],
    [`127.0.0.1:${held}`, /epmd at 127\.0\.0\.1:\d+: not an answer of epmd/],
  ] as const) {
    const args = ["node", "--name", "lonely@127.0.0.1", "--cookie", COOKIE, "--epmd", where];
    const { code, stderr } = await ringbeam(args);
    assert.is(code, 1);
    assert.match(stderr, says);
    assert.match(stderr, /^ringbeam node: [^\n]*\n$/m);
  }
});

test("epmdRunsUntilASignal", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    const port = await freePort();
    const epmd = new Ringbeam(["epmd", "--listen", `127.0.0.1:${port}`]);
    await epmd.says(/is up.*\n/);
    assert.is(epmd.stdout, `epmd is up: listening on 127.0.0.1:${port}\n`);
    const second = await ringbeam(["epmd", "--listen", `127.0.0.1:${port}`]);
    assert.is(second.code, 1);
    assert.match(
      second.stderr,
      /^ringbeam epmd: epmd cannot listen on 127.*: something listens there already.*\n$/,
    );
    assert.is(
      (await ringbeam(["epmd", "--daemon", "--listen", `127.0.0.1:${port}`])).code,
      0,
      "a daemon is quiet",
    );
    epmd.signal(signal);
    assert.is((await epmd.ended).code, 0);
  }
});

test("nodesStayConnectedWhenTheirEpmdDies", async () => {
  const port = await freePort();
  const epmd = new Ringbeam(["epmd", "--listen", `127.0.0.1:${port}`]);
  await epmd.says(/is up/);
  const at = { epmd: `127.0.0.1:${port}` };
  const [a, b] = [await startHere("a", { port } as never, at), await startHere("b", { port } as never, at)];
  await a.connect(b.name);
  await epmd.kill();
  b.self.register("inbox");
  a.self.send({ name: "inbox", node: b.name }, "still here");
  assert.is(await b.self.receive({ after: 5000 }), "still here");
  await stopHere(a);
  await stopHere(b);
});

test("aNodeRegistersAgainWithTheNextEpmd", async () => {
  const port = await freePort();
  const start = async () => {
    const epmd = new Ringbeam(["epmd", "--listen", `127.0.0.1:${port}`]);
    await epmd.says(/is up/);
    return epmd;
  };
  const first = await start();
  const node = await startHere("again", { port } as never, { epmd: `127.0.0.1:${port}` });
  await first.kill();
  const second = await start();
  await eventually("the node is registered again", async () => (await namesAt(port)).includes("again"));
  await stopHere(node);
  await second.kill();
});

// -- Erlang ----------------------------------------------------------------------------------------------------------

const ERLANG = hasErlang();
if (!ERLANG) console.log("  tests with Erlang are skipped: no `erl` and `epmd` on the PATH");

function hasErlang(): boolean {
  try {
    execFileSync("sh", ["-c", "command -v erl && command -v epmd"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const erlang: ChildProcess[] = [];

/** A program of Erlang's, with its own home and this epmd port. */
function run(command: string, args: string[], port: number): ChildProcess {
  const env = { ...process.env, HOME: tempFolder(), ERL_EPMD_PORT: String(port) };
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  erlang.push(child);
  return child;
}

/** What the child has said, once it has said this. */
async function told(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = "";
  while (!pattern.test(text)) text += (await within("a word of Erlang's", once(child.stdout!, "data")))[0];
  return text;
}

async function endErlang(): Promise<void> {
  for (const child of erlang.splice(0)) {
    const gone = once(child, "close");
    child.stdout!.resume();
    child.kill("SIGKILL");
    await gone;
  }
}

test.after.each(endErlang);

test("erlangsEpmdListsAndServesOurNodes", async () => {
  if (!ERLANG) return;
  const port = await freePort();
  run("epmd", ["-port", String(port)], port);
  await eventually("Erlang's epmd answers", async () => (await namesAt(port)).includes("0 nodes"));
  const ours = await node("ours", port);
  const listed = execFileSync("epmd", ["-port", String(port), "-names"], { encoding: "utf8" });
  assert.match(listed, /^name ours at port \d+$/m);
  assert.is(daemonsAt(port).length, 0, "none of ours was started");
  const ping = ["ping", "ours@127.0.0.1", "--epmd", `127.0.0.1:${port}`, "--cookie", COOKIE];
  assert.is((await ringbeam(ping)).code, 0);
  await ours.stop();
});

test("anErlangNodeRegistersWithOurEpmdAndIsToldFromOurs", async () => {
  if (!ERLANG) return;
  const port = await freePort();
  const epmd = new Ringbeam(["epmd", "--listen", `127.0.0.1:${port}`]);
  await epmd.says(/is up/);
  const ours = await node("ours", port);
  const hello = "io:format(\"~p ~p~n\", [node(), net_adm:ping('ours@127.0.0.1')]).";
  const erl = run("erl", ["-name", "theirs@127.0.0.1", "-setcookie", "c", "-noinput", "-eval", hello], port);
  assert.match(
    await told(erl, /\n/),
    /'theirs@127\.0\.0\.1' pang/,
    "it cannot connect with ours, and says so",
  );
  assert.match(await namesAt(port), /2 nodes\n {2}ours at port \d+\n {2}theirs at port \d+\n/);
  const listed = execFileSync("epmd", ["-port", String(port), "-names"], { encoding: "utf8" });
  assert.match(listed, /^name theirs at port \d+$/m);
  const args = ["ping", "theirs@127.0.0.1", "--epmd", `127.0.0.1:${port}`, "--cookie", COOKIE];
  const { code, stderr } = await ringbeam(args);
  assert.is(code, 1);
  assert.is(stderr, "ringbeam ping: theirs@127.0.0.1 is an Erlang node, not a ringbeam node\n");
  assert.is((await ours.stop()).code, 0, "and ours lives on");
  await endErlang();
  await epmd.stop();
});

test("leavesNothingBehind", cleanUp);

test.run();
