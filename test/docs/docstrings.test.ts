/** Every public name has a doc comment, as a user's editor shows it. */
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { publicNames } from "./publicNames.js";

const test = suite("docs/docstrings");

/** The tag of a message is the name of its type again; the language says what an error's `name` is. */
const SAY_IT_ALL = /\.tag$|Error\.name$|^(Exit|BadName|NodeBusy)\.name$/;

const names = publicNames();

test("the compiler finds the public names, of namespaces and members too", () => {
  const found = new Set(names.map(({ name }) => name));
  for (const name of [
    "genServer",
    "Self.send",
    "sys.getState",
    "Task.await",
    "NodeOptions.cookie",
    "Down.reason",
  ])
    assert.ok(found.has(name), name);
});

test("every public name has a doc comment", () => {
  const bare = names.filter(({ name, comment }) => comment.trim() === "" && !SAY_IT_ALL.test(name));
  assert.equal(
    bare.map(({ name, file }) => `${file}: ${name}`),
    [],
  );
});

test("what is a time says that it is in ms", () => {
  const times = names.filter(({ name }) =>
    /\.(timeout|period|after)$|Ms$|^withTimeout$|_TIMEOUT$/.test(name),
  );
  assert.ok(times.length > 5);
  assert.equal(
    times.filter(({ comment }) => !/\bms\b/.test(comment)).map(({ name, file }) => `${file}: ${name}`),
    [],
  );
});

test.run();
