/** `ringbeam node`: start, the application in FILE, its end by signal or by itself, and every way not to start. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  COOKIE,
  cleanUp,
  heldPort,
  logged,
  Ringbeam,
  ringbeam,
  socketsOf,
  startApart,
  startEpmd,
  startPeer,
  TREE_APP,
  tempFile,
  tempFolder,
} from "./harness.js";

const test = suite("ringbeam node");

const at = (port: number) => ["--epmd", `127.0.0.1:${port}`, "--cookie", COOKIE];

test("saysNameSchedulersAndAddressInOneLine", async () => {
  const epmd = await startEpmd();
  const node = await startApart(["--name", "line@127.0.0.1", ...at(epmd.port), "--schedulers", "2"]);
  const [{ port } = { port: 0 }] = epmd.names();
  assert.is(node.stdout, `line@127.0.0.1 is up: 2 schedulers, listening on 127.0.0.1:${port}\n`);
  const end = await node.stop();
  assert.is(end.stdout.split("\n").length, 2, "and nothing more");
  assert.is(end.code, 0);
  assert.equal(epmd.names(), [], "the name is free when the command has ended");
});

test("withoutANameThereIsNoSocketAtAll", async () => {
  const nameless = await startApart([]);
  assert.equal(socketsOf(nameless.child.pid!), []);
  await nameless.stop();
  const epmd = await startEpmd();
  const named = await startApart(["--name", "sockets@127.0.0.1", ...at(epmd.port)]);
  assert.is(socketsOf(named.child.pid!).length, 2, "the check sees sockets: a listener, and epmd's");
  await named.stop();
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`${signal}ShutsChildrenDownLastOneFirstThenTheApplicationThenLeaves`, async () => {
    const node = await startApart([TREE_APP]);
    assert.match(node.stdout, /^start a\nstart b\nstart c\nnonode@nohost is up/);
    node.signal(signal);
    const { code, stdout, stderr } = await node.ended;
    assert.is(code, 0, stderr);
    const after = stdout.split("\n").slice(4);
    assert.equal(after, ["stop c", "stop b", "stop a", "application stopped", ""]);
  });
}

test("secondSignalDoesNotWaitForTheFirst", async () => {
  const node = await startApart([TREE_APP, "stubborn"]);
  node.signal("SIGTERM");
  await node.says(/stop c/);
  node.signal("SIGTERM");
  assert.is((await node.ended).code, 1);
});

test("signalWhileTheApplicationStartsEndsTheNode", async () => {
  const node = new Ringbeam(["node", TREE_APP, "neverUp"]);
  await node.says(/start c/);
  const { code, stdout } = await node.stop();
  assert.is(code, 0);
  assert.not.match(stdout, /is up/);
});

test("takenNameIsOneLineAndExitCode1", async () => {
  const epmd = await startEpmd();
  const first = await startPeer("taken", epmd, ["--schedulers", "0"], []);
  const { code, stderr } = await ringbeam(["node", "--name", "taken@127.0.0.1", ...at(epmd.port)]);
  assert.is(code, 1);
  assert.match(stderr, /^ringbeam node: the name is taken: .*taken.*\n$/m);
  assert.is(epmd.names().length, 1);
  await first.stop();
});

test("portInUseIsOneLineAndExitCode1", async () => {
  const epmd = await startEpmd();
  const port = await heldPort();
  const args = ["node", "--name", "port@127.0.0.1", ...at(epmd.port), "--listen", String(port)];
  const { code, stderr } = await ringbeam(args);
  assert.is(code, 1);
  assert.match(stderr, new RegExp(`^ringbeam node: the port is in use: .*127\\.0\\.0\\.1:${port}\n$`, "m"));
  assert.equal(epmd.names(), []);
});

test("hostThatIsNotOursIsOneLineAndExitCode1", async () => {
  const epmd = await startEpmd();
  const { code, stderr } = await ringbeam(["node", "--name", "far@192.0.2.1", ...at(epmd.port)]);
  assert.is(code, 1);
  assert.match(stderr, /^ringbeam node: .*EADDRNOTAVAIL.*192\.0\.2\.1.*\n$/m);
});

test("fileThatCannotBeRunIsSaidWithItsNameAndExitCode1", async () => {
  const folder = tempFolder();
  const file = (name: string, text: string) => tempFile(name, text, folder);
  mkdirSync(join(folder, "folder.ts"));
  const cases: [file: string, says: RegExp][] = [
    [join(folder, "none.ts"), /none\.ts: no such file/],
    [join(folder, "folder.ts"), /folder\.ts/],
    [file("syntax.ts", "export const x: = 1;\n"), /syntax\.ts does not load: .*syntax\.ts/],
    [file("syntax.mjs", "export const x = ;\n"), /syntax\.mjs does not load: Unexpected token/],
    [
      file("throws.ts", '\n\nthrow new Error("no luck");\n'),
      /throws\.ts does not load: no luck.*throws\.ts:3/,
    ],
    [file("rejects.mjs", 'await Promise.reject("a word");\n'), /rejects\.mjs does not load: a word/],
    [file("imports.ts", 'import "./nowhere.js";\n'), /imports\.ts does not load: .*nowhere/],
    [file("number.ts", "export default 42;\n"), /number\.ts: its default export is no application/],
    [file("nameless.ts", "export default { start() {} };\n"), /nameless\.ts: its default export is no app/],
    [
      file("fails.ts", 'export default { name: "f", start() { throw new Error("no disk"); } };\n'),
      /application f did not start: Error: no disk/,
    ],
    [
      file("empty.ts", 'export default { name: "e", start() {} };\n'),
      /application e did not start: start must/,
    ],
  ];
  for (const [path, says] of cases) {
    const { code, stderr, stdout } = await ringbeam(["node", "--schedulers", "1", path]);
    assert.is(code, 1, path);
    assert.match(stderr, says);
    assert.not.match(stderr, /\n +at .*runtime/, "a stack of ours tells the user nothing");
    assert.is(stdout, "");
  }
});

test("rootThatFailsToStartIsSaidWithItsReason", async () => {
  const { code, stderr, stdout } = await ringbeam(["node", TREE_APP, "failing"]);
  assert.is(code, 1);
  assert.match(stderr, /application tree did not start: .*no power/);
  assert.not.match(stdout, /is up/);
});

test("fileWithoutADefaultExportIsOnlyLoaded", async () => {
  const file = tempFile("loads.mjs", 'import { writeSync } from "node:fs"; writeSync(1, "loaded\\n");\n');
  const node = await startApart(["--schedulers", "1", file]);
  assert.is(node.stdout, "loaded\nloaded\nnonode@nohost is up: 1 scheduler, no socket\n", "on both threads");
  assert.is((await node.stop()).code, 0);
});

test("rootThatCrashesEndsTheNodeWithExitCode1", async () => {
  const node = await startApart([TREE_APP, "crashing"]);
  const { code, stderr } = await node.ended;
  assert.is(code, 1);
  assert.match(stderr, /application tree ended: .*out of fuel/);
});

test("rootThatEndsWellEndsTheNodeWithExitCode0", async () => {
  const { code, stderr } = await ringbeam(["node", TREE_APP, "brief"]);
  assert.is(code, 0);
  assert.match(stderr, /application tree ended: normal/);
});

test("whatStandsBehindFileIsTheApplications", async () => {
  const node = await startApart([TREE_APP, "args", "--name", "x@y", "--help", "", "--", "-5"]);
  assert.match(node.stdout, /args \["args","--name","x@y","--help","","--","-5"\]\n/);
  await node.stop();
});

test("typeScriptRunsAsItIsOnEveryScheduler", async () => {
  const runtime = new URL("../../runtime/index.js", import.meta.url).href;
  const folder = tempFolder();
  writeFileSync(
    join(folder, "colour.ts"),
    'export enum Colour { red = "rosso", blue = "blu" }\nexport type Only = { erased: true };\n',
  );
  writeFileSync(
    join(folder, "painter.ts"),
    `import { writeSync } from "node:fs";
import { proc, type Self } from ${JSON.stringify(runtime)};
import { Colour, type Only } from "./colour.js";
class Brush { constructor(private readonly colour: Colour) {} toString(): string { return this.colour; } }
namespace Paint { export const coats = 2; }
export const painter = proc(import.meta.url, async function painter(self: Self<Only>, n: number) {
  writeSync(1, \`scheduler \${self.scheduler}: \${new Brush(n === 1 ? Colour.red : Colour.blue)} \${Paint.coats}\\n\`);
});
`,
  );
  writeFileSync(
    join(folder, "app.ts"),
    `import { application, proc, type Self } from ${JSON.stringify(runtime)};
import { painter } from "./painter.js";
const root = proc(import.meta.url, async function root(self: Self<unknown>) {
  for (const scheduler of [0, 1, 2]) self.spawn(painter, [scheduler], { scheduler });
  await self.receive();
});
export default application({ name: "paint", start: () => ({ proc: root, args: [] }) });
`,
  );
  const node = await startApart(["--schedulers", "2", "app.ts"], { cwd: folder });
  for (const line of [/^scheduler 0: blu 2$/m, /^scheduler 1: rosso 2$/m, /^scheduler 2: blu 2$/m]) {
    await node.says(line);
  }
  assert.is(logged(await node.stop()), "");
});

test("errorsOfTypeScriptNameTheLineInItsSource", async () => {
  const file = tempFile(
    "crash.ts",
    `import { application, proc, type Self } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname ?? "", "../../runtime/index.js")).href)};
interface Erased { one: 1; two: 2 }
type Line = 3;

const root = proc(import.meta.url, async function root(self: Self<Erased & Line>) {
  throw new Error("in line six");
});
export default application({ name: "crash", start: () => ({ proc: root, args: [] }) });
`,
  );
  const { code, stderr } = await ringbeam(["node", "--schedulers", "1", file]);
  assert.is(code, 1);
  assert.match(stderr, /in line six[\s\S]*crash\.ts:6:/);
});

test("withoutTheAddonItSaysSoOnceAndWorks", async () => {
  const node = await startApart(["--schedulers", "2", TREE_APP], { env: { RINGBEAM_NATIVE: "off" } });
  const { code, stderr } = await node.stop();
  assert.is(code, 0);
  assert.match(
    stderr,
    /^=WARNING REPORT==== \S+ ===\nno native addon \(RINGBEAM_NATIVE=off\): slower, .*\n$/,
  );
});

test("leavesNothingBehind", cleanUp);

test.run();
