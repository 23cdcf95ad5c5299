/**
 * Definitions of behaviours on this thread, and how a process begins to run one (OTP: `gen:init_it`).
 *
 *     (register a via name) -> init(self, ...args) -> what it gives -> run: the loop that takes the messages
 */
import {
  type AnyPid,
  type AnyProc,
  behaviour,
  type Proc,
  type Receiver,
  type Self,
} from "../runtime/index.js";
import { type GenCode, tagOf } from "./genLoop.js";
import { isVia, startVia, type ViaName } from "./via.js";

/** Behind the arguments of a process that is to have a name which a module keeps (OTP: an argument of `init_it`). */
interface ViaStart {
  readonly tag: "$via";
  readonly name: ViaName<never>;
}

function isViaStart(last: unknown): last is ViaStart {
  return tagOf(last) === "$via" && isVia((last as ViaStart).name);
}

/** The arguments to start with under this name. Throws TypeError for what is known to be no behaviour. */
export function withViaName(
  proc: AnyProc,
  args: readonly unknown[],
  name: ViaName<never>,
): readonly unknown[] {
  if (proc.code !== undefined && !definitions.has(proc))
    throw new TypeError(`${proc} is no behaviour: only a behaviour can register itself under a via name`);
  const last: ViaStart = { tag: "$via", name };
  return [...args, last];
}

declare const givenType: unique symbol;

/** What a behaviour defined. `Given`: what it can begin with. */
export interface GenProc<in Args extends readonly unknown[] = never, in M = never, in Given = never>
  extends Proc<Args, M> {
  /** A type only. */
  readonly [givenType]?: (given: Given) => void;
}

/** What a behaviour defines of a process. `Given`: what `init` gives. */
export interface GenDefinition<Args extends readonly unknown[], Given, Code extends GenCode> {
  readonly code: Code;
  init(self: Self<unknown>, ...args: Args): Given | Promise<Given>;
  /** Throws the exit where there is to be no process. */
  run(self: Self<unknown>, parent: AnyPid, given: Given): Receiver<unknown>;
}

type AnyDefinition = GenDefinition<never, never, GenCode>;

/** The latest one of each name: its module may have been loaded again. */
const definitions = new WeakMap<AnyProc, AnyDefinition>();

/** Defines what a process runs, under its name, in a module that other schedulers and nodes can load. */
export function defineGen<Args extends readonly unknown[], Given, Code extends GenCode>(
  module: string,
  name: string,
  makeDefinition: (latest: () => Code) => GenDefinition<Args, Given, Code>,
): Proc<Args, unknown> {
  const definition = makeDefinition(() => definitions.get(proc)!.code as Code);
  const start = (self: Self<unknown>, parent: AnyPid, args: Args) => {
    const given = definition.init(self, ...args);
    return given instanceof Promise
      ? given.then((later) => definition.run(self, parent, later))
      : definition.run(self, parent, given);
  };
  const proc = behaviour<unknown, Args>(module, name, (self, ...args) => {
    const parent = parentOf(self);
    const last = args.at(-1);
    if (!isViaStart(last)) return start(self, parent, args);
    return startVia(self, last.name, () => start(self, parent, args.slice(0, -1) as unknown as Args));
  });
  definitions.set(proc, definition as unknown as AnyDefinition);
  return proc;
}

/** Runs a definition in a process that has begun otherwise. Throws TypeError for what is no behaviour. */
export function runGen(self: Self<unknown>, proc: AnyProc, given: unknown): Receiver<unknown> {
  const definition = definitions.get(proc);
  if (definition === undefined) throw new TypeError(`${proc} is no server or state machine`);
  return definition.run(self, self.parent as AnyPid, given as never);
}

/** Whose EXIT ends it though it traps exits: who started it. One started by plain `start` is its own parent, as in OTP. */
function parentOf(self: Self<unknown>): AnyPid {
  return (self.detached ? self.pid : self.parent) as AnyPid;
}
