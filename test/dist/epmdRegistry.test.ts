/** Names, owners and creations, without a socket. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { Registry } from "../../runtime/dist/epmd/registry.js";
import { erlangNode } from "./epmdHarness.js";

const test = suite("epmd registry");

test("creationsCountUpAndSkip0To3", () => {
  const registry = new Registry<number>(0xffffffff);
  const creation = (i: number) => registry.register({ ...erlangNode, name: `n${i}` }, i);
  assert.equal([creation(1), creation(2), creation(3)], [0xffffffff, 4, 5]);
  assert.is(new Registry<number>(0).register(erlangNode, 1), 4);
});

test("ownerHoldsOneNameAndReleasesItOnce", () => {
  const registry = new Registry<object>(4);
  const owner = {};
  assert.is(registry.register(erlangNode, owner), 4);
  assert.is(registry.register({ ...erlangNode, name: "other" }, owner), null);
  assert.is(registry.release(owner), true);
  assert.is(registry.release(owner), false);
  assert.is(registry.size, 0);
});

test.run();
