/** What actors do at random. Each tells the world what it did, before anything can come of it. */
import { type AnyPid, CallError, Exit, formatReason, type Pid, type Ref } from "../../runtime/index.js";
import { pg } from "../../stdlib/index.js";
import type { Acting, Said } from "./actor.js";
import { addressKey, keyOf, refKey } from "./events.js";
import type { World } from "./world.js";

type Op = (acting: Acting, world: World) => void | Promise<void>;

/** The message of errors that actors throw on purpose. */
export const PLANNED = "planned crash";

/** An error that is the same wherever this file is. */
export function planned(): Error {
  return Object.assign(new Error(PLANNED), { stack: PLANNED });
}

const NAMES = ["ann", "bob", "cid"];
export const GROUPS = ["red", "blue"];
/** The scope of pg that they use. */
export const SCOPE = "groups";

/** Bytes of a message: nothing mostly, more than a ring or a fragment takes at times. */
function load(world: World): { load?: Uint8Array } {
  return world.random.chance(0.1) ? { load: new Uint8Array(world.random.pick([40, 200, 1000, 6000])) } : {};
}

function spawnWith(how: "spawn" | "spawnLink" | "spawnMonitor"): Op {
  return (acting, world) => {
    if (!world.mayGrow) return;
    const { self, key } = acting;
    const scheduler = world.random.chance(0.2) ? ("balanced" as const) : world.schedulerOf(self.node);
    const name = world.random.chance(0.1) ? { name: world.random.pick(NAMES) } : {};
    const options = { scheduler, ...name };
    if (how === "spawnMonitor") {
      const { pid, ref } = self.spawnMonitor(world.actor, [], options);
      acting.monitors.push(ref);
      world.spawned(pid as AnyPid, "actor");
      return world.tell({ type: "monitored", by: key, ref: refKey(ref), target: keyOf(pid as AnyPid) });
    }
    world.spawned(self[how](world.actor, [], options) as AnyPid, "actor");
  };
}

function say(acting: Acting, world: World, to: Pick<Said, "to" | "alias">): Said {
  return { tag: "said", from: acting.key, n: world.count(), ...to, ...load(world) };
}

const send: Op = (acting, world) => {
  const target = world.target(acting.self);
  if (target === undefined) return;
  const to = keyOf(target);
  const sure = world.arrives(acting.self, target);
  for (let left = world.random.pick([1, 1, 2, 3, 12]); left > 0; left--) {
    const said = say(acting, world, { to });
    world.tell({ type: "sent", from: acting.key, to, n: said.n, sure });
    acting.self.send(target as Pid<unknown>, said);
  }
};

const sendToName: Op = (acting, world) => {
  const name = world.random.pick(NAMES);
  const node = world.random.pick(world.names);
  acting.self.send({ name, node } as never, say(acting, world, {}) as never);
};

const sendToAlias: Op = (acting, world) => {
  const ref = world.alias(acting.self);
  if (ref !== undefined) acting.self.send(ref as never, say(acting, world, { alias: refKey(ref) }) as never);
};

const link: Op = ({ self, key }, world) => {
  const target = world.target(self);
  if (target === undefined) return;
  world.tell({ type: "linked", by: key, to: keyOf(target) });
  self.link(target);
};

const unlink: Op = ({ self, key }, world) => {
  const target = world.target(self);
  if (target === undefined) return;
  world.tell({ type: "unlinked", by: key, to: keyOf(target) });
  self.unlink(target);
};

const monitor: Op = (acting, world) => {
  const { self, key } = acting;
  const target = world.target(self);
  if (target === undefined || target === self.pid) return;
  const alias = world.random.pick([undefined, undefined, "demonitor", "replyDemonitor"] as const);
  const ref = self.monitor(target, alias && { alias });
  acting.monitors.push(ref);
  if (alias !== undefined) world.offerAlias(ref);
  const once = alias === "replyDemonitor";
  world.tell({ type: "monitored", by: key, ref: refKey(ref), target: keyOf(target), once });
};

const monitorName: Op = (acting, world) => {
  const { self, key } = acting;
  const target = { name: world.random.pick(NAMES), node: world.random.pick(world.names) };
  if (target.node === self.node && self.whereis(target.name) === self.pid) return;
  const ref = self.monitor(target);
  acting.monitors.push(ref);
  world.tell({ type: "monitored", by: key, ref: refKey(ref), target: addressKey(target) });
};

const demonitor: Op = ({ self, key, monitors }, world) => {
  const ref = takeOne(world, monitors);
  if (ref === undefined) return;
  const flush = world.random.chance(0.5);
  const active = self.demonitor(ref, { flush });
  world.tell({ type: "demonitored", by: key, ref: refKey(ref), active, flush });
};

const register: Op = ({ self, key }, world) => {
  const name = world.random.pick(NAMES);
  try {
    self.register(name);
  } catch (error) {
    return expect(error, "register");
  }
  world.tell({ type: "registered", node: self.node, name, pid: key });
};

const registerOther: Op = async ({ self }, world) => {
  const target = world.target(self);
  if (target === undefined) return;
  try {
    await self.register(world.random.pick(NAMES), target);
  } catch (error) {
    expect(error, "register");
  }
};

const unregister: Op = ({ self }, world) => {
  const name = world.random.pick(NAMES);
  try {
    self.unregister(name);
  } catch (error) {
    return expect(error, "no process is registered");
  }
  world.tell({ type: "unregistered", node: self.node, name });
};

const exitOther: Op = ({ self, key }, world) => {
  const target = world.target(self);
  if (target === undefined) return;
  const reason = world.random.pick(["normal", "kill", "shutdown", { told: "to end" }] as const);
  world.tell({ type: "exitSent", from: key, to: keyOf(target), reason: formatReason(reason) });
  self.exit(target, reason);
};

const exitSelf: Op = (_acting, world) => {
  if (world.random.chance(0.2)) throw planned();
  throw new Exit(world.random.pick(["normal", "shutdown", { had: "enough" }]));
};

const trapExit: Op = ({ self }, world) => {
  self.processFlag("trapExit", world.random.chance(0.6));
};

const priority: Op = ({ self }, world) => {
  self.processFlag("priority", world.random.pick(["low", "normal", "high"] as const));
};

const setTimer: Op = (acting, world) => {
  const { self, key } = acting;
  const ms = world.random.below(300);
  const id = world.count();
  const due = self.now() + ms;
  world.tell({ type: "timerSet", by: key, ref: `${id}`, due });
  const ref = world.random.chance(0.5)
    ? self.sendAfter(ms, self.pid as Pid<unknown>, { tag: "timer", id })
    : self.startTimer(ms, self.pid as never, { id });
  acting.timers.push(ref);
  world.timerIds.set(ref, id);
};

const cancelTimer: Op = ({ self, key, timers }, world) => {
  const ref = takeOne(world, timers);
  if (ref === undefined) return;
  const active = self.cancelTimer(ref) !== undefined;
  world.tell({ type: "timerCancelled", by: key, ref: `${world.timerIds.get(ref)}`, active });
};

const alias: Op = (acting, world) => {
  const ref = acting.self.alias();
  acting.aliases.push(ref);
  world.offerAlias(ref);
};

const unalias: Op = ({ self, aliases }, world) => {
  const ref = takeOne(world, aliases);
  if (ref !== undefined) self.unalias(ref);
};

const call: Op = async ({ self, key }, world) => {
  const target = world.target(self);
  if (target === undefined) return;
  const how = world.random.pick(["at once", "at once", "late", "twice", "failure", "never", "end", "crash"]);
  const id = world.count();
  const timeout = world.random.pick([0, 5, 190, 1000]);
  world.tell({ type: "called", by: key, id, to: keyOf(target) });
  try {
    const reply = await self.call(target as never, { id, how }, timeout);
    world.tell({ type: "answered", by: key, id, reply: String(reply) });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
  }
};

const isAlive: Op = async ({ self }, world) => {
  const target = world.target(self);
  if (target !== undefined) await self.isAlive(target);
};

const join: Op = async ({ self, key }, world) => {
  const group = world.random.pick(GROUPS);
  try {
    await pg.join(self, SCOPE, group, self.pid as AnyPid);
  } catch (error) {
    // The server of this node may not be up yet.
    if (!(error instanceof CallError)) throw error;
    return;
  }
  world.tell({ type: "joined", group, pid: key });
};

const leave: Op = async ({ self, key }, world) => {
  const group = world.random.pick(GROUPS);
  try {
    await pg.leave(self, SCOPE, group, self.pid as AnyPid);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    return;
  }
  world.tell({ type: "left", group, pid: key });
};

/** What a child of a supervisor does: it stays linked with that, and dies with it. */
export const CHILD_OPS: Readonly<Record<string, Op>> = {
  send,
  link,
  monitor,
  demonitor,
  setTimer,
  cancelTimer,
  exitSelf,
  call,
  isAlive,
};

export const OPS: Readonly<Record<string, Op>> = {
  ...CHILD_OPS,
  spawn: spawnWith("spawn"),
  spawnLink: spawnWith("spawnLink"),
  spawnMonitor: spawnWith("spawnMonitor"),
  sendToName,
  sendToAlias,
  unlink,
  monitorName,
  register,
  registerOther,
  unregister,
  exitOther,
  trapExit,
  priority,
  alias,
  unalias,
  join,
  leave,
};

function takeOne(world: World, refs: Ref[]): Ref | undefined {
  return refs.length === 0 ? undefined : refs.splice(world.random.below(refs.length), 1)[0];
}

/** An error that is part of the rules; any other ends the actor, and is reported. */
function expect(error: unknown, start: string): void {
  if (!(error instanceof Error && error.message.startsWith(start))) throw error;
}
