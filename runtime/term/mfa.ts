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
  constructor(
    /** URL of the defining module. */
    readonly module: string,
    readonly name: string,
  ) {}
  toString(): string {
    return `${this.module.slice(this.module.lastIndexOf("/") + 1)}#${this.name}`;
  }
}

export type AnyProc = Proc<never, never>;

interface Export {
  readonly proc: AnyProc;
  /** What to run; its type belongs to the process layer. Undefined while the module is not loaded here. */
  code: unknown;
}

const exportsByName = new Map<string, Export>();

/** Declares an export of a module. The same name may be declared again only by the same module reloaded. */
export function define<Args extends readonly unknown[], M>(
  module: string,
  name: string,
  code: unknown,
): Proc<Args, M> {
  if (name === "") throw new TypeError("a process needs a name: pass a named function, or the name");
  const entry = lookup(module, name);
  entry.code = code;
  return entry.proc as unknown as Proc<Args, M>;
}

/** The one object that stands for module and name on this thread, loaded or not. */
export function procOf(module: string, name: string): AnyProc {
  return lookup(module, name).proc;
}

/** What the export runs, or undefined where its module is not loaded on this thread. */
export function codeOf(proc: AnyProc): unknown {
  return lookup(proc.module, proc.name).code;
}

function lookup(module: string, name: string): Export {
  const key = `${module}#${name}`;
  let entry = exportsByName.get(key);
  if (entry === undefined) {
    entry = { proc: Object.freeze(new Proc(module, name)), code: undefined };
    exportsByName.set(key, entry);
  }
  return entry;
}
