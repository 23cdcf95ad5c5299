/**
 * Loading application modules on a thread. TypeScript is compiled as it is loaded, by oxc, in every thread
 * alike and on every Node, so no build step is needed and enums or parameter properties work as well.
 */
import module from "node:module";
import * as hooks from "./typescriptHooks.js";

let registered = false;

/** Imports a module by URL; from the first TypeScript one on, TypeScript can be imported everywhere on the thread. */
export function importModule(url: string): Promise<unknown> {
  if (/\.[mc]?tsx?$/.test(url)) registerTypeScript();
  return import(url);
}

function registerTypeScript(): void {
  if (registered) return;
  registered = true;
  process.setSourceMapsEnabled(true);
  // Hooks on the thread itself where Node has them (22.15, 23.5), else on a thread beside it.
  const { registerHooks } = module as unknown as { registerHooks?: (sync: object) => void };
  if (registerHooks !== undefined) registerHooks({ resolve: hooks.resolveSync, load: hooks.loadSync });
  else module.register("./typescriptHooks.js", import.meta.url);
}
