/**
 * Definitions that are no processes, but travel as processes' do: by module and name, and the module is loaded on
 * the thread that needs them.
 */
import {
  type AnyProc,
  behaviour,
  type Down,
  Exit,
  type Proc,
  type Self,
  type Started,
} from "../runtime/index.js";

/** A name for what a module defines. Spawned, it only ends: that is how its module is loaded on a thread. */
export function exportName(module: string, name: string): Proc<never, never> {
  return behaviour<never, never>(module, name, () => {
    throw new Exit("normal");
  });
}

/** What `codes` has for this name, after its module was loaded if need be. Throws Exit `{ undef }`. */
export async function loadExport<Code>(
  self: Self<unknown>,
  name: AnyProc,
  codes: ReadonlyMap<AnyProc, Code>,
): Promise<Code | undefined> {
  if (name.code !== undefined) return codes.get(name);
  const { pid, ref } = self.spawnStart(name, [] as never, { scheduler: "here" });
  const isAnswer = (m: unknown): m is Down | Started => (m as Partial<Down> | null)?.ref === ref;
  const answer = await self.receive(isAnswer);
  if (answer.tag === "$started") {
    // It is a process after all.
    self.demonitor(ref, { flush: true });
    self.exit(pid, "kill");
  } else if (answer.reason !== "normal") throw new Exit(answer.reason);
  return codes.get(name);
}
