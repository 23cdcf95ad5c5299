/**
 * A state machine's definition, made ready to run: for each state one set of handlers, its own ones laid over
 * those for all states.
 */
import type { ExitReason } from "../runtime/index.js";
import { type GenCode, type Handler, type Handlers, ownHandlers } from "./genLoop.js";

const GROUPS = ["call", "cast", "internal", "genericTimeout"] as const;
const SINGLES = ["enter", "info", "eventTimeout", "stateTimeout"] as const;

/** The handlers that apply in one state. */
export type EventSet = { readonly [G in (typeof GROUPS)[number]]: Handlers } & {
  readonly [S in (typeof SINGLES)[number]]: Handler | undefined;
};

/** A definition, ready to run. */
export interface StatemCode extends GenCode {
  /** The handlers for a state. Throws for a state that the definition does not have. */
  setFor(state: unknown): EventSet;
  /** Some state has a state enter call. */
  readonly hasEnter: boolean;
}

/** A definition as it was written, types aside. */
export interface Definition {
  readonly states?: Readonly<Record<string, object>>;
  readonly handleEvent?: object;
  readonly stateUpdates?: object;
  terminate?(ctx: never, reason: ExitReason): unknown;
  formatStatus?(status: never): object;
  codeChange?(oldVersion: unknown, state: never, extra: unknown): unknown;
}

/** Throws TypeError for a handler of what is no event type. */
export function statemCode(name: string, definition: Definition, latest: () => StatemCode): StatemCode {
  const { states } = definition;
  const all = eventSet(name, definition.handleEvent ?? {});
  const own = new Map(
    Object.entries(states ?? {}).map(([state, handlers]) => [
      state,
      layOver(all, eventSet(`${name}, state ${state}`, handlers)),
    ]),
  );
  const setOf = (state: unknown): EventSet => {
    const set = own.get(state as string);
    if (set === undefined) throw new Error(`${name}: no such state: ${JSON.stringify(state)}`);
    return set;
  };
  return {
    name,
    setFor: states === undefined ? () => all : setOf,
    hasEnter: [all, ...own.values()].some((set) => set.enter !== undefined),
    callbacks: definition,
    updates: ownHandlers(definition.stateUpdates),
    latest: latest as StatemCode["latest"],
  };
}

function eventSet(where: string, handlers: object): EventSet {
  const from = handlers as Readonly<Record<string, unknown>>;
  const types: readonly string[] = [...GROUPS, ...SINGLES];
  const wrong = Object.keys(from).find((type) => !types.includes(type));
  if (wrong !== undefined)
    throw new TypeError(`${where}: ${wrong} is no event type; expected ${types.join(", ")}`);
  const groups = GROUPS.map((group) => [group, ownHandlers(from[group] as object | undefined)]);
  const singles = SINGLES.map((single) => [single, (from[single] as Handler | undefined)?.bind(handlers)]);
  return Object.fromEntries([...groups, ...singles]) as EventSet;
}

function layOver(all: EventSet, own: EventSet): EventSet {
  const groups = GROUPS.map((group) => [group, new Map([...all[group], ...own[group]])]);
  const singles = SINGLES.map((single) => [single, own[single] ?? all[single]]);
  return Object.fromEntries([...groups, ...singles]) as EventSet;
}
