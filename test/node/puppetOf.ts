/** A process that ends as it begins, and the module it is in, by URL. */
import { proc } from "../../runtime/index.js";

export const PUPPET_MODULE = import.meta.url;

export const puppet = proc(import.meta.url, async function puppet() {});
