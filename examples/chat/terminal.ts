/** Somebody at a terminal: what is typed goes to the room, what the room says is printed. */
import { clearLine, createInterface, cursorTo, type Interface } from "node:readline";
import {
  type Address,
  CallError,
  type Context,
  call,
  cast,
  type Down,
  formatReason,
  genServer,
  type Ref,
  serverRef,
} from "ringbeam";
import { lobby, type Room } from "./lobby.js";
import type { Chat, Member } from "./room.js";

const HELP = "/join ROOM, /leave, /who, /quit; anything else is said to the room";

interface State {
  readonly user: string;
  /** Where the lobby is: on the first node. */
  readonly lobby: Address | string;
  readonly input: Interface;
  room: { readonly name: string; readonly pid: Room; readonly ref: Ref } | undefined;
}

/** It must run on scheduler 0, the main thread: the only one that has the terminal. */
export const terminal = genServer(import.meta.url, "terminal", {
  init(self, user: string, lobby: Address | string): State {
    const input = createInterface({ input: process.stdin, output: process.stdout, prompt: `${user}> ` });
    // Readline calls back outside of this process's turn, so a callback only sends a message.
    input.on("line", (line) => cast(self, self.pid, ["typed", line]));
    input.on("close", () => cast(self, self.pid, ["typed", "/quit"]));
    cast(self, self.pid, ["typed", "/join lobby"]);
    return { user, lobby, input, room: undefined };
  },
  handleCast: {
    async typed(ctx, line: string) {
      const [word = "", argument] = line.trim().split(/\s+/);
      if (word === "/join" && argument !== undefined) await join(ctx, argument);
      else if (word === "/leave") leave(ctx);
      else if (word === "/who") await who(ctx);
      else if (word === "/quit") quit(ctx);
      else if (word.startsWith("/")) show(ctx, HELP);
      else if (word !== "") say(ctx, line);
      if (ctx.state.input.terminal) ctx.state.input.prompt(true);
    },
  },
  async handleInfo(ctx, message: Chat | Down) {
    if (message.tag === "chat") show(ctx, `[${message.room}] ${message.text}`);
    else await roomEnded(ctx, message);
  },
});

type Ctx = Context<State>;

async function join(ctx: Ctx, name: string): Promise<void> {
  const { self, state } = ctx;
  leave(ctx);
  try {
    const pid = await call(self, serverRef(lobby, state.lobby), ["open", name]);
    state.room = { name, pid, ref: self.monitor(pid) };
    await call(self, pid, ["join", self.pid as Member, state.user]);
  } catch (error) {
    show(ctx, `cannot join ${name}: ${why(error)}`);
  }
}

function leave({ self, state }: Ctx): void {
  if (state.room === undefined) return;
  self.demonitor(state.room.ref, { flush: true });
  cast(self, state.room.pid, ["leave", self.pid as Member]);
  state.room = undefined;
}

async function who(ctx: Ctx): Promise<void> {
  const { room } = ctx.state;
  if (room === undefined) return show(ctx, "you are in no room");
  const users = await call(ctx.self, room.pid, ["who"]).catch((error: unknown) => [why(error)]);
  show(ctx, `in ${room.name}: ${users.join(", ")}`);
}

function say(ctx: Ctx, text: string): void {
  const { room } = ctx.state;
  if (room === undefined) show(ctx, `you are in no room: ${HELP}`);
  else cast(ctx.self, room.pid, ["say", ctx.self.pid as Member, text]);
}

/** A room that crashed was started again, empty, by its supervisor; one that is out of reach was not. */
async function roomEnded(ctx: Ctx, { ref, reason }: Down): Promise<void> {
  const { room } = ctx.state;
  if (room === undefined || room.ref !== ref) return;
  ctx.state.room = undefined;
  if (reason !== "noconnection") return join(ctx, room.name);
  show(ctx, `the node with the rooms is gone; /join ROOM when it is back`);
}

/** Leaves, and asks the node to stop in the way that Ctrl-C does. */
function quit(ctx: Ctx): void {
  leave(ctx);
  process.kill(process.pid, "SIGTERM");
}

/** Prints a line above the one that is being typed. */
function show({ state: { input } }: Ctx, text: string): void {
  if (input.terminal) {
    cursorTo(process.stdout, 0);
    clearLine(process.stdout, 0);
  }
  console.log(text);
  if (input.terminal) input.prompt(true);
}

function why(error: unknown): string {
  return error instanceof CallError ? formatReason(error.failure) : String(error);
}
