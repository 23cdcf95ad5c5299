/** `ringbeam epmd`: the node registry by itself, speaking Erlang's EPMD protocol. */
import { autoStartIdleExitMs, serveUntilIdle } from "../../dist/epmd/ensure.js";
import { EpmdServer } from "../../dist/epmd/server.js";
import { parseEpmd, parseTime } from "../names.js";
import { type Command, Failure, parseFlags } from "./command.js";

const OPTIONS = {
  listen: { type: "string" },
  daemon: { type: "boolean" },
  idle: { type: "string" },
} as const;

export const epmd: Command = {
  name: "epmd",
  summary: "run the node registry (Erlang's epmd serves as well)",
  usage: `usage: ringbeam epmd [--listen HOST:PORT] [--daemon [--idle MS]]

Serves Erlang's EPMD protocol, for ringbeam and Erlang nodes alike. Nodes start one by themselves where
none runs; that one ends a few seconds after the last node has left.

  --listen HOST:PORT  default: 127.0.0.1:4369
  --daemon            end when no node is left; be quiet if another epmd has the port
  --idle MS           with --daemon: how long after the last node it ends (RINGBEAM_EPMD_IDLE; default: ${autoStartIdleExitMs})
  --help              this text`,
  async run(args) {
    const { values } = parseFlags(args, OPTIONS, []);
    const address = parseEpmd(values.listen ?? "127.0.0.1");
    if (values.daemon) {
      const idle = values.idle ?? process.env.RINGBEAM_EPMD_IDLE ?? autoStartIdleExitMs;
      await serveUntilIdle(address, { idleExitMs: parseTime("--idle", idle) });
      return 0;
    }
    const server = await EpmdServer.start(address).catch((error: NodeJS.ErrnoException) => {
      const taken =
        error.code === "EADDRINUSE" ? "something listens there already (another epmd?)" : error.message;
      throw new Failure(`epmd cannot listen on ${address.host}:${address.port}: ${taken}`);
    });
    console.log(`epmd is up: listening on ${address.host}:${server.port}`);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
    await server.closed;
    return 0;
  },
};
