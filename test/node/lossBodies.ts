/** Bodies for tests of lost threads: one that takes its thread along, and one that looks around on the next. */
import { type AnyPid, type Pid, proc, type Self } from "../../runtime/index.js";

export const exiter = proc(import.meta.url, async function exiter(_self: Self<unknown>) {
  process.exit(3);
});

export const nodesTeller = proc(import.meta.url, async function nodesTeller(self: Self<unknown>, to: AnyPid) {
  self.send(to as Pid<unknown>, { nodes: self.nodes() });
});
