/** A peer's side, as an OS process: `node side.js PEER ROW`. */
import { play } from "../answer.js";
import { PEERS } from "./list.js";

const [name, row] = process.argv.slice(2) as [string, string];
const peer = await (await PEERS[name]!.load()).start();
await play(
  (n) => peer.programs[row]!(n),
  () => peer.close(),
);
