/** The `ringbeam` command before anything runs: help, what was typed wrong, settings and their order, the cookie file. */
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  COOKIE,
  cleanUp,
  freePort,
  logged,
  type Outcome,
  ringbeam,
  type Settings,
  startApart,
  startEpmd,
  tempFile,
  tempFolder,
} from "./harness.js";

const test = suite("ringbeam command");

const COMMANDS = ["node", "epmd", "names", "ping", "ps", "send", "call", "stop"];

/** Runs several commands at a time; results in their order. */
async function runAll(commands: readonly string[][], settings?: Settings): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let i = 0; i < commands.length; i += 4) {
    outcomes.push(...(await Promise.all(commands.slice(i, i + 4).map((args) => ringbeam(args, settings)))));
  }
  return outcomes;
}

/** One line on standard error, nothing on standard output. `portable` runs say one line more, first. */
function failsInOneLine(outcome: Outcome, code: number, says: RegExp, what: unknown): void {
  const lines = logged(outcome).split("\n");
  assert.is(outcome.code, code, `${what}: exit code; ${outcome.stderr}`);
  assert.is(lines.length, 2, `${what}: one line; ${outcome.stderr}`);
  assert.match(lines[0]!, says, String(what));
  assert.match(lines[0]!, /^ringbeam/, String(what));
  assert.is(outcome.stdout, "", String(what));
}

test("everyCommandHasHelp", async () => {
  const outcomes = await runAll([
    ...COMMANDS.map((command) => [command, "--help"]),
    ["--help"],
    ["help"],
    ["-h"],
  ]);
  for (const [i, { code, stdout, stderr }] of outcomes.entries()) {
    assert.is(code, 0);
    assert.is(stderr, "");
    assert.match(stdout, /^usage: ringbeam /);
    if (i < COMMANDS.length) {
      assert.match(stdout, new RegExp(`^usage: ringbeam ${COMMANDS[i]} ?`));
      assert.match(stdout, /--help +this text/);
    } else for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} +\\w`, "m"));
    for (const line of stdout.split("\n")) assert.ok(line.length <= 110, line);
  }
});

test("versionIsThatOfThePackage", async () => {
  const manifest = new URL("../../../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
  assert.equal((await ringbeam(["--version"])).stdout, `${version}\n`);
});

test("noCommandPrintsTheUsageAndFails", async () => {
  const { code, stdout } = await ringbeam([]);
  assert.is(code, 2);
  assert.match(stdout, /^usage: ringbeam COMMAND/);
});

test("whatWasTypedWrongIsOneLineAndExitCode2", async () => {
  const wrong: [args: string[], says: RegExp][] = [
    [["fly"], /no command "fly".*--help/],
    [["node", "--nmae", "a@b"], /Unknown option '--nmae'.*ringbeam node --help/],
    [["node", "--name"], /--name/],
    [["node", "--name", "alpha"], /not a node name: "alpha"; expected name@host/],
    [["node", "--name", "al pha@127.0.0.1"], /not a node name/],
    [["node", "--name", "a@b@c"], /not a node name/],
    [["node", "--name", "@127.0.0.1"], /not a node name/],
    [["node", "--name", ""], /not a node name: ""/],
    [["node", "--listen", "70000"], /--listen: "70000" is not a port; expected 0 to 65535/],
    [["node", "--listen", "http"], /--listen: "http" is not a port/],
    [["node", "--epmd", "127.0.0.1:x"], /--epmd: "127.0.0.1:x" is not an address; expected HOST:PORT/],
    [["node", "--epmd", "127.0.0.1:99999"], /--epmd: "99999" is not a port/],
    [["node", "--schedulers", "-1"], /--schedulers/],
    [["node", "--schedulers=64"], /--schedulers: "64" is not a number of threads; expected 0 to 63/],
    [["node", "--schedulers", "two"], /--schedulers: "two"/],
    [["node", "--cookie", "", "--name", "a@127.0.0.1"], /cookie/],
    [["epmd", "--listen", "1.2.3.4:port"], /not an address/],
    [["epmd", "now"], /unexpected "now"/],
    [["names", "--listen", "1"], /Unknown option '--listen'/],
    [["ping"], /missing NODE/],
    [["ping", "alpha"], /not a node name: "alpha"/],
    [["ping", "a@b", "c@d"], /unexpected "c@d"/],
    [["ps"], /missing NODE/],
    [["send", "<a, b@127.0.0.1>"], /missing JSON/],
    [["send", "<a, b@127.0.0.1>", "{"], /not JSON/],
    [["send", "logger", "1"], /not '<name, node>': "logger" names no node/],
    [["send", "a@b c", "1"], /not an address/],
    [["call", "<a, b@127.0.0.1>", "1", "--timeout", "soon"], /--timeout: "soon" is not a time in ms/],
    [["call", "<a, b@127.0.0.1>", "1", "--timeout", ""], /--timeout: "" is not a time in ms/],
    [["stop"], /missing NODE/],
  ];
  const outcomes = await runAll(wrong.map(([args]) => args));
  for (const [i, [args, says]] of wrong.entries()) failsInOneLine(outcomes[i]!, 2, says, args);
});

test("flagsWinOverEnvironmentOverConfigFile", async () => {
  const folder = tempFolder();
  tempFile("ringbeam.json", JSON.stringify({ schedulers: 1 }), folder);
  const other = tempFile("other.json", JSON.stringify({ schedulers: 4 }));
  const env = { RINGBEAM_SCHEDULERS: "2" };
  const cases: [args: string[], settings: Settings, schedulers: string][] = [
    [[], { cwd: folder }, "1 scheduler,"],
    [[], { cwd: folder, env }, "2 schedulers,"],
    [["--schedulers", "3"], { cwd: folder, env }, "3 schedulers,"],
    [["--config", other], { cwd: folder }, "4 schedulers,"],
    [[], { cwd: folder, env: { RINGBEAM_CONFIG: other } }, "4 schedulers,"],
    [["--config", join(folder, "ringbeam.json")], { env: { RINGBEAM_CONFIG: other } }, "1 scheduler,"],
  ];
  for (const [args, settings, schedulers] of cases) {
    const node = await startApart(args, settings);
    assert.is(node.stdout, `nonode@nohost is up: ${schedulers} no socket\n`);
    assert.is((await node.stop()).code, 0);
  }
});

test("everySettingCanBeGivenInEachWay", async () => {
  const epmd = await startEpmd();
  const listen = await freePort();
  const settings = {
    name: "given@127.0.0.1",
    cookie: COOKIE,
    schedulers: 0,
    epmd: `127.0.0.1:${epmd.port}`,
    listen,
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const env = Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [`RINGBEAM_${key.toUpperCase()}`, String(value)]),
  );
  const config = tempFile("c.json", JSON.stringify(settings));
  const ways: [args: string[], env: Record<string, string>][] = [
    [flags, {}],
    [[], env],
    [["--config", config], {}],
  ];
  for (const [args, environment] of ways) {
    const node = await startApart(args, { env: environment });
    assert.is(node.stdout, `given@127.0.0.1 is up: 0 schedulers, listening on 127.0.0.1:${listen}\n`);
    assert.equal(epmd.names(), [{ name: "given", port: listen }]);
    const pong = await ringbeam(["ping", "given@127.0.0.1"], { env });
    assert.is(pong.code, 0, pong.stderr);
    await node.stop();
  }
});

test("whatIsWrongInAConfigFileIsSaidWithItsName", async () => {
  const wrong: [text: string, says: RegExp][] = [
    ["{", /config file .*c\.json: .*JSON/],
    ["[]", /config file .*c\.json: expected an object such as/],
    ["null", /expected an object/],
    ['{"nmae": "a@b"}', /unknown key "nmae"; it takes name, cookie, schedulers, epmd, listen/],
    ['{"name": ["a@b"]}', /name must be a string or a number/],
    ['{"name": "alpha"}', /not a node name: "alpha"/],
    ['{"listen": 65536}', /"65536" is not a port/],
    ['{"schedulers": 1.5}', /--schedulers: "1.5"/],
  ];
  const outcomes = await runAll(wrong.map(([text]) => ["node", "--config", tempFile("c.json", text)]));
  for (const [i, [text, says]] of wrong.entries()) failsInOneLine(outcomes[i]!, 2, says, text);
  failsInOneLine(
    await ringbeam(["node", "--config", "/not/there.json"]),
    2,
    /config file \/not\/there.json/,
    "gone",
  );
  failsInOneLine(
    await ringbeam(["names"], { env: { RINGBEAM_CONFIG: "/not/there.json" } }),
    2,
    /config file \/not\/there.json/,
    "gone",
  );
});

test("cookieFileIsMadeForItsOwnerOnlyAndUsedAgain", async () => {
  const epmd = await startEpmd();
  const home = tempFolder();
  const args = ["--name", "own@127.0.0.1", "--epmd", `127.0.0.1:${epmd.port}`, "--schedulers", "0"];
  const node = await startApart(args, { home });
  const file = join(home, ".ringbeam.cookie");
  assert.is(statSync(file).mode & 0o777, 0o600);
  const cookie = readFileSync(file, "utf8");
  assert.match(cookie, /^[\w-]{32}\n$/);
  const ping = ["ping", "own@127.0.0.1", "--epmd", `127.0.0.1:${epmd.port}`];
  assert.is((await ringbeam(ping, { home })).code, 0, "the file's cookie serves the client too");
  assert.is(readFileSync(file, "utf8"), cookie);
  failsInOneLine(
    await ringbeam(ping),
    1,
    /own@127.0.0.1 refused us: its cookie differs from ours/,
    "other home",
  );
  await node.stop();
});

test("cookieFileThatOthersMayReadIsRefused", async () => {
  const epmd = await startEpmd();
  const home = tempFolder();
  const file = join(home, ".ringbeam.cookie");
  const args = ["node", "--name", "own@127.0.0.1", "--epmd", `127.0.0.1:${epmd.port}`, "--schedulers", "0"];
  writeFileSync(file, "secret\n");
  for (const mode of [0o640, 0o604, 0o620]) {
    chmodSync(file, mode);
    const says = new RegExp(
      `\\.ringbeam\\.cookie must be accessible by its owner only.*0${mode.toString(8)}; chmod 600`,
    );
    failsInOneLine(await ringbeam(args, { home }), 1, says, mode);
  }
  chmodSync(file, 0o600);
  writeFileSync(file, "\n");
  failsInOneLine(await ringbeam(args, { home }), 1, /cookie file .* is empty/, "empty");
  assert.equal(epmd.names(), []);
});

test("aNodeWithoutANameNeedsNoCookieFile", async () => {
  const home = tempFolder();
  const node = await startApart(["--schedulers", "0"], { home });
  assert.throws(() => statSync(join(home, ".ringbeam.cookie")), /ENOENT/);
  await node.stop();
});

test("leavesNothingBehind", cleanUp);

test.run();
