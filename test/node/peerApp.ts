/**
 * The processes that tests talk to on another node, and the application that runs them there: one registered
 * `peer` on scheduler 0, and one `peer N` on each worker thread.
 *
 * | call | answers |
 * | --- | --- |
 * | ["echo", term] | term |
 * | ["whoami"] | its pid |
 * | ["scheduler"] | number of the scheduler |
 * | ["spawn", options] | pid of a new `puppet` |
 * | ["count", options, per, senders, slow] | pid of a new `counter` |
 * | ["never"] | nothing |
 * | ["late"] | nothing, but "late" when the next message comes |
 *
 * A puppet does as it is told, and hands what it does not understand to whoever wants to see it:
 *
 * | message | does |
 * | --- | --- |
 * | { do: "watch", by } | everything it gets from now on also goes to `by`, as { seen } |
 * | { do: "exit", reason }, { do: "throw", text } | ends |
 * | { do: "loop" } | computes for ever |
 * | { do: "trap" } | traps exits |
 * | { do: "link", to }, { do: "monitor", to }, { do: "kill", to } | does that |
 * | { do: "register", name } | does that |
 * | { do: "answer", to, message } | sends the message |
 * | { do: "spawnLink", node, to } | spawns a puppet there, linked; sends { spawned } to `to` |
 * | { do: "requestAndTell", node, to } | requests one there; sends { requested } and, when it comes, { told: the reply } to `to` |
 * | { do: "requestAndExit", node, to, reason } | requests a linked one there that sends { told: its EXIT } to `to`, and ends at once |
 * | { do: "watchNodes", node } | monitors all nodes, and this one; sends { watching } to its watcher |
 * | { do: "count", n, to } | sends [its own pid, 1..n] to `to` |
 *
 * A counter takes what so many puppets count to it and then tells who made it: { counted, wrong }, where `wrong` says
 * what came out of order. A slow one lets go of its thread after every 100 messages.
 */
import {
  type Address,
  type AnyPid,
  application,
  behaviour,
  type CallMessage,
  Exit,
  type From,
  type Pid,
  proc,
  type Ref,
  type Self,
  type SpawnOptions,
  type Started,
} from "../../runtime/index.js";

export type Request =
  | readonly ["echo", unknown]
  | readonly ["whoami"]
  | readonly ["scheduler"]
  | readonly ["spawn", SpawnOptions]
  | readonly ["count", SpawnOptions, number, number, boolean]
  | readonly ["never"]
  | readonly ["late"];

export type Order =
  | { readonly do: "watch"; readonly by: AnyPid }
  | { readonly do: "exit"; readonly reason: unknown }
  | { readonly do: "throw"; readonly text: string }
  | { readonly do: "loop" }
  | { readonly do: "trap" }
  | { readonly do: "link"; readonly to: AnyPid }
  | { readonly do: "monitor"; readonly to: AnyPid | Address }
  | { readonly do: "kill"; readonly to: AnyPid }
  | { readonly do: "register"; readonly name: string }
  | { readonly do: "answer"; readonly to: AnyPid | Ref; readonly message: unknown }
  | { readonly do: "spawnLink"; readonly node: string; readonly to: AnyPid }
  | { readonly do: "requestAndTell"; readonly node: string; readonly to: AnyPid }
  | { readonly do: "requestAndExit"; readonly node: string; readonly to: AnyPid; readonly reason: unknown }
  | { readonly do: "watchNodes"; readonly node: string }
  | { readonly do: "count"; readonly n: number; readonly to: AnyPid };

export type Puppet = Pid<Order | unknown>;

export const puppet = proc(import.meta.url, async function puppet(self: Self<unknown>) {
  let watcher: Pid<unknown> | undefined;
  for (;;) {
    const message = (await self.receive()) as Order;
    if (watcher !== undefined) self.send(watcher, { seen: message });
    switch (message?.do) {
      case "watch":
        watcher = message.by as Pid<unknown>;
        self.send(watcher, { watching: self.pid });
        break;
      case "exit":
        throw new Exit(message.reason);
      case "throw":
        throw new Error(message.text);
      case "loop":
        if (watcher !== undefined) self.send(watcher, { looping: self.pid });
        await self.receive({ after: 0 });
        for (;;);
      case "trap":
        self.processFlag("trapExit", true);
        break;
      case "link":
        self.link(message.to);
        break;
      case "monitor":
        self.monitor(message.to);
        break;
      case "kill":
        self.exit(message.to, "kill");
        break;
      case "register":
        self.register(message.name);
        break;
      case "answer":
        self.send(message.to as Pid<unknown>, message.message);
        break;
      case "spawnLink":
        self.send(message.to as Pid<unknown>, {
          spawned: await self.spawnLink(stubborn, [], { node: message.node }),
        });
        break;
      case "requestAndTell": {
        const to = message.to as Pid<unknown>;
        const ref = self.spawnRequest(stubborn, [], { node: message.node, link: true, monitor: true });
        self.send(to, { requested: ref });
        self.send(to, { told: await self.receive((m) => (m as { ref?: unknown }).ref === ref) });
        break;
      }
      case "requestAndExit":
        self.spawnRequest(teller, [message.to], { node: message.node, link: true });
        throw new Exit(message.reason);
      case "watchNodes":
        self.monitorNodes(true);
        self.monitorNode(message.node, true);
        if (watcher !== undefined) self.send(watcher, { watching: self.pid });
        break;
      case "count":
        for (let i = 1; i <= message.n; i++) self.send(message.to as Pid<unknown>, [self.pid, i]);
        break;
    }
  }
});

/** Waits for its end. */
const stubborn = proc(import.meta.url, async function stubborn(self: Self<unknown>) {
  for (;;) await self.receive();
});

/** Sends a message as its first act, and ends. */
export const toldBy = proc(
  import.meta.url,
  async function toldBy(self: Self<unknown>, to: AnyPid, message: unknown) {
    self.send(to as Pid<unknown>, message);
    self.exit("told");
  },
);

/** Tells the exit signal that it traps. */
const teller = proc(import.meta.url, async function teller(self: Self<unknown>, to: AnyPid) {
  self.processFlag("trapExit", true);
  self.send(to as Pid<unknown>, { told: await self.receive() });
});

export const counter = proc(
  import.meta.url,
  async function counter(
    self: Self<readonly [AnyPid, number]>,
    owner: AnyPid,
    per: number,
    senders: number,
    slow: boolean,
  ) {
    const last = new Map<AnyPid, number>();
    let counted = 0;
    let wrong = "";
    while (counted < per * senders) {
      const [from, i] = await self.receive();
      const before = last.get(from) ?? 0;
      if (i !== before + 1) wrong ||= `${i} came after ${before} of ${from}`;
      last.set(from, i);
      counted++;
      if (slow && counted % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    self.send(owner as Pid<unknown>, { counted, wrong });
  },
);

export const peer = proc(import.meta.url, async function peer(self: Self<CallMessage<Request>>) {
  let late: From | undefined;
  for (;;) {
    const { from, request } = await self.receive();
    if (late !== undefined) self.reply(late, "late");
    late = undefined;
    switch (request[0]) {
      case "echo":
        self.reply(from, request[1]);
        break;
      case "whoami":
        self.reply(from, self.pid);
        break;
      case "scheduler":
        self.reply(from, self.scheduler);
        break;
      case "spawn":
        self.reply(from, self.spawn(puppet, [], request[1]));
        break;
      case "count": {
        const [, options, per, senders, slow] = request;
        self.reply(from, self.spawn(counter, [from.pid, per, senders, slow], options));
        break;
      }
      case "late":
        late = from;
    }
  }
});

/** Starts `peer`, and a `peer N` for each of so many worker threads; is up when they are. */
export const root = behaviour(import.meta.url, "root", async (self: Self<unknown>, workers: number) => {
  for (let i = 0; i <= workers; i++) {
    const name = i === 0 ? "peer" : `peer${i}`;
    const { ref } = self.spawnStart(peer, [], { name, scheduler: i, link: true });
    await self.receive((m) => (m as Started).ref === ref);
  }
  return { handle() {} };
});

/** The first argument says how many worker threads there are; 0 by default. */
export default application({
  name: "peer",
  start: ([workers]) => ({ proc: root, args: [Number(workers ?? 0)] }),
});
