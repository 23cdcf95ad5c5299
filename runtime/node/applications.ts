/** Wires the application controller of a node: its process, masters on scheduler 0, environments, reports. */
import type { Scheduler } from "../sched/scheduler.js";
import { type ExitReason, formatReason } from "../term/reason.js";
import { ApplicationController, type ApplicationReports } from "./applicationController.js";
import { ApplicationEnv, type EnvSettings } from "./applicationEnv.js";
import { reportExit, reportProgress } from "./applicationReport.js";
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
    started: (app) => reportProgress(log, app, space.self.name),
    exited: (app, reason, type) => reportExit(log, app, reason, type),
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
    log.log(
      "error",
      `application ${app} did not start: ${formatReason(reason)}; it is permanent: the node stops`,
    );
    terminated(app, reason);
  };
  void runApplicationController(embed(scheduler, APPLICATION_CONTROLLER), controller, failed);
  return controller;
}
