/**
 * Three applications, each in need of the next: `top`, the file's own, `middle` and `base`. They say on standard
 * output what becomes of them. `how` in the environment of each says how it behaves:
 *
 * | how | what it does |
 * | --- | --- |
 * | `good` | runs till it is stopped |
 * | `stuck` | its start never ends |
 * | `crash`, `done` | its root crashes, or returns, once it is told `go` |
 */
import { writeSync } from "node:fs";
import { application, proc, type Self } from "../../runtime/index.js";

const say = (line: string) => writeSync(1, `${line}\n`);

export const root = proc(import.meta.url, async function root(self: Self<unknown>, how: string) {
  await self.receive((message) => message === "go");
  if (how === "crash") throw new Error("out of fuel");
});

function layer(name: string, applications: readonly string[]) {
  return application({
    name,
    applications,
    env: { how: "good", extra: 0 },
    async start(args, { env }) {
      say(`start ${name} ${JSON.stringify(env)} ${JSON.stringify(args)}`);
      if (env.how === "stuck") await new Promise(() => {});
      return { proc: root, args: [env.how], name };
    },
    stop: () => void say(`stop ${name}`),
  });
}

layer("base", []);
layer("middle", ["base"]);
export default layer("top", ["middle"]);
