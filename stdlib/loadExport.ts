/**
 * Definitions that are no processes, but travel as processes' do: by module and name, and the module is loaded on
 * the thread that needs them.
 */
import { type AnyProc, behaviour, Exit, type Proc, type Self } from "../runtime/index.js";

/** A name for what a module defines. Spawned, it only ends. */
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
  if (name.code === undefined) await self.ensureLoaded(name);
  return codes.get(name);
}
