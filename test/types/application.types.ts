/** What the compiler must accept and refuse of applications; nothing here runs. */
import { type AnyApplication, application, proc, type Self, startNode } from "../../runtime/index.js";

interface Ping {
  readonly ping: number;
}

const root = proc(import.meta.url, async function root(_self: Self<Ping>, port: number) {
  return port;
});

const shop = application({
  name: "shop",
  applications: ["metrics"],
  env: { port: 8080, hosts: ["h"] as string[] },
  start(_args, { env }) {
    const port: number = env.port;
    // @ts-expect-error it declares no such key
    void env.nothing;
    return { root: { proc: root, args: [port] }, state: { since: 0 } };
  },
  startPhases: {
    open(state) {
      const since: number = state.since;
      void since;
      // @ts-expect-error that is not in the state
      void state.until;
    },
  },
  prepStop: (state) => ({ since: state.since + 1 }),
  stop(state) {
    const since: number = state.since;
    void since;
  },
});

const plain = application({ name: "plain", applications: [shop], start: () => ({ proc: root, args: [1] }) });

// @ts-expect-error without start there is nothing to run
application({ name: "empty" });

// @ts-expect-error no root
application({ name: "rootless", start: () => ({ proc: root }) });

export async function use(self: Self<Ping>): Promise<void> {
  const any: AnyApplication = shop;
  await application.ensureAllStarted(self, shop, "permanent");
  await application.start(self, "by name");
  await application.start(self, any);
  // @ts-expect-error no such type
  await application.start(self, plain, "sometimes");

  const port: number | undefined = application.getEnv(self, shop, "port");
  const sure: number = application.getEnv(self, shop, "port", 80);
  const hosts: string[] | undefined = application.getAllEnv(self, shop).hosts;
  const unknown: unknown = application.getEnv(self, "shop", "port");
  // @ts-expect-error it may be unset
  const maybe: number = application.getEnv(self, shop, "port");
  // @ts-expect-error it declares no such key
  application.getEnv(self, shop, "prt");
  // @ts-expect-error a fallback of another type
  application.getEnv(self, shop, "port", "80");
  await application.setEnv(self, shop, "port", 81, { persistent: true });
  // @ts-expect-error a value of another type
  await application.setEnv(self, shop, "port", "81");
  await application.unsetEnv(self, shop, "port");
  await startNode({ applications: [shop, plain], env: { shop: { port: 1 } } });
  void [port, sure, hosts, unknown, maybe];
}
