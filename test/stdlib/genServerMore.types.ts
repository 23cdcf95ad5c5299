/** Continues, requests whose replies come later, calls to many nodes: the compiler checks this file. */
import type { Pid, Self, TIMEOUT } from "../../runtime/index.js";
import {
  abcast,
  call,
  checkResponse,
  continueWith,
  enterLoop,
  genServer,
  genStatem,
  ignore,
  initialState,
  multiCall,
  type ReqId,
  ReqIds,
  receiveResponse,
  type ServerMessage,
  sendRequest,
  serverRef,
  start,
  stopWith,
  waitResponse,
  withTimeout,
} from "../../stdlib/index.js";

const loader = genServer(import.meta.url, "loader", {
  init(_self, path: string) {
    if (path === "") return ignore;
    if (path === "/") return stopWith("noDirectory");
    return continueWith({ path, state: "on", lines: 0 }, "load", 1);
  },
  handleContinue: {
    load(ctx, count: number) {
      ctx.state.lines += count;
      ctx.continueWith("check");
      // @ts-expect-error no such continue handler
      ctx.continueWith("chekc");
    },
    check: (ctx) => (ctx.state.lines > 9 ? stopWith("tooLong") : undefined),
  },
  handleCall: {
    lines(ctx) {
      ctx.timeout = 10;
      ctx.continueWith("load", 1);
      // @ts-expect-error no such continue handler
      ctx.continueWith("laod");
      return ctx.state.lines;
    },
  },
  handleCast: {
    more(ctx, by: number) {
      ctx.state.lines += by;
    },
  },
  handleTimeout(ctx) {
    ctx.state.path satisfies string;
    ctx.continueWith("load", 1);
  },
  formatStatus: ({ state }) => ({ state: state.path }),
  codeChange: (_old, state) => state as { path: string; state: string; lines: number },
  stateUpdates: { longer: (state, by: number) => ({ ...state, lines: state.lines + by }) },
});

genServer(import.meta.url, "badInit", {
  // @ts-expect-error no such continue handler
  init: () => continueWith({ n: 0 }, "laod"),
  handleContinue: { load() {} },
});

genServer(import.meta.url, "noContinues", {
  init: async () => withTimeout({ n: 0 }, 5),
  handleCall: {
    get(ctx) {
      // @ts-expect-error there is none at all
      ctx.continueWith("load");
      return ctx.state.n;
    },
  },
});

genServer(import.meta.url, "badUpdate", {
  init: () => ({ n: 0 }),
  // @ts-expect-error an update gives the new state
  stateUpdates: { add: (state, by: number) => state.n + by },
});

/** Never called. */
export async function checked(self: Self<unknown>, untyped: Pid<unknown>): Promise<void> {
  const pid: Pid<ServerMessage<typeof loader>> = await start(self, loader, ["x"]);
  (await call(self, pid, ["lines"])) satisfies number;

  const id: ReqId<number> = sendRequest(self, pid, ["lines"]);
  (await receiveResponse(self, id, 10)) satisfies number;
  (await waitResponse(self, id, 10)) satisfies number | typeof TIMEOUT;
  checkResponse("any message", id)?.reply satisfies number | undefined;
  // @ts-expect-error the reply is a number
  (await receiveResponse(self, id)) satisfies string;
  // @ts-expect-error no such call
  sendRequest(self, pid, ["liens"]);
  // @ts-expect-error a cast is no call
  sendRequest(self, pid, ["more", 1]);
  (await receiveResponse(self, sendRequest(self, untyped, ["whatever"]))) satisfies unknown;
  // @ts-expect-error an id is made by sendRequest
  await receiveResponse(self, { ref: self.makeRef() });

  const name = serverRef(loader, "loader");
  const { replies } = await multiCall(self, ["a@h", "b@h"], name, ["lines"], 100);
  replies[0]?.reply satisfies number | undefined;
  // @ts-expect-error no such call
  await multiCall(self, ["a@h"], name, ["liens"]);
  abcast(self, ["a@h"], name, ["more", 1]);
  // @ts-expect-error wrong argument
  abcast(self, ["a@h"], name, ["more", "1"]);
  abcast(self, ["a@h"], "loader", ["whatever"]);
}

const late = genServer(import.meta.url, "late", {
  init: (_self, n: number) => ({ n }),
  handleContinue: { load() {} },
});
const lamp = genStatem(import.meta.url, "lateLamp", {
  init: () => initialState("on", 1),
  states: { on: {}, off: {} },
});

/** Never called. */
export async function loops(self: Self<unknown>): Promise<void> {
  (await enterLoop(self, late, { n: 1 })) satisfies never;
  await enterLoop(self, late, withTimeout({ n: 1 }, 5));
  await enterLoop(self, late, continueWith({ n: 1 }, "load"));
  // @ts-expect-error no such continue handler
  await enterLoop(self, late, continueWith({ n: 1 }, "laod"));
  // @ts-expect-error no such state
  await enterLoop(self, late, { m: 1 });
  await enterLoop(self, lamp, initialState("off", 2));
  // @ts-expect-error no such state
  await enterLoop(self, lamp, initialState("broken", 2));
  // @ts-expect-error a machine begins with initialState
  await enterLoop(self, lamp, 2);
}

/** Never called. */
export async function collections(self: Self<unknown>, lines: ReqId<number>): Promise<void> {
  const ids = new ReqIds<number, "a" | "b">();
  ids.add(lines, "a");
  // @ts-expect-error no such label
  ids.add(lines, "c");
  // @ts-expect-error its reply is not a number
  ids.add(lines as unknown as ReqId<string>, "a");
  const answer = await receiveResponse(self, ids, 5);
  if (answer === "noRequest" || typeof answer === "symbol") return;
  answer.label satisfies "a" | "b";
  // @ts-expect-error it may have failed
  answer.reply;
  if ("reply" in answer) answer.reply satisfies number;
}
