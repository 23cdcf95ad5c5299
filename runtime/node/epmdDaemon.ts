/** Starting our epmd as a process of its own, as Erlang's nodes do: it stays as long as any node of the host does. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { EpmdAddress } from "../dist/epmd/client.js";

/** Launches `ringbeam epmd --daemon`, detached from this process and its terminal. */
export function launchEpmd({ host, port }: EpmdAddress): void {
  const command = fileURLToPath(new URL("./main.js", import.meta.url));
  const args = [command, "epmd", "--daemon", "--listen", `${host}:${port}`];
  spawn(process.execPath, args, { detached: true, stdio: "ignore" }).unref();
}
