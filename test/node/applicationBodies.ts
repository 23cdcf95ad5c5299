/** The processes of application.test.ts, in a module that every scheduler can load. */
import {
  application,
  behaviour,
  Exit,
  type ExitMessage,
  type ExitReason,
  type Pid,
  proc,
  type Receiver,
  type Self,
} from "../../runtime/index.js";

export const MODULE = import.meta.url;

/** What became of the applications of a test, in order: callbacks, and roots on scheduler 0, run on one thread. */
export const seen: string[] = [];

type ToRoot = ExitMessage | { readonly end: ExitReason };

/** A root that traps exits, and ends with what it is sent. */
export const root = behaviour(MODULE, "root", (self: Self<ToRoot>, name: string): Receiver<ToRoot> => {
  self.processFlag("trapExit", true);
  return {
    handle(message) {
      if ("end" in message) throw new Exit(message.end);
      seen.push(`${name} down ${String(message.reason)}`);
      throw new Exit(message.reason);
    },
  };
});

export const neverUp = behaviour(MODULE, "neverUp", () => new Promise<Receiver>(() => {}));

/** Only a kill ends it. */
export const stray = proc(MODULE, async function stray(self: Self<unknown>) {
  self.processFlag("trapExit", true);
  for (;;) await self.receive();
});

export const starter = proc(MODULE, async function starter(self: Self<unknown>, name: string) {
  await application.start(self, name);
});

export const stopper = proc(MODULE, async function stopper(self: Self<unknown>, name: string) {
  await application.stop(self, name);
});

/** Reads, sets and reads on its own scheduler. */
export const envUser = proc(
  MODULE,
  async function envUser(self: Self<unknown>, to: Pid<unknown>, key: string, value: unknown) {
    const before = application.getEnv(self, "shared", key);
    await application.setEnv(self, "shared", key, value);
    const after = application.getEnv(self, "shared", key);
    self.send(to, [self.scheduler, before, after]);
  },
);
