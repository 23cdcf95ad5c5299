/** Every public name of OTP's modules is in a table of the library's README: beside ours, or with why it is absent. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { otpExports } from "./otpExports.js";
import { hasErlang } from "./statemErlang.js";

const test = suite("stdlib/otpNames");

const readme = readFileSync(new URL("../../../stdlib/README.md", import.meta.url), "utf8");

/** What the README says is in no table. */
const IN_NO_TABLE = /^(module_info\/[01]|behaviour_info\/1|format_log\/[12])$/;
const CALLBACKS = /^(init\/1|handle_call\/3|handle_cast\/2|handle_info\/2|terminate\/2|code_change\/3)$/;
const WITH_CALLBACKS = ["supervisor", "pg", "timer"];

function exportsOf(module: string): string[] {
  return otpExports[module]!.split(/\s+/).filter((name) => name !== "");
}

/** The names with their arities in the left column of a module's table. */
function namesInTable(module: string): string[] {
  const section = readme.split(/^### /m).find((text) => new RegExp(`^${module}\\b`).test(text));
  assert.ok(section, `a section for ${module}`);
  const cells = [...section!.matchAll(/^\| (.*?) \| /gm)].map(([, cell]) => cell!);
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([a-z_]+)\/([\d,-]+)`/g)].flatMap(([, name, arities]) =>
      arities!.split(",").flatMap((range) => {
        const [from, to = from] = range.split("-").map(Number);
        return Array.from({ length: to! - from! + 1 }, (_, i) => `${name}/${from! + i}`);
      }),
    ),
  );
}

for (const module of Object.keys(otpExports)) {
  test(`${module}: every export is in the table`, () => {
    const table = new Set(namesInTable(module));
    const missing = exportsOf(module)
      .filter((name) => !IN_NO_TABLE.test(name))
      .filter((name) => !(WITH_CALLBACKS.includes(module) && CALLBACKS.test(name)))
      .filter((name) => !table.has(name));
    assert.equal(missing, []);
  });
}

for (const module of Object.keys(otpExports).filter((name) => name !== "erlang")) {
  test(`${module}: the table names nothing that is not there`, () => {
    const exported = new Set(exportsOf(module));
    // Callbacks are told of without, or with, an arity.
    const wrong = namesInTable(module).filter((name) => !exported.has(name) && name !== "format_status/1");
    assert.equal(wrong, []);
  });
}

const EXPORTS = `
  Modules = [${Object.keys(otpExports).join(", ")}],
  Names = [[M, [lists:concat([N, "/", A]) || {N, A} <- M:module_info(exports)]] || M <- Modules],
  [io:format("~s ~s~n", [M, lists:join(" ", L)]) || [M, L] <- Names], halt().`;

if (!hasErlang) console.log("skipped: real OTP exports what is recorded: there is no Erlang here");
(hasErlang ? test : test.skip)("real OTP exports what is recorded", () => {
  const release = erl('io:format("~s", [erlang:system_info(otp_release)]), halt().');
  if (release !== "25") return console.log(`skipped: this is OTP ${release}`);
  for (const line of erl(EXPORTS).trim().split("\n")) {
    const [module, ...names] = line.split(" ");
    const recorded = exportsOf(module!);
    if (module === "erlang")
      assert.equal(
        recorded.filter((name) => !names.includes(name)),
        [],
      );
    else assert.equal([...recorded].sort(), names.sort());
  }
});

function erl(code: string): string {
  return execFileSync("erl", ["-noshell", "-eval", code], { encoding: "utf8" });
}

test.run();
