/**
 * Finds the addon: the one built here (native/build/Release), else the one shipped for this platform
 * and ABI (prebuilds/), else none, and says why. The addon itself refuses to load into another ABI.
 */

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { clearAsyncStack } from "./asyncStack.js";
import { keepLoopsInterruptible } from "./interruptible.js";
import { loadLazyGlobals } from "./lazyGlobals.js";
import { createPortable } from "./portable.js";
import type { Attachment, Native, Slot } from "./types.js";

/** What the addon exports. */
interface Addon extends Omit<Native, "kind" | "reason" | "attach"> {
  attach(
    slot: Slot,
    onWake: () => void,
    slice: () => void,
    clearAsyncStack: () => void,
    critical: Int32Array,
  ): Attachment;
}

/** Loads the addon or falls back; never throws. */
export function load(): Native {
  keepLoopsInterruptible();
  if (process.env.RINGBEAM_NATIVE === "off") return createPortable("RINGBEAM_NATIVE=off");
  let reason = "not built";
  for (const file of candidates()) {
    if (!existsSync(file)) continue;
    try {
      const addon = createRequire(import.meta.url)(file) as Addon;
      const attach: Native["attach"] = (slot, onWake, slice, critical = new Int32Array(2)) => {
        loadLazyGlobals();
        return addon.attach(slot, onWake, slice, clearAsyncStack, critical);
      };
      return { kind: "addon", ...addon, attach };
    } catch (error) {
      reason = firstLine(error);
    }
  }
  return createPortable(reason);
}

function candidates(): string[] {
  const root = packageRoot(dirname(fileURLToPath(import.meta.url)));
  if (root === undefined) return [];
  const abi = `ringbeam-abi${process.versions.modules}.node`;
  return [
    join(root, "native", "build", "Release", "ringbeam.node"),
    join(root, "prebuilds", `${process.platform}-${process.arch}`, abi),
  ];
}

/** Nearest folder upwards that holds our package.json: this file runs from dist/ as well as from source. */
function packageRoot(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    const manifest = join(dir, "package.json");
    if (existsSync(manifest)) {
      const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name?: unknown };
      if (name === "ringbeam") return dir;
    }
    if (dirname(dir) === dir) return undefined;
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? text;
}
