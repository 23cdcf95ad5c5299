/** What was logged is on standard error, whatever ends then; and the command's options for it. */
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { native } from "../../native/index.js";
import { cleanUp, type Outcome, Ringbeam, ringbeam, type Settings, tempFile } from "../node/harness.js";

const test = suite("last words");
const APP = fileURLToPath(new URL("./bodies.js", import.meta.url));

function run(what: string, args: readonly string[] = [], settings?: Settings): Promise<Outcome> {
  return ringbeam(["node", "--schedulers", "1", ...args, APP, what], settings);
}
interface Line {
  readonly level: string;
  readonly time: string;
  readonly msg?: string;
  readonly report?: { readonly label: readonly string[] };
  readonly meta: Record<string, unknown>;
}
/** Each line of standard error as JSON, without that on the missing addon. */
function lines({ stderr }: Outcome): Line[] {
  const all = stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return all.filter(({ msg }) => !msg?.startsWith("no native addon"));
}

test("aThreadThatEndsAtOnceHasSaidItsLastWords", async () => {
  for (let i = 0; i < 5; i++) {
    const { stderr } = await run("lastWords");
    assert.match(
      stderr,
      /=ERROR REPORT==== \S+ === <nonode@nohost:1\.\d+>\nthe last words\n {4}unprintable: \[function\]\n/,
    );
    assert.match(stderr, / {4}logger unprintable\n {4}reason: Error: who looks at me\?/);
    assert.match(stderr, /scheduler 1 is lost with its processes/);
  }
});

test("aNodeThatEndsAtOnceHasSaidItsLastWords", async () => {
  const { code, stderr } = await run("node");
  assert.is(code, 7);
  assert.match(
    stderr,
    /Error in process <nonode@nohost:1\.\d+> \(bodies\.js#clumsy\) with exit value:\nError: clumsy as ever\n +at /,
  );
  assert.match(stderr, /=EMERGENCY REPORT==== \S+ === <nonode@nohost:\S+>\nthe node ends\n$/);
});

if (native.kind === "addon")
  for (const format of ["text", "json"])
    test(`aKillInTheMidstOfLoggingDoesNotSilenceItsThread, ${format}`, async () => {
      const { stderr } = await run("kills", ["--log-format", format]);
      assert.match(stderr, /still here/);
    });
else console.log("skipped: aKillInTheMidstOfLoggingDoesNotSilenceItsThread: needs the addon");

test("json: each event is one line, from every thread", async () => {
  const all = lines(await run("node", ["--log-format", "json"]));
  assert.equal(
    all.map(({ level }) => level),
    ["error", "emergency"],
  );
  assert.match(all[0]!.msg!, /^Error in process .*\nError: clumsy as ever\n/);
  assert.is(all[1]!.msg, "the node ends");
  assert.match(String(all[0]!.meta.pid), /^<nonode@nohost:1\.\d+>$/);
  for (const { time } of all) assert.is(new Date(time).toISOString(), time);
});

/** OTP since 21: progress reports are `info`, and the primary level is `notice`. */
test("progress reports are seen at level info, of every thread", async () => {
  const labels = (all: Line[]) => all.map(({ report, msg }) => report?.label.join(" ") ?? msg);
  const json = ["--log-format", "json"];
  const quiet = labels(lines(await run("", json)));
  assert.not.ok(quiet.includes("application progress") || quiet.includes("not to be seen by default"));
  const all = labels(lines(await run("", [...json, "--log-level", "info"])));
  assert.ok(all.includes("application progress"), String(all));
  assert.ok(all.includes("not to be seen by default"), String(all));
  assert.equal(labels(lines(await run("node", [...json, "--log-level", "emergency"]))), ["the node ends"]);
  const { stderr } = await run("node", ["--log-level", "none"]);
  assert.is(stderr, "");
});

test("level and format from environment and config file, flags first", async () => {
  const env = { RINGBEAM_LOG_LEVEL: "emergency", RINGBEAM_LOG_FORMAT: "json" };
  assert.is(lines(await run("node", [], { env })).length, 1);
  assert.is(lines(await run("node", ["--log-level=error"], { env })).length, 2);
  const config = tempFile("c.json", '{"log-level": "emergency", "log-format": "json"}');
  assert.is(lines(await run("node", ["--config", config])).length, 1);
});

test("a level or a format that there is not is refused in one line", async () => {
  for (const [option, says] of [
    ["--log-level", /--log-level: "loud" is none of emergency, alert, .*, all, none/],
    ["--log-format", /--log-format: "loud" is none of text, json/],
  ] as const) {
    const { code, stderr } = await new Ringbeam(["node", option, "loud"]).ended;
    assert.is(code, 2);
    assert.match(stderr, says);
    assert.is(stderr.split("\n").length, 2);
  }
});

test("leavesNothingBehind", cleanUp);

test.run();
