/**
 * The cases of OTP's and Elixir's own suites: each is covered by scenarios or tests of ours, or does not apply, or is open.
 * Names of cases are theirs, words are ours. Several cases that one verdict is for share a row.
 */
import * as elixir from "./elixir.js";
import * as elixirTask from "./elixirTask.js";
import { genEvent } from "./genEvent.js";
import { genServer } from "./genServer.js";
import { genStatem } from "./genStatem.js";
import * as processes from "./processes.js";
import * as small from "./small.js";
import type { Suite } from "./suite.js";
import { supervisor } from "./supervisor.js";

export const SUITES: readonly Suite[] = [
  supervisor,
  genServer,
  genStatem,
  genEvent,
  ...Object.values(small),
  ...Object.values(processes),
  ...Object.values(elixir),
  ...Object.values(elixirTask),
];
