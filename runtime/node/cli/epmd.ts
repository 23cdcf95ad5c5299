/** `ringbeam epmd`: the node registry by itself, speaking Erlang's EPMD protocol. */
import { serveUntilIdle } from "../../dist/epmd/ensure.js";
import { EpmdServer } from "../../dist/epmd/server.js";
import { parseEpmd } from "../names.js";
import { type Command, Failure, parseFlags } from "./command.js";

export const epmd: Command = {
  name: "epmd",
  summary: "run the node registry (Erlang's epmd serves as well)",
  usage: `usage: ringbeam epmd [--listen HOST:PORT] [--daemon]

Serves Erlang's EPMD protocol, for ringbeam and Erlang nodes alike. Nodes start one by themselves where
none runs; that one ends a few seconds after the last node has left.

  --listen HOST:PORT  default: 127.0.0.1:4369
  --daemon            end when no node is left; be quiet if another epmd has the port
  --help              this text`,
  async run(args) {
    const { values } = parseFlags(args, { listen: { type: "string" }, daemon: { type: "boolean" } }, []);
    const address = parseEpmd(values.listen ?? "127.0.0.1");
    if (values.daemon) {
      await serveUntilIdle(address);
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
