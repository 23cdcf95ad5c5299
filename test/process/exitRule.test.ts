/** Every cell of the exit rule; each was compared with what Erlang/OTP 25 does. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { exitRule, visibleReason } from "../../runtime/process/exitRule.js";

const test = suite("process/exitRule");

type How = "link" | "exit" | "self";

/** What becomes of the receiver: it dies with a reason, gets a message with a reason, or nothing happens. */
const TABLE: Record<string, Record<How, [plain: string, trapping: string]>> = {
  normal: {
    link: ["ignore", "message normal"],
    exit: ["ignore", "message normal"],
    self: ["die normal", "message normal"],
  },
  kill: {
    link: ["die kill", "message kill"],
    exit: ["die killed", "die killed"],
    self: ["die killed", "die killed"],
  },
  killed: {
    link: ["die killed", "message killed"],
    exit: ["die killed", "message killed"],
    self: ["die killed", "message killed"],
  },
  shutdown: {
    link: ["die shutdown", "message shutdown"],
    exit: ["die shutdown", "message shutdown"],
    self: ["die shutdown", "message shutdown"],
  },
  boom: {
    link: ["die boom", "message boom"],
    exit: ["die boom", "message boom"],
    self: ["die boom", "message boom"],
  },
};

function outcome(reason: string, trapping: boolean, how: How): string {
  const action = exitRule(reason, trapping, how);
  return action === "ignore" ? action : `${action} ${action === "die" ? visibleReason(reason, how) : reason}`;
}

for (const [reason, row] of Object.entries(TABLE)) {
  for (const [how, [plain, trapping]] of Object.entries(row) as [How, [string, string]][]) {
    test(`${reason} by ${how}: ${plain}; to one that traps exits: ${trapping}`, () => {
      assert.is(outcome(reason, false, how), plain);
      assert.is(outcome(reason, true, how), trapping);
    });
  }
}

test("a reason that only looks like kill or normal is none", () => {
  for (const reason of [{ kill: true }, ["kill"], new String("kill"), Object("normal"), undefined, null]) {
    assert.is(exitRule(reason, false, "exit"), "die");
    assert.is(exitRule(reason, true, "exit"), "message");
    assert.is(visibleReason(reason, "exit"), reason);
  }
});

test.run();
