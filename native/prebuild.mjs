/**
 * Builds the addon for every Node that is supported, for this platform, into prebuilds/; `npm pack` runs it.
 * Each Node comes, with its headers, as a package from npm.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const VERSIONS = ["20", "22", "24"];

const here = dirname(fileURLToPath(import.meta.url));
const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;

for (const version of VERSIONS) {
  const dir = mkdtempSync(join(tmpdir(), "ringbeam-prebuild-"));
  try {
    const name = `node-${platform}`;
    run("npm", ["install", "--prefix", dir, "--no-save", "--no-package-lock", `${name}@${version}`]);
    run(process.execPath, [
      join(here, "build.mjs"),
      "--prebuild",
      "--target",
      join(dir, "node_modules", name),
    ]);
    console.error(`ringbeam: prebuilt for Node ${version} on ${platform}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
// The builds above were for others: this checkout's own addon again.
run(process.execPath, [join(here, "build.mjs")]);

function run(command, args) {
  // Standard output belongs to `npm pack`.
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(" ")}: exit ${status}`);
}
