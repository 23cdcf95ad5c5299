/** `ringbeam node`: runs a node, with an application, until it is told to stop. */
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { native } from "../../../native/index.js";
import { DEFAULT, logger } from "../../log/logger.js";
import { showText } from "../../log/show.js";
import { ownerOf } from "../../sched/escapes.js";
import { importModule } from "../../sched/importModule.js";
import { MAX_SCHEDULERS } from "../../term/pid.js";
import type { ExitReason } from "../../term/reason.js";
import { isApplication } from "../application.js";
import { type Node, type NodeOptions, startNode } from "../boot.js";
import {
  parseEpmd,
  parseListen,
  parseLogFormat,
  parseLogLevel,
  parseNodeName,
  parseSchedulers,
} from "../names.js";
import { securityOptions } from "../security.js";
import { readSettings, type Settings } from "../settings.js";
import { type Command, Failure, parseFlags } from "./command.js";

export const node: Command = {
  name: "node",
  summary: "run a node, with the application in FILE, until SIGINT or SIGTERM",
  usage: `usage: ringbeam node [--name NAME@HOST] [options] [FILE [ARG...]]

Loads FILE (TypeScript or JavaScript) on every scheduler and starts the application that it exports by
default, behind those that it depends on. Without --name the node has no socket at all and talks to nobody.

  --name NAME@HOST  the node's name, e.g. alpha@127.0.0.1           (RINGBEAM_NAME)
  --cookie C        the cluster's secret (default: ~/.ringbeam.cookie)  (RINGBEAM_COOKIE)
  --schedulers N    worker threads (default: one for each core)     (RINGBEAM_SCHEDULERS)
  --epmd HOST:PORT  the node registry (default: 127.0.0.1:4369, started if none runs)  (RINGBEAM_EPMD)
  --listen PORT     port for other nodes (default: any free one)    (RINGBEAM_LISTEN)
                    or unix:/PATH, a socket for those of this host
  --tls-cert FILE, --tls-key FILE, --tls-ca FILE
                    talk TLS with other nodes: this one's certificate, its key, and the CA of all, as PEM
                                          (RINGBEAM_TLS_CERT, RINGBEAM_TLS_KEY, RINGBEAM_TLS_CA)
  --tls-name NAME   the name in every node's certificate (default: the host of the node)  (RINGBEAM_TLS_NAME)
  --allow PATTERNS  connect with these nodes only: 'alpha@10.0.0.1,*@10.0.0.2'  (RINGBEAM_ALLOW)
  --allow-spawn M   what other nodes may spawn here: all, none, or modules 'a.js,b.js'
                    (default: all)                                  (RINGBEAM_ALLOW_SPAWN)
  --log-level L     emergency, alert, critical, error, warning, notice, info or debug; all or none
                    (default: notice)                               (RINGBEAM_LOG_LEVEL)
  --log-format F    text, or json: an object a line (default: text) (RINGBEAM_LOG_FORMAT)
  --env APP.KEY=JSON  a value in the environment of an application; can be given again  (RINGBEAM_ENV)
  --config FILE     JSON with the same keys (default: ringbeam.json, if it is there)  (RINGBEAM_CONFIG)
  --help            this text

RINGBEAM_ENV, and "env" in the config file: {"app": {"key": value}}. Flags count most, the file least.

Applications are permanent: when one of them ends, the node stops. They stop in reverse order of their start.

Exit code: 0 after SIGINT, SIGTERM, \`ringbeam stop\`, or if FILE's application ended \`normal\`; 1 if the node or
an application fails, or after a second signal, which does not wait; 2 for a bad option.`,
  run,
};

const OPTIONS = {
  name: { type: "string" },
  cookie: { type: "string" },
  schedulers: { type: "string" },
  epmd: { type: "string" },
  listen: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  "tls-ca": { type: "string" },
  "tls-name": { type: "string" },
  allow: { type: "string" },
  "allow-spawn": { type: "string" },
  "log-level": { type: "string" },
  "log-format": { type: "string" },
  env: { type: "string", multiple: true },
  config: { type: "string" },
} as const;

async function run(args: string[]): Promise<number> {
  // What stands behind FILE is the application's own, flags included.
  const fileAt = firstOperand(args);
  const { values } = parseFlags(args.slice(0, fileAt), OPTIONS, []);
  const [file, ...rest] = args.slice(fileAt);
  const stopped = new StopRequest();
  const settings = readSettings(values);
  const options = nodeOptions(settings);
  setLogger(settings);
  if (native.kind === "portable") {
    logger.warning(
      `no native addon (${native.reason}): slower, and a process in an endless loop cannot be killed`,
    );
  }
  // Before anything starts: a signal that comes during a start is obeyed when there is something to stop.
  stopped.onSignals();
  const running = await startNode({
    ...options,
    onStopRequest: () => stopped.request(0),
    onApplicationTerminated: (app, reason) => stopped.request(stopped.codeFor(app, reason)),
  });
  survive();
  try {
    const up =
      file === undefined || stopped.requested ? Promise.resolve() : startFile(running, file, rest, stopped);
    // A start that takes for ever, or waits for what does not come, can be given up by a signal.
    await Promise.race([up, stopped.code]);
    if (!stopped.requested) console.log(describe(running));
    return await stopped.code;
  } finally {
    await running.stop();
  }
}

/** Index of the first argument that is neither a flag nor a flag's value. */
function firstOperand(args: string[]): number {
  let i = 0;
  while (i < args.length && args[i]!.startsWith("-")) {
    const takesNext = !args[i]!.includes("=") && Object.hasOwn(OPTIONS, args[i]!.replace(/^--/, ""));
    i += takesNext ? 2 : 1;
  }
  return Math.min(i, args.length);
}

function nodeOptions(settings: Settings): NodeOptions {
  if (settings.name !== undefined) parseNodeName(settings.name);
  return {
    ...(settings.name !== undefined && { name: settings.name }),
    ...(settings.cookie !== undefined && { cookie: settings.cookie }),
    ...(settings.epmd !== undefined && { epmd: parseEpmd(settings.epmd) }),
    ...(settings.listen !== undefined && { listen: parseListen(settings.listen) }),
    ...(settings.env !== undefined && { env: settings.env }),
    ...securityOptions(settings),
    schedulers: parseSchedulers(settings.schedulers ?? availableParallelism(), MAX_SCHEDULERS - 1),
  };
}

function setLogger(settings: Settings): void {
  if (settings["log-level"] !== undefined) logger.setPrimaryLevel(parseLogLevel(settings["log-level"]));
  if (settings["log-format"] !== undefined)
    logger.updateHandler(DEFAULT, { format: parseLogFormat(settings["log-format"]) });
}

async function startFile(running: Node, file: string, args: string[], stopped: StopRequest): Promise<void> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Failure(`${file}: no such file`);
  const url = pathToFileURL(path).href;
  try {
    await running.load([url]);
  } catch (error) {
    throw new Failure(`${file} does not load: ${whatAndWhere(error)}`);
  }
  const { default: app } = (await importModule(url)) as { default?: unknown };
  if (app === undefined) return;
  if (!isApplication(app))
    throw new Failure(`${file}: its default export is no application({ name, start })`);
  stopped.program = app.name;
  await running.startApplication(app, args, "permanent");
}

/** What a module threw, and where, if the first file in its stack is none of ours. */
function whatAndWhere(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /^ +at (?:.*\()?(?:file:\/\/)?(\/.*:\d+:\d+)\)?$/m.exec(error.stack ?? "")?.[1];
  const known = place !== undefined && !place.startsWith(fileURLToPath(new URL("../..", import.meta.url)));
  return known ? `${error.message.trimEnd()} (${place})` : error.message.trimEnd();
}

function describe(running: Node): string {
  const threads = running.schedulers === 1 ? "1 scheduler" : `${running.schedulers} schedulers`;
  const { address } = running;
  const where =
    address === undefined
      ? "no socket"
      : `listening on ${address.host}${address.port ? `:${address.port}` : ""}`;
  return `${running.name} is up: ${threads}, ${where}`;
}

/** What escapes on the main thread, and is no process's own, must not take the node down with everybody on it. */
function survive(): void {
  process.on("unhandledRejection", (reason, promise) => {
    if (ownerOf(reason, promise) === undefined)
      logger.error(`unhandled rejection on scheduler 0: ${showText(reason)}`);
  });
  process.on("uncaughtException", (error) => {
    if (ownerOf(error) === undefined) logger.error(`uncaught exception on scheduler 0: ${showText(error)}`);
  });
}

/** The first request decides the exit code; a second signal does not wait for the first to be done. */
class StopRequest {
  requested = false;
  /** The application of FILE. */
  program: string | undefined;
  readonly code: Promise<number>;
  #resolve!: (code: number) => void;

  constructor() {
    this.code = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  request(code: number): void {
    this.requested = true;
    this.#resolve(code);
  }

  /** The program may be done, which is no failure of the command. No other application may end. */
  codeFor(app: string, reason: ExitReason): number {
    return app === this.program && reason === "normal" ? 0 : 1;
  }

  onSignals(): void {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.on(signal, () => {
        if (this.requested) process.exit(1);
        this.request(0);
      });
    }
  }
}
