/**
 * A process of its own for the epmd tests; ends when its standard input does.
 *
 *   hold PORT NAME    registers NAME, prints its creation and holds it
 *   daemon PORT MS    serves as an epmd that exits after MS without a node
 *   node PORT NAME    registers NAME, starting an epmd as `daemon PORT 300` where none runs, and prints its creation
 */
import { spawn } from "node:child_process";
import { register } from "../../runtime/dist/epmd/client.js";
import { ensureRegistered, serveUntilIdle } from "../../runtime/dist/epmd/ensure.js";

const [, script, command, port, last] = process.argv as [string, string, string, string, string];
const address = { host: "127.0.0.1", port: Number(port) };
const entry = { name: last, port: 1234, hidden: false };

if (command === "daemon") {
  await serveUntilIdle(address, { idleExitMs: Number(last), firstNodeMs: 10_000 });
} else {
  const launch = () => {
    const args = [...process.execArgv, script, "daemon", port, "300"];
    spawn(process.execPath, args, { detached: true, stdio: "ignore" }).unref();
  };
  const registration =
    command === "hold" ? await register(address, entry) : await ensureRegistered(address, entry, launch);
  process.stdin.once("end", () => process.exit()).resume();
  process.stdout.write(`${registration.creation}\n`);
}
