/** What travels between nodes, byte for byte: old and new nodes have to understand each other. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Op, type Signal } from "../../runtime/process/signal.js";
import { FEATURE, FEATURES, needsOf } from "../../runtime/sched/operations.js";
import { encodeWire, readWire } from "../../runtime/sched/wire.js";
import { Codec } from "../../runtime/term/codec.js";
import { procOf } from "../../runtime/term/mfa.js";
import { NodeId, Pid, Ref } from "../../runtime/term/pid.js";
import { TermSpace } from "../../runtime/term/space.js";

const test = suite("sched/operations");

const alpha = new NodeId("alpha@h", 1);
const beta = new NodeId("beta@h", 2);
const space = new TermSpace(alpha, 1);
const codec = new Codec(space, true);
const from = space.pid(alpha, 1, 64);
const to = space.pid(beta, 2, 65);
const ref = space.ref(alpha, 1, 7);
const kernel = { name: "kernel", node: "beta@h" };
const start = procOf("file:///a.js", "b");

const SIGNALS: readonly Signal[] = [
  [Op.send, to, "hello"],
  [Op.send, space.ref(beta, 2, 9), 1],
  [Op.send, kernel, null],
  [Op.link, to, from],
  [Op.unlink, to, from, 3],
  [Op.unlinkAck, to, from, 3],
  [Op.exit, to, from, "shutdown"],
  [Op.exit, to, from, "kill"],
  [Op.linkExit, to, from, "normal"],
  [Op.monitor, to, from, ref],
  [Op.demonitor, to, from, ref],
  [Op.down, to, ref, "noproc"],
  [Op.info, to, ref, undefined],
  [Op.spawnRequest, kernel, ref, start, [], { parent: from }],
  [Op.spawnReply, to, ref, { pid: from }],
  [Op.schedulerLost, kernel, from, [1, 2]],
];

const GOLDEN: readonly string[] = [
  "00028301d9ea618402184166626574614068026568656c6c6f",
  "00028301d9ea62840209666265746140680201",
  "01066b65726e656c8301a2646e616d65666b65726e656c646e6f646566626574614068f6",
  "00028302d9ea61840218416662657461406802d9ea618401184067616c706861406801",
  "00028403d9ea61840218416662657461406802d9ea618401184067616c70686140680103",
  "00028404d9ea61840218416662657461406802d9ea618401184067616c70686140680103",
  "00028405d9ea61840218416662657461406802d9ea618401184067616c7068614068016873687574646f776e",
  "020240504000000000008405d9ea61840218416662657461406802d9ea618401184067616c706861406801646b696c6c",
  "00028406d9ea61840218416662657461406802d9ea618401184067616c706861406801666e6f726d616c",
  "00028407d9ea61840218416662657461406802d9ea618401184067616c706861406801d9ea6284010767616c706861406801",
  "00028408d9ea61840218416662657461406802d9ea618401184067616c706861406801d9ea6284010767616c706861406801",
  "00028409d9ea61840218416662657461406802d9ea6284010767616c706861406801666e6f70726f63",
  "0002840cd9ea61840218416662657461406802d9ea6284010767616c706861406801f7",
  "01066b65726e656c860da2646e616d65666b65726e656c646e6f646566626574614068d9ea6284010767616c706861406801d9ea63826c66696c653a2f2f2f612e6a73616280a166706172656e74d9ea618401184067616c706861406801",
  "0002840ed9ea61840218416662657461406802d9ea6284010767616c706861406801a163706964d9ea618401184067616c706861406801",
  "01066b65726e656c8411a2646e616d65666b65726e656c646e6f646566626574614068d9ea618401184067616c706861406801820102",
];

test("goldenBytes", () => {
  assert.equal(
    SIGNALS.map((signal) => Buffer.from(encodeWire(codec, signal)).toString("hex")),
    GOLDEN,
  );
});

test("theGoldenBytesAreUnderstood", () => {
  const there = new Codec(new TermSpace(beta, 2), true);
  assert.is(GOLDEN.length, SIGNALS.length);
  for (const [i, golden] of GOLDEN.entries()) {
    const { body, target } = readWire(Buffer.from(golden, "hex"));
    const signal = there.decode(body) as Signal;
    assert.is(signal[0], SIGNALS[i]![0]);
    assert.is(target, signal[1] instanceof Pid || signal[1] instanceof Ref ? signal[1].scheduler : "kernel");
  }
});

test("whatTheFirstNodesDidNotKnowNeedsAFlag", () => {
  const internal: readonly number[] = [Op.spawn, Op.named, Op.timer, Op.answer];
  const between = Object.values(Op).filter((op) => !internal.includes(op));
  const needing = between.filter((op) => needsOf([op] as unknown as Signal) !== 0);
  assert.equal(needing, [Op.spawnRequest, Op.spawnReply, Op.schedulerLost]);
  assert.equal(new Set(SIGNALS.map(([op]) => op)), new Set(between));
});

test("featuresKeepTheirNumbersAndLeaveThoseOfTheConnectionAlone", () => {
  assert.equal(FEATURE, { spawnRequest: 0x100, schedulerLost: 0x200 });
  assert.is(FEATURES & 0xff, 0);
});

test.run();
