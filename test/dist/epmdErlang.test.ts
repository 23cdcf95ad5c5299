/**
 * Against Erlang/OTP itself, where it is installed: our client at its epmd, its tools and nodes at our
 * server. Skips with a printed reason elsewhere.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type EpmdAddress,
  type EpmdError,
  names,
  portPlease,
  register,
} from "../../runtime/dist/epmd/client.js";
import { isRingbeam, ringbeamExtra } from "../../runtime/dist/epmd/protocol.js";
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { eventually, kill, start, startChild, stopChildren, within } from "./epmdHarness.js";

const test = suite("epmd and Erlang");
test.after(stopChildren);

const missing = ["erl", "epmd"].filter((program) => spawnSync("which", [program]).status !== 0);
if (missing.length > 0) console.log(`epmd and Erlang: skipped, not installed: ${missing.join(", ")}`);
const withErlang = missing.length > 0 ? test.skip : test;

async function freePort(): Promise<number> {
  const server = await EpmdServer.start({ port: 0 });
  await server.close();
  return server.port;
}

/** OTP's own epmd on a free port, in the foreground, so that it is ours to kill. */
async function withOtpEpmd(body: (address: EpmdAddress) => Promise<void>): Promise<void> {
  const address = { host: "127.0.0.1", port: await freePort() };
  const epmd = start("epmd", ["-port", String(address.port), "-address", "127.0.0.1"], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  try {
    await eventually("OTP's epmd answers", () =>
      names(address).then(
        () => true,
        () => false,
      ),
    );
    await body(address);
  } finally {
    await kill(epmd);
  }
}

async function withOurServer(
  body: (server: EpmdServer, address: EpmdAddress) => Promise<void>,
): Promise<void> {
  const server = await EpmdServer.start({ port: 0 });
  try {
    await body(server, { host: "127.0.0.1", port: server.port });
  } finally {
    await server.close();
  }
}

/** Output of a program that ends by itself. */
async function output(command: string, args: string[]): Promise<string> {
  const child = start(command, args);
  let text = "";
  child.stdout!.on("data", (chunk) => {
    text += chunk;
  });
  await within(`${command} ends`, once(child, "close"));
  return text;
}

/**
 * `-start_epmd false`: never start an epmd of its own, whatever it finds. ERL_EPMD_PORT names ours, and
 * the node runs until killed (its standard input is a pipe that nobody writes to).
 */
function startErl(epmdPort: number, ...args: string[]) {
  return start("erl", ["-noshell", "-start_epmd", "false", "-setcookie", "test", ...args], {
    env: { ...process.env, ERL_EPMD_PORT: String(epmdPort), ERL_EPMD_ADDRESS: "127.0.0.1" },
    stdio: ["ignore", "pipe", "inherit"],
  });
}

withErlang("ourClientAtOtpsEpmd", () =>
  withOtpEpmd(async (address) => {
    assert.equal(await names(address), []);
    const alpha = await register(address, { name: "alpha", port: 4000, hidden: false });
    const shy = await register(address, { name: "shy", port: 4001, hidden: true });
    assert.ok(alpha.creation >= 4);
    const found = await portPlease(address, "alpha");
    assert.equal([found?.port, found?.hidden, found?.extra], [4000, false, ringbeamExtra]);
    assert.is((await portPlease(address, "shy"))?.hidden, true);
    assert.is(await portPlease(address, "nobody"), null);
    assert.equal((await names(address)).map((node) => node.name).sort(), ["alpha", "shy"]);

    const taken = await register(address, { name: "alpha", port: 1, hidden: false }).catch((e: unknown) => e);
    assert.is((taken as EpmdError).code, "nameTaken");
    alpha.close();
    await eventually("the name is free", async () => (await portPlease(address, "alpha")) === null);
    const again = await register(address, { name: "alpha", port: 4002, hidden: false });
    assert.is.not(again.creation, alpha.creation);
    again.close();
    shy.close();
  }),
);

withErlang("otpsEpmdOnTheWildcardAddressTakesThePortFromOurs", async () => {
  const port = await freePort();
  const epmd = start("epmd", ["-port", String(port)], { stdio: ["ignore", "ignore", "ignore"] });
  await eventually("OTP's epmd answers", () =>
    names({ host: "127.0.0.1", port }).then(
      () => true,
      () => false,
    ),
  );
  const error = await EpmdServer.start({ port }).catch((e: unknown) => e);
  assert.is((error as NodeJS.ErrnoException).code, "EADDRINUSE");
  await kill(epmd);
});

withErlang("epmdNamesListsOurNodes", () =>
  withOurServer(async (server, address) => {
    const nodes = [
      await register(address, { name: "alpha", port: 4000, hidden: false }),
      await register(address, { name: "beta", port: 4001, hidden: true }),
    ];
    const listed = await output("epmd", ["-port", String(server.port), "-names"]);
    assert.match(listed, `epmd: up and running on port ${server.port} with data:`);
    assert.match(listed, "name alpha at port 4000\n");
    assert.match(listed, "name beta at port 4001\n");
    for (const node of nodes) node.close();
  }),
);

withErlang("epmdKillEndsOurIdleServer", () =>
  withOurServer(async (server) => {
    assert.match(await output("epmd", ["-port", String(server.port), "-kill"]), /killed/i);
    await within("the server closes", server.closed);
  }),
);

withErlang("erlangNodesRegisterFindEachOtherAndAreFreedWhenKilled", () =>
  withOurServer(async (server, address) => {
    const x = startErl(server.port, "-name", "x@127.0.0.1");
    await eventually("x is registered", () => server.names().some((node) => node.name === "x"));
    const found = await portPlease(address, "x");
    assert.is(found?.hidden, false);
    assert.not(isRingbeam(found!), "an Erlang node is none of ours");
    assert.equal(await names(address), [{ name: "x", port: found?.port }]);

    // A second node reads our NAMES_RESP and PORT2_RESP: it lists x and connects to it.
    const script =
      'io:format("~w~n", [{element(1, net_adm:names("127.0.0.1")), net_adm:ping(\'x@127.0.0.1\')}]), init:stop().';
    const y = startErl(server.port, "-hidden", "-name", "y@127.0.0.1", "-eval", script);
    let said = "";
    y.stdout!.on("data", (chunk) => {
      said += chunk;
    });
    await within("y ends", once(y, "close"));
    assert.is(said.trim(), "{ok,pong}");

    await kill(x);
    await eventually("both names are free", () => server.names().length === 0);
  }),
);

withErlang("erlangNodeWithATakenNameDoesNotStart", () =>
  withOurServer(async (server, address) => {
    const ours = await register(address, { name: "x", port: 4000, hidden: false });
    const x = start("erl", ["-noshell", "-start_epmd", "false", "-name", "x@127.0.0.1"], {
      env: { ...process.env, ERL_EPMD_PORT: String(server.port), ERL_CRASH_DUMP_BYTES: "0" },
      stdio: ["ignore", "ignore", "ignore"],
    });
    const [code] = await within("x gives up", once(x, "close"));
    assert.is.not(code, 0);
    assert.equal(server.names(), [{ name: "x", port: 4000 }]);
    ours.close();
  }),
);

withErlang("erlangNodeInAnotherProcessIsListedBesideOurs", () =>
  withOurServer(async (server) => {
    startErl(server.port, "-name", "erlang@127.0.0.1");
    startChild("hold", server.port, "ringbeam");
    await eventually("both are there", () => server.names().length === 2);
    const listed = await output("epmd", ["-port", String(server.port), "-names"]);
    assert.match(listed, /name erlang at port \d+\n/);
    assert.match(listed, "name ringbeam at port 1234\n");
    await stopChildren();
    await eventually("both are gone", () => server.names().length === 0);
  }),
);

test.run();
