/** `ringbeam names`: the nodes that an epmd knows. */
import { names as askNames, EpmdError } from "../../dist/epmd/client.js";
import { parseEpmd } from "../names.js";
import { readSettings } from "../settings.js";
import { type Command, Failure, parseFlags } from "./command.js";

export const names: Command = {
  name: "names",
  summary: "list the nodes of a host",
  usage: `usage: ringbeam names [--epmd HOST:PORT]

  --epmd HOST:PORT  which epmd to ask (RINGBEAM_EPMD; default: 127.0.0.1:4369)
  --config FILE     JSON with the same keys (default: ringbeam.json, if it is there)
  --help            this text`,
  async run(args) {
    const { values } = parseFlags(args, { epmd: { type: "string" }, config: { type: "string" } }, []);
    const address = parseEpmd(readSettings(values).epmd ?? "127.0.0.1");
    const where = `${address.host}:${address.port}`;
    try {
      const nodes = await askNames(address);
      console.log(`epmd at ${where}: ${nodes.length === 1 ? "1 node" : `${nodes.length} nodes`}`);
      for (const { name, port } of nodes) console.log(`  ${name} at port ${port}`);
      return 0;
    } catch (error) {
      if (!(error instanceof EpmdError)) throw error;
      throw new Failure(`no epmd at ${where}: no node runs there (${error.message})`);
    }
  },
};
