/** The chat: two nodes, each with somebody who types; what the other one sees. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cleanUp, startEpmd } from "../node/harness.js";
import { endPrograms, type Program, startExample } from "./program.js";

const test = suite("examples/chat");

const ALPHA = "alpha@127.0.0.1";

let port: number;

async function alice(): Promise<Program> {
  const program = await startExample(ALPHA, port, "chat/app.ts", ["alice"]);
  await program.says(/\[lobby\] alice is here/);
  return program;
}

async function bob(): Promise<Program> {
  const program = await startExample("beta@127.0.0.1", port, "chat/app.ts", ["bob", ALPHA]);
  await program.says(/\[lobby\] bob is here/);
  return program;
}

test.before(async () => {
  port = (await startEpmd()).port;
});

test("whatIsSaidIsHeardInTheSameRoomOnly", async () => {
  const [a, b] = [await alice(), await bob()];
  await a.says(/\[lobby\] bob is here/);
  b.type("hello alice");
  await a.says(/\[lobby\] bob: hello alice/);
  a.type("/who");
  await a.says(/in lobby: alice, bob/);
  b.type("/join kitchen");
  await a.says(/\[lobby\] bob left/);
  await b.says(/\[kitchen\] bob is here/);
  b.type("nobody hears this");
  await b.says(/\[kitchen\] bob: nobody hears this/);
  b.type("/leave");
  b.type("nor this");
  await b.says(/you are in no room/);
  b.type("/join lobby");
  await a.says(/bob left.*\[lobby\] bob is here/s);
  assert.not.match(a.text, /nobody|nor this/);
  b.type("/quit");
  await a.says(/bob left.*bob left/s);
  assert.is(await b.ended, 0);
  a.endInput();
  assert.is(await a.ended, 0);
});

test("deathOfAMembersNodeIsAnnounced", async () => {
  const [a, b] = [await alice(), await bob()];
  await b.signal("SIGKILL");
  await a.says(/\[lobby\] bob is gone: no connection to that node/);
  assert.is(await a.signal("SIGTERM"), 0);
});

test("deathOfTheNodeWithTheRoomsIsTold_andItsReturnLetsOneJoinAgain", async () => {
  const [a, b] = [await alice(), await bob()];
  await a.signal("SIGKILL");
  await b.says(/the node with the rooms is gone/);
  b.type("/join lobby");
  await b.says(/cannot join lobby: noconnection/);
  const again = await alice();
  b.type("/join lobby");
  await again.says(/\[lobby\] bob is here/);
  assert.is(await b.signal("SIGTERM"), 0);
  assert.is(await again.signal("SIGTERM"), 0);
});

test("leavesNothingBehind", async () => {
  await endPrograms();
  await cleanUp();
});

test.run();
