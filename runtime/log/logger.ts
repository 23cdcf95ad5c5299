/**
 * The logger (OTP: `logger`): from a process or from any other code, on every thread.
 *
 * ```ts
 * import { type LogEvent, logger } from "ringbeam";
 *
 * const seen: LogEvent[] = [];
 * logger.updateHandler("default", { level: "none" });
 * logger.addHandler("mine", (event) => seen.push(event), { level: "warning" });
 * logger.error("no disk", { self, room: 7 });
 * logger.warning({ label: ["shop", "soldOut"], article: "ball" });
 * logger.debug(() => `slow to make, so never made: ${process.memoryUsage().rss}`);
 * seen.map(({ level }) => level); //=> ["error", "warning"]
 * seen[0]?.meta.pid; //=> self.pid
 * logger.removeHandler("mine");
 * logger.updateHandler("default", { level: "all" });
 * ```
 *
 *     event -> primary level, or that of its module -> each handler: its level, then its function
 *
 * Primary level and default handler are the same on all threads of the Node.js process. Handlers of one's own and
 * levels of modules belong to the thread that sets them: set them where a module is loaded, and they are on every
 * thread that loads it.
 */
import {
  LEVELS,
  type Level,
  type Log,
  type LogEvent,
  type Message,
  type Metadata,
  type MetadataInput,
  type Report,
} from "../process/log.js";
import { type Format, placeOf, settings, type Threshold } from "./settings.js";
import { printEvent } from "./standardError.js";

/** The handler that prints on standard error. */
export const DEFAULT = "default";

/** Gets each event, in the thread and, if it is one, the process that logs. It must not change what it gets. */
export type Handler = (event: LogEvent) => void;

/** What can be set of a handler. */
export interface HandlerConfig {
  /** What is less grave is not handed to it; `all` by default. */
  readonly level?: Threshold;
  /** Of the default handler; `text` by default. */
  readonly format?: Format;
}

interface Installed {
  readonly handler: Handler;
  readonly level: number;
}

/** What `logger` is. A message is a text, a report, or a function that gives one, called only if it is to be logged. */
class Logger implements Log {
  readonly #handlers = new Map<string, Installed>();
  readonly #modules = new Map<string, number>();

  /** The node cannot go on. */
  emergency(message: Message, metadata?: MetadataInput): void {
    this.log("emergency", message, metadata);
  }

  /** Action must be taken at once. */
  alert(message: Message, metadata?: MetadataInput): void {
    this.log("alert", message, metadata);
  }

  /** A part of the system is out of order. */
  critical(message: Message, metadata?: MetadataInput): void {
    this.log("critical", message, metadata);
  }

  /** Something failed: crash and supervisor reports are of this level. */
  error(message: Message, metadata?: MetadataInput): void {
    this.log("error", message, metadata);
  }

  /** Something is wrong, and the program goes on. */
  warning(message: Message, metadata?: MetadataInput): void {
    this.log("warning", message, metadata);
  }

  /** Normal, and worth to be seen: the least grave that is logged at first. */
  notice(message: Message, metadata?: MetadataInput): void {
    this.log("notice", message, metadata);
  }

  /** What is going on; progress reports are of this level. */
  info(message: Message, metadata?: MetadataInput): void {
    this.log("info", message, metadata);
  }

  /** For who looks for a fault. */
  debug(message: Message, metadata?: MetadataInput): void {
    this.log("debug", message, metadata);
  }

  /** Throws TypeError for what is no level. */
  log(level: Level, message: Message, metadata: MetadataInput = {}): void {
    if (!this.allow(level, this.#modules.size === 0 ? undefined : moduleOf(metadata))) return;
    const { self, ...own } = metadata;
    const given: Metadata = self === undefined ? own : { ...self.logMetadata, ...own };
    this.#hand({
      level,
      msg: typeof message === "function" ? made(message) : message,
      meta: { ...given, time: Date.now() },
    });
  }

  /** Whether an event of this level would be logged (OTP: `logger:allow/2`). @param module a URL */
  allow(level: Level, module?: string): boolean {
    const most = (module === undefined ? undefined : this.#modules.get(module)) ?? settings.primary;
    return placeOf(level) <= most;
  }

  /** What is less grave is not logged; `notice` at first, so that progress reports (`info`) are not seen. */
  setPrimaryLevel(level: Threshold): void {
    settings.primary = placeOf(level);
  }

  /** What `setPrimaryLevel` set, `notice` at first; as any thread set it. `none`: nothing is logged. */
  get primaryLevel(): Level | "none" {
    return LEVELS[settings.primary] ?? "none";
  }

  /** Takes the place of the primary level for what a module logs, on this thread. @param module a URL */
  setModuleLevel(module: string, level: Threshold): void {
    this.#modules.set(module, placeOf(level));
  }

  /** The primary level counts again for what the module logs, on this thread. @param module a URL */
  unsetModuleLevel(module: string): void {
    this.#modules.delete(module);
  }

  /** On this thread. Throws Error if there is one of this name (OTP: `{already_exist, Id}`). */
  addHandler(id: string, handler: Handler, { level = "all" }: Omit<HandlerConfig, "format"> = {}): void {
    if (id === DEFAULT || this.#handlers.has(id)) throw new Error(`there is a handler ${JSON.stringify(id)}`);
    this.#handlers.set(id, { handler, level: placeOf(level) });
  }

  /** Changes what is given. The default handler: on all threads. Throws Error if there is no such handler. */
  updateHandler(id: string, { level, format }: HandlerConfig): void {
    if (id === DEFAULT) {
      if (format !== undefined) settings.format = format;
      if (level !== undefined) settings.defaultHandler = placeOf(level);
      return;
    }
    const { handler } = this.#find(id);
    if (level !== undefined) this.#handlers.set(id, { handler, level: placeOf(level) });
  }

  /** The default handler: on all threads; `updateHandler` with a level brings it back. Throws Error if there is none. */
  removeHandler(id: string): void {
    if (id === DEFAULT) settings.defaultHandler = placeOf("none");
    else {
      this.#find(id);
      this.#handlers.delete(id);
    }
  }

  #find(id: string): Installed {
    const installed = this.#handlers.get(id);
    if (installed === undefined) throw new Error(`there is no handler ${JSON.stringify(id)}`);
    return installed;
  }

  #hand(event: LogEvent): void {
    const place = placeOf(event.level);
    if (place <= settings.defaultHandler) printEvent(event);
    for (const [id, { handler, level }] of this.#handlers) {
      if (place > level) continue;
      try {
        handler(event);
      } catch (thrown) {
        // As in OTP: who logs is not to suffer, nor to see the same again for every event.
        this.#handlers.delete(id);
        this.error({ label: ["logger", "removedFailingHandler"], handler: id, reason: thrown });
      }
    }
  }
}

function moduleOf({ module, proc, self }: MetadataInput): string | undefined {
  return module ?? (proc ?? self?.logMetadata.proc)?.module;
}

/** What is logged is on the way to an end often enough; that must not change because it cannot be said. */
function made(message: () => string | Report): string | Report {
  try {
    return message();
  } catch (reason) {
    return { label: ["logger", "messageFunctionThrew"], reason };
  }
}

/** The logger of this thread. */
export const logger = new Logger();
export type { Logger };
