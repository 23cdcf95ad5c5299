/** What the actors of a scenario do with servers, supervisors and state machines. */
import {
  type AnyPid,
  type CallError,
  call,
  cast,
  countChildren,
  deleteChild,
  Exit,
  type ExitReason,
  type Pid,
  type ReqId,
  receiveResponse,
  restartChild,
  type Self,
  StartError,
  sendRequest,
  start,
  startChild,
  startLink,
  startMonitor,
  stop,
  sys,
  TIMEOUT,
  terminateChild,
  waitResponse,
  whichChildren,
} from "../../stdlib/index.js";
import type { Actor } from "./bodies.js";
import { boss, dynamicBoss, type ServerRole, type SupervisorRole, scripted, specOf } from "./library.js";
import { performMachine } from "./machine.js";
import { Unbound } from "./protocol.js";
import type { LibraryOp, Op, ServerWish, SupervisorWish } from "./scenario.js";

const OPS: readonly LibraryOp[0][] = [
  ...([
    "start",
    "startLink",
    "startMonitor",
    "call",
    "cast",
    "tell",
    "stop",
    "suspend",
    "resume",
    "terminate",
  ] as const),
  ...(["sendRequest", "receiveResponse", "waitResponse"] as const),
  ...(["startSupervisor", "startChild", "terminateChild", "restartChild", "deleteChild"] as const),
  ...(["whichChildren", "countChildren", "startDynamic", "addChild", "dropChild", "countDynamic"] as const),
  ...(["startMachine", "machineCall", "machineCast", "machineInfo", "machineState", "replaceState"] as const),
];

export function isLibraryOp(op: Op): op is LibraryOp {
  return (OPS as readonly string[]).includes(op[0]);
}

/** `ok` with what it gave, or `failed` with the reason. */
export async function performLibrary(actor: Actor, op: LibraryOp): Promise<void> {
  let result: unknown;
  try {
    result = await perform(actor, op);
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined || !actor.alive) throw error;
    return actor.saw(op[0], "failed", failure.reason);
  }
  if (result === undefined) actor.saw(op[0], "ok");
  else actor.saw(op[0], "ok", result);
}

function failureOf(error: unknown): { reason: ExitReason } | undefined {
  if (error instanceof StartError) return { reason: error.reason };
  const failure = (error as Partial<CallError>).failure;
  return error instanceof Exit && failure !== undefined ? { reason: failure } : undefined;
}

function perform(actor: Actor, op: LibraryOp): unknown {
  const { self } = actor;
  switch (op[0]) {
    case "start":
    case "startLink":
      return begin(actor, op[0], op[1], op[2] ?? {});
    case "call":
      return call(self, serverOf(actor, op[1]), ["act", op[2]], op[3]);
    case "cast":
      return cast(self, serverOf(actor, op[1]), ["act", op[2]]);
    case "tell":
      self.send(actor.pid(op[1]), { tag: "tell", act: op[2] });
      return;
    case "startMonitor":
      return beginMonitored(actor, op[1], op[2], op[3] ?? {});
    case "stop":
      return stop(self, serverOf(actor, op[1]), op[2] === undefined ? "normal" : actor.term(op[2]), op[3]);
    case "suspend":
    case "resume":
      return sys[op[0]](self, actor.pid(op[1]));
    case "terminate":
      return sys.terminate(self, actor.pid(op[1]), actor.term(op[2]));
    case "sendRequest":
      actor.requests.set(op[2], sendRequest(self, serverOf(actor, op[1]), ["act", op[3]]));
      return undefined;
    case "receiveResponse":
      return receiveResponse(self, request(actor, op[1]), op[2]);
    case "waitResponse":
      return waited(waitResponse(self, request(actor, op[1]), op[2]));
    case "startSupervisor":
      return beginSupervisor(actor, op[1], op[2]);
    case "startDynamic":
      return beginPassive(actor, op[1], startLink(self, dynamicBoss, [op[2]], actor.next()));
    case "startMachine":
    case "machineCall":
    case "machineCast":
    case "machineInfo":
    case "machineState":
    case "replaceState":
      return performMachine(actor, op);
    default:
      return children(actor, op);
  }
}

async function children(actor: Actor, op: LibraryOp): Promise<unknown> {
  const { self } = actor;
  const boss = actor.pid(op[1] as string);
  switch (op[0]) {
    case "startChild":
      return startChild(self, boss, specOf(op[2], roleOf(actor), 0));
    case "addChild":
      return startChild(self, boss, specOf(op[2], roleOf(actor), 0));
    case "dropChild":
      return terminateChild(self, boss, actor.pid(op[2]));
    case "terminateChild":
      return terminateChild(self, boss, op[2]);
    case "restartChild":
      return restartChild(self, boss, op[2]);
    case "deleteChild":
      return deleteChild(self, boss, op[2]);
    case "whichChildren":
      return (await whichChildren(self, boss))
        .map(({ id, pid, status, type }) => [
          id,
          pid ?? (status === "restarting" ? status : "undefined"),
          type,
        ])
        .sort(([a], [b]) => (a! < b! ? -1 : 1));
    case "countChildren": {
      const { specs, active, supervisors, workers } = await countChildren(self, boss);
      return [specs, active, supervisors, workers];
    }
    case "countDynamic": {
      const { active, supervisors, workers } = await countChildren(self, boss);
      return [active, supervisors, workers];
    }
  }
  return undefined;
}

async function begin(
  actor: Actor,
  how: "start" | "startLink",
  name: string,
  wish: ServerWish,
): Promise<AnyPid> {
  const role: ServerRole = { name, conductor: actor.role.conductor, wish };
  const options = {
    ...actor.next(),
    ...(wish.name !== undefined && { name: wish.name }),
    ...(wish.timeout !== undefined && { timeout: wish.timeout }),
  };
  const pid = await (how === "start" ? start : startLink)(actor.self, scripted, [role], options);
  actor.bind(name, pid);
  return pid;
}

async function beginMonitored(actor: Actor, name: string, label: string, wish: ServerWish): Promise<AnyPid> {
  const role: ServerRole = { name, conductor: actor.role.conductor, wish };
  const { pid, ref } = await startMonitor(actor.self, scripted, [role], actor.next());
  actor.bind(name, pid);
  actor.bind(`#${label}`, ref);
  return pid;
}

function beginSupervisor(actor: Actor, name: string, wish: SupervisorWish): Promise<AnyPid> {
  const role = { ...roleOf(actor), wish };
  return beginPassive(actor, name, startLink(actor.self, boss, [role], actor.next()));
}

/** It knows nothing of our protocol. */
async function beginPassive(actor: Actor, name: string, started: Promise<AnyPid>): Promise<AnyPid> {
  const pid = await started;
  actor.bind(name, pid, "passive");
  return pid;
}

function roleOf({ role: { conductor, spread } }: Actor): SupervisorRole {
  return { conductor, spread, wish: { strategy: "oneForOne", children: [] } };
}

function request(actor: Actor, label: string): ReqId {
  const id = actor.requests.get(label);
  if (id === undefined) throw new Unbound(label);
  return id;
}

async function waited(response: Promise<unknown>): Promise<unknown> {
  const reply = await response;
  return reply === TIMEOUT ? "timeout" : reply;
}

function serverOf(actor: Actor, server: string | { readonly name: string }): Pid<unknown> | string {
  return typeof server === "string" ? actor.pid(server) : server.name;
}

/** Each supervisor has seen the ends that came to it before this. One that is gone is no failure. */
export async function syncWith(self: Self<unknown>, supervisors: readonly AnyPid[]): Promise<void> {
  for (const pid of supervisors) await countChildren(self, pid as Pid<unknown>).catch(() => TIMEOUT);
}
