/** Keepers of names for tests; a module of its own, because other schedulers load it. */
import { Proc } from "../../runtime/index.js";
import { genEvent, viaModule } from "../../stdlib/index.js";

/** Keeps a name as one of the node's. Knows no name that begins with `!`. */
export const prefixed = viaModule<string>(import.meta.url, "prefixed", {
  registerName(self, name) {
    if (self.whereis(`via-${name}`) !== undefined) return false;
    self.register(`via-${name}`);
    return true;
  },
  unregisterName(self, name) {
    if (name.startsWith("!")) throw new Error("unregisterName failed");
    self.unregister(`via-${name}`);
  },
  whereisName: (self, name) => self.whereis<never>(`via-${name}`),
});

/** Nobody has any of its names; what is sent to one comes back. */
export const echoing = viaModule<string>(import.meta.url, "echoing", {
  registerName: () => true,
  unregisterName: () => {},
  whereisName: () => undefined,
  send: (self, name, message) => self.send(self.pid as never, [name, message] as never),
});

export const bus = genEvent<number>(import.meta.url, "bus");

/** In no table of this module. */
export const lost = new Proc(import.meta.url, "lost");
