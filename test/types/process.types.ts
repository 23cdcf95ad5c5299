/** What the compiler must accept and refuse; nothing here runs. Each `@ts-expect-error` fails the build where it is none. */
import { type Dest, type Pid, proc, type Ref, type Self, TIMEOUT } from "../../runtime/index.js";

interface Ping {
  readonly tag: "ping";
  readonly from: Pid<Pong>;
}
interface Pong {
  readonly tag: "pong";
  readonly n: number;
}
interface Stop {
  readonly tag: "stop";
}

const server = proc(
  import.meta.url,
  async function server(self: Self<Ping | Stop>, start: number, _label?: string) {
    for (let n = start; ; n++) {
      const message = await self.receive();
      if (message.tag === "stop") return;
      self.send(message.from, { tag: "pong", n });
      // @ts-expect-error a server is sent Ping or Stop, so its message has no n
      void message.n;
    }
  },
);

export async function client(self: Self<Pong>, name: string, alias: Ref, untyped: Dest): Promise<void> {
  const pid = self.spawn(server, [1]);
  self.spawnLink(server, [1, "label"], { scheduler: "here", priority: "high", name: "server" });
  const { ref } = self.spawnMonitor(server, [1]);
  self.demonitor(ref, { flush: true });

  // On another node it takes a while, and the type says so.
  const there: Pid<Ping | Stop> = await self.spawn(server, [1], { node: "b@host", link: true } as {
    node: string;
  });
  const far = await self.spawnMonitor(server, [1], { node: "b@host", link: true, alias: "demonitor" });
  self.demonitor(far.ref);
  self.send(there, { tag: "stop" });
  // @ts-expect-error a promise of a pid is no pid
  self.send(self.spawnLink(server, [1], { node: "b@host" }), { tag: "stop" });
  // @ts-expect-error nor are the arguments free there
  self.spawnLink(server, ["1"], { node: "b@host" });

  // Timers.
  const left: number | undefined = self.cancelTimer(alias);
  const later: number | undefined = await self.readTimer(alias, { anywhere: true });
  self.cancelTimer(alias, { async: true, info: false });
  // @ts-expect-error the answer of one that may be elsewhere is a promise
  const now: number | undefined = self.cancelTimer(alias, { anywhere: true });
  void [left, later, now];

  // Spawn arguments.
  // @ts-expect-error an argument is missing
  self.spawn(server, []);
  // @ts-expect-error an argument of another type
  self.spawn(server, ["1"]);
  // @ts-expect-error one argument too many
  self.spawn(server, [1, "label", 2]);
  // @ts-expect-error no such priority
  self.spawn(server, [1], { priority: "urgent" });
  // @ts-expect-error a function is no proc
  self.spawn(async () => {}, []);

  // Messages.
  self.send(pid, { tag: "ping", from: self.pid });
  self.send(pid, { tag: "stop" });
  // @ts-expect-error not a message of the server
  self.send(pid, { tag: "pong", n: 1 });
  // @ts-expect-error a part is missing
  self.send(pid, { tag: "ping" });
  // @ts-expect-error the answer would go to a process that does not understand it
  self.send(pid, { tag: "ping", from: pid });
  // @ts-expect-error nor does one understand a string that takes Pong
  self.send(self.pid, "pong");
  self.send(name, { any: "thing" });
  self.send(alias, 1);
  self.send({ name, node: self.node }, 1);
  void untyped;

  // A pid of fewer messages stands in for one of more, never the other way round.
  const wide: Pid<Ping | Stop> = pid;
  const narrow: Pid<Stop> = wide;
  self.send(narrow, { tag: "stop" });
  // @ts-expect-error a process that takes Stop need not take Ping
  const wrong: Pid<Ping | Stop> = narrow;
  void wrong;

  // Receive.
  const any: Pong = await self.receive();
  // @ts-expect-error time may run out
  const late: Pong = await self.receive({ after: 1 });
  const maybe = await self.receive({ after: 1 });
  if (maybe === TIMEOUT) return;
  void [any, late, maybe.n];
  // @ts-expect-error a matcher of messages that never come
  await self.receive((m: Stop) => m.tag === "stop");
}

export async function narrowing(self: Self<Ping | Stop>): Promise<void> {
  const ping = await self.receive((m): m is Ping => m.tag === "ping");
  const from: Pid<Pong> = ping.from;
  const stop = await self.receive((m): m is Stop => m.tag === "stop", { after: 10 });
  if (stop !== TIMEOUT) {
    const tag: "stop" = stop.tag;
    void tag;
  }
  const either = await self.receive((m) => m.tag === "ping");
  // The compiler sees by itself what this predicate narrows to.
  void either.from;
  void from;
}

// @ts-expect-error the body's first parameter is its self
proc(import.meta.url, async function noSelf(n: number) {
  return n;
});
