/**
 * The process `applicationController` of a node: what any process may ask of the controller.
 *
 * | call | answers |
 * | --- | --- |
 * | ["start", name, type] ["ensureStarted", name, type] | null |
 * | ["ensureAllStarted", name, type] | the names of those it started |
 * | ["stop", name] ["load", name] ["unload", name] | null |
 * | ["whichApplications"] ["loadedApplications"] | ApplicationInfo[] |
 * | ["setEnv", name, key, value, persistent] ["unsetEnv", name, key] | null |
 *
 * A failure is `{ application, reason }`. Starts and stops take their time, and others are answered meanwhile.
 */
import type { CallMessage, From } from "../process/messages.js";
import type { Self } from "../process/self.js";
import { type ExitReason, formatReason, reasonOf } from "../term/reason.js";
import { TermError } from "../term/refusal.js";
import { ApplicationError, type RestartType } from "./application.js";
import type { ApplicationController } from "./applicationController.js";
import type { Embedded } from "./embedded.js";

/** Its registered name. */
export const APPLICATION_CONTROLLER = "applicationController";

type Handler = (...args: never[]) => unknown;

/** @param failed a permanent application could not be started, which is the end of the node, as in OTP */
export async function runApplicationController(
  { self }: Embedded,
  controller: ApplicationController,
  failed: (app: string, reason: ExitReason) => void,
): Promise<never> {
  const handlers = handlersOf(controller, failed);
  self.register(APPLICATION_CONTROLLER);
  for (;;) {
    const message = (await self.receive()) as Partial<CallMessage> | null;
    if (message?.tag !== "$call" || message.from === undefined) continue;
    void answer(self, message.from, message.request, handlers);
  }
}

function handlersOf(
  controller: ApplicationController,
  failed: (app: string, reason: ExitReason) => void,
): Record<string, Handler> {
  const orFail = async <T>(type: RestartType, start: Promise<T>): Promise<T> =>
    start.catch((error: unknown) => {
      if (type === "permanent" && isStartFailure(error)) failed(error.application, error.reason);
      throw error;
    });
  return {
    start: (name: string, type: RestartType) => orFail(type, controller.start(name, type)),
    ensureStarted: (name: string, type: RestartType) => orFail(type, controller.ensureStarted(name, type)),
    ensureAllStarted: (name: string, type: RestartType) =>
      orFail(type, controller.ensureAllStarted(name, type)),
    stop: (name: string) => controller.stop(name),
    load: (name: string) => controller.load(name),
    unload: (name: string) => controller.unload(name),
    whichApplications: () => controller.whichApplications(),
    loadedApplications: () => controller.loadedApplications(),
    setEnv: (name: string, key: string, value: unknown, persistent: boolean) =>
      controller.env.set(name, key, value, persistent === true),
    unsetEnv: (name: string, key: string) => controller.env.unset(name, key),
  };
}

/** What went wrong in the application itself; a start that was refused has changed nothing. */
function isStartFailure(error: unknown): error is ApplicationError {
  if (!(error instanceof ApplicationError)) return false;
  const { reason } = error;
  if (typeof reason !== "object" || reason === null || reason instanceof Error) return true;
  const refusals = ["alreadyStarted", "notStarted", "noSuchApplication", "cycle", "invalidRestartType"];
  return !refusals.some((key) => Object.hasOwn(reason, key));
}

async function answer(
  self: Self<unknown>,
  from: From,
  request: unknown,
  handlers: Record<string, Handler>,
): Promise<void> {
  const [call, ...args] = Array.isArray(request) ? (request as [string, ...never[]]) : [""];
  if (!Object.hasOwn(handlers, call) || (args.length > 0 && typeof args[0] !== "string")) {
    self.replyFailure(from, { badRequest: request, calls: Object.keys(handlers) });
    return;
  }
  try {
    self.reply(from, (await handlers[call]!(...args)) ?? null);
  } catch (error) {
    const application = error instanceof ApplicationError ? error.application : args[0];
    replyFailure(self, from, { application, reason: reasonOf(error) });
  }
}

/** What an application threw need not be a term. */
function replyFailure(
  self: Self<unknown>,
  from: From,
  failure: { application: unknown; reason: ExitReason },
): void {
  try {
    self.replyFailure(from, failure);
  } catch (error) {
    if (!(error instanceof TermError)) throw error;
    self.replyFailure(from, { ...failure, reason: formatReason(failure.reason) });
  }
}
