/**
 * Makes Node load now what it would load at first use.
 *
 * Many of Node's globals are getters that load a module. A slice terminated in there leaves the module half
 * loaded, and the global `undefined` for everybody on the thread, for ever (seen with `performance`).
 */

/** The costly ones, in all 15 ms with Node 20 (it loads undici), and those that need a flag to be of use. */
const LEFT_ALONE = new Set([
  ...["FormData", "Headers", "Request", "Response", "MessageEvent", "WebSocket", "CloseEvent", "EventSource"],
  ...["localStorage", "sessionStorage", "Storage"],
]);

let loaded = false;

/** Loads them once for each thread; 0.1 to 3 ms. */
export function loadLazyGlobals(): void {
  if (loaded) return;
  loaded = true;
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (get !== undefined && !LEFT_ALONE.has(name)) get.call(globalThis);
  }
}
