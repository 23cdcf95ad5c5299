/** The short form of the fuzzer; the long one is `npm run fuzz`. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { fuzz } from "./fuzz.js";

const test = suite("dist/fuzz");

test("noFrameStopsTheNodeAndNoneOfAnUnprovenPeerIsDecoded", async () => {
  const { unproven, proven } = await fuzz(4000, 7);
  assert.is(unproven, 0);
  assert.ok(proven > 0, "what a proven peer sends does arrive, so the canary can tell");
});

test.run();
