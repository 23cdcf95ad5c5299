/** Who is let in, and how often. */

import { once } from "node:events";
import { connect } from "node:net";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { allowList } from "../../runtime/dist/allowList.js";
import { Attempts } from "../../runtime/dist/attempts.js";
import { listen } from "../../runtime/dist/connection.js";
import { EpmdServer } from "../../runtime/dist/epmd/server.js";
import { Pending } from "../../runtime/dist/pending.js";
import { tcp } from "../../runtime/dist/tcp.js";
import { beta, ManualClock } from "./memory.js";

const test = suite("dist/limits");

test("aPatternMatchesTheWholeNameAndAStarStaysOnItsSideOfTheAt", () => {
  const allows = allowList(["alpha@10.0.0.1", "*@10.0.0.2", "cli-*@*"]);
  for (const node of ["alpha@10.0.0.1", "x@10.0.0.2", "cli-1@anywhere"]) assert.ok(allows(node), node);
  for (const node of ["alpha@10.0.0.10", "xalpha@10.0.0.1", "alpha@10x0.0.1", "x@10.0.0.20", "beta@cli-1"])
    assert.not(allows(node), node);
  assert.not(allowList([])("alpha@10.0.0.1"), "none at all allows nobody");
});

test("soManyAttemptsASecondFromEachAddress", async () => {
  const clock = new ManualClock();
  const door = new Attempts(2, clock);
  const knock = (address?: string) => door.admits(address);
  assert.equal([knock("a"), knock("a"), knock("a"), knock("b")], [true, true, false, true]);
  assert.ok(knock(), "a Unix socket has no address");
  await clock.advance(1000);
  assert.ok(knock("a"));
});

test("manyAddressesDoNotMakeTheCountGrowForEver", () => {
  const door = new Attempts(1, new ManualClock());
  const admitted = Array.from({ length: 20_000 }, (_, i) => door.admits(String(i))).filter(Boolean).length;
  assert.is(admitted, 10_000);
});

test("oneTooManyPendingGivesUpTheOldest", () => {
  const gone: string[] = [];
  const pending = new Pending<string>(2, (one) => gone.push(one));
  for (const one of ["a", "b", "c"]) pending.add(one);
  assert.equal(gone, ["a"]);
  pending.delete("b");
  pending.clear();
  assert.equal(gone, ["a", "c"]);
});

test("aPeerThatComesTooOftenIsClosedUnread", async () => {
  const refused: string[] = [];
  const listener = await listen(
    tcp,
    { host: "127.0.0.1", port: 0 },
    {
      ...{ local: beta, cookie: "secret", accept: () => "ok", attemptsPerSecond: 3 },
      onConnection: () => {},
      onRefused: (error) => refused.push(error.message),
    },
  );
  for (let i = 0; i < 5; i++) {
    const socket = connect(listener.endpoint.port, "127.0.0.1").on("error", () => {});
    socket.resume().end("no frame at all, and long enough");
    await once(socket, "close");
  }
  assert.is(refused.length, 3);
  listener.close();
});

test("epmdListensOnLoopbackUnlessTold", async () => {
  const epmd = await EpmdServer.start({ port: 0 });
  const outcome = await new Promise<string | undefined>((resolve) => {
    const socket = connect(epmd.port, "127.0.0.2", () => {
      socket.destroy();
      resolve("connected");
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  assert.is(outcome, "ECONNREFUSED");
  await epmd.close();
});

test.run();
