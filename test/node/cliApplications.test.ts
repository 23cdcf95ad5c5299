/** `ringbeam node FILE` with applications that need others: order, environment, signals in the midst, ends. */
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  COOKIE,
  cleanUp,
  Ringbeam,
  ringbeam,
  startApart,
  startEpmd,
  startPeer,
  tempFile,
  tempFolder,
} from "./harness.js";

const test = suite("ringbeam node with applications");

const STACK_APP = fileURLToPath(new URL("./stackApp.js", import.meta.url));
const RUNTIME = new URL("../../runtime/index.js", import.meta.url).href;
const one = ["--schedulers", "1"];

const said = (output: string) => output.split("\n").filter((line) => /^(start|stop) /.test(line));
const order = (output: string) => said(output).map((line) => line.split(" ", 2).join(" "));

test("dependenciesStartFirstAndStopLast", async () => {
  const node = await startApart([...one, STACK_APP, "an", "argument"]);
  assert.equal(said(node.stdout), [
    'start base {"how":"good","extra":0} []',
    'start middle {"how":"good","extra":0} []',
    'start top {"how":"good","extra":0} ["an","argument"]',
  ]);
  const { code, stdout } = await node.stop();
  assert.is(code, 0);
  assert.equal(order(stdout).slice(3), ["stop top", "stop middle", "stop base"]);
});

test("signalInTheMidstOfAStartStopsWhatWasStartedInReverseOrder", async () => {
  const node = new Ringbeam(["node", ...one, "--env", 'top.how="stuck"', STACK_APP]);
  await node.says(/start top/);
  const { code, stdout, stderr } = await node.stop();
  assert.is(code, 0, stderr);
  assert.equal(order(stdout).slice(3), ["stop middle", "stop base"]);
  assert.not.match(stdout, /is up/);
});

test("signalWhileFileLoadsEndsTheNode", async () => {
  const file = tempFile(
    "loads.mjs",
    'import { writeSync } from "node:fs"; writeSync(1, "loading\\n"); await new Promise(() => {});\n',
  );
  const node = new Ringbeam(["node", "--schedulers", "0", file]);
  await node.says(/loading/);
  assert.is((await node.stop()).code, 0);
});

const ENDS: [app: string, how: string, message: string, code: number][] = [
  ["base", "crash", "Error: out of fuel", 1],
  ["base", "done", "normal", 1],
  ["top", "crash", "Error: out of fuel", 1],
  ["top", "done", "normal", 0],
];
for (const [app, how, reason, expected] of ENDS) {
  test(`${how}Of_${app}_takesTheNodeDownWithCode${expected}`, async () => {
    const epmd = await startEpmd();
    const node = await startPeer("ends", epmd, ["--env", `${app}.how="${how}"`, ...one], [STACK_APP]);
    const sent = await ringbeam([
      ...["send", `<${app}, ends@127.0.0.1>`, '"go"'],
      ...["--cookie", COOKIE, "--epmd", `127.0.0.1:${epmd.port}`],
    ]);
    assert.is(sent.code, 0, sent.stderr);
    const { code, stdout, stderr } = await node.ended;
    assert.is(code, expected);
    assert.ok(
      stderr.includes(`application ${app} ended: ${reason}; it is permanent: the node stops\n`),
      stderr,
    );
    const others = ["stop top", "stop middle", "stop base"].filter((line) => !line.endsWith(app));
    assert.equal(order(stdout).slice(3), [`stop ${app}`, ...others]);
  });
}

test("flagsCountMoreThanTheVariableAndThatMoreThanTheFile", async () => {
  const folder = tempFolder();
  tempFile("ringbeam.json", JSON.stringify({ env: { base: { extra: 1 }, middle: { extra: 1 } } }), folder);
  const env = { RINGBEAM_ENV: '{"middle": {"extra": 2}, "top": {"extra": 2, "more": true}}' };
  const flags = ["--env", "top.extra=[3]", "--env=top.a.b=4"];
  const node = await startApart([...one, ...flags, STACK_APP], { cwd: folder, env });
  assert.equal(said(node.stdout), [
    'start base {"how":"good","extra":1} []',
    'start middle {"how":"good","extra":2} []',
    'start top {"how":"good","extra":[3],"more":true,"a.b":4} []',
  ]);
  await node.stop();
});

test("anEnvironmentThatCannotBeReadIsOneLineAndExitCode2", async () => {
  const wrong: [args: string[], env: Record<string, string>, says: RegExp][] = [
    [["--env", "top.how=good"], {}, /--env top\.how: not JSON: good/],
    [["--env", "top"], {}, /--env: "top" is not APP\.KEY=JSON/],
    [[], { RINGBEAM_ENV: "{" }, /RINGBEAM_ENV: not JSON/],
    [[], { RINGBEAM_ENV: '{"top": 1}' }, /RINGBEAM_ENV: expected an object/],
    [["--config", tempFile("c.json", '{"env": []}')], {}, /c\.json: env: expected an object/],
  ];
  for (const [args, env, says] of wrong) {
    const { code, stderr } = await ringbeam(["node", ...args, STACK_APP], { env });
    assert.is(code, 2, stderr);
    assert.match(stderr, says);
  }
});

test("dependenciesThatCannotBeAreSaidInOneLineAndNothingStarts", async () => {
  const file = (applications: string, more = "") =>
    tempFile(
      "app.mjs",
      `import { application } from ${JSON.stringify(RUNTIME)};
const start = () => { throw new Error("never called"); };
${more}
export default application({ name: "shop", applications: ${applications}, start });
`,
    );
  const cases: [file: string, says: RegExp][] = [
    [
      file('["till"]'),
      /^ringbeam node: application shop did not start: it needs till, which no module declares\n$/m,
    ],
    [
      file('["till"]', 'application({ name: "till", applications: ["shop"], start });'),
      /^ringbeam node: application shop did not start: its dependencies form a cycle: shop > till > shop\n$/m,
    ],
  ];
  for (const [path, says] of cases) {
    const { code, stderr } = await ringbeam(["node", ...one, path]);
    assert.is(code, 1);
    assert.match(stderr, says);
  }
});

test("applicationsOfANodeAreSeenFromOutside", async () => {
  const epmd = await startEpmd();
  const node = await startPeer("seen", epmd, one, [STACK_APP]);
  const at = ["--cookie", COOKIE, "--epmd", `127.0.0.1:${epmd.port}`];
  const call = (request: unknown) =>
    ringbeam(["call", "<applicationController, seen@127.0.0.1>", JSON.stringify(request), ...at]);
  const names = async () =>
    (JSON.parse((await call(["whichApplications"])).stdout) as { name: string }[]).map(({ name }) => name);
  assert.equal(await names(), ["top", "middle", "base"]);
  assert.is((await call(["stop", "middle"])).code, 0);
  assert.equal(await names(), ["top", "base"]);
  const again = await call(["stop", "middle"]);
  assert.match(again.stderr, /"notStarted":"middle"/);
  const { stdout } = await ringbeam(["ps", "seen@127.0.0.1", ...at]);
  assert.match(stdout, /^<seen@127\.0\.0\.1:0\.\d+> +0 +top +top +stackApp\.js#root/m);
  await node.stop();
});

test("leavesNothingBehind", cleanUp);

test.run();
