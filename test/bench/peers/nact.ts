/** nact: actors on one thread. Messages are passed as they are, not copied. */
import { dispatch, type Ref, spawn, start as startSystem, stop } from "nact";
import { nsOf, six } from "../steps.js";
import type { Peer } from "./peer.js";

const BURST = 1000;

export async function start(): Promise<Peer> {
  const system = startSystem();

  /** Sends in bursts; the sink says when one is complete. */
  async function send(n: number, message: (i: number) => unknown): Promise<number> {
    let complete = () => {};
    const sink = spawn(
      system,
      (left: number, _message: unknown) => {
        if (left > 1) return left - 1;
        complete();
        return BURST;
      },
      "sink",
      { initialState: BURST },
    );
    const bursts = Math.ceil(n / BURST);
    const ns = await nsOf(async () => {
      for (let b = 0; b < bursts; b++) {
        const done = new Promise<void>((resolve) => {
          complete = resolve;
        });
        for (let i = 0; i < BURST; i++) dispatch(sink, message(i));
        await done;
      }
    });
    stop(sink);
    return (ns * n) / (bursts * BURST);
  }

  async function pingPong(n: number): Promise<number> {
    const echo = spawn(system, (state: number, { from, n }: { from: Ref<number>; n: number }) => {
      dispatch(from, n);
      return state;
    });
    let complete = () => {};
    const ping: Ref<number> = spawn(system, (state: number, i: number, { self }) => {
      if (i === n) complete();
      else dispatch(echo, { from: self as Ref<number>, n: i + 1 });
      return state;
    });
    const ns = await nsOf(
      () =>
        new Promise<void>((resolve) => {
          complete = resolve;
          dispatch(ping, 0);
        }),
    );
    stop(ping);
    stop(echo);
    return ns;
  }

  /** Spawns, each says hello and is stopped. */
  async function spawnAll(n: number): Promise<number> {
    const bursts = Math.ceil(n / BURST);
    const ns = await nsOf(async () => {
      for (let b = 0; b < bursts; b++) {
        await new Promise<void>((resolve) => {
          let left = BURST;
          for (let i = 0; i < BURST; i++) {
            const actor = spawn(system, (state: number, _message: string, { self }) => {
              stop(self);
              if (--left === 0) resolve();
              return state;
            });
            dispatch(actor, "say hello");
          }
        });
      }
    });
    return (ns * n) / (bursts * BURST);
  }

  return {
    programs: {
      send: (n) => send(n, (i) => i),
      "send-map": (n) => send(n, six),
      "ping-pong": pingPong,
      spawn: spawnAll,
    },
    close: async () => stop(system),
  };
}
