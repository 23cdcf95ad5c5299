/**
 * The native ground: waking a parked thread, and running a slice under a guard that can end it.
 *
 * Two implementations of one interface. The addon (C++, built for each Node ABI) has all of it; the
 * portable one needs no compiler, wakes through `Atomics.waitAsync` and cannot terminate a slice.
 * `RINGBEAM_NATIVE=off` forces the portable one. The protocols are described in README.md.
 */

import { load } from "./load.js";
import type { Native } from "./types.js";

export type { Attachment, Native, Slot } from "./types.js";

/** The addon if one loads for this Node, else the portable implementation. */
export const native: Native = load();
