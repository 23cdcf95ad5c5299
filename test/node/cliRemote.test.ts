/** The commands that ask a running node, and each way they fail: names, ping, ps, send, call, stop. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { EpmdServer } from "../../runtime/dist/epmd/server.js";
import type { SchedulerReport } from "../../runtime/sched/control.js";
import {
  COOKIE,
  cleanUp,
  freePort,
  type Outcome,
  type Ringbeam,
  ringbeam,
  startEpmd,
  startHere,
  startPeer,
  stopHere,
} from "./harness.js";

const test = suite("ringbeam ping, ps, send, call, stop");

const NODE = "asked@127.0.0.1";
let epmd: EpmdServer;
let node: Ringbeam;

test.before(async () => {
  epmd = await startEpmd();
  node = await startPeer("asked", epmd, ["--schedulers", "1"]);
});

const ask = (...args: string[]): Promise<Outcome> =>
  ringbeam(args, { env: { RINGBEAM_EPMD: `127.0.0.1:${epmd.port}`, RINGBEAM_COOKIE: COOKIE } });

function saysOnly(outcome: Outcome, stdout: RegExp): void {
  assert.is(outcome.code, 0, outcome.stderr);
  assert.is(outcome.stderr, "");
  assert.match(outcome.stdout, stdout);
}

function failsWith(outcome: Outcome, says: RegExp): void {
  assert.is(outcome.code, 1, outcome.stderr);
  assert.is(outcome.stdout, "");
  assert.match(outcome.stderr, says);
  assert.is(outcome.stderr.split("\n").length, 2, `one line: ${outcome.stderr}`);
}

test("namesListsTheNodesOfAnEpmd", async () => {
  const other = await startHere("other", epmd);
  const ports = epmd.names();
  const lines = ports.map(({ name, port }) => `  ${name} at port ${port}\n`).join("");
  assert.is((await ask("names")).stdout, `epmd at 127.0.0.1:${epmd.port}: 2 nodes\n${lines}`);
  await stopHere(other);
  assert.match((await ask("names")).stdout, /: 1 node\n {2}asked at port \d+\n$/);
});

test("namesWithoutAnEpmdSaysSo", async () => {
  const port = await freePort();
  const outcome = await ringbeam(["names", "--epmd", `127.0.0.1:${port}`]);
  failsWith(outcome, new RegExp(`ringbeam names: no epmd at 127\\.0\\.0\\.1:${port}: no node runs there`));
});

test("pingSaysPongAndHowLongItTook", async () => {
  saysOnly(await ask("ping", NODE), /^pong from asked@127\.0\.0\.1 \(\d+\.\d\d ms\)\n$/);
});

test("aClientIsNotSeenInNamesOrNodes", async () => {
  const watching = await startHere("watching", epmd);
  await watching.connect(NODE);
  assert.equal(watching.nodes(), [NODE]);
  saysOnly(await ask("ping", watching.name), /^pong/);
  assert.equal(watching.nodes(), [NODE]);
  assert.is(epmd.names().length, 2);
  await stopHere(watching);
});

test("psListsEveryProcessOfEveryScheduler", async () => {
  const table = (await ask("ps", NODE)).stdout;
  assert.match(table, /^PID +SCHED +NAME +APPLICATION +INITIAL CALL +STATUS +MAILBOX +REDUCTIONS\n/);
  assert.match(table, /^<asked@127\.0\.0\.1:0\.\d+> +0 +peer +\S+ +.*peerApp\.js#peer +waiting +0 +\d+$/m);
  assert.match(table, /^<asked@127\.0\.0\.1:0\.\d+> +0 +kernel /m);
  const reports = JSON.parse((await ask("ps", NODE, "--json")).stdout) as SchedulerReport[];
  assert.equal(
    reports.map(({ scheduler }) => scheduler),
    [0, 1],
  );
  const names = reports.flatMap(({ processes }) => processes.map(({ name }) => name));
  assert.ok(names.includes("peer") && names.includes("kernel"), String(names));
});

test("sendReachesARegisteredProcess", async () => {
  const here = await startHere("receiver", epmd);
  here.self.register("inbox");
  saysOnly(
    await ask("send", `<inbox, ${here.name}>`, '{"level": "info", "n": [1, null]}'),
    /^sent to <inbox, receiver@127\.0\.0\.1>\n$/,
  );
  assert.equal(await here.self.receive({ after: 5000 }), { level: "info", n: [1, null] });
  await stopHere(here);
});

test("sendToANameThatNobodyHasIsDroppedAsInErlang", async () => {
  saysOnly(await ask("send", `<nobody, ${NODE}>`, "1"), /^sent to/);
});

test("callPrintsTheReplyAsJson", async () => {
  const echo = (json: string) => ask("call", `<peer, ${NODE}>`, `["echo", ${json}]`);
  assert.is((await echo('{"a": [1, "two", null, true]}')).stdout, '{"a":[1,"two",null,true]}\n');
  assert.match(
    (await ask("call", `<peer,${NODE}>`, '["whoami"]')).stdout,
    /^"<asked@127\.0\.0\.1:0\.\d+>"\n$/,
  );
});

test("callSaysWhyThereIsNoReply", async () => {
  failsWith(await ask("call", `<nobody, ${NODE}>`, "1"), /ringbeam call: .*noproc/);
  failsWith(await ask("call", `<peer, ${NODE}>`, '["never"]', "--timeout", "50"), /ringbeam call: .*timeout/);
  failsWith(
    await ask("call", `<kernel, ${NODE}>`, '["fly"]'),
    /badRequest.*"ping","inspect","processes","connect","disconnect","connections","stop"/,
  );
});

test("whatIsInTheWayOfANodeIsSaidInOneLine", async () => {
  const commands = [
    ["ping", NODE],
    ["ps", NODE],
    ["stop", NODE],
    ["call", `<peer, ${NODE}>`, "1"],
    ["send", `<peer, ${NODE}>`, "1"],
  ];
  const port = await freePort();
  for (const [command, ...args] of commands) {
    const off = await ask(command!, ...args, "--epmd", `127.0.0.1:${port}`);
    failsWith(off, new RegExp(`^ringbeam ${command}: no node ${NODE}: .*ECONNREFUSED`));
  }
  failsWith(
    await ask("ping", "gone@127.0.0.1"),
    /no node gone@127\.0\.0\.1: its epmd does not know the name/,
  );
  for (const [command, ...args] of commands) {
    const wrong = await ask(command!, ...args, "--cookie", "another");
    failsWith(
      wrong,
      /asked@127\.0\.0\.1 refused us: its cookie differs from ours \(--cookie, RINGBEAM_COOKIE\)/,
    );
  }
  assert.match(node.stderr, /a node was refused: cli-.* did not prove that it knows our cookie/);
});

test("stopWaitsUntilTheNodeIsGone", async () => {
  const stopping = await startPeer("stopping", epmd, ["--schedulers", "1"]);
  saysOnly(await ask("stop", "stopping@127.0.0.1"), /^stopping@127\.0\.0\.1 has stopped\n$/);
  assert.not.ok(
    epmd.names().some(({ name }) => name === "stopping"),
    "the name is free",
  );
  assert.is((await stopping.ended).code, 0);
});

test("stopOfTheNodeThatEveryOtherTestAsked", async () => {
  saysOnly(await ask("stop", NODE), /has stopped/);
  const { code, stdout } = await node.ended;
  assert.is(code, 0);
  assert.match(stdout, /^asked@127\.0\.0\.1 is up: 1 scheduler, listening on .*\n$/);
  failsWith(await ask("stop", NODE), /no node asked@127\.0\.0\.1/);
});

test("leavesNothingBehind", cleanUp);

test.run();
