/** The applications' environments in shared memory: one writer, readers on other threads. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  createEnvironments,
  MAX_ENVIRONMENT_BYTES,
  SharedEnvironments,
} from "../../runtime/sched/sharedEnvironments.js";
import { NodeId } from "../../runtime/term/pid.js";
import { TermSpace } from "../../runtime/term/space.js";

const test = suite("sched/sharedEnvironments");

const side = (memory: SharedArrayBuffer, scheduler: number) =>
  new SharedEnvironments(memory, new TermSpace(new NodeId("n@h", 1), scheduler));

function pair(): { writer: SharedEnvironments; reader: SharedEnvironments } {
  const memory = createEnvironments();
  return { writer: side(memory, 0), reader: side(memory, 1) };
}

test("a reader sees every change at once", () => {
  const { writer, reader } = pair();
  assert.equal(reader.of("a"), {});
  writer.publish({ a: { k: 1 }, b: { map: new Map([[1n, "x"]]) } });
  assert.equal(reader.of("a"), { k: 1 });
  assert.equal(reader.of("b"), { map: new Map([[1n, "x"]]) });
  writer.publish({ a: { k: 2 } });
  assert.equal(reader.of("a"), { k: 2 });
  assert.equal(reader.of("b"), {});
});

test("what every object has is no application", () => {
  const { reader } = pair();
  assert.equal(reader.of("constructor"), {});
  assert.equal(reader.of("__proto__"), {});
});

test("they grow and shrink", () => {
  const { writer, reader } = pair();
  for (const size of [10, 100_000, 0, 1_000_000]) {
    writer.publish({ a: { text: "x".repeat(size) } });
    assert.is((reader.of("a").text as string).length, size);
  }
});

test("what cannot be published changes nothing", () => {
  const { writer, reader } = pair();
  writer.publish({ a: { k: 1 } });
  assert.throws(() => writer.publish({ a: { k: () => {} } }), /env\.a\.k: function/);
  assert.throws(() => writer.publish({ a: { k: new Uint8Array(MAX_ENVIRONMENT_BYTES) } }), /too large/);
  assert.equal(reader.of("a"), { k: 1 });
});

test("a reader on another thread sees no torn value, and none of the past", async () => {
  const memory = createEnvironments();
  const writer = side(memory, 0);
  const last = 3000;
  const worker = new Worker(new URL("./environmentReader.js", import.meta.url), {
    workerData: { memory, last },
  });
  const exit = once(worker, "exit");
  await once(worker, "message");
  const changes = once(worker, "message");
  for (let n = 0; n <= last; n++) {
    // Bytes, because they take long to copy and no time to decode: a look is likely to fall into a change.
    writer.publish({ app: { n, copies: new Uint8Array(200_000 + (n % 3)).fill(n % 256) } });
  }
  const [seen] = await changes;
  assert.ok(seen > 1, `it saw ${seen} of ${last + 1}: it ran beside the writer`);
  await exit;
});

test.run();
