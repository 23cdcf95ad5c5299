/** What the tests of `erpc` call; a module of its own, because other nodes load it. */
import { type AnyPid, Exit, job, task } from "../../stdlib/index.js";

export const double = job(import.meta.url, function double(n: number) {
  if (Number.isNaN(n)) throw new RangeError("not a number");
  return 2 * n;
});

export const where = task(import.meta.url, function where(self, name: string) {
  return { name, node: self.node, pid: self.pid };
});

type Way = "throw" | "throwError" | "exit" | "throwExit" | "undefined" | "function" | "signal";

/** Ends in the way that it is told to. */
export const fail = task(import.meta.url, async function fail(self, way: Way, value: unknown) {
  switch (way) {
    case "throw":
      throw value;
    case "throwError":
      throw new TypeError(String(value));
    case "exit":
      return self.exit(value);
    case "throwExit":
      throw new Exit(value);
    case "function":
      return () => {};
    case "undefined":
      return undefined;
    default:
      self.exit(self.pid, value);
      return "lived on";
  }
});

/** Says that it runs, and does so until it is told to go on. */
export const held = task<[AnyPid, unknown], unknown, "go">(
  import.meta.url,
  async function held(self, by: AnyPid, value: unknown) {
    self.send(by, { held: self.pid } as never);
    await self.receive();
    return value;
  },
);

/** Tells somebody, and throws what it is told to. */
export const tell = task(import.meta.url, function tell(self, whom: AnyPid, what: unknown) {
  self.send(whom, { told: what, from: self.node } as never);
});
