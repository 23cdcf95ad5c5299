/**
 * An application that says on standard output what becomes of it. Its first argument says how it behaves:
 *
 * | argument | what it does |
 * | --- | --- |
 * | none | a supervisor with three children on any scheduler, which say when they start and stop |
 * | `stubborn` | as none, but the last child does not end when it is told to |
 * | `neverUp` | as none, but the start of the last child never ends |
 * | `failing` | the root fails in its start |
 * | `crashing`, `brief` | the root crashes, or returns, once it is up |
 * | `args` | says its arguments |
 */
import { writeSync } from "node:fs";
import {
  application,
  behaviour,
  Exit,
  type ExitMessage,
  proc,
  type Receiver,
  type Self,
} from "../../runtime/index.js";
import { child } from "../../stdlib/childSpec.js";
import { supervisor } from "../../stdlib/supervisor.js";

/** Written at once, from whatever thread: console.log would go by the main thread, which may be gone by then. */
const say = (line: string) => writeSync(1, `${line}\n`);

export const branch = behaviour(
  import.meta.url,
  "branch",
  (self: Self<ExitMessage>, name: string, how: string): Receiver<ExitMessage> | Promise<never> => {
    self.processFlag("trapExit", true);
    say(`start ${name}`);
    if (how === "neverUp") return new Promise<never>(() => {});
    return {
      handle(message) {
        if (message.tag !== "EXIT") return;
        say(`stop ${name}`);
        if (how !== "stubborn") throw new Exit(message.reason);
      },
    };
  },
);

export const tree = supervisor(import.meta.url, "tree", (how: string) => ({
  children: [
    child(branch, ["a", ""], { id: "a" }),
    child(branch, ["b", ""], { id: "b" }),
    child(branch, ["c", how], { id: "c", shutdown: "infinity" }),
  ],
}));

export const failing = behaviour(import.meta.url, "failing", (): Receiver => {
  throw new Error("no power");
});

export const crashing = proc(import.meta.url, async function crashing(self: Self) {
  await self.receive({ after: 50 }); // that it is up is said first
  throw new Error("out of fuel");
});

export const brief = proc(import.meta.url, async function brief() {});

export default application({
  name: "tree",
  start(args) {
    const how = args[0] ?? "";
    if (how === "failing") return { proc: failing, args: [] };
    if (how === "crashing") return { proc: crashing, args: [] };
    if (how === "brief") return { proc: brief, args: [] };
    if (how === "args") say(`args ${JSON.stringify(args)}`);
    return { proc: tree, args: [how] };
  },
  stop: () => void say("application stopped"),
});
