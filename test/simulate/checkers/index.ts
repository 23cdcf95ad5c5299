/** All checkers, by the name of their invariant. */
import type { MakeChecker } from "../checker.js";
import { calls } from "./calls.js";
import { groups } from "./groups.js";
import { leaks } from "./leaks.js";
import { linkSymmetry } from "./linkSymmetry.js";
import { monitorTables } from "./monitorTables.js";
import { names } from "./names.js";
import { oneDown } from "./oneDown.js";
import { quiet } from "./quiet.js";
import { signalOrder } from "./signalOrder.js";
import { supervisorShape } from "./supervisorShape.js";
import { theDead } from "./theDead.js";
import { timers } from "./timers.js";

export const CHECKERS: Readonly<Record<string, MakeChecker>> = {
  signalOrder,
  oneDown,
  theDead,
  linkSymmetry,
  monitorTables,
  names,
  supervisorShape,
  groups,
  calls,
  timers,
  leaks,
  quiet,
};
