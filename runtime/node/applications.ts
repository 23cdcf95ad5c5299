/** Wires the application controller of a node: its process, masters on scheduler 0, environments, reports. */
import type { Scheduler } from "../sched/scheduler.js";
import { type ExitReason, formatReason } from "../term/reason.js";
import { endsNode } from "./application.js";
import { ApplicationController, type ApplicationReports } from "./applicationController.js";
import { ApplicationEnv, type EnvSettings } from "./applicationEnv.js";
import { APPLICATION_CONTROLLER, runApplicationController } from "./applicationRequests.js";
import { embed } from "./embedded.js";

export interface ApplicationServices {
  readonly scheduler: Scheduler;
  readonly env: EnvSettings;
  /** The processes of an application, as text. */
  membersOf(app: string): Promise<string[]>;
  /** The node is not to go on without this application. */
  terminated(app: string, reason: ExitReason): void;
}

export function startApplicationController(services: ApplicationServices): ApplicationController {
  const { scheduler } = services;
  const { log, space } = scheduler;
  const { terminated } = services;
  const reports: ApplicationReports = {
    started: () => {},
    exited(app, reason, type) {
      const what = `application ${app} ended: ${formatReason(reason)}`;
      log.warn(endsNode(type, reason) ? `${what}; it is ${type}: the node stops` : what);
    },
  };
  const controller = new ApplicationController({
    log,
    reports,
    terminated,
    env: new ApplicationEnv(services.env, (all) => scheduler.environments.publish(all)),
    embed: (app) => embed(scheduler, `application ${app}`, app),
    async membersOf(app) {
      const texts = await services.membersOf(app);
      return texts.map((text) => space.parsePid(text)).filter((pid) => pid !== undefined);
    },
  });
  const failed = (app: string, reason: ExitReason) => {
    log.warn(`application ${app} did not start: ${formatReason(reason)}; it is permanent: the node stops`);
    terminated(app, reason);
  };
  void runApplicationController(embed(scheduler, APPLICATION_CONTROLLER), controller, failed);
  return controller;
}
