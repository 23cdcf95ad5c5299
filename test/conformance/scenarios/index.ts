/** The named scenarios, by the file of their recorded traces. */
import type { Scenario } from "../scenario.js";
import { scenarios as info } from "./info.js";
import { scenarios as links } from "./links.js";
import { scenarios as machines } from "./machines.js";
import { scenarios as machinesSys } from "./machinesSys.js";
import { scenarios as messages } from "./messages.js";
import { scenarios as monitors } from "./monitors.js";
import { scenarios as moreServers } from "./moreServers.js";
import { scenarios as moreSupervisors } from "./moreSupervisors.js";
import { scenarios as names } from "./names.js";
import { scenarios as servers } from "./servers.js";
import { scenarios as spawns } from "./spawns.js";
import { scenarios as supervisors } from "./supervisors.js";
import { scenarios as timers } from "./timers.js";

export const GROUPS: Readonly<Record<string, readonly Scenario[]>> = {
  links,
  monitors,
  messages,
  names,
  timers,
  spawns,
  info,
  servers,
  moreServers,
  supervisors,
  moreSupervisors,
  machines,
  machinesSys,
};
