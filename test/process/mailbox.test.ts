/** The mailbox against a plain array: same messages, same order, whatever is taken from where. */
import fc from "fast-check";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Mailbox } from "../../runtime/process/mailbox.js";

const test = suite("process/mailbox");

/** A message of the model, with its place in the order of arrival. */
interface Entry {
  readonly message: number;
  readonly at: number;
}

/** Mailbox and model in step; every method checks that both agree. */
class Pair {
  readonly real = new Mailbox();
  model: Entry[] = [];
  /** Positions that the mailbox had as a message of the model was still to come: `marks[at]`. */
  readonly marks: number[] = [];

  push(message: number): void {
    this.marks.push(this.real.end);
    this.model.push({ message, at: this.marks.length - 1 });
    this.real.push(message);
  }

  shift(): void {
    if (this.model.length > 0) assert.is(this.real.shift(), this.model.shift()!.message);
  }

  /** Takes the first message of this residue; among all, or among those that arrived from `from` on. */
  take(residue: number, from: number): void {
    const fits = (m: unknown) => (m as number) % 5 === residue;
    const i = this.model.findIndex(({ message, at }) => at >= from && fits(message));
    const found = this.real.take(from === 0 ? 0 : (this.marks[from] ?? this.real.end), fits);
    if (i < 0 && found) {
      // To look again at what came before a position is allowed; to miss what came after is not.
      const early = this.model.findIndex(({ message }) => message === this.real.taken);
      assert.ok(early >= 0 && this.model[early]!.at < from);
      this.model.splice(early, 1);
      return;
    }
    assert.is(found, i >= 0);
    if (i >= 0) this.#taken(i, from);
  }

  #taken(i: number, from: number): void {
    const at = this.model.findIndex(({ message }) => message === this.real.taken);
    assert.ok(
      at === i || (at >= 0 && this.model[at]!.at < from),
      "took another message than the first that fits",
    );
    this.model.splice(at, 1);
  }

  flush(residue: number): void {
    this.real.flush((m) => (m as number) % 5 === residue);
    this.model = this.model.filter(({ message }) => message % 5 !== residue);
  }

  check(): void {
    assert.is(this.real.size, this.model.length);
  }
}

const residue = fc.nat(4);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.nat(200).map((n) => ({ op: "push" as const, n })) },
  { weight: 3, arbitrary: fc.nat(100).map((n) => ({ op: "shift" as const, n })) },
  {
    weight: 5,
    arbitrary: fc.tuple(residue, fc.nat(60)).map(([n, times]) => ({ op: "take" as const, n, times })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(residue, fc.nat(100)).map(([n, back]) => ({ op: "takeSince" as const, n, back })),
  },
  { weight: 1, arbitrary: residue.map((n) => ({ op: "flush" as const, n })) },
);

test("any sequence of push, shift, take, take from a position and flush does what an array does", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const pair = new Pair();
      let next = 0;
      for (const s of steps) {
        if (s.op === "push") for (let i = 0; i < s.n; i++) pair.push(next++);
        else if (s.op === "shift") for (let i = 0; i < s.n; i++) pair.shift();
        else if (s.op === "take") for (let i = 0; i < s.times; i++) pair.take(s.n, 0);
        else if (s.op === "takeSince") pair.take(s.n, Math.max(0, pair.marks.length - s.back));
        else pair.flush(s.n);
        pair.check();
      }
      while (pair.model.length > 0) pair.shift();
      pair.check();
    }),
    { numRuns: 400 },
  );
});

test("what arrived before a position is not looked at by a take from there", () => {
  const box = new Mailbox();
  for (let i = 0; i < 1000; i++) box.push(i);
  const mark = box.end;
  const seen: unknown[] = [];
  const look = (m: unknown) => seen.push(m) > 0 && m === "answer";
  assert.not.ok(box.take(mark, look));
  box.push("other");
  box.push("answer");
  assert.ok(box.take(mark, look));
  assert.equal(seen, ["other", "answer"]);
});

test("undefined is a message like any other", () => {
  const box = new Mailbox();
  box.push(undefined);
  box.push(1);
  assert.ok(box.take(0, (m) => m === undefined));
  assert.is(box.size, 1);
  assert.is(box.shift(), 1);
});

test("a matcher that throws takes nothing", () => {
  const box = new Mailbox();
  box.push(1);
  assert.throws(
    () =>
      box.take(0, () => {
        throw new Error("matcher");
      }),
    /matcher/,
  );
  assert.is(box.size, 1);
});

test("one message that nobody takes costs later selective receives nothing", () => {
  const box = new Mailbox();
  box.push("stuck");
  const rounds = 300_000;
  const start = performance.now();
  for (let i = 0; i < rounds; i++) {
    box.push(i);
    assert.ok(box.take(0, (m) => m === i));
  }
  assert.is(box.size, 1);
  // With every hole kept this walks 45,000,000,000 of them.
  assert.ok(performance.now() - start < 5000);
});

test("the position of a waiting message never falls, so a receive never skips one that came later", () => {
  const box = new Mailbox();
  box.push("stuck");
  for (let i = 0; i < 200; i++) box.push(i);
  const mark = box.end;
  box.push("answer");
  for (let i = 0; i < 200; i++) assert.ok(box.take(0, (m) => m === i));
  assert.ok(box.take(mark, (m) => m === "answer"));
});

test.run();
