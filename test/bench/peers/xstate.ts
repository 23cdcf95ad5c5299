/** XState: actors and state machines on one thread. Events are passed as they are, and handled within `send`. */
import { type AnyActorRef, createActor, createMachine, fromTransition } from "xstate";
import { nsOf } from "../steps.js";
import type { Peer } from "./peer.js";

// Actors that are stopped are told so by an event of XState's own.

interface Ping {
  readonly type: "ping";
  readonly from: AnyActorRef;
  readonly n: number;
}

async function send(n: number): Promise<number> {
  const sum = fromTransition((count: number, event: { type: "add"; n: number }) => {
    return event.type === "add" ? count + event.n : count;
  }, 0);
  const sink = createActor(sum).start();
  const ns = await nsOf(async () => {
    for (let i = 0; i < n; i++) sink.send({ type: "add", n: i });
  });
  sink.stop();
  return ns;
}

async function pingPong(n: number): Promise<number> {
  const echo = createActor(
    fromTransition((state: null, event: Ping) => {
      if (event.type === "ping") event.from.send({ type: "pong", n: event.n });
      return state;
    }, null),
  ).start();
  let pongs = 0;
  const pinger = createActor(
    fromTransition((state: null, event: { type: "pong"; n: number }) => {
      if (event.type === "pong") pongs++;
      return state;
    }, null),
  ).start();
  const ns = await nsOf(async () => {
    for (let i = 0; i < n; i++) echo.send({ type: "ping", from: pinger, n: i });
  });
  if (pongs !== n) throw new Error(`${pongs} pongs to ${n} pings`);
  echo.stop();
  pinger.stop();
  return ns;
}

/** Starts, one event, stop. */
async function spawnAll(n: number): Promise<number> {
  const logic = fromTransition((_said: boolean, _event: { type: "hello" }) => true, false);
  return nsOf(async () => {
    for (let i = 0; i < n; i++) {
      const actor = createActor(logic).start();
      actor.send({ type: "hello" });
      actor.stop();
    }
  });
}

const lamp = createMachine({
  initial: "off",
  states: { off: { on: { flip: "on" } }, on: { on: { flip: "off" } } },
});

async function transitions(n: number): Promise<number> {
  const actor = createActor(lamp).start();
  const ns = await nsOf(async () => {
    for (let i = 0; i < n; i++) actor.send({ type: "flip" });
  });
  actor.stop();
  return ns;
}

export async function start(): Promise<Peer> {
  return {
    programs: { send, "ping-pong": pingPong, spawn: spawnAll, statem: transitions },
    close: async () => {},
  };
}
