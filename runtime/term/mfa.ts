/**
 * What can be spawned, named by module and export as Erlang names it by module, function and arguments (MFA).
 * Code crosses threads and nodes as this name, never as text; each thread keeps its own table of what its
 * loaded modules export, and a name that no module gives is exit reason `undef`.
 */
declare const argsType: unique symbol;
declare const messageType: unique symbol;

/**
 * A spawnable export. `Args` are its arguments without `self`; `M` is what its mailbox takes.
 * It is a term: it travels by name and is the same object again on every thread that loaded its module.
 */
export class Proc<in Args extends readonly unknown[] = never, in M = never> {
  declare readonly [argsType]?: (args: Args) => void;
  declare readonly [messageType]?: (message: M) => void;
  /** What it runs, of a type of the process layer; undefined while its module is not loaded on this thread. */
  code: unknown = undefined;
  constructor(
    /** URL of the defining module. */
    readonly module: string,
    /** Its name in that module. */
    readonly name: string,
  ) {}
  /** For people: `file.js#name`. */
  toString(): string {
    return `${this.module.slice(this.module.lastIndexOf("/") + 1)}#${this.name}`;
  }
}

/** Any spawnable export, whatever its arguments and messages. */
export type AnyProc = Proc<never, never>;

const procs = new Map<string, AnyProc>();

/** Declares an export of a module. Declared again, as by a module that was reloaded, the later code counts. */
export function define<Args extends readonly unknown[], M>(
  module: string,
  name: string,
  code: unknown,
): Proc<Args, M> {
  if (name === "") throw new TypeError("a process needs a name: pass a named function, or the name");
  const proc = procOf(module, name);
  proc.code = code;
  return proc as unknown as Proc<Args, M>;
}

/** The one object that stands for module and name on this thread, loaded or not. */
export function procOf(module: string, name: string): AnyProc {
  const key = `${module}#${name}`;
  let proc = procs.get(key);
  if (proc === undefined) {
    proc = new Proc(module, name);
    procs.set(key, proc);
  }
  return proc;
}
