/** Loading what a name stands for on this thread. */
import type { AnyProc } from "../term/mfa.js";
import { Exit } from "../term/reason.js";
import type { Env } from "./env.js";

/**
 * Imports the module of the name. Rejects with Exit `{ undef }` without such an export. Not in a slice: a kill would
 * leave Node's loader half done, and nobody on the thread could ever import the module again.
 */
export function loadModuleOf(env: Env, proc: AnyProc): Promise<void> {
  const { module, name } = proc;
  const undef = (cause?: unknown): Exit =>
    new Exit({ undef: `${module}#${name}`, ...(cause !== undefined && { cause: String(cause) }) });
  return env.load(module).then(
    () => {
      if (proc.code === undefined) throw undef();
    },
    (cause) => {
      throw undef(cause);
    },
  );
}

/** The same from inside of a slice, unless the name is loaded already. */
export function ensureLoaded(env: Env, proc: AnyProc): Promise<void> {
  return new Promise((resolve, reject) => {
    if (proc.code !== undefined) resolve();
    else env.outside(() => void loadModuleOf(env, proc).then(resolve, reject));
  });
}
