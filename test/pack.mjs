/**
 * The package as its users get it: packed, installed into an empty project without install scripts, type-checked
 * and run. Takes a minute or two, so it is a script of its own: `npm run test:pack`.
 */

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const APP = `import { application, call, child, genServer, proc, type Self, serverRef, supervisor } from "ringbeam";

export const adder = genServer(import.meta.url, "adder", {
  init: (_self, start: number) => ({ sum: start }),
  handleCall: { add: (ctx, by: number) => (ctx.state.sum += by) },
});
export const asker = proc(import.meta.url, async function asker(self: Self<unknown>) {
  const sum: number = await call(self, serverRef(adder, "adder"), ["add", 2]);
  console.log("the answer is " + sum);
  await self.receive();
});
export const root = supervisor(import.meta.url, "root", (start: number) => ({
  children: [child(adder, [start], { id: "adder", name: "adder" }), child(asker, [], { id: "asker" })],
}));
export default application({ name: "app", start: ([n]) => child(root, [Number(n)], { id: "root" }) });
`;
const WRONG = `import { call, genServer, type Pid, type Self, type ServerMessage } from "ringbeam";
const adder = genServer(import.meta.url, "adder", {
  init: () => ({ sum: 0 }),
  handleCall: { add: (ctx, by: number) => (ctx.state.sum += by) },
});
export const wrong = (self: Self<unknown>, pid: Pid<ServerMessage<typeof adder>>) => call(self, pid, ["add", "2"]);
`;

const root = fileURLToPath(new URL("..", import.meta.url));
const project = mkdtempSync(join(tmpdir(), "ringbeam-pack-"));
try {
  await check();
  console.log("\n1 passed, 0 failed");
} finally {
  rmSync(project, { recursive: true, force: true });
}

async function check() {
  run(root, "npm", "pack", "--pack-destination", project);
  const tarball = join(
    project,
    readdirSync(project).find((file) => file.endsWith(".tgz")),
  );
  writeFileSync(join(project, "package.json"), '{ "name": "empty", "private": true, "type": "module" }');
  run(
    project,
    "npm",
    "install",
    "--ignore-scripts",
    "--no-audit",
    tarball,
    "typescript@7.0.2",
    "@types/node@20.19.25",
  );
  const installed = join(project, "node_modules", "ringbeam");
  assert.ok(existsSync(join(installed, "README.md")));
  const prebuilds = readdirSync(join(installed, "prebuilds", `${process.platform}-${process.arch}`));
  assert.ok(prebuilds.includes(`ringbeam-abi${process.versions.modules}.node`), `prebuilds: ${prebuilds}`);

  writeFileSync(join(project, "app.ts"), APP);
  writeFileSync(join(project, "wrong.ts"), WRONG);
  const tsc = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  run(project, "npx", "tsc", ...tsc, "app.ts");
  const wrong = spawnSync("npx", ["tsc", ...tsc, "wrong.ts"], { cwd: project, encoding: "utf8" });
  assert.notEqual(wrong.status, 0, "a call with a wrong argument compiled");

  const command = join(project, "node_modules", ".bin", "ringbeam");
  const node = spawn(command, ["node", "--schedulers", "2", "app.ts", "40"], { cwd: project });
  let output = "";
  for (const stream of [node.stdout, node.stderr]) stream.on("data", (text) => (output += text));
  try {
    while (!output.includes("the answer is 42")) {
      assert.equal(node.exitCode, null, `the node ended: ${output}`);
      await new Promise((resolve) => node.stdout.once("data", resolve));
    }
    assert.ok(!output.includes("no native addon"), output);
    node.kill("SIGTERM");
    const code = await new Promise((resolve) => node.once("exit", resolve));
    assert.equal(code, 0, output);
  } finally {
    node.kill("SIGKILL");
  }
}

function run(cwd, command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  assert.equal(status, 0, `${command} ${args.join(" ")}: ${error ?? ""}${stdout}${stderr}`);
  return stdout;
}
