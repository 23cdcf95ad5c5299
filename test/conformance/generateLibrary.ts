/**
 * What random scenarios do with servers and with one supervisor. Several ways lead on from the end of a process, and
 * which of two is the faster is open; so, such that there is one trace only:
 *
 * - an abnormal end of a server, and any end of a supervisor's child, is brought about by what observes nothing after it: a cast, a message, an exit signal;
 * - at most one server traps exits, none if there is a supervisor: the log has the ends of all in one order;
 * - nobody links to a supervisor or to its children, and it is killed only if at most one of them traps exits;
 * - who does not trap exits starts linked only what cannot fail.
 */
import type { Dice } from "./dice.js";
import type { Act, ChildWish, Op, Round, ServerWish, SupervisorWish, Term } from "./scenario.js";

const REASONS: readonly Term[] = ["normal", "shutdown", "boom", { shutdown: 1 }];
const ENDS: readonly Act[] = [
  ...REASONS.map((reason): Act => ["stop", reason]),
  ["exit", "boom"],
  ["exit", "normal"],
  ["crash"],
];
const SUPERVISOR = "sup";
/** The one name that servers are registered under. */
const NAME = "p";

export class Library {
  readonly #dice: Dice;
  readonly #local: boolean;
  /** Those that can be linked to. */
  readonly servers: string[] = [];
  readonly #children: string[] = [];
  #trappingChildren = 0;
  #supervised = false;
  #trapping = false;

  constructor(dice: Dice, local: boolean) {
    this.#dice = dice;
    this.#local = local;
  }

  /** Whom signals can be sent to. */
  get targets(): readonly string[] {
    const killable = this.#supervised && this.#trappingChildren < 2 ? [SUPERVISOR] : [];
    return [...this.servers, ...this.#children, ...killable];
  }

  round(who: string): Round {
    const ofSupervisor = this.#supervised || (!this.#trapping && this.#dice.chance(0.3));
    if (ofSupervisor && this.#dice.chance(0.6)) return [who, ...this.#supervisorOp()];
    if (this.servers.length === 0 || (this.servers.length < 3 && this.#dice.chance(0.2)))
      return [who, ...this.#start()];
    if (this.#dice.chance(0.15)) return this.#request(who);
    return [who, ...this.#serverOp()];
  }

  #start(): Op {
    const server = this.#dice.fresh("s");
    this.servers.push(server);
    const trap = !this.#supervised && !this.#trapping && this.#dice.chance(0.4);
    this.#trapping ||= trap;
    const wish: ServerWish = trap ? { trap } : {};
    const dice = this.#dice.below(10);
    if (dice < 4) return ["startLink", server, wish];
    if (dice < 6) return ["startMonitor", server, this.#dice.fresh("m"), { ...wish, ...this.#mayFail() }];
    const name = this.#local && this.#dice.chance(0.4) ? { name: NAME } : {};
    return ["start", server, { ...wish, ...this.#mayFail(), ...name }];
  }

  #mayFail(): ServerWish {
    if (this.#dice.chance(0.6)) return {};
    return {
      init: this.#dice.pick<Act>([
        ["stop", "boom"],
        ["crash"],
        ["exit", "normal"],
        ["ignore"],
        ["continue", ["ok"]],
        ["continue", ["stop", "boom"]],
      ]),
    };
  }

  #serverOp(): Op {
    const server = this.#dice.pick([...this.servers, ...this.#children]);
    const isChild = this.#children.includes(server);
    const dice = this.#dice.below(10);
    if (dice < 4) return this.#call(server, isChild);
    const how = this.#dice.pick(["cast", "tell"] as const);
    if (dice < 6) return [how, server, this.#end()] as Op;
    if (dice < 9 || isChild) return [how, server, this.#quietAct()] as Op;
    return ["stop", server, "normal"];
  }

  #call(server: string, isChild: boolean): Op {
    const to = this.#local && this.#dice.chance(0.2) ? { name: NAME } : server;
    if (this.#dice.chance(0.25)) return ["call", to, ["noReply"], 10];
    const stop: Act[] = [
      ["stop", "normal"],
      ["stop", "normal", "bye"],
      ["exitSelf", "normal"],
    ];
    return ["call", to, !isChild && this.#dice.chance(0.15) ? this.#dice.pick(stop) : this.#harmlessAct()];
  }

  /** Asks, and fetches what comes: nothing of it may stay in the mailbox. */
  #request(who: string): Round {
    const label = this.#dice.fresh("r");
    const server = this.#dice.pick(this.servers);
    const waits = this.#dice.chance(0.3);
    const act = waits ? (["noReply"] as const) : this.#harmlessAct();
    return {
      together: {
        [who]: [
          ["sendRequest", server, label, act],
          ["receiveResponse", label, waits ? 10 : 2000],
        ],
      },
    };
  }

  /** Crashes a server that has nobody to reply to. */
  #quietAct(): Act {
    return this.#dice.chance(0.25) ? ["replyLater", "late"] : this.#harmlessAct();
  }

  #harmlessAct(): Act {
    return this.#dice.pick<Act>([["reply", this.#dice.fresh("t")], ["ok"], ["continue", ["ok"]]]);
  }

  #end(): Act {
    const end = this.#dice.pick(ENDS);
    return this.#dice.chance(0.15) ? ["continue", end] : end;
  }

  #supervisorOp(): Op {
    if (!this.#supervised) return this.#startSupervisor();
    const dice = this.#dice.below(20);
    if (dice < 8) return ["cast", this.#dice.pick(this.#children), this.#end()];
    if (dice < 10) return ["exitPid", this.#dice.pick(this.#children), this.#dice.pick([...REASONS, "kill"])];
    if (dice < 12) return ["whichChildren", SUPERVISOR];
    if (dice < 13) return ["countChildren", SUPERVISOR];
    if (dice < 15) return ["startChild", SUPERVISOR, this.#child(false)];
    const what = this.#dice.pick(["terminateChild", "restartChild", "deleteChild"] as const);
    return [what, SUPERVISOR, this.#dice.pick([...this.#children, "nobody"])];
  }

  #startSupervisor(): Op {
    this.#supervised = true;
    const autoShutdown = this.#dice.pick(["never", "never", "anySignificant", "allSignificant"] as const);
    const wish: SupervisorWish = {
      strategy: this.#dice.pick(["oneForOne", "oneForAll", "restForOne"] as const),
      intensity: this.#dice.below(5),
      period: 600,
      autoShutdown,
      children: Array.from({ length: 1 + this.#dice.below(4) }, () => this.#child(autoShutdown !== "never")),
    };
    return ["startSupervisor", SUPERVISOR, wish];
  }

  /** Its first start succeeds. */
  #child(maySignify: boolean): ChildWish {
    const id = this.#dice.fresh("c");
    this.#children.push(id);
    const trap = this.#dice.chance(0.5);
    if (trap) this.#trappingChildren++;
    const restart = this.#dice.pick(["permanent", "transient", "temporary"] as const);
    const failing = this.#dice.pick<Act>([["stop", "again"], ["crash"], ["ignore"]]);
    return {
      id,
      restart,
      ...(trap && { trap }),
      ...(this.#dice.chance(0.2) && { shutdown: this.#dice.pick(["brutalKill", "infinity", 5000] as const) }),
      ...(this.#dice.chance(0.2) && { failFrom: [2, failing, 3 + this.#dice.below(2)] as const }),
      ...(maySignify && restart !== "permanent" && this.#dice.chance(0.5) && { significant: true }),
    };
  }
}
