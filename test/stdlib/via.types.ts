/** Names that a module keeps: the compiler checks this file. */
import type { Pid, Self } from "../../runtime/index.js";
import {
  call,
  cast,
  child,
  genServer,
  notify,
  type Protocol,
  Registry,
  type ReqId,
  registry,
  type ServerMessage,
  sendRequest,
  serverRef,
  start,
  stop,
  type ViaName,
  via,
  viaModule,
  whereis,
} from "../../stdlib/index.js";

const sum = genServer(import.meta.url, "viaSum", {
  init: () => 0,
  handleCall: { add: (ctx, by: number) => ctx.state + by },
  handleCast: { reset() {} },
});
type Sum = ServerMessage<typeof sum>;

const keeper = viaModule<[number], Sum>(import.meta.url, "keeper", {
  registerName: (self, name) => name[0] > 0 && self.node !== "",
  unregisterName: async () => {},
  whereisName: async () => undefined,
});
// @ts-expect-error names are pairs of numbers there
via(keeper, "a");
viaModule<string>(import.meta.url, "wrong", {
  // @ts-expect-error whether it was given
  registerName: () => "yes",
  unregisterName: () => {},
  whereisName: () => undefined,
});

const sums = registry<string, number, Sum>(import.meta.url, "viaSums", { keys: "unique" });
const topics = registry<string>(import.meta.url, "viaTopics", { keys: "duplicate" });

/** Never called. */
export async function names(self: Self<unknown>): Promise<void> {
  const name: ViaName<Sum> = via(keeper, [1]);
  (await call(self, name, ["add", 1])) satisfies number;
  // @ts-expect-error no such call
  await call(self, name, ["subtract", 1]);
  (await sendRequest(self, name, ["add", 1])) satisfies ReqId<number>;
  cast(self, name, ["reset"]) satisfies Promise<void>;
  // @ts-expect-error no such cast
  await cast(self, name, ["restet"]);
  // @ts-expect-error by a pid there is nothing to wait for
  cast(self, await start(self, sum, []), ["reset"]) satisfies Promise<void>;
  (await whereis(self, name)) satisfies Pid<Sum> | undefined;
  await stop(self, name);
  await start(self, sum, [], { name });
  child(sum, [], { name });
  // @ts-expect-error a name is text, or kept by a module
  await start(self, sum, [], { name: { via: "keeper" } });

  const known = Registry.via(serverRef(sums, "sums"), "a", 1);
  (await call(self, known, ["add", 1])) satisfies number;
  // @ts-expect-error wrong key
  Registry.via(serverRef(sums, "sums"), 1);
  // @ts-expect-error wrong value
  Registry.via(serverRef(sums, "sums"), "a", "1");
  // @ts-expect-error a duplicate key is nobody's name
  Registry.via(serverRef(topics, "topics"), "a");
  (await call(self, Registry.via("sums", "a"), ["add", 1])) satisfies unknown;
  // @ts-expect-error and nothing is known of what comes back
  (await call(self, Registry.via("sums", "a"), ["add", 1])) satisfies number;
  notify(self, Registry.via("buses", "a") as ViaName<Protocol<object, object>>, 1 as never);
}
