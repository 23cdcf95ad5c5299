/**
 * Builds the addon; npm runs it at install.
 *
 *   node native/build.mjs                               builds unless an addon for this Node loads already
 *   node native/build.mjs --prebuild                    the same, then copies it to prebuilds/
 *   node native/build.mjs --prebuild --target <nodedir> for another Node: a folder with bin/node and
 *                                                       include/node, as in the npm packages node-<platform>-<arch>
 *
 * An install never fails for want of a compiler: it says so in one line, and ringbeam runs portable. With
 * --prebuild a failure is an error. What was built is put in place only after a Node has loaded it.
 * RINGBEAM_SKIP_BUILD=1 or RINGBEAM_NATIVE=off: nothing is built.
 */

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, "build", "Release", "ringbeam.node");
const logFile = join(here, "build.log");

const { values: options } = parseArgs({
  options: { prebuild: { type: "boolean" }, target: { type: "string" } },
});

try {
  main();
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (options.prebuild) {
    console.error(`ringbeam: no prebuild (${reason})`);
    process.exitCode = 1;
  } else {
    console.log(
      `ringbeam: native addon not built (${reason}); ` +
        "running portable: slower, and a process in an endless loop cannot be killed",
    );
  }
}

function main() {
  const target = describeNode(options.target);
  const prebuilt = join(
    here,
    "..",
    "prebuilds",
    `${target.platform}-${target.arch}`,
    `ringbeam-abi${target.abi}.node`,
  );
  if (options.prebuild) {
    if (!isCurrent(built) || !loads(target, built)) build(target);
    putInPlace(built, prebuilt);
    // The loader tries build/ first, and this is not for the Node that runs here.
    if (target.abi !== process.versions.modules)
      rmSync(join(here, "build"), { recursive: true, force: true });
    return;
  }
  if (process.env.RINGBEAM_SKIP_BUILD === "1") throw new Error("RINGBEAM_SKIP_BUILD=1");
  if (process.env.RINGBEAM_NATIVE === "off") throw new Error("RINGBEAM_NATIVE=off");
  // The age of a prebuild says nothing: unpacking a package gives all its files a new one.
  const found = existsSync(built) ? isCurrent(built) && loads(target, built) : loads(target, prebuilt);
  if (!found) build(target);
}

/** Whether there is an addon and none of its sources is younger. */
function isCurrent(file) {
  if (!existsSync(file)) return false;
  const sources = readdirSync(here).filter((name) => /\.(cc|h|gyp)$/.test(name));
  return sources.every((name) => statSync(join(here, name)).mtimeMs <= statSync(file).mtimeMs);
}

/** The Node to build for: this one, or the one in a folder of its own. */
function describeNode(dir) {
  if (dir === undefined) {
    const { platform, arch, execPath } = process;
    return {
      node: execPath,
      dir: headersOf(dirname(dirname(execPath))),
      abi: process.versions.modules,
      platform,
      arch,
    };
  }
  const node = join(dir, "bin", process.platform === "win32" ? "node.exe" : "node");
  const probe =
    "JSON.stringify([process.versions.modules, process.platform, process.arch, process.versions.node])";
  const { status, stdout } = spawnSync(node, ["-p", probe], { encoding: "utf8" });
  if (status !== 0 || headersOf(dir) === undefined) throw new Error(`no bin/node or include/node in ${dir}`);
  const [abi, platform, arch, version] = JSON.parse(stdout);
  return { node, dir, abi, platform, arch, version };
}

/** The folder, if it has the headers of a Node: building with these needs no network. */
function headersOf(dir) {
  return existsSync(join(dir, "include", "node", "node_api.h")) ? dir : undefined;
}

/** Whether that Node loads the addon; in a process of its own, where a broken one does no harm. */
function loads({ node }, file) {
  if (!existsSync(file)) return false;
  const script = "require(process.argv[1]).closeSlot(require(process.argv[1]).openSlot())";
  return spawnSync(node, ["-e", script, file], { stdio: "ignore" }).status === 0;
}

/** Leaves either an addon that loads, or none and a log. */
function build(target) {
  rmSync(join(here, "build"), { recursive: true, force: true });
  rmSync(logFile, { force: true });
  const [command, ...first] = nodeGyp();
  const args = [...first, "rebuild"];
  if (target.dir !== undefined) args.push(`--nodedir=${target.dir}`);
  if (target.version !== undefined) args.push(`--target=${target.version}`);
  // npm hands its own setting down as a variable, which node-gyp puts above the argument.
  const env = { ...process.env, ...(target.dir !== undefined && { npm_config_nodedir: target.dir }) };
  const run = spawnSync(command, args, { cwd: here, env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (run.status === 0 && loads(target, built)) return;
  rmSync(join(here, "build"), { recursive: true, force: true });
  writeFileSync(logFile, `${run.error ?? ""}${run.stdout ?? ""}${run.stderr ?? ""}`);
  throw new Error(
    run.error === undefined ? "the build failed, see native/build.log" : "node-gyp does not start",
  );
}

/** node-gyp as npm offers it: by name to its scripts, else inside the npm that belongs to this Node. */
function nodeGyp() {
  const given = process.env.npm_config_node_gyp;
  if (given) return [process.execPath, given];
  const bundled = "npm/node_modules/node-gyp/bin/node-gyp.js";
  const prefix = dirname(dirname(process.execPath));
  for (const found of [join(prefix, "lib", "node_modules", bundled), join(prefix, "node_modules", bundled)]) {
    if (existsSync(found)) return [process.execPath, found];
  }
  for (const dir of (process.env.PATH ?? "").split(delimiter)) {
    if (existsSync(join(dir, "node-gyp"))) return [join(dir, "node-gyp")];
  }
  throw new Error("no node-gyp");
}

/** By rename: nobody ever loads half a file. */
function putInPlace(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, `${to}.new`);
  renameSync(`${to}.new`, to);
}
